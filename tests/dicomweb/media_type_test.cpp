#include "dicomweb/media_type.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sightline::server {
namespace {

Errc code_of(std::string_view text) {
  auto const parsed = parse_media_type(text);
  return parsed ? Errc::ok : parsed.error().code;
}

/// The entries as "range q", in order.
std::vector<std::string> accept(std::string_view header) {
  std::vector<std::string> list;
  auto const entries = parse_accept(header);
  if (!entries) return {errc_name(entries.error().code)};
  for (AcceptEntry const& entry : *entries)
    list.push_back(format_media_type(entry.range) + " " + std::to_string(entry.q_thousandths));
  return list;
}
using List = std::vector<std::string>;

TEST(MediaType, TypeAndParameters) {
  auto const parsed =
      parse_media_type(R"(Multipart/Related; Type="application/dicom"; transfer-syntax=*; q=0.5)");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed,
            (MediaType{"multipart",
                       "related",
                       {{"type", "application/dicom"}, {"transfer-syntax", "*"}, {"q", "0.5"}}}));
  EXPECT_EQ(parsed->essence(), "multipart/related");
  EXPECT_EQ(*parsed->find("type"), "application/dicom");
  EXPECT_EQ(parsed->find("boundary"), nullptr);
}

TEST(MediaType, WhatTheGrammarAllows) {
  struct {
    std::string_view text;
    std::string formatted;
  } const table[] = {
      {"image/jp2", "image/jp2"},
      {" \timage/jp2\t ", "image/jp2"},
      {"IMAGE/JP2", "image/jp2"},
      {"*/*", "*/*"},
      {"application/dicom+json", "application/dicom+json"},
      {"a/b;c=D", "a/b; c=D"},
      {"a/b \t;\t c=d ; e=f", "a/b; c=d; e=f"},
      {"a/b;", "a/b"},
      {"a/b;;c=d; ;", "a/b; c=d"},
      {R"(a/b;c="")", R"(a/b; c="")"},
      {R"(a/b;c="d;e,f")", R"(a/b; c="d;e,f")"},
      {R"(a/b;c="d\"e\\f")", R"(a/b; c="d\"e\\f")"},
      {R"(a/b;c="\d")", "a/b; c=d"},
      {"a/b;c=\"\t\xE9\"", "a/b; c=\"\t\xE9\""},
      {"a/b;type=application/dicom", R"(a/b; type="application/dicom")"},
      {"a/b;boundary=----=_Part:1?", R"(a/b; boundary="----=_Part:1?")"},
  };
  for (auto const& [text, formatted] : table) {
    auto const parsed = parse_media_type(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(format_media_type(*parsed), formatted) << text;
    EXPECT_EQ(parse_media_type(formatted).value(), *parsed) << text;
  }
}

TEST(MediaType, WhatIsRefused) {
  using namespace std::string_view_literals;
  for (std::string_view const text : {
           ""sv,
           " "sv,
           "image"sv,
           "/"sv,
           "image/"sv,
           "/jp2"sv,
           "*/jp2"sv,
           "image /jp2"sv,
           "image/ jp2"sv,
           "image/jp2 x"sv,
           "image/jp2, a/b"sv,
           "a/b/c"sv,
           "a/b;c"sv,
           "a/b;=d"sv,
           "a/b;c="sv,
           "a/b;c =d"sv,
           "a/b;c= d"sv,
           "a/b;c=d e"sv,
           "a/b;c=\"d"sv,
           "a/b;c=\"d\\"sv,
           "a/b;c=\"d\"e"sv,
           "a/b;c=d\"e\""sv,
           "a/b;c=\"\r\n\""sv,
           "a/b;c=\"\\\n\""sv,
           "a/b;c=\0"sv,
           "a/b\r\nX: y"sv,
           "a/b;c=\"\x7F\""sv,
           "a/b;c=1;C=2"sv,
           "a/\xC3\xA9"sv,
       })
    EXPECT_EQ(code_of(text), Errc::corrupt) << text;
}

TEST(MediaType, ErrorsSayWhere) { EXPECT_EQ(parse_media_type("a/b;c=").error().offset_bytes, 6u); }

TEST(MediaType, Limits) {
  std::string text = "a/b";
  for (std::size_t i = 0; i < kMaxMediaTypeParameters; ++i) text += ";p" + std::to_string(i) + "=1";
  EXPECT_EQ(code_of(text), Errc::ok);
  EXPECT_EQ(code_of(text + ";"), Errc::ok);
  EXPECT_EQ(code_of(text + ";x=1"), Errc::limit_exceeded);
  std::string const longest = "a/b;c=" + std::string(kMaxMediaTypeBytes - 6, 'd');
  EXPECT_EQ(code_of(longest), Errc::ok);
  EXPECT_EQ(code_of(longest + "d"), Errc::limit_exceeded);
}

TEST(Accept, OrderOfPreference) {
  EXPECT_EQ(accept("application/dicom+json, application/json;q=0.9"),
            (List{"application/dicom+json 1000", "application/json 900"}));
  EXPECT_EQ(accept("image/*;q=0.8,*/*;q=0.5"), (List{"image/* 800", "*/* 500"}));
  EXPECT_EQ(accept("*/*, image/*, image/jp2, image/jls"),
            (List{"image/jp2 1000", "image/jls 1000", "image/* 1000", "*/* 1000"}));
  EXPECT_EQ(accept("a/b, a/b;c=*, a/b;c=d"), (List{"a/b; c=d 1000", "a/b; c=* 1000", "a/b 1000"}));
  EXPECT_EQ(accept("a/b;q=0.1, c/d;q=0, e/f;q=0.123, g/h;Q=1.000"),
            (List{"g/h 1000", "e/f 123", "a/b 100", "c/d 0"}));
}

TEST(Accept, QMayStandAnywhere) {
  EXPECT_EQ(accept("a/b;q=0.5;transfer-syntax=*"), (List{"a/b; transfer-syntax=* 500"}));
}

TEST(Accept, CommasInQuotesDoNotSplit) {
  EXPECT_EQ(accept(R"(a/b;c="x,\",y", d/e)"), (List{R"(a/b; c="x,\",y" 1000)", "d/e 1000"}));
}

TEST(Accept, EmptyElementsAreSkipped) {
  EXPECT_EQ(accept(""), List{});
  EXPECT_EQ(accept(" , \t,,"), List{});
  EXPECT_EQ(accept(",a/b,,c/d,"), (List{"a/b 1000", "c/d 1000"}));
}

TEST(Accept, JavasDefault) {
  EXPECT_EQ(accept("text/html, image/gif, *; q=.2, */*; q=.25"),
            (List{"text/html 1000", "image/gif 1000", "*/* 250", "*/* 200"}));
}

TEST(Accept, OneBrokenElementBreaksAll) {
  for (char const* header :
       {"a/b, c", "a/b;q=2", "a/b;q=1.001", "a/b;q=0.1234", "a/b;q=-1", "a/b;q=.", "a/b;q=x",
        "a/b;q=1x", "a/b;q=", "a/b;q=\"\"", "a/b;c=\"x, d/e", "a/b c/d", "**", "a/b;q=1;q=0"})
    EXPECT_EQ(accept(header), List{"corrupt"}) << header;
  EXPECT_EQ(parse_accept("a/b, c").error().offset_bytes, 6u);
}

TEST(Accept, Limits) {
  EXPECT_EQ(accept(std::string(kMaxMediaTypeBytes, ',')), List{});
  EXPECT_EQ(accept(std::string(kMaxMediaTypeBytes + 1, ',')), List{"limit_exceeded"});
}

}  // namespace
}  // namespace sightline::server
