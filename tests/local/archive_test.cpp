#include "local/archive.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::local {
namespace {

using namespace dicom_test;

std::string hash(char digit) { return std::string(64, digit); }

/// An instance of study 1.2.3, series 1.2.3.1, with pixels of 2 x 3 bytes that begin with `first`.
DataSetBuilder slice(std::string const& instance_number, int first) {
  DataSetBuilder builder;
  builder.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7")
      .text(0x00080018, "UI", "1.2.3.1." + instance_number)
      .text(0x00100010, "PN", "Local^Patient")
      .text(0x0020000D, "UI", "1.2.3")
      .text(0x0020000E, "UI", "1.2.3.1")
      .text(0x00200013, "IS", instance_number)
      .words(0x00280002, "US", {1})
      .text(0x00280004, "CS", "MONOCHROME2")
      .words(0x00280010, "US", {2})
      .words(0x00280011, "US", {3})
      .words(0x00280100, "US", {8})
      .words(0x00280101, "US", {8})
      .words(0x00280102, "US", {7})
      .words(0x00280103, "US", {0})
      .bytes(0x7FE00010, "OB", bytes_of({first, 2, 3, 4, 5, 6}));
  return builder;
}
Bytes file(std::string const& instance_number, int first) {
  return part10(kExplicitLittleUid, slice(instance_number, first));
}

TEST(Archive, AFrameLiesWhereItsFileSays) {
  Archive archive;
  Bytes const second = file("2", 20), first = file("1", 10);
  ASSERT_EQ(archive.add(second, hash('a')), 0u);
  ASSERT_EQ(archive.add(first, hash('b')), 1u);
  ASSERT_EQ(archive.studies().size(), 1u);
  EXPECT_EQ(archive.studies().front().study_instance_uid, "1.2.3");
  EXPECT_EQ(archive.studies().front().instances, 2u);
  auto const location = archive.locate(1, 0);
  ASSERT_TRUE(location);
  EXPECT_TRUE(location->is_plain);
  ASSERT_EQ(location->span.fragments.size(), 1u);
  dicom::ByteSpan const span = location->span.fragments.front();
  EXPECT_EQ(span.length_bytes, 6u);
  EXPECT_EQ(first.at(static_cast<std::size_t>(span.offset_bytes)), std::byte{10});
  EXPECT_EQ(archive.locate(1, 1).error().code, Errc::not_found);
  EXPECT_EQ(archive.locate(2, 0).error().code, Errc::not_found);
}

TEST(Archive, TheManifestIsInTheOrderOfThePicturesNotOfTheFiles) {
  Archive archive;
  ASSERT_TRUE(archive.add(file("2", 20), hash('a')));
  ASSERT_TRUE(archive.add(file("1", 10), hash('b')));
  auto const manifest = archive.manifest("1.2.3");
  ASSERT_TRUE(manifest);
  EXPECT_LT(manifest->find("1.2.3.1.1\""), manifest->find("1.2.3.1.2\""));
  EXPECT_NE(manifest->find("\"local\":true"), std::string::npos);
  EXPECT_EQ(manifest->find("digests"), std::string::npos);
}

TEST(Archive, AFileWithoutUidsIsAStudyOfItsOwn) {
  Archive archive;
  DataSetBuilder bare;
  bare.words(0x00280002, "US", {1}).text(0x00280004, "CS", "MONOCHROME2");
  bare.text(0x0020000D, "UI", "../no uid");
  Bytes const first = part10(kExplicitLittleUid, bare);
  ASSERT_TRUE(archive.add(first, std::string(31, '0') + "a" + std::string(32, 'f')));
  ASSERT_TRUE(archive.add(first, hash('f')));
  // PS3.5 B.2: 2.25 and a number of 128 bits
  EXPECT_TRUE(archive.manifest("2.25.10"));
  EXPECT_TRUE(archive.manifest("2.25.340282366920938463463374607431768211455"));
}

TEST(Archive, TheSameBytesAgainChangeNothing) {
  Archive archive;
  ASSERT_TRUE(archive.add(file("1", 10), hash('a')));
  auto const again = archive.add(file("1", 10), hash('a'));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::stale);
  EXPECT_EQ(archive.studies().front().instances, 1u);
}

TEST(Archive, OtherBytesUnderTheSameUidAreAConflict) {
  Archive archive;
  ASSERT_TRUE(archive.add(file("1", 10), hash('a')));
  ASSERT_TRUE(archive.add(file("1", 11), hash('b')));
  EXPECT_NE(archive.manifest("1.2.3")->find("\"conflict\":true"), std::string::npos);
}

TEST(Archive, DeflatedFramesNeedTheWholeFile) {
  Archive archive;
  // RFC 1951 3.2.4: one stored block
  Bytes const data = slice("1", 10).view();
  Bytes deflated = meta(kDeflatedUid);
  auto const length = static_cast<unsigned>(data.size());
  for (unsigned const value :
       {1u, length & 0xFFu, length >> 8u, ~length & 0xFFu, (~length >> 8u) & 0xFFu})
    deflated.push_back(static_cast<std::byte>(value));
  deflated.insert(deflated.end(), data.begin(), data.end());
  ASSERT_TRUE(archive.add(deflated, hash('a')));
  auto const location = archive.locate(0, 0);
  ASSERT_TRUE(location);
  EXPECT_FALSE(location->is_plain);
  auto const bytes = archive.frame_bytes(0, 0, deflated);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*bytes, bytes_of({10, 2, 3, 4, 5, 6}));
}

TEST(Archive, AFrameThatIsDeflatedIsAsLongAsWhatComesOutOfIt) {
  Archive archive;
  Bytes const samples = bytes_of({1, 2, 3, 4, 5, 6});
  DataSetBuilder builder;
  builder.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7").text(0x00080018, "UI", "1.2.3.1.1");
  builder.text(0x0020000D, "UI", "1.2.3").text(0x0020000E, "UI", "1.2.3.1");
  builder.words(0x00280002, "US", {1}).text(0x00280004, "CS", "MONOCHROME2");
  builder.words(0x00280010, "US", {2}).words(0x00280011, "US", {3}).words(0x00280100, "US", {8});
  // RFC 1951 3.2.4: one stored block, and a byte to make the length even
  Bytes const fragment = bytes_of({1, 6, 0, 0xF9, 0xFF, 1, 2, 3, 4, 5, 6, 0});
  Bytes const deflated = part10("1.2.840.10008.1.2.8.1", builder.fragments({}, {fragment}));
  ASSERT_TRUE(archive.add(deflated, hash('a')));
  auto const bytes = archive.frame_bytes(0, 0, deflated);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*bytes, samples);
  auto const manifest = archive.manifest("1.2.3");
  EXPECT_TRUE(manifest->contains("\"ends\":[[6]]")) << *manifest;
}

TEST(Archive, WhatIsNoDicomOrAMediaDirectoryIsRefused) {
  Archive archive;
  EXPECT_EQ(archive.add(Bytes(200), hash('a')).error().code, Errc::not_dicom);
  DataSetBuilder directory;
  directory.text(0x00080016, "UI", "1.2.840.10008.1.3.10").text(0x00080018, "UI", "1.2.3");
  EXPECT_EQ(archive.add(part10(kExplicitLittleUid, directory), hash('b')).error().code,
            Errc::unsupported);
  EXPECT_TRUE(archive.studies().empty());
}

}  // namespace
}  // namespace sightline::local
