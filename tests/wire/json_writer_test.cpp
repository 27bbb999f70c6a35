#include "wire/json_writer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/base64.hpp"

namespace sightline::wire {
namespace {

TEST(JsonQuote, EscapesWhatEndsAStringOrAScript) {
  EXPECT_EQ(json::quote("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json::quote("</script><!--"), R"("\u003c/script>\u003c!--")");
  EXPECT_EQ(json::quote(std::string("\0\n\x1f\t", 4)), R"("\u0000\n\u001f\t")");
  EXPECT_EQ(json::quote("\xE2\x80\xA8\xE2\x80\xA9"), R"("\u2028\u2029")");
  EXPECT_EQ(json::quote("\xE2\x80\xA7"), "\"\xE2\x80\xA7\"");
}

TEST(JsonQuote, KeepsUtf8AndReplacesWhatIsNone) {
  EXPECT_EQ(json::quote("山\xF0\x9F\x98\x80"), "\"山\xF0\x9F\x98\x80\"");
  EXPECT_EQ(json::quote("\xC3("), "\"\xEF\xBF\xBD(\"");
  EXPECT_EQ(json::quote("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json::quote("\xF0\x9F\x98"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(JsonNumber, IsShortestAndReadsBackToTheSameDouble) {
  EXPECT_EQ(json::number(0.1), "0.1");
  EXPECT_EQ(json::number(-125.5), "-125.5");
  EXPECT_EQ(json::number(std::int64_t{-2147483648}), "-2147483648");
  for (double const value : {1.0 / 3, 5e-324, 1.7976931348623157e308, 0.48828125, -1e21}) {
    EXPECT_EQ(std::strtod(json::number(value).c_str(), nullptr), value);
  }
}

TEST(JsonNumber, WhatIsNotFiniteIsZero) {
  EXPECT_EQ(json::number(std::numeric_limits<double>::quiet_NaN()), "0");
  EXPECT_EQ(json::number(std::numeric_limits<double>::infinity()), "0");
}

// Source: RFC 4648 10, test vectors.
TEST(Base64, MatchesTheVectorsOfRfc4648) {
  auto const encode = [](std::string_view text) {
    return base64(std::as_bytes(std::span(text.data(), text.size())));
  };
  EXPECT_EQ(encode(""), "");
  EXPECT_EQ(encode("f"), "Zg==");
  EXPECT_EQ(encode("fo"), "Zm8=");
  EXPECT_EQ(encode("foo"), "Zm9v");
  EXPECT_EQ(encode("foob"), "Zm9vYg==");
  EXPECT_EQ(encode("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encode("foobar"), "Zm9vYmFy");
}

TEST(Base64, UrlFormHasItsOwnAlphabetAndNoPadding) {
  std::vector<std::byte> const bytes{std::byte{0xFB}, std::byte{0xFF}};
  EXPECT_EQ(base64(bytes), "+/8=");
  EXPECT_EQ(base64url(bytes), "-_8");
}

}  // namespace
}  // namespace sightline::wire
