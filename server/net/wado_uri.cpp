#include "net/wado_uri.hpp"

#include <algorithm>
#include <array>

#include "base/uid.hpp"
#include "net/dicomweb_routes.hpp"

namespace sightline::server {
namespace {

using Found = std::expected<Route, unsigned>;
constexpr unsigned kBadRequest = 400;

/// The parameters, each at most once. Source: PS3.18 Tables 9.1.2-1 and 9.1.2-2.
class Parameters {
 public:
  explicit Parameters(RequestTarget const& target) : query_(target.query) {}

  std::string_view operator[](std::string_view key) const {
    auto const found = std::ranges::find(query_, key, &Pair::first);
    return found == query_.end() ? std::string_view{} : std::string_view(found->second);
  }
  bool has_only_known() const {
    return std::ranges::all_of(query_, [this](Pair const& one) {
      return std::ranges::count(kKnown, one.first) == 1 &&
             std::ranges::count(query_, one.first, &Pair::first) == 1;
    });
  }

 private:
  using Pair = std::pair<std::string, std::string>;
  // Anonymisation is not made: whoever asks is told so.
  static constexpr std::array<std::string_view, 18> kKnown{"presentationUID",
                                                           "presentationSeriesUID",
                                                           "annotation",
                                                           "requestType",
                                                           "studyUID",
                                                           "seriesUID",
                                                           "objectUID",
                                                           "contentType",
                                                           "charset",
                                                           "frameNumber",
                                                           "rows",
                                                           "columns",
                                                           "windowCenter",
                                                           "windowWidth",
                                                           "region",
                                                           "imageQuality",
                                                           "transferSyntax",
                                                           "accept"};
  std::vector<Pair> const& query_;
};

/// The query of the rendered resource that says the same. Source: PS3.18 9.1.2.2.
std::vector<std::pair<std::string, std::string>> rendered_parameters(Parameters const& asked) {
  std::vector<std::pair<std::string, std::string>> query;
  auto const text = [&asked](std::string_view key) { return std::string(asked[key]); };
  if (!asked["windowCenter"].empty() || !asked["windowWidth"].empty())
    query.emplace_back("window", text("windowCenter") + "," + text("windowWidth") + ",linear");
  std::string const most = std::to_string(kMaxViewportSide);
  if (!asked["rows"].empty() || !asked["columns"].empty()) {
    query.emplace_back("viewport", (asked["columns"].empty() ? most : text("columns")) + "," +
                                       (asked["rows"].empty() ? most : text("rows")));
  }
  if (!asked["annotation"].empty()) query.emplace_back("annotation", text("annotation"));
  if (!asked["imageQuality"].empty()) query.emplace_back("quality", text("imageQuality"));
  return query;
}

Found rendered(RetrieveTarget target, Parameters const& asked) {
  Rendered out;
  out.study_instance_uid = std::move(target.study_instance_uid);
  out.series_instance_uid = std::move(target.series_instance_uid);
  out.sop_instance_uid = std::move(target.sop_instance_uid);
  auto query = parse_rendered_query(rendered_parameters(asked));
  if (!query) return std::unexpected(kBadRequest);
  out.query = *query;
  if (!asked["region"].empty()) {
    out.query.region = parse_relative_region(asked["region"]);
    if (!out.query.region) return std::unexpected(kBadRequest);
  }
  if (!asked["frameNumber"].empty()) {
    auto const number = parse_frame_number(asked["frameNumber"]);
    if (!number) return std::unexpected(kBadRequest);
    out.frame_numbers = {*number};
  }
  if (!asked["presentationUID"].empty() || !asked["presentationSeriesUID"].empty()) {
    out.state = Rendered::State{std::string(asked["presentationSeriesUID"]),
                                std::string(asked["presentationUID"])};
    // The state says both. Source: PS3.18 9.1.2.2.3, 9.1.2.2.5.
    bool const is_usable = is_uid(out.state->sop_instance_uid) &&
                           is_uid(out.state->series_instance_uid) && !out.query.window &&
                           !out.query.region;
    if (!is_usable) return std::unexpected(kBadRequest);
  }
  out.accept = {asked["contentType"].empty() ? "image/jpeg" : std::string(asked["contentType"])};
  return out;
}

}  // namespace

Found find_wado_uri_route(RequestTarget const& target) {
  Parameters const asked(target);
  RetrieveTarget object{std::string(asked["studyUID"]), std::string(asked["seriesUID"]),
                        std::string(asked["objectUID"])};
  bool const is_named = is_uid(object.study_instance_uid) && is_uid(object.series_instance_uid) &&
                        is_uid(object.sop_instance_uid);
  if (asked["requestType"] != "WADO" || !is_named || !asked.has_only_known())
    return std::unexpected(kBadRequest);
  if (asked["contentType"] != "application/dicom") return rendered(std::move(object), asked);
  std::string accept = "application/dicom";
  if (auto const syntax = asked["transferSyntax"]; !syntax.empty()) {
    if (syntax.find_first_not_of("0123456789.") != syntax.npos) return std::unexpected(kBadRequest);
    accept += "; transfer-syntax=" + std::string(syntax);
  }
  return WadoRetrieve{
      WadoRetrieve::Kind::instances, std::move(object), {}, {}, {std::move(accept)}};
}

}  // namespace sightline::server
