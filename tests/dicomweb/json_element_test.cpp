// Values of the DICOM JSON Model as bytes. Source: PS3.18 F.2.3 to F.2.5, PS3.5 6.2.
#include "dicomweb/json_element.hpp"

#include <gtest/gtest.h>

#include <string>

#include "dicomweb/json_digits.hpp"

namespace sightline::server {
namespace {

/// The bytes as text ("\xFF" as it is), or "refused".
std::string encoded(char const (&vr)[3], std::string_view values) {
  auto const parsed = parse_keeping_digits(values);
  if (!parsed) return "no JSON";
  auto const bytes = encode_json_values({vr[0], vr[1]}, parsed->as_array());
  if (!bytes) return "refused";
  return {reinterpret_cast<char const*>(bytes->data()), bytes->size()};
}
using namespace std::string_literals;

TEST(JsonElement, TextIsJoined) {
  EXPECT_EQ(encoded("CS", R"(["ORIGINAL","PRIMARY",null,""])"), "ORIGINAL\\PRIMARY\\\\");
  EXPECT_EQ(encoded("LO", R"(["Bj\u00f6rn"])"), "Bj\xC3\xB6rn");
  EXPECT_EQ(encoded("LO", "[]"), "");
  EXPECT_EQ(encoded("LT", R"(["a\\b\r\nc"])"), "a\\b\r\nc");
}

TEST(JsonElement, NumbersKeepTheirDigits) {
  EXPECT_EQ(encoded("DS", "[1.50, -0, \"7e-3\", 2]"), "1.50\\-0\\7e-3\\2");
  EXPECT_EQ(encoded("IS", "[12, 1e2, 100.0, \"7\"]"), "12\\100\\100\\7");
  EXPECT_EQ(encoded("DS", "[0.30000000000000004]"), "0.3");
  EXPECT_EQ(encoded("DS", "[-1.23456789012345e-20]"), "-1.23456789e-20");
}

TEST(JsonElement, NumbersInBinary) {
  EXPECT_EQ(encoded("US", "[1, 65535, \"2\", 1e3]"), "\1\0\xFF\xFF\2\0\xE8\3"s);
  EXPECT_EQ(encoded("SS", "[-2]"), "\xFE\xFF"s);
  EXPECT_EQ(encoded("SL", "[-1]"), "\xFF\xFF\xFF\xFF"s);
  EXPECT_EQ(encoded("UV", R"(["18446744073709551615"])"), std::string(8, '\xFF'));
  EXPECT_EQ(encoded("FL", "[1.5]"), "\0\0\xC0\x3F"s);
  EXPECT_EQ(encoded("FD", R"(["-Infinity"])"), "\0\0\0\0\0\0\xF0\xFF"s);
  EXPECT_EQ(encoded("AT", R"(["7FE00010"])"), "\xE0\x7F\x10\0"s);
}

TEST(JsonElement, NamesHaveThreeGroups) {
  EXPECT_EQ(encoded("PN", R"([{"Alphabetic":"Yamada^Tarou","Ideographic":"\u5c71"},null,{}])"),
            "Yamada^Tarou=\xE5\xB1\xB1\\\\");
  EXPECT_EQ(encoded("PN", R"([{"Phonetic":"x"}])"), "==x");
}

TEST(JsonElement, WhatDoesNotFitItsVrIsRefused) {
  EXPECT_EQ(encoded("US", "[65536]"), "refused");
  EXPECT_EQ(encoded("US", "[-1]"), "refused");
  EXPECT_EQ(encoded("US", "[1.5]"), "refused");
  EXPECT_EQ(encoded("US", "[null]"), "refused");
  EXPECT_EQ(encoded("UL", "[1e400]"), "refused");
  EXPECT_EQ(encoded("SV", R"(["9223372036854775808"])"), "refused");
  EXPECT_EQ(encoded("FL", "[1e39]"), "refused");
  EXPECT_EQ(encoded("FD", R"(["x"])"), "refused");
  EXPECT_EQ(encoded("IS", "[1.5]"), "refused");
  EXPECT_EQ(encoded("LO", R"(["a\\b"])"), "refused");
  EXPECT_EQ(encoded("LO", R"(["a\u0000"])"), "refused");
  EXPECT_EQ(encoded("LO", R"([{"Alphabetic":"x"}])"), "refused");
  EXPECT_EQ(encoded("LO", "[true]"), "refused");
  EXPECT_EQ(encoded("PN", R"(["Doe^Jane"])"), "refused");
  EXPECT_EQ(encoded("PN", R"([{"Alphabetic":"a=b"}])"), "refused");
  EXPECT_EQ(encoded("UT", R"(["a","b"])"), "refused");
  EXPECT_EQ(encoded("AT", R"(["7FE0"])"), "refused");
  EXPECT_EQ(encoded("SQ", "[]"), "refused");
  EXPECT_EQ(encoded("OB", "[]"), "refused");
}

}  // namespace
}  // namespace sightline::server
