#include "page/study_page.hpp"

#include <gtest/gtest.h>

#include "base/base64.hpp"
#include "page/first_picture.hpp"
#include "page/sample_store.hpp"
#include "wire/tile_frame.hpp"

namespace sightline::server {
namespace {

PageTemplate make_template(std::vector<std::string> const& origins = {}) {
  return PageTemplate::parse("<html><main><!--sightline:study--></main></html>", origins).value();
}

/// The text between the element's opening tag (recognised by its id) and "</script>".
std::string element(std::string const& page, std::string_view id) {
  std::size_t const at = page.find("id=\"" + std::string(id) + "\">");
  if (at == std::string::npos) return {};
  std::size_t const begin = page.find('>', at) + 1;
  return page.substr(begin, page.find("</script>", begin) - begin);
}

class StudyPageTest : public testing::Test {
 protected:
  std::string page_of(char const* study) {
    return compose_study_page(make_template(), **store.tiles.open(study), store.tiles);
  }

  SampleStore store;
};

TEST_F(StudyPageTest, AHostileNameCannotLeaveItsElement) {
  std::string const page = page_of(kSampleStudy);
  std::string const manifest = element(page, "sightline-manifest");
  EXPECT_TRUE(manifest.ends_with("}"));
  EXPECT_NE(manifest.find("\\u003c/script>\\u003cb>Sentinel^Patient"), std::string::npos);
  EXPECT_EQ(page.find("<b>"), std::string::npos);
  EXPECT_EQ(page.find("<img src=x"), std::string::npos);
  EXPECT_TRUE(page.ends_with("</script></main></html>"));
}

TEST_F(StudyPageTest, TheFirstLevelsAreOneTileMessageOfTheMiddleSlice) {
  wire::Tile expected;
  std::vector<std::byte> const stream = SampleStore::ct_stream(1);
  expected.frame = 1;
  expected.last_level = 1;  // 128 x 128 of 256 x 256
  expected.payload = std::span(stream).first(kSampleCtEnds[1]);
  EXPECT_EQ(element(page_of(kSampleStudy), "sightline-first"),
            base64(wire::encode(wire::ServerMessage(expected))));
}

TEST_F(StudyPageTest, APendingStudyHasItsManifestAlone) {
  std::string const page = page_of(kPendingStudy);
  EXPECT_NE(element(page, "sightline-manifest").find("\"pending\":true"), std::string::npos);
  EXPECT_EQ(page.find("sightline-first"), std::string::npos);
  EXPECT_EQ(page.find("sightline-preview"), std::string::npos);
}

TEST(StudyPagePreview, IsAPngOfTheFirstPicture) {
  SampleStore store;
  wire::Manifest manifest = store.index.manifest(kSampleStudy).value();
  manifest.instances.erase(manifest.instances.begin(),
                           manifest.instances.begin() + 3);  // the US clip is left
  store.index.put(manifest);
  store.index.raise_revision(kSampleStudy);
  std::string const page =
      compose_study_page(make_template(), **store.tiles.open(kSampleStudy), store.tiles);
  EXPECT_NE(
      page.find("<img id=\"sightline-preview\" alt=\"\" src=\"data:image/png;base64,iVBORw0KGgo"),
      std::string::npos);
  EXPECT_EQ(page.find("sightline-first"), std::string::npos);  // a native frame has no small level
}

TEST(PageTemplate, NeedsItsCommentOnce) {
  EXPECT_FALSE(PageTemplate::parse("<html></html>", {}));
  EXPECT_FALSE(PageTemplate::parse("<!--sightline:study--><!--sightline:study-->", {}));
  EXPECT_EQ(make_template().without_study(), "<html><main></main></html>");
}

TEST(PageTemplate, CarriesTheOriginsThatMayEmbedIt) {
  std::string const page = make_template({"https://ehr.example", "http://a:1"}).without_study();
  EXPECT_EQ(element(page, "sightline-config"),
            R"({"embeddingOrigins":["https://ehr.example","http://a:1"]})");
}

/// A study of series given as {modality positions or not, showable flags}.
StudyTable make_table(std::vector<std::pair<bool, std::vector<bool>>> const& series) {
  StudyTable table;
  for (std::size_t s = 0; s < series.size(); ++s) {
    for (std::size_t i = 0; i < series[s].second.size(); ++i) {
      wire::ManifestInstance entry;
      entry.instance.series.series_instance_uid = "1." + std::to_string(s + 1);
      entry.instance.series.series_number = static_cast<std::int32_t>(s);
      entry.instance.sop_instance_uid =
          entry.instance.series.series_instance_uid + "." + std::to_string(i + 1);
      entry.instance.instance_number = static_cast<std::int32_t>(i);
      entry.instance.has_pixels = true;
      entry.instance.number_of_frames = 1;
      entry.instance.geometry.resize(1);
      if (series[s].first) {
        entry.instance.geometry[0].image_position = {0, 0, static_cast<double>(i)};
        entry.instance.geometry[0].image_orientation = {1, 0, 0, 0, 1, 0};
      }
      wire::StreamIndex stream;
      stream.encoding = codec::Encoding::native;
      stream.level_ends = {1};
      if (!series[s].second[i]) stream.failure = Errc::corrupt;
      entry.streams = {stream};
      table.manifest.instances.push_back(std::move(entry));
    }
  }
  table.frames = wire::number_frames(table.manifest);
  return table;
}

TEST(FirstPicture, IsTheMiddleOfAStackOfPositions) {
  EXPECT_EQ(first_picture(make_table({{true, {true, true, true, true}}})), 2U);
  EXPECT_EQ(first_picture(make_table({{true, {true, true, true}}})), 1U);
  EXPECT_EQ(first_picture(make_table({{true, {true}}})), 0U);
}

TEST(FirstPicture, IsTheFirstOfOtherSeries) {
  EXPECT_EQ(first_picture(make_table({{false, {true, true, true}}})), 0U);
}

TEST(FirstPicture, IsTheMiddleOfAVolumeOfFrames) {
  StudyTable table = make_table({{false, {true, true}}});
  wire::ManifestInstance& volume = table.manifest.instances.front();
  volume.instance.number_of_frames = 5;
  volume.instance.geometry.clear();
  for (int i = 0; i < 5; ++i) {
    dicom::FrameGeometry frame;
    frame.image_position = {0, 0, 2.0 * i};
    frame.image_orientation = {1, 0, 0, 0, 1, 0};
    volume.instance.geometry.push_back(frame);
  }
  volume.streams.assign(5, volume.streams.front());
  table.frames = wire::number_frames(table.manifest);
  EXPECT_EQ(first_picture(table), 2U);
  volume.instance.viewing_order = {4, 3, 0, 1, 2};
  EXPECT_EQ(first_picture(table), 0U) << "the middle of that order";
  volume.instance.viewing_order.clear();
  volume.instance.geometry[3].image_position = {0, 0, 0};  // another time, or segment
  EXPECT_EQ(first_picture(table), 0U);
}

TEST(FirstPicture, PassesOverSeriesWithoutStreams) {
  EXPECT_EQ(first_picture(make_table({{true, {false, false, false}}, {true, {true, true, true}}})),
            4U);
  EXPECT_EQ(first_picture(make_table({{false, {false}}})), std::nullopt);
}

TEST(FirstPicture, IsNoOtherThanTheViewersChoice) {
  EXPECT_EQ(first_picture(make_table({{true, {true, false, true}}})), std::nullopt);
}

}  // namespace
}  // namespace sightline::server
