// ZIP and gzip files given to an import.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "app/importer.hpp"
#include "small_image.hpp"
#include "temporary_folder.hpp"
#include "zip_builder.hpp"

namespace sightline::server {
namespace {

namespace fs = std::filesystem;

using testing::small_image;
using testing::write_file;
using testing::ZipBuilder;
using Bytes = ZipBuilder::Bytes;

class ImportPackedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(tree_);
    store_ = std::move(*Store::open(folder_.path() / "store"));
  }
  ImportReport run() {
    TranscodePool pool({.workers = 1});
    PyramidQueue queue({store_->blobs(), store_->index(), store_->pyramids(), pool}, 1);
    Importer importer(*store_, queue, [](WalkProblem const&) {});
    return importer.run({tree_});
  }
  ImportReport run_with(Bytes const& zip) {
    write_file(tree_ / "study.zip", zip);
    return run();
  }
  /// The reason for which the one file that is refused was.
  std::string refusal_of(Bytes const& zip) {
    auto const report = run_with(zip);
    EXPECT_EQ(report.added, 0u);
    return report.refused.size() == 1 ? report.refused[0].reason : "not one";
  }
  std::size_t temporaries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_.path() / "store" / "tmp"), {}));
  }

  testing::TemporaryFolder folder_;
  fs::path const tree_ = folder_.path() / "tree";
  std::unique_ptr<Store> store_;
};

TEST_F(ImportPackedTest, FilesInAZipFileAreStoredByteForByte) {
  Bytes const one = small_image("1"), two = small_image("2");
  auto const report = run_with(ZipBuilder()
                                   .stored("CD/DICOM/ONE", one)
                                   .deflated("/etc/../../two", two)
                                   .stored("CD/", {})
                                   .stored("CD/.hidden", one)
                                   .end());
  EXPECT_EQ(report.added, 2u);
  EXPECT_EQ(report.files, 3u) << "the ZIP file and two that are not hidden";
  EXPECT_EQ(report.files_done, 3u);
  EXPECT_EQ(report.bytes_done, report.bytes);
  EXPECT_EQ(report.pictures.verified_lossless, 2u);
  EXPECT_TRUE(report.refused.empty());
  std::vector<Bytes> kept;
  auto const stored = *store_->index().stored(0, 10);
  for (auto const& row : stored)
    kept.push_back(*(*store_->blobs().open(row.sha256_hex))->read_all());
  std::vector<Bytes> given{one, two};
  std::ranges::sort(kept);
  std::ranges::sort(given);
  EXPECT_EQ(kept, given);
  EXPECT_EQ(temporaries(), 0u);
}

TEST_F(ImportPackedTest, ASecondRunTakesNothing) {
  // Two of one name, length and place in what they lie in are two all the same.
  Bytes const zip =
      ZipBuilder().deflated("same", small_image("1")).deflated("same", small_image("2")).end();
  EXPECT_EQ(run_with(zip).added, 2u);
  auto const again = run();
  EXPECT_EQ(again.added, 0u);
  EXPECT_EQ(again.already_there, 2u);
}

TEST_F(ImportPackedTest, GzipFilesAndZipFilesWithinOneAreOpened) {
  Bytes const inner = ZipBuilder().deflated("a", small_image("1")).end();
  Bytes const packed = ZipBuilder::gzip(small_image("2"));
  write_file(tree_ / "three.dcm.GZ", ZipBuilder::gzip(small_image("3")));
  auto const report =
      run_with(ZipBuilder().deflated("inner.ZIP", inner).stored("b.gz", packed).end());
  EXPECT_EQ(report.added, 3u);
  EXPECT_TRUE(report.refused.empty());
}

