// STOW-RS without sockets: bodies in pieces of any size over real originals. Source: PS3.18 10.5.
#include "dicomweb/stow_reader.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cerrno>

#include "blob/folder_store.hpp"
#include "small_archive.hpp"
#include "stow_into.hpp"

namespace sightline::server {
namespace {

using testing::SmallArchive;

std::string text_of(std::vector<std::byte> const& bytes) {
  return std::string(reinterpret_cast<char const*>(bytes.data()), bytes.size());
}
std::string body_of(std::vector<std::string> const& objects,
                    std::string const& type = "application/dicom") {
  std::string body;
  for (std::string const& object : objects)
    body += "\r\n--b\r\nContent-Type: " + type + "\r\n\r\n" + object;
  return body + "\r\n--b--\r\n";
}
MediaType type_of(std::string_view text) { return *parse_media_type(text); }
MediaType const kMultipart = type_of("multipart/related; type=\"application/dicom\"; boundary=b");

std::size_t files_under(std::filesystem::path const& folder) {
  std::size_t files = 0;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(folder))
    files += entry.is_regular_file() ? 1 : 0;
  return files;
}

class Stow : public ::testing::Test {
 protected:
  std::unique_ptr<StowReader> reader(std::string study = {}, MediaType const& type = kMultipart) {
    return reader_into(archive.blobs(), std::move(study), type);
  }
  std::unique_ptr<StowReader> reader_into(BlobStore& blobs, std::string study = {},
                                          MediaType const& type = kMultipart) {
    auto made = StowReader::create(type, study, "http://h/dicom-web/studies", blobs,
                                   testing::ingest_into(archive, study));
    return made ? std::move(*made) : nullptr;
  }
  StowAnswer send(std::unique_ptr<StowReader> reader, std::string const& body,
                  std::size_t piece = std::string::npos) {
    auto answer = testing::feed_all(*reader, body, piece);
    EXPECT_TRUE(answer);
    return answer ? std::move(*answer) : StowAnswer{};
  }
  std::string object(std::string const& study, std::string const& sop, int number = 1) {
    return text_of(SmallArchive::make(
        {.study = study, .series = study + ".1", .sop = sop, .instance_number = number}));
  }

