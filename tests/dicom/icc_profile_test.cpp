// ICC Profile (0028,2000) of synthetic data sets; the header's fields as ICC.1:2022 7.2 places
// them.
#include "dicom/icc_profile.hpp"

#include <gtest/gtest.h>

#include <string_view>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

constexpr std::uint32_t kIccProfile = 0x00282000, kOpticalPathSequence = 0x00480105;

struct Header {
  std::uint32_t size = 132;
  int major = 2;
  std::string_view device_class = "scnr", space = "RGB ", connection = "XYZ ", magic = "acsp";
};

Bytes profile(Header const& header, std::size_t length = 132) {
  Bytes bytes(length);
  auto const put = [&](std::size_t at, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) bytes[at + i] = static_cast<std::byte>(text[i]);
  };
  for (std::size_t i = 0; i < 4; ++i)
    bytes[i] = static_cast<std::byte>(header.size >> (24 - 8 * i));
  bytes[8] = static_cast<std::byte>(header.major);
  put(12, header.device_class);
  put(16, header.space);
  put(20, header.connection);
  put(36, header.magic);
  bytes.back() = std::byte{7};
  return bytes;
}

Bytes file_of(DataSetBuilder const& data_set) { return part10(kExplicitLittleUid, data_set); }

DataSetBuilder path_with(Bytes const& value) {
  return DataSetBuilder().text(0x00480106, "SH", "1").bytes(kIccProfile, "OB", value);
}

Errc refused(Header const& header, std::size_t length = 132) {
  auto const checked = dicom::checked_icc_profile(profile(header, length));
  return checked ? Errc::ok : checked.error().code;
}

TEST(IccProfile, IsFoundAtTheTopLevelAndInOpticalPaths) {
  Bytes const value = profile({});
  Bytes const pixels(6);
  auto const top = dicom::read_icc_profile(
      file_of(DataSetBuilder().bytes(kIccProfile, "OB", value).bytes(0x7FE00010, "OB", pixels)));
  ASSERT_TRUE(top) << top.error().detail;
  EXPECT_EQ(*top, value);
  for (bool const undefined_length : {false, true}) {
    DataSetBuilder data_set;
    data_set.sequence(
        kOpticalPathSequence,
        {DataSetBuilder().text(0x00480106, "SH", "0"), path_with(value), path_with(value)},
        undefined_length);
    auto const path = dicom::read_icc_profile(file_of(data_set));
    ASSERT_TRUE(path) << path.error().detail;
    EXPECT_EQ(*path, value);
  }
}

TEST(IccProfile, OfImplicitVr) {
  DataSetBuilder data_set(kImplicitLittle);
  data_set.sequence(kOpticalPathSequence,
                    {DataSetBuilder(kImplicitLittle).bytes(kIccProfile, "OB", profile({}))}, true);
  EXPECT_TRUE(dicom::read_icc_profile(part10("1.2.840.10008.1.2", data_set)));
}

TEST(IccProfile, TheBeginningOfAFileIsEnough) {
  Bytes file = file_of(DataSetBuilder()
                           .bytes(kIccProfile, "OB", profile({}))
                           .bytes(0x00480200, "OB", Bytes(64))
                           .header(0x7FE00010, "OB", 1'000'000));
  EXPECT_TRUE(dicom::read_icc_profile(file));
  file.resize(file.size() - 70);
  EXPECT_TRUE(dicom::read_icc_profile(file));
  file.resize(file.size() - 40);
  EXPECT_EQ(dicom::read_icc_profile(file).error().code, Errc::truncated);
}

TEST(IccProfile, ThereIsNone) {
  auto const code = [](DataSetBuilder const& data_set) {
    return dicom::read_icc_profile(file_of(data_set)).error().code;
  };
  EXPECT_EQ(code(DataSetBuilder().text(0x00080060, "CS", "OT")), Errc::not_found);
  EXPECT_EQ(code(DataSetBuilder().bytes(kIccProfile, "OB", {})), Errc::not_found);
  EXPECT_EQ(code(DataSetBuilder().sequence(kOpticalPathSequence, {})), Errc::not_found);
  EXPECT_EQ(code(DataSetBuilder().bytes(0x7FE00010, "OB", Bytes(6))), Errc::not_found);
}

TEST(IccProfile, SeveralAreRefused) {
  DataSetBuilder data_set;
  data_set.sequence(kOpticalPathSequence,
                    {path_with(profile({})), path_with(profile({.device_class = "mntr"}))});
  EXPECT_EQ(dicom::read_icc_profile(file_of(data_set)).error().code, Errc::unsupported);
}

TEST(IccProfile, WhatFollowsItsSizeIsPadding) {
  auto const checked = dicom::checked_icc_profile(profile({.size = 140}, 142));
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->size(), 140u);
}

TEST(IccProfile, OtherProfilesAreRefusedWithTheirReason) {
  EXPECT_EQ(refused({}), Errc::ok);
  EXPECT_EQ(refused({.major = 4, .device_class = "mntr", .connection = "Lab "}), Errc::ok);
  EXPECT_EQ(refused({.device_class = "spac"}), Errc::ok);
  EXPECT_EQ(refused({.device_class = "prtr"}), Errc::unsupported);
  EXPECT_EQ(refused({.device_class = "link"}), Errc::unsupported);
  EXPECT_EQ(refused({.space = "GRAY"}), Errc::unsupported);
  EXPECT_EQ(refused({.space = "CMYK"}), Errc::unsupported);
  EXPECT_EQ(refused({.major = 5}), Errc::unsupported);
  EXPECT_EQ(refused({.connection = "RGB "}), Errc::corrupt);
  EXPECT_EQ(refused({.magic = "acsq"}), Errc::corrupt);
  EXPECT_EQ(refused({.size = 131}), Errc::corrupt);
  EXPECT_EQ(refused({.size = 133}), Errc::truncated);
  EXPECT_EQ(refused({}, 131), Errc::truncated);
  EXPECT_EQ(refused({}, dicom::kMaxIccProfileBytes + 1), Errc::limit_exceeded);
}

}  // namespace
}  // namespace sightline::dicom_test
