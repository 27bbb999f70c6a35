#include "dicom/text.hpp"

#include <gtest/gtest.h>

namespace sightline::dicom_test {
namespace {

using dicom::TextConverter;
using dicom::TextKind;

std::string person(std::string_view character_set, std::string_view value) {
  return TextConverter(character_set, kDefaultLimits).to_utf8(value, TextKind::person_name);
}
std::string line(std::string_view character_set, std::string_view value) {
  return TextConverter(character_set, kDefaultLimits).to_utf8(value, TextKind::single_line);
}

// Source: PS3.5 H.3.1, the example's bytes.
TEST(Text, TheExampleOfJapaneseNamesInTheStandard) {
  EXPECT_EQ(
      person(
          "\\ISO 2022 IR 87",
          "Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B=\x1B$B$d$^$@\x1B(B^\x1B$B$?$m$&\x1B(B"),
      "Yamada^Tarou=山田^太郎=やまだ^たろう");
}

// Source: PS3.5 I.2, the example's bytes.
TEST(Text, TheExampleOfKoreanNamesInTheStandard) {
  EXPECT_EQ(person("\\ISO 2022 IR 149",
                   "Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7=\x1B$)C\xC8\xAB^\x1B$)"
                   "C\xB1\xE6\xB5\xBF"),
            "Hong^Gildong=洪^吉洞=홍^길동");
}

TEST(Text, LatinAndUnicodeAreConverted) {
  EXPECT_EQ(line("ISO_IR 100", "J\xE9r\xF4me"), "Jérôme");
  EXPECT_EQ(line("ISO_IR 192", "Jérôme 山"), "Jérôme 山");
  EXPECT_EQ(line("GB18030", "\xCD\xF5"), "王");
}

TEST(Text, PaddingAndControlCharactersGo) {
  EXPECT_EQ(line("", std::string_view("  A\x07 B \0", 8)), "A B");
  EXPECT_EQ(TextConverter("", kDefaultLimits).to_utf8("  two\r\nlines ", TextKind::paragraph),
            "  two\r\nlines");
}

TEST(Text, TrailingEmptyGroupsOfANameGo) {
  EXPECT_EQ(person("", "Doe^Jane=="), "Doe^Jane");
  EXPECT_EQ(person("", "=x="), "=x");
}

TEST(Text, BytesThatAreNoTextBecomeReplacements) {
  EXPECT_EQ(line("ISO_IR 192",
                 "a\xFF\xFE"
                 "b"),
            "a\xEF\xBF\xBD\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(line("",
                 "a\xFF"
                 "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(line("KLINGON",
                 "a\xE4"
                 "b"),
            "a\xEF\xBF\xBD"
            "b");
}

TEST(Text, OnlyThePieceWithTheBadByteIsLost) {
  EXPECT_EQ(person("ISO_IR 192", "Großmann^\xFF"), "Großmann^\xEF\xBF\xBD");
}

TEST(Text, Utf8WithoutACharacterSetIsTakenAsUtf8) { EXPECT_EQ(line("", "Jérôme"), "Jérôme"); }

TEST(Text, LengthIsBounded) {
  Limits limits;
  limits.max_text_bytes = 4;
  EXPECT_EQ(TextConverter("", limits).to_utf8("abcdefgh", TextKind::single_line), "abcd");
  EXPECT_EQ(TextConverter("ISO_IR 192", limits).to_utf8("abcéfgh", TextKind::single_line),
            "abc\xEF\xBF\xBD");
}

TEST(Text, TheDefaultRepertoireHasNoOtherBytes) {
  EXPECT_EQ(dicom::default_repertoire_text(std::string_view("1.2.3\0", 6), kDefaultLimits),
            "1.2.3");
  EXPECT_EQ(dicom::default_repertoire_text("A\xC4\x1B(B", kDefaultLimits), "A\xEF\xBF\xBD");
}

}  // namespace
}  // namespace sightline::dicom_test
