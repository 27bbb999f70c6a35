// Headers as ITU-T T.81, T.87 and ISO/IEC 15444-1 have them; JPEG XL's are what cjxl 0.7 wrote.
#include "dicom/codestream_shape.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

using Family = dicom::TransferSyntax::Family;
using dicom::CodestreamShape;

/// SOI, a comment, and a frame header of one component.
Bytes jpeg(int marker, int bits, int rows, int cols) {
  return bytes_of({0xFF,        0xD8,      0xFF,        0xFE, 0,  4,    'h',
                   'i',         0xFF,      marker,      0,    11, bits, rows >> 8,
                   rows & 0xFF, cols >> 8, cols & 0xFF, 1,    1,  0x11, 0});
}

Bytes siz(int bits, int rows, int cols, int left = 0) {
  return bytes_of({0xFF, 0x4F, 0xFF, 0x51, 0,    41, 0, 0, 0, 0, 0, cols + left, 0,        0, 0,
                   rows, 0,    0,    0,    left, 0,  0, 0, 0, 0, 0, 1,           0,        0, 0,
                   1,    0,    0,    0,    0,    0,  0, 0, 0, 0, 0, 1,           bits - 1, 1, 1});
}

void expect_shape(Bytes const& bytes, Family family, CodestreamShape const& wanted) {
  auto const shape = dicom::codestream_shape(bytes, family);
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->rows, wanted.rows);
  EXPECT_EQ(shape->cols, wanted.cols);
  EXPECT_EQ(shape->components, wanted.components);
  EXPECT_EQ(shape->bits, wanted.bits);
}

TEST(CodestreamShape, IsReadOfEachFamily) {
  expect_shape(jpeg(0xC0, 8, 20, 300), Family::jpeg, {20, 300, 1, 8});
  expect_shape(jpeg(0xC3, 12, 20, 30), Family::jpeg, {20, 30, 1, 12});
  expect_shape(jpeg(0xF7, 16, 20, 30), Family::jpeg_ls, {20, 30, 1, 16});
  expect_shape(siz(9, 20, 30), Family::jpeg_2000, {20, 30, 1, 9});
  expect_shape(siz(9, 20, 30, 5), Family::jpeg_2000, {20, 30, 1, 9});
  Bytes boxed = bytes_of(
      {0, 0, 0, 12, 'j', 'P', ' ', ' ', 0x0D, 0x0A, 0x87, 0x0A, 0, 0, 0, 0, 'j', 'p', '2', 'c'});
  for (std::byte const b : siz(8, 2, 3)) boxed.push_back(b);
  expect_shape(boxed, Family::jpeg_2000, {2, 3, 1, 8});
  expect_shape(bytes_of({0xFF, 0x0A, 0x98, 0x40, 0x10, 0x14}), Family::jpeg_xl, {20, 30, 0, 8});
  expect_shape(bytes_of({0xFF, 0x0A, 0xD0, 0x50, 0x10, 0x50}), Family::jpeg_xl, {27, 48, 0, 8});
  expect_shape(bytes_of({0xFF, 0x0A, 0x58, 0x89, 0xCE, 0x07, 0x08, 0x8A}), Family::jpeg_xl,
               {300, 1000, 0, 8});
  expect_shape(bytes_of({0,   0,   0,    12,  'J', 'X', 'L', ' ',  0x0D, 0x0A, 0x87, 0x0A, 0,    0,
                         0,   20,  'f',  't', 'y', 'p', 'j', 'x',  'l',  ' ',  0,    0,    0,    0,
                         'j', 'x', 'l',  ' ', 0,   0,   0,   9,    'j',  'x',  'l',  'l',  0x0A, 0,
                         0,   0,   0x29, 'j', 'x', 'l', 'c', 0xFF, 0x0A, 0x49, 0xF0, 0x03, 0x14}),
               Family::jpeg_xl, {40, 40, 0, 16});
}

TEST(CodestreamShape, IsNotReadOfWhatIsCutOrNone) {
  for (Family const family : {Family::jpeg, Family::jpeg_ls, Family::jpeg_2000, Family::jpeg_xl}) {
    for (Bytes const& whole : {jpeg(0xC0, 8, 20, 30), siz(8, 20, 30)}) {
      for (std::size_t length = 0; length <= 12; ++length) {
        Bytes const cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_FALSE(dicom::codestream_shape(cut, family)) << length;
      }
    }
  }
  EXPECT_FALSE(dicom::codestream_shape(jpeg(0xC0, 8, 20, 30), Family::rle));
}

TEST(CodestreamShape, ItsSizeAndADepthThatDoesNotFitAreBelieved) {
  PixelFormat const stated{10, 30, 1, 8, 8, 7, false, 0, Photometric::monochrome2};
  Limits const limits;
  PixelFormat format = stated;
  EXPECT_FALSE(dicom::believe_shape({10, 30, 1, 8}, limits, format));
  EXPECT_TRUE(dicom::believe_shape({20, 31, 1, 7}, limits, format));
  EXPECT_EQ(format.rows, 20u);
  EXPECT_EQ(format.cols, 31u);
  EXPECT_EQ(format.bits_stored, 8) << "a depth that fits says nothing";
  format = stated;
  EXPECT_TRUE(dicom::believe_shape({10, 30, 1, 12}, limits, format));
  EXPECT_EQ(format.bits_allocated, 16);
  EXPECT_EQ(format.bits_stored, 12);
  EXPECT_EQ(format.high_bit, 11);
  format = stated;
  EXPECT_FALSE(dicom::believe_shape({20, 30, 3, 8}, limits, format)) << "colour that nobody names";
  EXPECT_FALSE(dicom::believe_shape({0, 30, 1, 8}, limits, format)) << "DNL tells the lines";
  EXPECT_FALSE(dicom::believe_shape({70000, 70000, 1, 8}, limits, format));
  EXPECT_EQ(format.rows, 10u);
}

/// GDCM gives such a JPEG in its own size; DCMTK and GDCM give one that is too deep in 16 bits.
TEST(CodestreamShape, APictureHasTheSizeOfItsCodestream) {
  for (auto const& [uid, codestream] : {std::pair(kJpegBaselineUid, jpeg(0xC0, 8, 20, 30)),
                                        std::pair(kJpeg2000Uid, siz(8, 20, 30))}) {
    Bytes padded = codestream;
    padded.resize(padded.size() + padded.size() % 2);
    Bytes const first(padded.begin(), padded.begin() + 6), rest(padded.begin() + 6, padded.end());
    auto const instance =
        dicom::read_instance(part10(uid, picture_header().fragments({}, {first, rest})));
    ASSERT_TRUE(instance) << instance.error().detail;
    EXPECT_EQ(instance->format.rows, 20u);
    EXPECT_EQ(instance->format.cols, 30u);
  }
}

}  // namespace
}  // namespace sightline::dicom_test