TEST_F(ImportPackedTest, PartsOfAGzipFileBehindOneAnotherAreOneFile) {
  Bytes const image = small_image("1");
  Bytes joined = ZipBuilder::gzip(std::span(image).first(200));
  std::ranges::copy(ZipBuilder::gzip(std::span(image).subspan(200)), std::back_inserter(joined));
  write_file(tree_ / "image.gz", joined);
  EXPECT_EQ(run().added, 1u);
}

TEST_F(ImportPackedTest, ADeflatedFileOfDamagedBytesIsRefused) {
  Bytes const whole = ZipBuilder::gzip(small_image("1"));
  write_file(tree_ / "cut.gz", std::span(whole).first(100));
  auto const report = run();
  ASSERT_EQ(report.refused.size(), 1u);
  EXPECT_EQ(report.refused[0].reason, "truncated: its packed bytes end early");
  EXPECT_EQ(temporaries(), 0u);
}

TEST_F(ImportPackedTest, WhatIsNotDicomIsNamedByItsPlaceInTheZipFile) {
  Bytes const note(64, std::byte{'x'});
  auto const report = run_with(ZipBuilder().deflated("a/README", note).stored("empty", {}).end());
  std::vector<std::string> names;
  for (auto const& problem : report.not_dicom) names.push_back(problem.path.native());
  std::ranges::sort(names);
  std::string const zip = (tree_ / "study.zip").native();
  EXPECT_EQ(names, (std::vector{zip + "/a/README", zip + "/empty"}));
  EXPECT_FALSE(report.anything_usable());
}

TEST_F(ImportPackedTest, ZipFilesThatLieAreRefused) {
  Bytes const image = small_image("1");
  EXPECT_EQ(refusal_of(ZipBuilder().deflated("a", image, {.flags = 1}).end()),
            "unsupported: it is encrypted");
  EXPECT_EQ(refusal_of(ZipBuilder().deflated("a", image, {.method = 93}).end()),
            "unsupported: it is compressed by Zstandard");
  EXPECT_EQ(refusal_of(ZipBuilder().deflated("a", image, {.size = 0x7FFFFFFF}).end()),
            "unsupported: its sizes in the ZIP file contradict");
  EXPECT_EQ(refusal_of(ZipBuilder().deflated("a", image, {.size = 300}).end()),
            "corrupt: it is longer than stated");
  EXPECT_EQ(refusal_of(ZipBuilder().deflated("a", image, {.size = 5000}).end()),
            "corrupt: it is shorter than stated");
  EXPECT_EQ(refusal_of(ZipBuilder().deflated("a", image, {.crc = 77}).end()),
            "corrupt: its checksum in the ZIP file is another one");
  Bytes cut = ZipBuilder().deflated("a", image).end();
  cut.resize(cut.size() - 30);
  EXPECT_EQ(refusal_of(cut), "truncated: the ZIP file has no end");
  EXPECT_EQ(temporaries(), 0u);
}

TEST_F(ImportPackedTest, MembersThatShareBytesAreRefused) {
  Bytes const one = ZipBuilder().stored("a", small_image("1")).end();
  Bytes two = one;
  auto const end = std::span(one).last(22);
  std::size_t const directory = one.size() - 22 - 47;
  two.resize(one.size() - 22);
  std::copy(one.begin() + static_cast<std::ptrdiff_t>(directory),
            one.begin() + static_cast<std::ptrdiff_t>(directory) + 47, std::back_inserter(two));
  std::ranges::copy(end, std::back_inserter(two));
  std::size_t const at = two.size() - 22;
  two[at + 8] = two[at + 10] = std::byte{2};
  two[at + 12] = std::byte{94};
  EXPECT_EQ(refusal_of(two), "corrupt: members of the ZIP file overlap");
}

TEST_F(ImportPackedTest, ADirectoryOfMoreOrFewerMembersThanItCountsIsRefused) {
  Bytes const two = ZipBuilder().stored("a", small_image("1")).stored("b", small_image("2")).end();
  for (int count : {0, 1, 3}) {
    Bytes zip = two;
    zip[zip.size() - 22 + 8] = zip[zip.size() - 22 + 10] = std::byte(count);
    EXPECT_EQ(refusal_of(zip), "corrupt: the ZIP file's directory is damaged") << count;
  }
}

