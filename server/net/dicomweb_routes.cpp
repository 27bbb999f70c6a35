#include "net/dicomweb_routes.hpp"

#include <charconv>
#include <span>

#include "base/limits.hpp"
#include "base/uid.hpp"

namespace sightline::server {
namespace {

using Found = std::expected<Route, unsigned>;
using Level = DicomSearch::Level;
using Segments = std::span<std::string const>;

constexpr unsigned kBadRequest = 400, kNotFound = 404;
constexpr std::size_t kMostFrames = 10'000;

std::optional<std::vector<std::uint32_t>> parse_frame_list(std::string_view text) {
  std::vector<std::uint32_t> numbers;
  for (;;) {
    std::size_t const comma = text.find(',');
    auto const number = parse_frame_number(text.substr(0, comma));
    if (!number || numbers.size() == kMostFrames) return std::nullopt;
    numbers.push_back(*number);
    if (comma == std::string_view::npos) return numbers;
    text.remove_prefix(comma + 1);
  }
}

/// What a path names, and what is left of it: "studies/1/series/2/metadata" -> {1, 2}, "metadata".
struct Named {
  RetrieveTarget target;
  Segments rest;
};
std::optional<Named> read_names(Segments path) {
  Named named{{}, path};
  RetrieveTarget& target = named.target;
  for (auto const& [word, uid] :
       {std::pair<std::string_view, std::string*>{"studies", &target.study_instance_uid},
        {"series", &target.series_instance_uid},
        {"instances", &target.sop_instance_uid}}) {
    if (named.rest.size() < 2 || named.rest[0] != word) break;
    if (!is_uid(named.rest[1])) return std::nullopt;
    *uid = named.rest[1];
    named.rest = named.rest.subspan(2);
  }
  return named;
}

/// "studies", "series", "instances", and each below what the path names.
std::optional<Level> searched_level(Named const& named) {
  if (named.rest.size() != 1 || !named.target.sop_instance_uid.empty()) return std::nullopt;
  std::string const& word = named.rest[0];
  bool const in_study = !named.target.study_instance_uid.empty();
  bool const in_series = !named.target.series_instance_uid.empty();
  if (word == "studies" && !in_study) return Level::study;
  if (word == "series" && !in_series) return Level::series;
  if (word == "instances") return Level::instance;
  return std::nullopt;
}

Found rendered(RequestTarget const& target, Named named, bool is_thumbnail) {
  Rendered out;
  out.is_thumbnail = is_thumbnail;
  bool const is_instance = !named.target.sop_instance_uid.empty();
  if (named.rest.size() == 3) {
    auto numbers =
        named.rest[0] == "frames" && is_instance ? parse_frame_list(named.rest[1]) : std::nullopt;
    if (!numbers || (is_thumbnail && numbers->size() != 1)) return std::unexpected(kNotFound);
    out.frame_numbers = std::move(*numbers);
  } else if (named.rest.size() != 1) {
    return std::unexpected(kNotFound);
  }
  out.study_instance_uid = std::move(named.target.study_instance_uid);
  out.series_instance_uid = std::move(named.target.series_instance_uid);
  out.sop_instance_uid = std::move(named.target.sop_instance_uid);
  auto parameters = target.query;
  std::erase_if(parameters, [&out](auto const& parameter) {
    if (parameter.first != "accept") return false;
    out.accept.push_back(parameter.second);
    return true;
  });
  Result<RenderedQuery> query = parse_rendered_query(parameters);
  if (!query) return std::unexpected(kBadRequest);
  out.query = *query;
  return out;
}

Found retrieve(RequestTarget const& target, Named named) {
  WadoRetrieve out{WadoRetrieve::Kind::instances, std::move(named.target), {}, {}, {}};
  for (auto const& [key, value] : target.query) {
    if (key == "accept") out.accept.push_back(value);
  }
  Segments const rest = named.rest;
  if (rest.empty()) return out;
  if (rest.size() == 1 && rest[0] == "metadata") {
    out.kind = WadoRetrieve::Kind::metadata;
    return out;
  }
  if (out.target.sop_instance_uid.empty()) return std::unexpected(kNotFound);
  if (rest.size() == 2 && rest[0] == "frames") {
    auto numbers = parse_frame_list(rest[1]);
    if (!numbers) return std::unexpected(kBadRequest);
    out.kind = WadoRetrieve::Kind::frames;
    out.frame_numbers = std::move(*numbers);
    return out;
  }
  if (rest.size() >= 2 && rest[0] == "bulkdata") {
    out.kind = WadoRetrieve::Kind::bulk_data;
    for (std::string const& segment : rest.subspan(1))
      out.bulk_path += (out.bulk_path.empty() ? "" : "/") + segment;
    return out;
  }
  return std::unexpected(kNotFound);
}

}  // namespace

std::optional<std::uint32_t> parse_frame_number(std::string_view text) {
  std::uint32_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool const is_number = error == std::errc{} && end == text.data() + text.size();
  if (!is_number || number == 0 || number > kDefaultLimits.max_frames) return std::nullopt;
  return number;
}

std::optional<StowStore> find_stow_route(RequestTarget const& target) {
  auto const& segments = target.segments;
  bool const is_studies = segments.size() >= 2 && segments[0] == "dicom-web" &&
                          segments[1] == "studies" && segments.size() <= 3;
  if (!is_studies || (segments.size() == 3 && !is_uid(segments[2]))) return std::nullopt;
  StowStore store{segments.size() == 3 ? segments[2] : std::string{}, {}};
  for (auto const& [key, value] : target.query) {
    if (key == "accept") store.accept.push_back(value);
  }
  return store;
}

Found find_dicomweb_route(RequestTarget const& target) {
  auto const named = read_names(Segments(target.segments).subspan(1));
  if (!named) return std::unexpected(kNotFound);
  if (auto const level = searched_level(*named)) {
    return QidoSearch{{*level, named->target.study_instance_uid, named->target.series_instance_uid},
                      target.query};
  }
  if (named->target.study_instance_uid.empty()) return std::unexpected(kNotFound);
  if (!named->rest.empty() &&
      (named->rest.back() == "thumbnail" || named->rest.back() == "rendered"))
    return rendered(target, *named, named->rest.back() == "thumbnail");
  return retrieve(target, *named);
}

}  // namespace sightline::server
