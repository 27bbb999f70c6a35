#include "net/router.hpp"

#include <algorithm>
#include <charconv>

#include "base/uid.hpp"
#include "net/dicomweb_routes.hpp"
#include "net/wado_uri.hpp"

namespace sightline::server {
namespace {

using Found = std::expected<Route, unsigned>;

constexpr unsigned kBadRequest = 400, kNotFound = 404;
constexpr std::size_t kMaxSearchBytes = 256;

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_hash(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::optional<StudyQuery::Sort> parse_sort(std::string_view text) {
  using Sort = StudyQuery::Sort;
  if (text == "date") return Sort::date;
  if (text == "patientName") return Sort::patient_name;
  if (text == "patientID") return Sort::patient_id;
  if (text == "modality") return Sort::modality;
  if (text == "description") return Sort::description;
  if (text == "instances") return Sort::instances;
  return std::nullopt;
}

Found study_list(RequestTarget const& target) {
  StudyQuery query;
  for (auto const& [key, value] : target.query) {
    if (key == "search" && value.size() <= kMaxSearchBytes) {
      query.search = value;
    } else if (std::optional<StudyQuery::Sort> const sort = parse_sort(value);
               key == "sort" && sort) {
      query.sort = *sort;
    } else if (key == "order" && (value == "asc" || value == "desc")) {
      query.descending = value == "desc";
    } else if (std::optional<std::uint32_t> const number = parse_number(value);
               key == "offset" && number) {
      query.offset = *number;
    } else if (key == "limit" && number && *number >= 1 && *number <= 1000) {
      query.limit = *number;
    } else {
      return std::unexpected(kBadRequest);
    }
  }
  return StudyList{std::move(query)};
}

Found api(RequestTarget const& target) {
  auto const& segments = target.segments;
  if (segments.size() == 2 && segments[1] == "status") return ServerStatus{};
  if (segments.size() == 2 && segments[1] == "session") return WhoAmI{};
  if (segments.size() < 2 || segments[1] != "studies") return std::unexpected(kNotFound);
  if (segments.size() == 2) return study_list(target);
  if (segments.size() == 4 && segments[3] == "manifest" && is_uid(segments[2]))
    return StudyManifest{segments[2]};
  return std::unexpected(kNotFound);
}

Found tiles(RequestTarget const& target) {
  auto const& segments = target.segments;
  if (segments.size() == 4 && is_hash(segments[1]) && segments[2] == "streams") {
    if (auto const part = parse_frame_number(segments[3]))
      return StreamTable{segments[1], *part - 1};
  }
  if (segments.size() != 3 || !is_hash(segments[1])) return std::unexpected(kNotFound);
  std::optional<std::uint32_t> const frame = parse_frame_number(segments[2]);
  if (!frame) return std::unexpected(kNotFound);
  return TileStream{segments[1], *frame - 1};
}

/// The group as in a tag, in the middle: /overlays/{hash}/6000/1.
Found overlays(RequestTarget const& target) {
  auto const& segments = target.segments;
  if (segments.size() != 4 || !is_hash(segments[1]) || segments[2].size() != 4)
    return std::unexpected(kNotFound);
  std::uint16_t group = 0;
  char const* const begin = segments[2].data();
  auto const [end, error] = std::from_chars(begin, begin + 4, group, 16);
  std::optional<std::uint32_t> const frame = parse_frame_number(segments[3]);
  if (error != std::errc{} || end != begin + 4 || !frame) return std::unexpected(kNotFound);
  return OverlayFrame{segments[1], group, *frame - 1};
}

}  // namespace

std::expected<Route, unsigned> find_route(RequestTarget const& target) {
  auto const& segments = target.segments;
  if (segments.empty()) return ListPage{};
  std::string const& root = segments.front();
  if (root == "view") {
    bool const is_study = segments.size() == 2 && is_uid(segments[1]);
    return ViewPage{is_study ? segments[1] : std::string{}};
  }
  if (root == "api") return api(target);
  if (root == "tiles") return tiles(target);
  if (root == "overlays") return overlays(target);
  if (root == "presentations" && segments.size() == 2 && is_hash(segments[1]))
    return PresentationDocument{segments[1]};
  if (root == "layers" && segments.size() == 2 && is_hash(segments[1]))
    return LayerDocument{segments[1]};
  if (root == "videos" && segments.size() == 2 && is_hash(segments[1]))
    return VideoStream{segments[1]};
  if (root == "profiles" && segments.size() == 2 && is_hash(segments[1]))
    return ProfileOfInstance{segments[1]};
  if (root == "socket" && segments.size() == 1) return TileSocketUpgrade{};
  if (root == "login" && segments.size() == 1) return SignInForm{};
  if (root == "dicom-web") return find_dicomweb_route(target);
  if (root == "wado" && segments.size() == 1) return find_wado_uri_route(target);
  if (root == "assets") {
    std::string path;
    for (std::string const& segment : segments) path += "/" + segment;
    return Asset{std::move(path)};
  }
  return std::unexpected(kNotFound);
}

Found find_post_route(RequestTarget const& target) {
  if (auto const store = find_stow_route(target)) return *store;
  auto const& segments = target.segments;
  if (segments.size() == 1 && segments[0] == "login") return SignIn{};
  if (segments.size() == 1 && segments[0] == "logout") return SignOut{};
  Found const other = find_route(target);
  return std::unexpected(other ? 405u : other.error());
}

std::string_view route_pattern(Route const& route) {
  struct Name {
    std::string_view operator()(ListPage const&) const { return "/"; }
    std::string_view operator()(ViewPage const&) const { return "/view/{study}"; }
    std::string_view operator()(StudyList const&) const { return "/api/studies"; }
    std::string_view operator()(StudyManifest const&) const {
      return "/api/studies/{study}/manifest";
    }
    std::string_view operator()(ServerStatus const&) const { return "/api/status"; }
    std::string_view operator()(TileStream const&) const { return "/tiles/{hash}/{frame}"; }
    std::string_view operator()(StreamTable const&) const { return "/tiles/{hash}/streams/{part}"; }
    std::string_view operator()(OverlayFrame const&) const {
      return "/overlays/{hash}/{group}/{frame}";
    }
    std::string_view operator()(PresentationDocument const&) const {
      return "/presentations/{hash}";
    }
    std::string_view operator()(LayerDocument const&) const { return "/layers/{hash}"; }
    std::string_view operator()(VideoStream const&) const { return "/videos/{hash}"; }
    std::string_view operator()(ProfileOfInstance const&) const { return "/profiles/{hash}"; }
    std::string_view operator()(TileSocketUpgrade const&) const { return "/socket"; }
    std::string_view operator()(Asset const&) const { return "/assets/*"; }
    std::string_view operator()(Rendered const& rendered) const {
      bool const is_thumbnail = rendered.is_thumbnail;
      if (rendered.series_instance_uid.empty())
        return is_thumbnail ? "/dicom-web/{study}/thumbnail" : "/dicom-web/{study}/rendered";
      if (rendered.sop_instance_uid.empty())
        return is_thumbnail ? "/dicom-web/{series}/thumbnail" : "/dicom-web/{series}/rendered";
      return is_thumbnail ? "/dicom-web/{instance}/thumbnail" : "/dicom-web/{instance}/rendered";
    }
    std::string_view operator()(QidoSearch const&) const { return "/dicom-web/{search}"; }
    std::string_view operator()(Capabilities const&) const { return "{options}"; }
    std::string_view operator()(SignInForm const&) const { return "/login"; }
    std::string_view operator()(SignIn const&) const { return "/login"; }
    std::string_view operator()(SignOut const&) const { return "/logout"; }
    std::string_view operator()(WhoAmI const&) const { return "/api/session"; }
    std::string_view operator()(StowStore const&) const { return "/dicom-web/{store}"; }
    std::string_view operator()(WadoRetrieve const& retrieve) const {
      switch (retrieve.kind) {
        case WadoRetrieve::Kind::instances: return "/dicom-web/{retrieve}";
        case WadoRetrieve::Kind::metadata: return "/dicom-web/{retrieve}/metadata";
        case WadoRetrieve::Kind::frames: return "/dicom-web/{instance}/frames";
        case WadoRetrieve::Kind::bulk_data: break;
      }
      return "/dicom-web/{instance}/bulkdata";
    }
  };
  return std::visit(Name{}, route);
}

}  // namespace sightline::server
