#include "dicomweb/multipart.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "dicomweb/boundary.hpp"

namespace sightline::server {
namespace {

MediaType const kDicom{"application", "dicom", {}};

std::string text_of(std::vector<std::byte> const& bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

std::string read_all(Multipart const& multipart, std::uint32_t block) {
  std::string all;
  for (std::uint64_t at = 0; at < multipart.length_bytes();) {
    auto const bytes = multipart.read(at, block);
    if (!bytes || bytes->empty()) return "error";
    all += text_of(*bytes);
    at += bytes->size();
  }
  return all;
}

Multipart two_parts() {
  std::vector<Part> parts;
  parts.push_back({part_media_type("application/dicom", "1.2.840.10008.1.2.4.80").value(),
                   "/studies/1/series/2/instances/3", PartBody("first")});
  parts.push_back({kDicom, "", PartBody()});
  return Multipart::create(kDicom, "b", std::move(parts)).value();
}

TEST(Multipart, BytesAreThoseOfTheGrammar) {
  Multipart const multipart = two_parts();
  std::string const expected =
      "--b\r\n"
      "Content-Type: application/dicom; transfer-syntax=1.2.840.10008.1.2.4.80\r\n"
      "Content-Location: /studies/1/series/2/instances/3\r\n"
      "\r\n"
      "first"
      "\r\n--b\r\n"
      "Content-Type: application/dicom\r\n"
      "\r\n"
      "\r\n--b--\r\n";
  EXPECT_EQ(multipart.length_bytes(), expected.size());
  for (std::uint32_t const block : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 65536u})
    EXPECT_EQ(read_all(multipart, block), expected) << block;
  for (std::size_t from = 0; from <= expected.size(); ++from)
    for (std::uint32_t count = 0; count < 12; ++count)
      ASSERT_EQ(text_of(multipart.read(from, count).value()), expected.substr(from, count));
  EXPECT_EQ(multipart.read(expected.size() + 1, 1).error().code, Errc::invalid_argument);
}

TEST(Multipart, ContentType) {
  EXPECT_EQ(two_parts().content_type(),
            R"(multipart/related; type="application/dicom"; boundary=b)");
  std::vector<Part> parts(1, {kDicom});
  auto const spaced =
      Multipart::create({"image", "jls", {{"transfer-syntax", "1.2"}}}, "a b=c", parts);
  EXPECT_EQ(spaced->content_type(),
            R"(multipart/related; type="image/jls"; boundary="a b=c"; transfer-syntax=1.2)");
  EXPECT_EQ(boundary_of(parse_media_type(spaced->content_type()).value()).value(), "a b=c");
}

TEST(Multipart, ReadersAreAskedForWhatIsSentOnly) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> asked;
  auto const read = [&](std::uint64_t offset,
                        std::uint32_t count) -> Result<std::vector<std::byte>> {
    asked.emplace_back(offset, count);
    return std::vector<std::byte>(count, std::byte{7});
  };
  std::uint64_t const huge = 1ull << 40;
  std::vector<Part> parts(3, {kDicom, "", PartBody(huge, read)});
  auto const multipart = Multipart::create(kDicom, "b", parts).value();
  ASSERT_TRUE(asked.empty());
  std::uint64_t const head = (multipart.length_bytes() - 3 * huge) / 3;
  ASSERT_EQ(multipart.read(huge + huge / 2, 1000)->size(), 1000u);
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].second, 1000u);
  EXPECT_LT(asked[0].first, huge / 2);
  EXPECT_GT(asked[0].first, huge / 2 - 3 * head);
}

TEST(Multipart, ReadersFailures) {
  auto const broken = [](std::uint64_t, std::uint32_t) -> Result<std::vector<std::byte>> {
    return fail(Errc::not_found);
  };
  auto const brief = [](std::uint64_t, std::uint32_t count) -> Result<std::vector<std::byte>> {
    return std::vector<std::byte>(count - 1);
  };
  std::vector<Part> parts(1, {kDicom, "", PartBody(9, broken)});
  EXPECT_EQ(Multipart::create(kDicom, "b", parts)->read(0, 500).error().code, Errc::not_found);
  parts[0].body = PartBody(9, brief);
  EXPECT_EQ(Multipart::create(kDicom, "b", parts)->read(0, 500).error().code, Errc::io);
}

TEST(Multipart, WhatIsRefused) {
  auto const code = [](std::string boundary, std::vector<Part> parts) {
    auto const made = Multipart::create(kDicom, std::move(boundary), std::move(parts));
    return made ? Errc::ok : made.error().code;
  };
  std::vector<Part> const one(1, {kDicom});
  EXPECT_EQ(code("b", one), Errc::ok);
  EXPECT_EQ(code("b", {}), Errc::invalid_argument);
  EXPECT_EQ(code("", one), Errc::invalid_argument);
  EXPECT_EQ(code("b\r\n", one), Errc::invalid_argument);
  EXPECT_EQ(code("b", {{kDicom, "/a\r\nSet-Cookie: x"}}), Errc::invalid_argument);
  EXPECT_EQ(code("b", {{{"a", "b\r\n", {}}}}), Errc::invalid_argument);
  EXPECT_EQ(code("b", {{{"a", "b", {{"c", "\n"}}}}}), Errc::invalid_argument);
  auto const never = [](std::uint64_t, std::uint32_t) -> Result<std::vector<std::byte>> {
    return std::vector<std::byte>{};
  };
  EXPECT_EQ(code("b", {{kDicom, "", PartBody(UINT64_MAX - 10, never)}}), Errc::limit_exceeded);
  EXPECT_EQ(code("b", {2, {kDicom, "", PartBody(1ull << 63, never)}}), Errc::limit_exceeded);
}

TEST(Boundary, Grammar) {
  EXPECT_TRUE(is_boundary("a"));
  EXPECT_TRUE(is_boundary("a b'()+_,-./:=?"));
  EXPECT_TRUE(is_boundary(std::string(70, 'a')));
  EXPECT_FALSE(is_boundary(""));
  EXPECT_FALSE(is_boundary("a "));
  EXPECT_FALSE(is_boundary(std::string(71, 'a')));
  for (char const* text : {"a\r", "a\n", "a\"", "a;", "a*", "\xC3\xA9"})
    EXPECT_FALSE(is_boundary(text)) << text;
}

TEST(Boundary, MadeOnesAreLegalAndDiffer) {
  std::string const derived = derive_boundary("etag");
  EXPECT_TRUE(is_boundary(derived));
  EXPECT_EQ(derive_boundary("etag"), derived);
  EXPECT_NE(derive_boundary("etag2"), derived);
}

TEST(Boundary, OfContentType) {
  auto const of = [](std::string_view text) { return boundary_of(parse_media_type(text).value()); };
  EXPECT_EQ(of(R"(multipart/related; type="application/dicom"; boundary="a b")").value(), "a b");
  EXPECT_EQ(of("multipart/related;type=application/dicom;boundary=----=_Part/1").value(),
            "----=_Part/1");
  EXPECT_EQ(of("multipart/form-data; boundary=a").error().code, Errc::unsupported);
  EXPECT_EQ(of("multipart/related").error().code, Errc::corrupt);
  EXPECT_EQ(of(R"(multipart/related; boundary="a;b")").error().code, Errc::corrupt);
}

}  // namespace
}  // namespace sightline::server
