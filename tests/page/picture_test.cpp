#include "page/picture.hpp"

#include <gtest/gtest.h>
#include <png.h>

#include "page/png_writer.hpp"

namespace sightline::server {
namespace {

Picture make_picture(std::uint32_t rows, std::uint32_t cols, std::uint16_t samples,
                     std::vector<int> const& values) {
  Picture picture{rows, cols, samples, {}};
  for (int const value : values) picture.bytes.push_back(static_cast<std::byte>(value));
  return picture;
}
std::vector<int> values_of(Picture const& picture) {
  std::vector<int> out;
  for (std::byte const b : picture.bytes) out.push_back(std::to_integer<int>(b));
  return out;
}

TEST(ScalePicture, HalvingAveragesByTheTriangle) {
  // target centre 0.5 of the source: weights of samples 0, 1, 2 (radius 2): 3/4, 3/4, 1/4 of 7/4,
  // and the mirror image.
  Picture const scaled = scale_picture(make_picture(1, 4, 1, {0, 70, 140, 210}), 1, 2).value();
  EXPECT_EQ(values_of(scaled), (std::vector<int>{50, 160}));
}

TEST(ScalePicture, DoublingIsBilinear) {
  Picture const scaled = scale_picture(make_picture(1, 2, 1, {0, 100}), 1, 4).value();
  EXPECT_EQ(values_of(scaled), (std::vector<int>{0, 25, 75, 100}));
}

TEST(ScalePicture, RowsAndColumnsAreNotMixedUp) {
  Picture const picture =
      make_picture(2, 3, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19});
  EXPECT_EQ(values_of(scale_picture(picture, 2, 3).value()), values_of(picture));
  Picture const flat = scale_picture(make_picture(4, 2, 1, {9, 9, 9, 9, 9, 9, 9, 9}), 1, 7).value();
  EXPECT_EQ(flat.rows, 1U);
  EXPECT_EQ(values_of(flat), std::vector<int>(7, 9));
}

TEST(ScalePicture, ShapesThatAreWrongAreRefused) {
  EXPECT_FALSE(scale_picture(make_picture(2, 2, 1, {1, 2, 3}), 1, 1));
  EXPECT_FALSE(scale_picture(make_picture(1, 1, 1, {1}), 0, 1));
  EXPECT_FALSE(scale_picture(Picture{}, 1, 1));
}

TEST(FitInto, KeepsTheShape) {
  EXPECT_EQ(fit_into({512, 512}, {128, 64}), (PictureSize{64, 64}));
  EXPECT_EQ(fit_into({100, 300}, {128, 128}), (PictureSize{43, 128}));
  EXPECT_EQ(fit_into({1, 10000}, {128, 128}), (PictureSize{1, 128}));
  EXPECT_EQ(fit_into({10, 20}, {1000, 1000}), (PictureSize{500, 1000}));
}

/// Reads a PNG by libpng's simplified interface.
std::vector<int> read_png(std::vector<std::byte> const& bytes, unsigned format, unsigned& rows,
                          unsigned& cols) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) return {};
  image.format = format;
  std::vector<png_byte> out(PNG_IMAGE_SIZE(image));
  if (png_image_finish_read(&image, nullptr, out.data(), 0, nullptr) == 0) return {};
  rows = image.height;
  cols = image.width;
  return {out.begin(), out.end()};
}

TEST(EncodePng, GreyAndColourComeBackAsTheyWere) {
  unsigned rows = 0, cols = 0;
  Picture const grey = make_picture(2, 3, 1, {0, 1, 128, 254, 255, 7});
  EXPECT_EQ(read_png(encode_png(grey, 9).value(), PNG_FORMAT_GRAY, rows, cols), values_of(grey));
  EXPECT_EQ(rows, 2U);
  EXPECT_EQ(cols, 3U);
  Picture const colour = make_picture(1, 2, 3, {255, 0, 3, 9, 200, 100});
  EXPECT_EQ(read_png(encode_png(colour, 1).value(), PNG_FORMAT_RGB, rows, cols), values_of(colour));
}

TEST(EncodePng, ShapesThatAreWrongAreRefused) {
  EXPECT_EQ(encode_png(make_picture(2, 2, 1, {1, 2, 3}), 6).error().code, Errc::invalid_argument);
  EXPECT_EQ(encode_png(make_picture(1, 1, 2, {1, 2}), 6).error().code, Errc::invalid_argument);
  EXPECT_EQ(encode_png(Picture{}, 6).error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace sightline::server
