#include "dicom/presentation_state.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <limits>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

constexpr char kGrayscale[] = "1.2.840.10008.5.1.4.1.1.11.1";

Bytes floats(std::vector<float> const& values) {
  Bytes bytes;
  for (float const value : values) {
    auto const word = std::bit_cast<std::uint32_t>(value);
    for (unsigned shift = 0; shift < 32; shift += 8)
      bytes.push_back(static_cast<std::byte>(word >> shift));
  }
  return bytes;
}
Bytes longs(std::vector<std::int32_t> const& values) {
  Bytes bytes;
  for (std::int32_t const value : values)
    for (unsigned shift = 0; shift < 32; shift += 8)
      bytes.push_back(static_cast<std::byte>(static_cast<std::uint32_t>(value) >> shift));
  return bytes;
}

DataSetBuilder reference(std::string uid, std::string frames = {}) {
  DataSetBuilder item;
  item.text(0x00081155, "UI", std::move(uid));
  if (!frames.empty()) item.text(0x00081160, "IS", std::move(frames));
  return item;
}
DataSetBuilder start(std::string sop_class = kGrayscale) {
  return DataSetBuilder()
      .text(0x00080016, "UI", std::move(sop_class))
      .text(0x00080018, "UI", "1.2.3.4")
      .sequence(0x00081115,
                {DataSetBuilder()
                     .sequence(0x00081140, {reference("1.2.9.1"), reference("1.2.9.2", "2\\5")})
                     .text(0x0020000E, "UI", "1.2.9")});
}
Result<dicom::PresentationState> read(DataSetBuilder const& builder) {
  return dicom::read_presentation_state(part10(kExplicitLittleUid, builder));
}
DataSetBuilder graphic(std::string type, std::vector<float> const& points,
                       std::string units = "PIXEL") {
  return DataSetBuilder()
      .text(0x00700005, "CS", std::move(units))
      .words(0x00700020, "US", {2})
      .words(0x00700021, "US", {static_cast<std::uint16_t>(points.size() / 2)})
      .bytes(0x00700022, "FL", floats(points))
      .text(0x00700023, "CS", std::move(type))
      .text(0x00700024, "CS", "N");
}
DataSetBuilder annotation(std::vector<DataSetBuilder> const& texts,
                          std::vector<DataSetBuilder> const& graphics) {
  DataSetBuilder item;
  item.text(0x00700002, "CS", "L1");
  if (!texts.empty()) item.sequence(0x00700008, texts);
  if (!graphics.empty()) item.sequence(0x00700009, graphics);
  return item;
}

TEST(PresentationState, SaysWhatItIsAbout) {
  auto const state = read(start());
  ASSERT_TRUE(state) << state.error().detail;
  EXPECT_TRUE(dicom::applies_to(*state, "1.2.9.1", 1));
  EXPECT_TRUE(dicom::applies_to(*state, "1.2.9.1", 77));
  EXPECT_FALSE(dicom::applies_to(*state, "1.2.9.2", 1));
  EXPECT_TRUE(dicom::applies_to(*state, "1.2.9.2", 5));
  EXPECT_FALSE(dicom::applies_to(*state, "1.2.9.3", 1));
  EXPECT_FALSE(state->has_modality_transform);
  EXPECT_FALSE(state->presentation_lut_shape);
}