  SmallArchive archive;
};

TEST_F(Stow, WhatIsSentIsKeptByteForByteHoweverItIsCut) {
  std::string const first = object("1.1", "1.1.1.1"), second = object("1.1", "1.1.1.2");
  for (std::size_t const piece : {std::size_t{1}, std::size_t{7}, std::string::npos}) {
    StowAnswer const answer = send(reader(), body_of({first, second}), piece);
    EXPECT_EQ(answer.status(), 200u);
    ASSERT_EQ(answer.stored.size(), 2u);
    EXPECT_EQ(answer.stored[1].sop_instance_uid, "1.1.1.2");
  }
  auto const hash = archive.index().find_instance("1.1", "1.1.1", "1.1.1.2");
  ASSERT_TRUE(hash);
  EXPECT_EQ(text_of(*(*archive.blobs().open(*hash))->read_all()), second);
  EXPECT_EQ(files_under(archive.folder() / "originals"), 2u);
  EXPECT_EQ(files_under(archive.folder() / "tmp"), 0u);
}

TEST_F(Stow, OneObjectMayComeWithoutMultipart) {
  std::string const body = object("1.1", "1.1.1.1");
  StowAnswer const answer = send(reader({}, type_of("application/dicom")), body, 100);
  EXPECT_EQ(answer.status(), 200u);
  EXPECT_EQ(send(reader({}, type_of("application/dicom")), "").status(), 400u);
}

TEST_F(Stow, EachObjectIsAnsweredForItself) {
  std::string const good = object("1.1", "1.1.1.1"), foreign = object("1.2", "1.2.1.1");
  StowAnswer const answer =
      send(reader("1.1"), body_of({"not DICOM", good, foreign, good.substr(0, 100), ""}));
  EXPECT_EQ(answer.status(), 202u);
  ASSERT_EQ(answer.stored.size(), 1u);
  ASSERT_EQ(answer.failed.size(), 1u);
  EXPECT_EQ(answer.failed[0].sop_instance_uid, "1.2.1.1");
  EXPECT_EQ(answer.failed[0].failure, StoreReason::other_study);
  EXPECT_EQ(answer.other_failures.size(), 3u);
  // The original, index.sqlite with its WAL, and the mark of the process that writes.
  EXPECT_EQ(files_under(archive.folder()), 1u + 3u + 1u);
  EXPECT_FALSE(archive.index().revision("1.2"));

  auto const json =
      boost::json::parse(encode_stow_answer(answer, "http://h/dicom-web")).as_object();
  EXPECT_EQ(json.at("00081190").at("Value").at(0), "http://h/dicom-web/studies/1.1");
  auto const& failed = json.at("00081198").at("Value").at(0);
  EXPECT_EQ(failed.at("00081155").at("Value").at(0), "1.2.1.1");
  EXPECT_EQ(failed.at("00081197").at("Value").at(0).to_number<int>(), 0xA901);
  EXPECT_EQ(json.at("00081199").at("Value").at(0).at("00081190").at("Value").at(0),
            "http://h/dicom-web/studies/1.1/series/1.1.1/instances/1.1.1.1");
  auto const& others = json.at("0008119A").at("Value").as_array();
  ASSERT_EQ(others.size(), 3u);
  EXPECT_EQ(others[0].at("00081197").at("Value").at(0).to_number<int>(), 0xC000);
}

TEST_F(Stow, NoneStoredIsAConflict) {
  EXPECT_EQ(send(reader(), body_of({"not DICOM"})).status(), 409u);
  EXPECT_EQ(send(reader("1.9"), body_of({object("1.1", "1.1.1.1")})).status(), 409u);
}

TEST_F(Stow, OtherBytesOfTheSameNameAreKeptAndSaid) {
  EXPECT_EQ(send(reader(), body_of({object("1.1", "1.1.1.1", 1)})).status(), 200u);
  StowAnswer const answer = send(reader(), body_of({object("1.1", "1.1.1.1", 2)}));
  EXPECT_EQ(answer.status(), 202u);
  ASSERT_EQ(answer.stored.size(), 1u);
  EXPECT_EQ(answer.stored[0].warning, StoreReason::duplicate_instance);
  EXPECT_EQ(files_under(archive.folder() / "originals"), 2u);
}

TEST_F(Stow, AnotherMediaTypeIsRefused) {
  EXPECT_EQ(reader({}, type_of("multipart/form-data; boundary=b")), nullptr);
  EXPECT_EQ(reader({}, type_of("text/plain")), nullptr);
  EXPECT_EQ(reader({}, type_of("multipart/related; type=\"image/jpeg\"; boundary=b")), nullptr);
  EXPECT_EQ(reader({}, type_of("multipart/related; type=\"application/dicom\"")), nullptr);
  StowAnswer const answer = send(reader(), body_of({object("1.1", "1.1.1.1")}, "image/jpeg"));
  EXPECT_EQ(answer.status(), 409u);
  EXPECT_EQ(answer.other_failures, std::vector<StoreReason>{StoreReason::media_type_not_supported});
}

TEST_F(Stow, ABodyThatBreaksOffKeepsWhatWasWhole) {
  std::string const body = body_of({object("1.1", "1.1.1.1"), object("1.1", "1.1.1.2")});
  auto const broken = reader();
  std::string_view const part = std::string_view(body).substr(0, body.size() - 20);
  EXPECT_TRUE(broken->feed(std::as_bytes(std::span(part))));
  EXPECT_EQ(broken->finish().error().code, Errc::truncated);
  EXPECT_EQ(broken->stored_count(), 1u);
}

TEST_F(Stow, AMillionEmptyPartsEndAtTheLimit) {
  auto const endless = reader();
  std::string block;
  for (int i = 0; i < 10'000; ++i) block += "\r\n--b\r\n\r\n";
  Status fed;
  for (int i = 0; i < 100 && fed; ++i) fed = endless->feed(std::as_bytes(std::span(block)));
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, Errc::limit_exceeded);
}

TEST_F(Stow, AFullDiskIsSaidAndLeavesNothing) {
  FileCalls calls = FileCalls::real();
  bool is_full = true;
  calls.write = [&is_full](int fd, void const* bytes, std::size_t count) -> ssize_t {
    if (is_full) return errno = ENOSPC, -1;
    return ::write(fd, bytes, count);
  };
  auto const folder = archive.folder() / "full";
  auto const blobs = std::move(*FolderStore::open_root(folder, calls));
  std::string const body = body_of({object("1.1", "1.1.1.1"), object("1.1", "1.1.1.2")});
  StowAnswer const answer = send(reader_into(*blobs), body);
  EXPECT_EQ(answer.status(), 507u);
  EXPECT_EQ(answer.other_failures.size(), 2u);
  EXPECT_EQ(files_under(folder / "originals") + files_under(folder / "tmp"), 0u);
  is_full = false;  // room again: no restart is needed
  EXPECT_EQ(send(reader_into(*blobs), body).status(), 200u);
}

}  // namespace
}  // namespace sightline::server
