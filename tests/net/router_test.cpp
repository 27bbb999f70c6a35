#include "net/router.hpp"

#include <gtest/gtest.h>

namespace sightline::server {
namespace {

using Segments = std::vector<std::string>;

std::expected<Route, unsigned> route(std::string_view text) {
  Result<RequestTarget> const target = parse_request_target(text);
  if (!target) return std::unexpected(400u);
  return find_route(*target);
}
template <class T>
T route_as(std::string_view text) {
  return std::get<T>(route(text).value());
}
unsigned refused(std::string_view text) {
  std::expected<Route, unsigned> const found = route(text);
  return found ? 0 : found.error();
}

TEST(RequestTarget, SplitsBeforeItDecodes) {
  EXPECT_EQ(parse_request_target("/a%2Fb/c%20d")->segments, (Segments{"a/b", "c d"}));
  EXPECT_EQ(*parse_request_target("/x?search=M%C3%BCller+A&y")->find("search"), "M\xC3\xBCller A");
  EXPECT_EQ(*parse_request_target("/x?y")->find("y"), "");
  EXPECT_EQ(parse_request_target("/x")->find("y"), nullptr);
}

TEST(RequestTarget, TraversalNulAndBrokenEncodingAreRefused) {
  for (std::string_view const text :
       {"/../etc/passwd", "/assets/../index.html", "/assets/%2e%2e/x", "/assets/.%2E/x",
        "/assets/./x", "/a//b", "/a%00b", "/a%0d%0aX", "/a%7f", "/a%", "/a%2", "/a%zz", "*",
        "http://host/", "", "relative", "/a?x=%00", "/a?x=1&x=2"}) {
    EXPECT_FALSE(parse_request_target(text)) << text;
  }
}

TEST(RequestTarget, TooManyPartsAreRefused) {
  std::string path, query = "/?";
  for (int i = 0; i < 33; ++i) path += "/a", query += "k" + std::to_string(i) + "=1&";
  EXPECT_FALSE(parse_request_target(path));
  EXPECT_FALSE(parse_request_target(query));
}

TEST(Router, EveryRouteIsFound) {
  EXPECT_NO_THROW(route_as<ListPage>("/"));
  EXPECT_EQ(route_as<ViewPage>("/view/1.2.3").study_instance_uid, "1.2.3");
  EXPECT_NO_THROW(route_as<ServerStatus>("/api/status"));
  EXPECT_EQ(route_as<StudyManifest>("/api/studies/1.2.3/manifest").study_instance_uid, "1.2.3");
  EXPECT_NO_THROW(route_as<TileSocketUpgrade>("/socket"));
  EXPECT_EQ(route_as<Asset>("/assets/main-1a2B3c4D.js").path, "/assets/main-1a2B3c4D.js");
  StreamTable const table = route_as<StreamTable>("/tiles/" + std::string(64, 'a') + "/streams/2");
  EXPECT_EQ(table.sha256_hex, std::string(64, 'a'));
  EXPECT_EQ(table.part_index0, 1U);
  TileStream const tile = route_as<TileStream>("/tiles/" + std::string(64, 'a') + "/3");
  EXPECT_EQ(tile.sha256_hex, std::string(64, 'a'));
  EXPECT_EQ(tile.frame_index0, 2U);
  EXPECT_EQ(route_as<VideoStream>("/videos/" + std::string(64, 'a')).sha256_hex,
            std::string(64, 'a'));
  auto const overlay = route_as<OverlayFrame>("/overlays/" + std::string(64, 'a') + "/601e/3");
  EXPECT_EQ(overlay.sha256_hex, std::string(64, 'a'));
  EXPECT_EQ(overlay.group, 0x601E);
  EXPECT_EQ(overlay.frame_index0, 2U);
  EXPECT_EQ(route_as<ProfileOfInstance>("/profiles/" + std::string(64, 'c')).sha256_hex,
            std::string(64, 'c'));
  EXPECT_EQ(route_as<PresentationDocument>("/presentations/" + std::string(64, 'b')).sha256_hex,
            std::string(64, 'b'));
  EXPECT_EQ(route_as<LayerDocument>("/layers/" + std::string(64, 'c')).sha256_hex,
            std::string(64, 'c'));
}

TEST(Router, TheListTakesItsQueryAndNothingElse) {
  StudyQuery const query =
      route_as<StudyList>("/api/studies?search=doe&sort=patientName&order=asc&offset=20&limit=50")
          .query;
  EXPECT_EQ(query.search, "doe");
  EXPECT_EQ(query.sort, StudyQuery::Sort::patient_name);
  EXPECT_FALSE(query.descending);
  EXPECT_EQ(query.offset, 20U);
  EXPECT_EQ(query.limit, 50U);
  EXPECT_EQ(refused("/api/studies?limit=1001"), 400U);
  EXPECT_EQ(refused("/api/studies?limit=0"), 400U);
  EXPECT_EQ(refused("/api/studies?offset=-1"), 400U);
  EXPECT_EQ(refused("/api/studies?offset=99999999999"), 400U);
  EXPECT_EQ(refused("/api/studies?sort=shoeSize"), 400U);
  EXPECT_EQ(refused("/api/studies?order=up"), 400U);
  EXPECT_EQ(refused("/api/studies?token=x"), 400U);
  EXPECT_EQ(refused("/api/studies?search=" + std::string(257, 'a')), 400U);
}

TEST(Router, WadoUriMeansTheSameRoutes) {
  std::string const object = "/wado?requestType=WADO&studyUID=1.2&seriesUID=3.4&objectUID=5.6";
  Rendered const picture = route_as<Rendered>(
      object +
      "&frameNumber=3&rows=100&windowCenter=40&windowWidth=400&imageQuality=50&region=0,0,0.5,1");
  EXPECT_EQ(picture.sop_instance_uid, "5.6");
  EXPECT_EQ(picture.frame_numbers, std::vector{3U});
  EXPECT_EQ(picture.query.viewport, (RenderedQuery::Viewport{8192, 100}));
  EXPECT_EQ(picture.query.window, (RenderedQuery::Window{40, 400, dicom::VoiFunction::linear}));
  EXPECT_EQ(picture.query.quality, 50);
  EXPECT_TRUE(picture.query.region->is_relative);
  EXPECT_EQ(picture.accept, std::vector<std::string>{"image/jpeg"});
  EXPECT_EQ(route_as<Rendered>(object + "&contentType=image/png").accept,
            std::vector<std::string>{"image/png"});
  EXPECT_EQ(route_as<Rendered>(object + "&annotation=patient,technique").query.annotation,
            (Annotation{true, true}));
  auto const state =
      route_as<Rendered>(object + "&presentationUID=7.9&presentationSeriesUID=7.8").state;
  ASSERT_TRUE(state);
  EXPECT_EQ(state->series_instance_uid + " " + state->sop_instance_uid, "7.8 7.9");
  WadoRetrieve const file = route_as<WadoRetrieve>(
      object + "&contentType=application/dicom&transferSyntax=1.2.840.10008.1.2.4.90");
  EXPECT_EQ(file.target.series_instance_uid, "3.4");
  EXPECT_EQ(file.accept,
            std::vector<std::string>{"application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90"});
  for (char const* const wrong :
       {"&annotation=name", "&anonymize=yes", "&frameNumber=0", "&windowCenter=1", "&rows=x",
        "&imageQuality=0", "&region=1,1,0,0", "&objectUID=7.8", "&nonsense=1",
        "&contentType=application/dicom&transferSyntax=x", "&presentationUID=7.8",
        "&presentationSeriesUID=7.8",
        "&presentationUID=7.9&presentationSeriesUID=7.8&region=0,0,0.5,1"})
    EXPECT_EQ(refused(object + wrong), 400U) << wrong;
  EXPECT_EQ(refused("/wado?requestType=WADO&studyUID=1.2&objectUID=5.6"), 400U);
  EXPECT_EQ(refused("/wado?studyUID=1.2&seriesUID=3.4&objectUID=5.6"), 400U);
}

TEST(Router, RenderedPicturesOfDicomWeb) {
  std::string const instance = "/dicom-web/studies/1.2/series/3.4/instances/5.6";
  Rendered const rendered =
      route_as<Rendered>(instance + "/rendered?window=40,400,linear&viewport=512,256");
  EXPECT_EQ(rendered.study_instance_uid, "1.2");
  EXPECT_EQ(rendered.series_instance_uid, "3.4");
  EXPECT_EQ(rendered.sop_instance_uid, "5.6");
  EXPECT_TRUE(rendered.frame_numbers.empty());
  EXPECT_FALSE(rendered.has_many());
  EXPECT_EQ(rendered.query.viewport->width_px, 512U);
  Rendered const one = route_as<Rendered>(instance + "/frames/2/rendered");
  EXPECT_EQ(one.frame_numbers, std::vector{2U});
  EXPECT_FALSE(one.has_many());
  Rendered const two = route_as<Rendered>(instance + "/frames/2,1/rendered");
  EXPECT_EQ(two.frame_numbers, (std::vector{2U, 1U}));
  EXPECT_TRUE(two.has_many());
  EXPECT_TRUE(route_as<Rendered>("/dicom-web/studies/1.2/series/3.4/rendered").has_many());
  EXPECT_TRUE(route_as<Rendered>("/dicom-web/studies/1.2/rendered").has_many());
  EXPECT_FALSE(route_as<Rendered>("/dicom-web/studies/1.2/thumbnail").has_many());
  EXPECT_TRUE(route_as<Rendered>(instance + "/thumbnail").is_thumbnail);
  EXPECT_TRUE(route_as<Rendered>("/dicom-web/studies/1.2/thumbnail").series_instance_uid.empty());
  EXPECT_TRUE(
      route_as<Rendered>("/dicom-web/studies/1.2/series/3.4/thumbnail").sop_instance_uid.empty());
  EXPECT_EQ(refused(instance + "/rendered?window=40,400"), 400U);
  EXPECT_EQ(refused(instance + "/frames/0/rendered"), 404U);
  EXPECT_EQ(refused(instance + "/frames/1,x/rendered"), 404U);
  EXPECT_EQ(refused(instance + "/frames/1,2/thumbnail"), 404U);
  EXPECT_EQ(refused("/dicom-web/studies/1.2/frames/1/rendered"), 404U);
}

TEST(Router, DicomWebSearches) {
  using Level = DicomSearch::Level;
  EXPECT_EQ(route_as<QidoSearch>("/dicom-web/studies").resource.level, Level::study);
  EXPECT_EQ(route_as<QidoSearch>("/dicom-web/series").resource.level, Level::series);
  EXPECT_EQ(route_as<QidoSearch>("/dicom-web/instances").resource.level, Level::instance);
  QidoSearch const in_study = route_as<QidoSearch>("/dicom-web/studies/1.2/series?Modality=CT");
  EXPECT_EQ(in_study.resource.level, Level::series);
  EXPECT_EQ(in_study.resource.study_instance_uid, "1.2");
  EXPECT_EQ(in_study.query.size(), 1U);
  EXPECT_EQ(route_as<QidoSearch>("/dicom-web/studies/1.2/instances").resource.level,
            Level::instance);
  QidoSearch const in_series = route_as<QidoSearch>(
      "/dicom-web/studies/1.2/series/3.4/instances?includefield=a&includefield=b");
  EXPECT_EQ(in_series.resource.series_instance_uid, "3.4");
  EXPECT_EQ(in_series.query.size(), 2U);
  EXPECT_EQ(refused("/dicom-web/studies/1.2/studies"), 404U);
  EXPECT_EQ(refused("/dicom-web/patients"), 404U);
  EXPECT_EQ(refused("/dicom-web"), 404U);
}

TEST(Router, DicomWebRetrieves) {
  using Kind = WadoRetrieve::Kind;
  std::string const instance = "/dicom-web/studies/1.2/series/3.4/instances/5.6";
  EXPECT_EQ(route_as<WadoRetrieve>("/dicom-web/studies/1.2").kind, Kind::instances);
  EXPECT_EQ(route_as<WadoRetrieve>("/dicom-web/studies/1.2/series/3.4").kind, Kind::instances);
  EXPECT_EQ(route_as<WadoRetrieve>(instance).target.sop_instance_uid, "5.6");
  EXPECT_EQ(route_as<WadoRetrieve>("/dicom-web/studies/1.2/metadata").kind, Kind::metadata);
  EXPECT_EQ(route_as<WadoRetrieve>(instance + "/frames/3,1").frame_numbers,
            (std::vector<std::uint32_t>{3, 1}));
  EXPECT_EQ(route_as<WadoRetrieve>(instance + "/bulkdata/00400260/2/00420011").bulk_path,
            "00400260/2/00420011");
  EXPECT_EQ(route_as<WadoRetrieve>(instance + "?accept=a%2Fb&accept=c").accept.size(), 2U);
  EXPECT_EQ(refused(instance + "/frames/0"), 400U);
  EXPECT_EQ(refused(instance + "/frames/1,,2"), 400U);
  EXPECT_EQ(refused("/dicom-web/studies/1.2/frames/1"), 404U);
  EXPECT_EQ(refused("/dicom-web/studies/1.2/series/3.4/bulkdata/7FE00010"), 404U);
  EXPECT_EQ(refused("/dicom-web/studies/1.2%1B"), 400U);
}

TEST(Router, IdentifiersMustHaveTheirForm) {
  EXPECT_EQ(route_as<ViewPage>("/view/REM%20SAMPLES%201").study_instance_uid, "REM SAMPLES 1");
  EXPECT_EQ(route_as<ViewPage>("/view/1.2%C3%A9").study_instance_uid, "");
  EXPECT_EQ(route_as<ViewPage>("/view/" + std::string(65, '1')).study_instance_uid, "");
  EXPECT_EQ(route_as<ViewPage>("/view/1.2/3").study_instance_uid, "");
  EXPECT_EQ(refused("/tiles/" + std::string(63, 'a') + "/1"), 404U);
  EXPECT_EQ(refused("/tiles/" + std::string(64, 'A') + "/1"), 404U);
  EXPECT_EQ(refused("/tiles/" + std::string(64, 'a') + "/0"), 404U);
  EXPECT_EQ(refused("/tiles/" + std::string(64, 'a') + "/streams/0"), 404U);
  EXPECT_EQ(refused("/tiles/" + std::string(64, 'a') + "/stream/1"), 404U);
  EXPECT_EQ(refused("/tiles/" + std::string(64, 'a') + "/1x"), 404U);
  for (std::string_view const rest :
       {"/6000", "/6000/0", "/60000/1", "/600g/1", "/-600/1", "/6000/1/2"})
    EXPECT_EQ(refused("/overlays/" + std::string(64, 'a') + std::string(rest)), 404U) << rest;
  EXPECT_EQ(refused("/presentations/" + std::string(63, 'a')), 404U);
  EXPECT_EQ(refused("/profiles/" + std::string(63, 'a')), 404U);
  EXPECT_EQ(refused("/profiles/" + std::string(64, 'a') + "/1"), 404U);
  EXPECT_EQ(refused("/presentations/" + std::string(64, 'a') + "/1"), 404U);
  EXPECT_EQ(refused("/layers/" + std::string(63, 'a')), 404U);
  EXPECT_EQ(refused("/api/studies/1.2%C3%A9/manifest"), 404U);
  EXPECT_EQ(refused("/nothing"), 404U);
}

TEST(Router, ThePatternSaysNothingOfTheRequest) {
  EXPECT_EQ(route_pattern(route("/view/1.2.3").value()), "/view/{study}");
  EXPECT_EQ(route_pattern(route("/api/studies?search=doe").value()), "/api/studies");
}

}  // namespace
}  // namespace sightline::server