TEST(PresentationState, OtherObjectsAreNone) {
  auto const other = read(start("1.2.840.10008.5.1.4.1.1.11.4"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Errc::unsupported);
  EXPECT_FALSE(dicom::is_presentation_state("1.2.840.10008.5.1.4.1.1.2"));
  EXPECT_FALSE(dicom::is_presentation_state("1.2.840.10008.5.1.4.1.1.11."));
  EXPECT_TRUE(dicom::is_presentation_state(kGrayscale));
}

TEST(PresentationState, ARescaleSlopeOfZeroIsOneAndSaid) {
  auto const state = read(start().text(0x00281052, "DS", "-1024").text(0x00281053, "DS", "0"));
  ASSERT_TRUE(state) << state.error().detail;
  EXPECT_EQ(state->rescale_slope, 1);
  EXPECT_EQ(state->rescale_intercept, -1024);
  EXPECT_EQ(state->left_out, "Its Rescale Slope is 0, and is taken as 1.");
}

TEST(PresentationState, ReadsThePipelineOfEachImage) {
  auto const state =
      read(start()
               .text(0x00281052, "DS", "-1024")
               .text(0x00281053, "DS", "2")
               .text(0x00281054, "LO", "HU")
               .sequence(0x00283110,
                         {DataSetBuilder()
                              .sequence(0x00081140, {reference("1.2.9.1")})
                              .text(0x00281050, "DS", "40\\300")
                              .text(0x00281051, "DS", "80\\1500")
                              .text(0x00281056, "CS", "SIGMOID"),
                          DataSetBuilder()
                              .sequence(0x00081140, {reference("1.2.9.2")})
                              .sequence(0x00283010, {DataSetBuilder()
                                                         .words(0x00283002, "US", {3, 0, 8})
                                                         .words(0x00283006, "US", {0, 128, 255})})})
               .sequence(0x20500010, {DataSetBuilder()
                                          .words(0x00283002, "US", {2, 0, 16})
                                          .words(0x00283006, "US", {65535, 0})}));
  ASSERT_TRUE(state) << state.error().detail;
  EXPECT_TRUE(state->has_modality_transform);
  EXPECT_EQ(state->rescale_slope, 2);
  EXPECT_EQ(state->rescale_intercept, -1024);
  ASSERT_EQ(state->voi.size(), 2u);
  EXPECT_EQ(state->voi[0].images.front().sop_instance_uid, "1.2.9.1");
  EXPECT_EQ(state->voi[0].windows.size(), 2u);
  EXPECT_EQ(state->voi[0].windows[1].width, 1500);
  EXPECT_EQ(state->voi[0].voi_function, dicom::VoiFunction::sigmoid);
  ASSERT_TRUE(state->voi[1].lut);
  EXPECT_EQ(state->voi[1].lut->entries, (std::vector<std::uint16_t>{0, 128, 255}));
  ASSERT_TRUE(state->presentation_lut);
  EXPECT_EQ(state->presentation_lut->entries, (std::vector<std::uint16_t>{65535, 0}));
}

TEST(PresentationState, ReadsTheGeometry) {
  auto const state = read(start()
                              .text(0x00700041, "CS", "Y")
                              .words(0x00700042, "US", {270})
                              .sequence(0x0070005A, {DataSetBuilder()
                                                         .bytes(0x00700052, "SL", longs({-9, 2}))
                                                         .bytes(0x00700053, "SL", longs({512, 300}))
                                                         .text(0x00700100, "CS", "MAGNIFY")
                                                         .text(0x00700102, "IS", "2\\1")
                                                         .bytes(0x00700103, "FL", floats({1.5f}))})
                              .text(0x20500020, "CS", "INVERSE"));
  ASSERT_TRUE(state) << state.error().detail;
  EXPECT_EQ(state->rotation_deg, 270);
  EXPECT_TRUE(state->horizontal_flip);
  ASSERT_EQ(state->areas.size(), 1u);
  EXPECT_EQ(state->areas[0].top_left, (std::array<std::int32_t, 2>{-9, 2}));
  EXPECT_EQ(state->areas[0].bottom_right, (std::array<std::int32_t, 2>{512, 300}));
  EXPECT_EQ(state->areas[0].mode, dicom::DisplayedArea::Mode::magnify);
  EXPECT_EQ(state->areas[0].magnification, 1.5);
  EXPECT_EQ(state->areas[0].aspect_ratio, (std::array{2.0, 1.0}));
  EXPECT_EQ(state->presentation_lut_shape, dicom::PresentationState::LutShape::inverse);
}

TEST(PresentationState, ReadsTextsAndGraphics) {
  DataSetBuilder const text = DataSetBuilder()
                                  .text(0x00700003, "CS", "DISPLAY")
                                  .text(0x00700004, "CS", "PIXEL")
                                  .text(0x00700006, "ST", "two\r\nlines")
                                  .bytes(0x00700010, "FL", floats({0.25f, 0.5f}))
                                  .bytes(0x00700011, "FL", floats({0.75f, 0.625f}))
                                  .text(0x00700012, "CS", "RIGHT")
                                  .bytes(0x00700014, "FL", floats({10.5f, 20.5f}))
                                  .text(0x00700015, "CS", "Y");
  auto const state = read(
      start()
          .sequence(0x00700001, {annotation({text}, {graphic("ELLIPSE", {1, 2, 3, 2, 2, 1, 2, 3}),
                                                     graphic("POINT", {0.5f, 1}, "DISPLAY")})})
          .sequence(0x00700060, {DataSetBuilder()
                                     .text(0x00700002, "CS", "L1")
                                     .text(0x00700062, "IS", "3")
                                     .words(0x00700066, "US", {0x8000})}));
  ASSERT_TRUE(state) << state.error().detail;
  ASSERT_EQ(state->annotations.size(), 1u);
  auto const& [images, layer, texts, graphics] = state->annotations[0];
  EXPECT_TRUE(images.empty());
  EXPECT_EQ(layer, "L1");
  ASSERT_EQ(texts.size(), 1u);
  EXPECT_EQ(texts[0].text, "two\r\nlines");
  ASSERT_TRUE(texts[0].box);
  EXPECT_EQ(texts[0].box->units, dicom::AnnotationUnits::display);
  EXPECT_EQ(texts[0].box->bottom_right, (std::array{0.75, 0.625}));
  EXPECT_EQ(texts[0].box->justification, dicom::TextObject::Box::Justification::right);
  ASSERT_TRUE(texts[0].anchor);
  EXPECT_TRUE(texts[0].anchor->visible);
  EXPECT_EQ(texts[0].anchor->point, (std::array{10.5, 20.5}));
  ASSERT_EQ(graphics.size(), 2u);
  EXPECT_EQ(graphics[0].type, dicom::GraphicObject::Type::ellipse);
  EXPECT_EQ(graphics[0].points[1], (std::array{3.0f, 2.0f}));
  EXPECT_EQ(graphics[1].units, dicom::AnnotationUnits::display);
  ASSERT_EQ(state->layers.size(), 1u);
  EXPECT_EQ(state->layers[0].order, 3);
  EXPECT_EQ(state->layers[0].recommended_grayscale, 0x8000);
  EXPECT_EQ(state->left_out, "");
}

TEST(PresentationState, WhatCannotBeDrawnIsLeftOutAndSaid) {
  auto const state = read(start().sequence(
      0x00700001,
      {annotation({}, {graphic("POLYLINE", {1, 2, 3, 4}, "MATRIX"), graphic("SPIRAL", {1, 2, 3, 4}),
                       graphic("ELLIPSE", {1, 2}), graphic("POLYLINE", {1, 2, 3, 4})})}));
  ASSERT_TRUE(state) << state.error().detail;
  EXPECT_EQ(state->annotations[0].graphics.size(), 1u);
  EXPECT_NE(state->left_out, "");
}

TEST(PresentationState, CompoundGraphicsAreLeftOutOnlyWhereNothingStandsForThem) {
  auto const compound = [](std::vector<DataSetBuilder> const& graphics) {
    DataSetBuilder item;
    if (!graphics.empty()) item.sequence(0x00700009, graphics);
    item.sequence(0x00700209, {DataSetBuilder().text(0x00700294, "CS", "RULER")});
    return read(start().sequence(0x00700001, {item}));
  };
  EXPECT_NE(compound({})->left_out, "");
  EXPECT_EQ(compound({graphic("POLYLINE", {1, 2, 3, 4})})->left_out, "");
}

TEST(PresentationState, PointsThatAreNowhereEndTheirShape) {
  auto const nowhere = std::numeric_limits<float>::infinity();
  auto const state = read(start().sequence(
      0x00700001, {annotation({}, {graphic("POLYLINE", {1, 2, 3, 4, nowhere, 5, 6, 7})})}));
  ASSERT_TRUE(state) << state.error().detail;
  EXPECT_EQ(state->annotations[0].graphics[0].points.size(), 2u);
}

TEST(PresentationState, AMillionPointsAreRefused) {
  std::vector<DataSetBuilder> graphics;
  std::vector<float> const points(2 * 8000, 1.0f);  // FL has 16 bits of length
  for (int i = 0; i < 125; ++i) graphics.push_back(graphic("POLYLINE", points));
  auto const state = read(start().sequence(0x00700001, {annotation({}, graphics)}, true));
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().code, Errc::limit_exceeded);
}