TEST(ZipDirectory, IsReadToItsEndWhereItsCountOf16BitsRunsOver) {
  ZipBuilder zip;
  for (int i = 0; i < 0x10000 + 2; ++i) zip.stored("a", {});
  Bytes const bytes = zip.end();
  ASSERT_EQ(bytes[bytes.size() - 22 + 10], std::byte{2});
  auto const entries = read_zip_directory(bytes);
  ASSERT_TRUE(entries) << entries.error().detail;
  EXPECT_EQ(entries->size(), 0x10002u);
}

TEST(ZipDirectory, MayEndWithASignature) {
  Bytes zip = ZipBuilder().stored("a", small_image("1")).end();
  // APPNOTE.TXT 4.3.13: PK 5 5, no bytes
  Bytes const signature{std::byte{'P'}, std::byte{'K'}, std::byte{5},
                        std::byte{5},   std::byte{0},   std::byte{0}};
  zip.insert(zip.end() - 22, signature.begin(), signature.end());
  zip[zip.size() - 22 + 12] = std::byte{47 + 6};
  auto const entries = read_zip_directory(zip);
  ASSERT_TRUE(entries) << entries.error().detail;
  EXPECT_EQ(entries->size(), 1u);
}

TEST(ZipDirectory, OfMoreMembersThanAreTakenIsRefused) {
  ZipBuilder zip;
  for (int i = 0; i < 100'001; ++i) zip.stored("a", {});
  auto const entries = read_zip_directory(zip.end());
  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().code, Errc::limit_exceeded);
}

TEST_F(ImportPackedTest, ZipFilesAreOpenedThreeDeep) {
  Bytes zip = ZipBuilder().stored("a", small_image("1")).end();
  for (int i = 0; i < 2; ++i) zip = ZipBuilder().deflated("in.zip", zip).end();
  EXPECT_EQ(run_with(zip).added, 1u);
  auto const deeper = run_with(ZipBuilder().deflated("in.zip", zip).end());
  EXPECT_EQ(deeper.added, 0u);
  ASSERT_EQ(deeper.refused.size(), 1u);
  EXPECT_EQ(deeper.refused[0].reason,
            "unsupported: a ZIP file within more ZIP files than are opened");
}

TEST_F(ImportPackedTest, AProgramThatUnpacksItselfIsAZipFile) {
  Bytes const zip = ZipBuilder().deflated("a", small_image("1")).end();
  Bytes program(4000 + zip.size(), std::byte{'M'});
  std::ranges::copy(zip, program.begin() + 4000);
  write_file(tree_ / "viewer.exe", program);
  EXPECT_EQ(run().added, 1u);
}

TEST_F(ImportPackedTest, DicomWithAZipFilesPreambleIsDicom) {
  Bytes image = small_image("1");
  image[0] = std::byte{'P'}, image[1] = std::byte{'K'};
  image[2] = std::byte{3}, image[3] = std::byte{4};
  write_file(tree_ / "image.zip", image);
  EXPECT_EQ(run().added, 1u);
}

TEST(UnpackAllowance, EndsWhereASumIsReachedAndCannotWrapRound) {
  UnpackAllowance allowance;
  EXPECT_TRUE(allowance.take_bytes(UnpackAllowance::kMostBytes - 1));
  EXPECT_TRUE(allowance.take_bytes(1));
  EXPECT_FALSE(allowance.take_bytes(1));
  EXPECT_FALSE(allowance.take_bytes(~0ull));
  EXPECT_TRUE(allowance.take_files(UnpackAllowance::kMostFiles));
  EXPECT_FALSE(allowance.take_files(1));
}

}  // namespace
}  // namespace sightline::server
