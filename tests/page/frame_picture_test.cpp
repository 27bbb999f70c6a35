#include "page/frame_picture.hpp"

#include <gtest/gtest.h>

#include "tile/htj2k_encoder.hpp"

namespace sightline::server {
namespace {

/// A native 8-bit frame in memory.
struct NativeFrame {
  NativeFrame(std::uint32_t rows, std::uint32_t cols, std::vector<int> const& values) {
    instance.has_pixels = true;
    instance.number_of_frames = 1;
    instance.format.rows = rows;
    instance.format.cols = cols;
    instance.format.bits_allocated = instance.format.bits_stored = 8;
    instance.format.high_bit = 7;
    instance.display.resize(1);
    instance.geometry.resize(1);
    for (int const value : values) bytes.push_back(static_cast<std::byte>(value));
    stream.encoding = codec::Encoding::native;
    stream.level_ends = {static_cast<std::uint32_t>(bytes.size())};
    stream.max = 255;
  }
  FrameSource source() {
    return {instance, 0, stream,
            [this](std::uint8_t) { return Result<std::vector<std::byte>>(bytes); }};
  }

  dicom::Instance instance;
  wire::StreamIndex stream;
  std::vector<std::byte> bytes;
};

std::vector<int> values_of(Picture const& picture) {
  std::vector<int> out;
  for (std::byte const b : picture.bytes) out.push_back(std::to_integer<int>(b));
  return out;
}

TEST(DrawFrame, AWindowOfTheRequestReplacesTheFiles) {
  NativeFrame frame(1, 4, {0, 9, 10, 11});
  frame.instance.display[0].windows = {{128, 256, ""}};
  // LINEAR, the file's window of 0 … 255: the identity. Width 1 at 10: x <= 9.5 is black, above is
  // white. PS3.3 C.11.2.1.2.1
  EXPECT_EQ(values_of(*draw_frame(frame.source(), std::nullopt, std::nullopt)),
            (std::vector<int>{0, 9, 10, 11}));
  RenderedQuery::Window const step{10, 1, dicom::VoiFunction::linear};
  EXPECT_EQ(values_of(*draw_frame(frame.source(), step, std::nullopt)),
            (std::vector<int>{0, 0, 255, 255}));
  // LINEAR_EXACT, center 10, width 4: (x - 8) / 4. PS3.3 C.11.2.1.3.2
  RenderedQuery::Window const exact{10, 4, dicom::VoiFunction::linear_exact};
  EXPECT_EQ(values_of(*draw_frame(frame.source(), exact, std::nullopt)),
            (std::vector<int>{0, 64, 128, 191}));
}

TEST(DrawFrame, ARegionIsCutOutAndMirrored) {
  NativeFrame frame(3, 4, {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23});
  frame.instance.display[0].windows = {{128, 256, ""}};
  using Region = RenderedQuery::Region;
  auto const draw = [&](Region const& region, std::optional<PictureSize> box = std::nullopt) {
    auto const picture = draw_frame(frame.source(), std::nullopt, box, region);
    return picture ? values_of(*picture) : std::vector<int>{};
  };
  EXPECT_EQ(draw({1, 1, 2, 2}), (std::vector<int>{11, 12, 21, 22}));
  EXPECT_EQ(draw({1, 1, 2, 2, true}), (std::vector<int>{12, 11, 22, 21}));
  EXPECT_EQ(draw({1, 1, 2, 2, false, true}), (std::vector<int>{21, 22, 11, 12}));
  EXPECT_EQ(draw({2, 0, 0, 1}), (std::vector<int>{2, 3})) << "to the end of the row";
  EXPECT_EQ(draw({0.5, 2.0 / 3, 0.5, 1.0 / 3, false, false, true}), (std::vector<int>{22, 23}));
  auto const enlarged = draw({3, 2, 1, 1}, PictureSize{5, 5});  // its borders lean to the others
  ASSERT_EQ(enlarged.size(), 25u);
  EXPECT_EQ(enlarged.back(), 23);
  for (Region const& outside : {Region{4, 0, 1, 1}, Region{0, 0, 5, 1}, Region{0, 3, 1, 0}})
    EXPECT_EQ(draw_frame(frame.source(), std::nullopt, std::nullopt, outside).error().code,
              Errc::invalid_argument);
}

/// Of HTJ2K only what is shown is decoded: a code-block that is broken elsewhere is not met.
TEST(DrawFrame, ARegionOfHtj2kIsDecodedAlone) {
  std::vector<int> values;
  for (int i = 0; i < 200 * 300; ++i) values.push_back((i * i >> 4) & 255);
  NativeFrame const native(200, 300, values);
  SampleBlock const block{200, 300, 1, 8, false, native.bytes};
  auto const encoded = encode_htj2k(block, {.precision_bits = 8});
  ASSERT_TRUE(encoded);
  std::vector<std::byte> broken = *encoded;
  broken[broken.size() - 3] = std::byte{0xfe};  // Scup of the last code-block: HH, lower right
  NativeFrame frame(200, 300, values);
  frame.instance.display[0].windows = {{128, 256, ""}};
  frame.stream.encoding = codec::Encoding::htj2k;
  RenderedQuery::Region const region{17, 21, 60, 50};
  for (auto const& bytes : {*encoded, broken}) {
    frame.bytes = bytes;
    frame.stream.level_ends = {static_cast<std::uint32_t>(bytes.size())};
    auto const picture = draw_frame(frame.source(), std::nullopt, std::nullopt, region);
    ASSERT_TRUE(picture) << picture.error().detail;
    ASSERT_EQ(picture->cols, 60u);
    auto const drawn = values_of(*picture);
    ASSERT_EQ(drawn.size(), 60u * 50);
    for (std::size_t i = 0; i < drawn.size(); ++i)
      ASSERT_EQ(drawn[i], values[(21 + i / 60) * 300 + 17 + i % 60]) << i;
  }
  EXPECT_FALSE(draw_frame(frame.source(), std::nullopt, std::nullopt));
  RenderedQuery::Region const lower_right{200, 150, 100, 50};
  EXPECT_FALSE(draw_frame(frame.source(), std::nullopt, std::nullopt, lower_right));
}

TEST(DrawFrame, PetIsInvertedForWhoViewsItOnly) {
  NativeFrame frame(1, 2, {0, 255});
  frame.instance.sop_class_uid = "1.2.840.10008.5.1.4.1.1.128";
  frame.stream.min = 0, frame.stream.max = 255;
  auto const draw = [&](bool is_as_viewed, std::optional<RenderedQuery::Window> window = {}) {
    FrameSource source = frame.source();
    source.is_as_viewed = is_as_viewed;
    return values_of(draw_frame(source, window, std::nullopt).value());
  };
  EXPECT_EQ(draw(false), (std::vector<int>{0, 255}));
  EXPECT_EQ(draw(true), (std::vector<int>{255, 0}));
  EXPECT_EQ(draw(true, RenderedQuery::Window{128, 256}), (std::vector<int>{0, 255}));
}

/// PS3.3 C.7.6.19: stored values from 10 on are in the table.
TEST(DrawFrame, ASupplementalPaletteGivesColoursToAGreyPicture) {
  NativeFrame frame(1, 3, {9, 10, 11});
  frame.instance.display[0].windows = {{128, 256, ""}};
  frame.instance.palette = {dicom::Lut{10, 8, {1, 2}, ""}, dicom::Lut{10, 8, {30, 40}, ""},
                            dicom::Lut{10, 8, {255, 0}, ""}};
  Picture const picture = draw_frame(frame.source(), std::nullopt, std::nullopt).value();
  EXPECT_EQ(picture.samples, 3U);
  EXPECT_EQ(values_of(picture), (std::vector<int>{9, 9, 9, 1, 30, 255, 2, 40, 0}));
}

TEST(DrawFrame, FillsTheBoxInThePixelsOwnShape) {
  NativeFrame frame(2, 2, {100, 100, 100, 100});
  frame.instance.display[0].windows = {{128, 256, ""}};
  frame.instance.geometry[0].pixel_spacing = {2.0, 1.0};  // pixels twice as high as wide
  Picture const picture = draw_frame(frame.source(), std::nullopt, PictureSize{64, 64}).value();
  EXPECT_EQ(picture.rows, 64U);
  EXPECT_EQ(picture.cols, 32U);
  EXPECT_EQ(values_of(picture), std::vector<int>(64 * 32, 100));  // no black margin
  Picture const odd = draw_frame(frame.source(), std::nullopt, PictureSize{37, 1000}).value();
  EXPECT_EQ(values_of(odd), std::vector<int>(odd.rows * odd.cols, 100));
}

TEST(DrawFrame, ALargeFrameWithoutLevelsIsAveraged) {
  std::vector<int> stripes;
  for (int i = 0; i < 64 * 64; ++i) stripes.push_back(i % 2 == 0 ? 0 : 200);
  NativeFrame frame(64, 64, stripes);
  frame.instance.display[0].windows = {{128, 256, ""}};
  Picture const picture = draw_frame(frame.source(), std::nullopt, PictureSize{8, 8}).value();
  for (int const value : values_of(picture)) EXPECT_NEAR(value, 100, 4);
}

TEST(DrawFrame, FailuresAreNamed) {
  NativeFrame frame(1, 2, {1, 2});
  frame.stream.failure = Errc::corrupt;
  EXPECT_EQ(draw_frame(frame.source(), std::nullopt, std::nullopt).error().code, Errc::corrupt);
  frame.stream.failure = Errc::ok;
  frame.stream.level_ends = {};
  EXPECT_EQ(draw_frame(frame.source(), std::nullopt, std::nullopt).error().code, Errc::no_pixels);
  frame.stream.level_ends = {2};
  frame.bytes.pop_back();
  EXPECT_FALSE(draw_frame(frame.source(), std::nullopt, std::nullopt));
}

TEST(LevelWithin, IsTheHighestThatFits) {
  dicom::Instance instance;
  instance.format.rows = 500;
  instance.format.cols = 300;
  wire::StreamIndex stream;
  stream.level_ends = {1, 2, 3, 4};  // 63, 125, 250, 500 rows
  EXPECT_EQ(level_within(instance, stream, 128), 1);
  EXPECT_EQ(level_within(instance, stream, 63), 0);
  EXPECT_EQ(level_within(instance, stream, 62), std::nullopt);
  EXPECT_EQ(level_within(instance, stream, 500), 3);
  EXPECT_EQ(level_size(instance, stream, 0), (PictureSize{63, 38}));
  stream.level_ends = {1};
  EXPECT_EQ(level_within(instance, stream, 1000), std::nullopt);
}

}  // namespace
}  // namespace sightline::server