TEST(PresentationState, TooManyObjectsAreRefused) {
  std::vector<DataSetBuilder> const graphics(20'000, graphic("POINT", {1, 2}));
  auto const state = read(start().sequence(0x00700001, {annotation({}, graphics)}, true));
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().code, Errc::limit_exceeded);
}

TEST(PresentationState, ALongTextIsCutAtTheLimitOfTexts) {
  DataSetBuilder text = DataSetBuilder()
                            .text(0x00700006, "UT", std::string(200'000, 'x'))
                            .bytes(0x00700014, "FL", floats({1, 2}));
  DataSetBuilder item = DataSetBuilder().text(0x00700004, "CS", "PIXEL");
  std::string rest;
  for (std::byte const b : text.view()) rest += static_cast<char>(b);
  auto const state = read(start().sequence(0x00700001, {annotation({item.raw(rest)}, {})}, true));
  ASSERT_TRUE(state) << state.error().detail;
  ASSERT_EQ(state->annotations[0].texts.size(), 1u);
  EXPECT_LE(state->annotations[0].texts[0].text.size(), kDefaultLimits.max_text_bytes);
}

TEST(PresentationState, TooMuchTextIsRefused) {
  DataSetBuilder const text = DataSetBuilder()
                                  .text(0x00700004, "CS", "PIXEL")
                                  .text(0x00700006, "ST", std::string(60'000, 'x'))
                                  .bytes(0x00700014, "FL", floats({1, 2}));
  std::vector<DataSetBuilder> const texts(20, text);
  auto const state = read(start().sequence(0x00700001, {annotation(texts, {})}, true));
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().code, Errc::limit_exceeded);
}

TEST(PresentationState, TakesItsOwnOverlaysWithTheirBits) {
  auto const state = read(start()
                              .text(0x00181600, "CS", "BITMAP")
                              .words(0x00181622, "US", {0})
                              .words(0x00181623, "US", {0x6000})
                              .words(0x60000010, "US", {2})
                              .words(0x60000011, "US", {3})
                              .text(0x60000040, "CS", "G")
                              .words(0x60000050, "SS", {1, 1})
                              .words(0x60000100, "US", {1})
                              .words(0x60000102, "US", {0})
                              .text(0x60001001, "CS", "L1")
                              .bytes(0x60003000, "OW", bytes_of({0b101101, 0})));
  ASSERT_TRUE(state) << state.error().detail;
  ASSERT_TRUE(state->shutter);
  EXPECT_EQ(state->shutter->overlay_group, 0x6000);
  ASSERT_EQ(state->overlays.size(), 1u);
  EXPECT_EQ(state->overlay_bits[0], bytes_of({0b101101}));
  ASSERT_EQ(state->activations.size(), 1u);
  EXPECT_EQ(state->activations[0].layer, "L1");
}

}  // namespace
}  // namespace sightline::dicom_test
