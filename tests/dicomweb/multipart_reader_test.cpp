#include "dicomweb/multipart_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "dicomweb/multipart.hpp"

namespace sightline::server {
namespace {

using namespace std::string_view_literals;

std::span<std::byte const> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

/// Writes down what it is told, and checks the order.
struct Notes : MultipartVisitor {
  std::vector<PartHeaders> headers;
  std::vector<std::string> bodies;
  bool open = false, closed = false;
  std::size_t calls = 0, fail_at = 0;  ///< fail_at: the call that fails, from 1

  Status note() { return ++calls == fail_at ? Status(fail(Errc::forbidden)) : Status{}; }
  Status part_begin(PartHeaders const& of_part) override {
    EXPECT_FALSE(open || closed);
    open = true;
    headers.push_back(of_part);
    bodies.emplace_back();
    return note();
  }
  Status part_data(std::span<std::byte const> bytes) override {
    EXPECT_TRUE(open);
    EXPECT_FALSE(bytes.empty());
    bodies.back().append(reinterpret_cast<char const*>(bytes.data()), bytes.size());
    return note();
  }
  Status part_end() override {
    EXPECT_TRUE(open);
    open = false;
    return note();
  }
  Status done() override {
    EXPECT_FALSE(open || closed);
    closed = true;
    return note();
  }
};

Status read(std::string_view text, std::size_t block, MultipartVisitor& visitor,
            MultipartLimits const& limits = {}, std::string_view boundary = "b") {
  auto reader = MultipartReader::create(boundary, limits, visitor);
  if (!reader) return std::unexpected(reader.error());
  for (std::size_t at = 0; at < text.size(); at += block) {
    Status const fed = reader->feed(bytes_of(text.substr(at, block)));
    if (!fed) return fed;
  }
  return reader->finish();
}

Errc code_of(std::string_view text, MultipartLimits const& limits = {}) {
  Notes whole, single;
  Status const at_once = read(text, text.size() + 1, whole, limits);
  Status const by_byte = read(text, 1, single, limits);
  EXPECT_EQ(at_once.has_value(), by_byte.has_value()) << text;
  EXPECT_EQ(whole.bodies, single.bodies) << text;
  if (at_once) return Errc::ok;
  EXPECT_EQ(at_once.error().code, by_byte.error().code) << text;
  EXPECT_EQ(at_once.error().offset_bytes, by_byte.error().offset_bytes) << text;
  return at_once.error().code;
}

using List = std::vector<std::string>;
List bodies_of(std::string_view text) {
  Notes notes;
  Status const status = read(text, 3, notes);
  EXPECT_TRUE(status && notes.closed) << text;
  EXPECT_EQ(code_of(text), Errc::ok);
  return notes.bodies;
}

TEST(MultipartReader, HeadersAndBodies) {
  Notes notes;
  ASSERT_TRUE(
      read("--b\r\nContent-Type:application/dicom \r\nX-Y: \t z z\t\r\nE:\r\n\r\nbody"
           "\r\n--b\r\n\r\n\r\n--b--\r\n",
           1000, notes));
  ASSERT_EQ(notes.headers.size(), 2u);
  EXPECT_EQ(
      notes.headers[0].list,
      (std::vector<PartHeader>{{"content-type", "application/dicom"}, {"x-y", "z z"}, {"e", ""}}));
  EXPECT_EQ(*notes.headers[0].find("x-y"), "z z");
  EXPECT_EQ(notes.headers[0].find("z"), nullptr);
  EXPECT_TRUE(notes.headers[1].list.empty());
  EXPECT_EQ(notes.bodies, (List{"body", ""}));
  EXPECT_TRUE(notes.closed);
}

TEST(MultipartReader, WhatTheGrammarAllows) {
  EXPECT_EQ(bodies_of("--b\r\n\r\nx\r\n--b--"), List{"x"});
  EXPECT_EQ(bodies_of("\r\n--b\r\n\r\nx\r\n--b--\r\n"), List{"x"});
  EXPECT_EQ(bodies_of("preamble --b\r\nmore\r\n--b\r\n\r\nx\r\n--b--\r\nepilogue\r\n--b\r\n"),
            List{"x"});
  EXPECT_EQ(bodies_of("--b \t \r\n\r\nx\r\n--b\t\r\n\r\ny\r\n--b-- \t\r\n"), (List{"x", "y"}));
  EXPECT_EQ(bodies_of("--b\r\nA: b\r\n\r\n--b--"), List{""});      // no body
  EXPECT_EQ(bodies_of("--b\r\nA: b\r\n\r\n\r\n--b--"), List{""});  // an empty one
  EXPECT_EQ(bodies_of("--b\r\n\r\n--b\r\n\r\n--b--"), (List{"", ""}));
}

TEST(MultipartReader, NearlyADelimiterIsData) {
  EXPECT_EQ(bodies_of("--b\r\n\r\n\r\n\r\n--b--"), List{"\r\n"});
  EXPECT_EQ(bodies_of("--b\r\n\r\n--a\r\n-b\r\n--\r\n--b--"), List{"--a\r\n-b\r\n--"});
  EXPECT_EQ(bodies_of("--b\r\n\r\n-\r\r\n-\r\n\r\r\r\n--b--"), List{"-\r\r\n-\r\n\r\r"});
  EXPECT_EQ(bodies_of("--b\r\n\r\n\n--b\n\r\n--b--"), List{"\n--b\n"});
  EXPECT_EQ(bodies_of("--b\r\n\r\nx--b--\r\n--b--"), List{"x--b--"});
  EXPECT_EQ(bodies_of("--b\r\n\r\n\r\n-\r\n--b--"), List{"\r\n-"});
  EXPECT_EQ(bodies_of("--b\r\n\r\n\0\xFF\r\n--b--"sv), List{std::string("\0\xFF", 2)});
}

TEST(MultipartReader, BrokenForms) {
  for (std::string_view const text : {
           "--b--\r\n"sv,                      // no part
           "--bc\r\n\r\nx\r\n--b--"sv,         // a line that begins with the delimiter
           "--b\r\n\r\nx\r\n--bc\r\n--b--"sv,  //
           "--b\n\r\nx\r\n--b--"sv,            // bare LF
           "--b\r\rx"sv,                       //
           "--b -\r\n"sv,
           "--b -- \r\n"sv,
           "--b-x"sv,                                 //
           "--b\r\nA: b\n\r\nx\r\n--b--"sv,           //
           "--b\r\nA: b\rc\r\n\r\nx\r\n--b--"sv,      // CR in a header
           "--b\r\nA\r\n\r\nx\r\n--b--"sv,            // no colon
           "--b\r\n--b--\r\n"sv,                      // a delimiter among headers
           "--b\r\n: b\r\n\r\nx\r\n--b--"sv,          // no name
           "--b\r\nA : b\r\n\r\nx\r\n--b--"sv,        // space in a name
           "--b\r\n\xC3\xA9: b\r\n\r\nx\r\n--b--"sv,  //
           "--b\r\nA: \0\r\n\r\nx\r\n--b--"sv,        //
           "--b\r\nA: \x1B[2J\r\n\r\nx\r\n--b--"sv,   //
           "--b\r\nContent-Type: a/b\r\ncontent-type: c/d\r\n\r\nx\r\n--b--"sv,
       })
    EXPECT_EQ(code_of(text), Errc::corrupt) << text;
  EXPECT_EQ(code_of("--b\r\nA: b\r\n c\r\n\r\nx\r\n--b--"), Errc::unsupported);
  EXPECT_EQ(code_of("--b\r\n A: b\r\n\r\nx\r\n--b--"), Errc::unsupported);
}

TEST(MultipartReader, EveryPrefixIsTruncated) {
  std::string_view const text = "pre\r\n--b\r\nA: b\r\n\r\nx\r\n\r\n--b \r\n\r\n\r\n--b--";
  EXPECT_EQ(code_of(text), Errc::ok);
  for (std::size_t length = 0; length < text.size(); ++length)
    EXPECT_EQ(code_of(text.substr(0, length)), Errc::truncated) << length;
}

TEST(MultipartReader, ErrorsStayAndSayWhere) {
  Notes notes;
  auto reader = MultipartReader::create("b", {}, notes).value();
  ASSERT_TRUE(reader.feed(bytes_of("--b\r\n\r\nx\r\n-")));
  Status const broken = reader.feed(bytes_of("-b!"));
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().offset_bytes, 14u);
  EXPECT_EQ(reader.feed(bytes_of("\r\n--b--")).error().code, Errc::corrupt);
  EXPECT_EQ(reader.finish().error().code, Errc::corrupt);
  EXPECT_FALSE(notes.closed);
}

TEST(MultipartReader, VisitorsErrorEndsTheReading) {
  std::string_view const text = "--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--";
  for (std::size_t call = 1; call <= 7; ++call) {
    Notes notes;
    notes.fail_at = call;
    Status const status = read(text, 4, notes);
    ASSERT_FALSE(status) << call;
    EXPECT_EQ(status.error().code, Errc::forbidden);
    EXPECT_EQ(notes.calls, call);
  }
}

TEST(MultipartReader, Boundaries) {
  Notes notes;
  for (std::string const& boundary : {std::string(), std::string(71, 'a'), std::string("a "),
                                      std::string("a\r\n"), std::string("a\"")})
    EXPECT_EQ(MultipartReader::create(boundary, {}, notes).error().code, Errc::invalid_argument);
  std::string const longest(70, '-');
  ASSERT_TRUE(
      read("--" + longest + "\r\n\r\n\r\n--" + longest.substr(1) + "!\r\n--" + longest + "--", 1,
           notes, {}, longest));
  EXPECT_EQ(notes.bodies, List{"\r\n--" + longest.substr(1) + "!"});
}

TEST(MultipartReader, HeaderLimits) {
  auto const with_bytes = [](std::size_t count) {  // "A: " + value + CRLF + CRLF
    return "--b\r\nA: " + std::string(count - 7, 'x') + "\r\n\r\n\r\n--b--";
  };
  EXPECT_EQ(code_of(with_bytes(16 * 1024)), Errc::ok);
  EXPECT_EQ(code_of(with_bytes(16 * 1024 + 1)), Errc::limit_exceeded);
  auto const with_headers = [](int count) {
    std::string text = "--b\r\n";
    for (int i = 0; i < count; ++i) text += "A: b\r\n";
    return text + "\r\n\r\n--b--";
  };
  EXPECT_EQ(code_of(with_headers(64)), Errc::ok);
  EXPECT_EQ(code_of(with_headers(65)), Errc::limit_exceeded);
}

TEST(MultipartReader, HeadersWithoutEndStopAtTheLimit) {
  Notes notes;
  auto reader = MultipartReader::create("b", {}, notes).value();
  ASSERT_TRUE(reader.feed(bytes_of("--b\r\n")));
  std::string const block(1024, 'x');
  for (int i = 0; i < 16; ++i) ASSERT_TRUE(reader.feed(bytes_of(block)));
  EXPECT_EQ(reader.feed(bytes_of("x")).error().code, Errc::limit_exceeded);
}

/// Counts only: what it holds does not grow.
struct Counter : MultipartVisitor {
  std::uint64_t begun = 0, ended = 0, bytes = 0;
  Status part_begin(PartHeaders const&) override { return ++begun, Status{}; }
  Status part_data(std::span<std::byte const> data) override {
    return bytes += data.size(), Status{};
  }
  Status part_end() override { return ++ended, Status{}; }
  Status done() override { return {}; }
};

TEST(MultipartReader, TooManyEmptyParts) {
  Counter counter;
  auto reader = MultipartReader::create("b", {.max_parts = 99'999}, counter).value();
  Status fed = reader.feed(bytes_of("--b\r\n\r\n"));
  for (int i = 1; i < 99'999; ++i) {
    fed = reader.feed(bytes_of("\r\n--b\r\n\r\n"));
    ASSERT_TRUE(fed);
  }
  EXPECT_EQ(reader.feed(bytes_of("\r\n--b\r\n\r\n")).error().code, Errc::limit_exceeded);
  EXPECT_EQ(counter.begun, 99'999u);
  EXPECT_EQ(counter.ended, 99'999u);
  EXPECT_EQ(reader.parts_begun(), 99'999u);
}

TEST(MultipartReader, DataIsPassedOnInLargePieces) {
  // A body of CRs only, the slowest to search, still comes as one piece per feed.
  struct Pieces : Counter {
    std::size_t count = 0;
    Status part_data(std::span<std::byte const> data) override {
      return ++count, Counter::part_data(data);
    }
  } pieces;
  ASSERT_TRUE(read("--b\r\n\r\n" + std::string(100'000, '\r') + "\r\n--b--", 65536, pieces));
  EXPECT_EQ(pieces.bytes, 100'000u);
  EXPECT_LE(pieces.count, 4u);
}

/// Bytes full of what could be taken for "\r\n--boundary-1", which they never are.
std::string hostile_bytes(std::size_t count) {
  constexpr std::string_view kPieces[] = {
      "\r\n--bound", "\r", "\n", "\r\n", "x--boundary-1", "xyz", "\r\n--boundary-", "\0"sv};
  std::string text;
  for (std::uint32_t state = 1; text.size() < count;) {
    state = state * 1664525u + 1013904223u;
    text += kPieces[state >> 29];
  }
  text.resize(count);
  return text;
}

class RoundTrip : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RoundTrip, WriterThenReader) {
  std::uint32_t const block = GetParam();
  MediaType const dicom{"application", "dicom", {}};
  List const contents = {"", "x", hostile_bytes(1 << 20), "", "\r\n", "--bound", hostile_bytes(77)};
  std::vector<Part> parts;
  for (std::string const& content : contents) {
    auto const reader = [&content](std::uint64_t offset,
                                   std::uint32_t count) -> Result<std::vector<std::byte>> {
      auto const bytes = bytes_of(content).subspan(offset, count);
      return std::vector<std::byte>(bytes.begin(), bytes.end());
    };
    parts.push_back({dicom, "/" + std::to_string(parts.size()),
                     parts.size() % 2 ? PartBody(content) : PartBody(content.size(), reader)});
  }
  auto const multipart = Multipart::create(dicom, "boundary-1", std::move(parts)).value();
  Notes notes;
  auto reader = MultipartReader::create("boundary-1", {.max_parts = 7}, notes).value();
  for (std::uint64_t at = 0; at < multipart.length_bytes(); at += block)
    ASSERT_TRUE(reader.feed(multipart.read(at, block).value()));
  ASSERT_TRUE(reader.finish());
  ASSERT_EQ(notes.bodies.size(), contents.size());
  for (std::size_t i = 0; i < contents.size(); ++i) {
    EXPECT_TRUE(notes.bodies[i] == contents[i]) << i;
    EXPECT_EQ(*notes.headers[i].find("content-location"), "/" + std::to_string(i));
  }
  EXPECT_TRUE(notes.closed);
}

INSTANTIATE_TEST_SUITE_P(Blocks, RoundTrip, testing::Values(1, 2, 3, 4, 5, 6, 7, 65536));

TEST(MultipartReader, SplitAtEveryTwoBytes) {
  std::string_view const text =
      "pre\r\n--b\r\nContent-Type: a/b\r\n\r\none\r\n-\r\n--b \r\n\r\n\r\n--b\r\nA: b\r\n\r\n"
      "three\r\n--b--\r\nepilogue";
  for (std::size_t first = 0; first <= text.size(); ++first)
    for (std::size_t second = first; second <= text.size(); ++second) {
      Notes notes;
      auto reader = MultipartReader::create("b", {}, notes).value();
      ASSERT_TRUE(reader.feed(bytes_of(text.substr(0, first))));
      ASSERT_TRUE(reader.feed(bytes_of(text.substr(first, second - first))));
      ASSERT_TRUE(reader.feed(bytes_of(text.substr(second))));
      ASSERT_TRUE(reader.finish());
      ASSERT_EQ(notes.bodies, (List{"one\r\n-", "", "three"})) << first << " " << second;
    }
}

}  // namespace
}  // namespace sightline::server
