#include "dicom/part10_reader.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

Bytes const kPixels = bytes_of({1, 2, 3, 4, 5, 6});

Bytes small_picture(dicom::ElementEncoding encoding) {
  return picture_header({}, encoding).bytes(0x7FE00010, "OB", kPixels).view();
}

/// `bytes` deflated: window bits -15 is a raw stream, 15 has a zlib header.
Bytes deflated(Bytes const& bytes, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  Bytes out(deflateBound(&stream, static_cast<uLong>(bytes.size())) + 64);
  Bytes in = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Bytes with_data_set(std::string_view transfer_syntax_uid, Bytes const& data_set) {
  Bytes file = part10(transfer_syntax_uid, DataSetBuilder());
  file.insert(file.end(), data_set.begin(), data_set.end());
  return file;
}

void expect_small_picture(Bytes const& file, std::string_view transfer_syntax_uid) {
  auto const instance = dicom::read_instance(file);
  ASSERT_TRUE(instance) << instance.error().detail;
  EXPECT_EQ(instance->transfer_syntax_uid, transfer_syntax_uid);
  EXPECT_EQ(instance->patient.name, "Doe^Jane");
  EXPECT_EQ(instance->unshowable_reason, "");
  EXPECT_EQ(instance->format.rows, 2u);
  EXPECT_EQ(instance->format.cols, 3u);
  EXPECT_EQ(dicom::frame_bytes(file, *instance, 0).value_or(Bytes{}), kPixels);
}

TEST(Part10, ReadsEachNativeTransferSyntax) {
  expect_small_picture(with_data_set(kImplicitLittleUid, small_picture(kImplicitLittle)),
                       kImplicitLittleUid);
  expect_small_picture(with_data_set(kExplicitLittleUid, small_picture(kExplicitLittle)),
                       kExplicitLittleUid);
  expect_small_picture(with_data_set(kExplicitBigUid, small_picture(kExplicitBig)),
                       kExplicitBigUid);
  expect_small_picture(with_data_set(kDeflatedUid, deflated(small_picture(kExplicitLittle), -15)),
                       kDeflatedUid);
}

TEST(Part10, ReadsABareDataSetByWhatItsBytesShow) {
  expect_small_picture(small_picture(kImplicitLittle), kImplicitLittleUid);
  expect_small_picture(small_picture(kExplicitLittle), kExplicitLittleUid);
  expect_small_picture(small_picture(kExplicitBig), kExplicitBigUid);
}

TEST(Part10, ReadsMetaInformationWithoutPreamble) {
  Bytes const file = with_data_set(kExplicitLittleUid, small_picture(kExplicitLittle));
  expect_small_picture(Bytes(file.begin() + 132, file.end()), kExplicitLittleUid);
  expect_small_picture(Bytes(file.begin() + 128, file.end()), kExplicitLittleUid);
}

TEST(Part10, DicmInsideAValueIsNoMagic) {
  // The value of (0008,0070) puts "DICM" at offset 128 of a file without preamble.
  DataSetBuilder builder;
  builder.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7").text(0x00080060, "CS", "CT");
  std::size_t const filler = 128 - builder.view().size() - 8;
  builder.text(0x00080070, "LO", std::string(filler, 'X') + "DICMXX");
  ASSERT_EQ(static_cast<char>(builder.view()[128]), 'D');
  auto const part = dicom::read_part10(builder.view(), kDefaultLimits);
  ASSERT_TRUE(part);
  EXPECT_EQ(part->data_set_offset, 0u);
}

TEST(Part10, WhatIsNoDicomIsSaidToBeNone) {
  for (std::string_view const text :
       {"", "x", "hello, this is a text file that is long enough to be looked at",
        "\x89PNG\r\n\x1a\n0000IHDR0000000000000000"}) {
    Bytes file;
    for (char const c : text) file.push_back(static_cast<std::byte>(c));
    auto const instance = dicom::read_instance(file);
    ASSERT_FALSE(instance);
    EXPECT_EQ(instance.error().code, Errc::not_dicom);
  }
  EXPECT_EQ(dicom::read_instance(Bytes(5000)).error().code, Errc::not_dicom);
}

TEST(Part10, AFileThatEndsInsideAnElementIsTruncated) {
  Bytes file = with_data_set(kExplicitLittleUid, small_picture(kExplicitLittle));
  file.resize(file.size() - 60);
  auto const instance = dicom::read_instance(file);
  ASSERT_FALSE(instance);
  EXPECT_EQ(instance.error().code, Errc::truncated);
}

TEST(Part10, ADeflateBombStopsAtTheLimit) {
  Bytes const zeros(8'000'000);
  Limits limits;
  limits.max_instance_bytes = 1'000'000;
  auto const instance =
      dicom::read_instance(with_data_set(kDeflatedUid, deflated(zeros, -15)), limits);
  ASSERT_FALSE(instance);
  EXPECT_EQ(instance.error().code, Errc::limit_exceeded);
}

TEST(Part10, ADamagedDeflateStreamIsCorrupt) {
  Bytes stream = deflated(small_picture(kExplicitLittle), -15);
  stream[0] = std::byte{0x07};
  auto const instance = dicom::read_instance(with_data_set(kDeflatedUid, stream));
  ASSERT_FALSE(instance);
  EXPECT_EQ(instance.error().code, Errc::corrupt);
}

TEST(Part10, AZlibHeaderBeforeADeflatedDataSetIsAccepted) {
  expect_small_picture(with_data_set(kDeflatedUid, deflated(small_picture(kExplicitLittle), 15)),
                       kDeflatedUid);
}

}  // namespace
}  // namespace sightline::dicom_test
