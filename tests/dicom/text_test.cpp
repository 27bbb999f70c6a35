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
                 "a\x9F"
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

// Expected values: Python's codecs.
TEST(Text, CharactersOfFourBytesAreConverted) {
  EXPECT_EQ(person("GB18030", "A=\xCD\xF5\x95\x34\xB2\x35^\xD0\xA1"), "A=王𠮷^小");
  EXPECT_EQ(line("GB18030", "\xFE\x39\xFE\x39"), "\xEF\xBF\xBD");
  EXPECT_EQ(line("GB18030", "\xCD\xF5\x95\x34\xBE"), "王\xEF\xBF\xBD");
}

TEST(Text, OnlyTheCharacterWithTheBadByteIsLost) {
  EXPECT_EQ(line("GB18030", "\xCD\xF5\xFF\xCD\xF5"), "王\xEF\xBF\xBD王");
  EXPECT_EQ(line("ISO_IR 192", "Gro\xC3\x9F\xFF"), "Groß\xEF\xBF\xBD");
  EXPECT_EQ(line("ISO_IR 126", "\xC4\xE9\xFF\xEF"), "Δι\xEF\xBF\xBDο");
}

/// Quirk: repaired_character_set.
TEST(Text, OneCharacterSetWithEscapeSequencesIsTheFirst) {
  EXPECT_EQ(line("ISO 2022 IR 100", "J\xE9r\xF4me"), "Jérôme");
  EXPECT_EQ(line("iso_2022_ir_144", "\xBB\xEE\xDA"), "Люк");
  EXPECT_EQ(line("ISO 2022 IR 13", "\xD4\xCF"), "ﾔﾏ");
  EXPECT_EQ(person("ISO 2022 IR 87", "A=\x1B$B;3ED\x1B(B"), "A=山田");
}

/// Quirk: repaired_character_set.
TEST(Text, SeveralCharacterSetsByTheirNamesWithoutEscapesAreThoseWithThem) {
  EXPECT_EQ(line("ISO_IR 100\\ISO_IR 144", "\xC4 \x1B-L\xBB\xEE"), "Ä Лю");
  EXPECT_EQ(line("ISO_IR 100\\ISO_IR 100", "\xC4"), "Ä");
}

/// Quirk: convert_piece.
TEST(Text, OneEscapeSequenceMayStandForAll) {
  EXPECT_EQ(person("\\ISO 2022 IR 149", "\x1B$)CHong=\xFB\xF3^\xD1\xCE\xD4\xD7"), "Hong=洪^吉洞");
}

TEST(Text, KoreanAndChineseWithoutEscapeSequencesAreWhatTheOnlyCharacterSetSays) {
  // Python: "홍^길동".encode("euc_kr"), "张^小东".encode("gb2312")
  std::string_view const korean = "\xC8\xAB^\xB1\xE6\xB5\xBF",
                         chinese = "\xD5\xC5^\xD0\xA1\xB6\xAB";
  for (std::string_view const set : {"ISO 2022 IR 149", "\\ISO 2022 IR 149"})
    EXPECT_EQ(person(set, korean), "홍^길동");
  EXPECT_EQ(person("ISO 2022 IR 58", chinese), "张^小东");
  // which of two, nobody says
  EXPECT_EQ(person("\\ISO 2022 IR 149\\ISO 2022 IR 58", "A^\xB1\xE6"), "A^\uFFFD\uFFFD");
  EXPECT_EQ(person("ISO 2022 IR 149", "A\xC8"), "A\uFFFD");
}

TEST(Text, KanjiMayHaveBytesThatLookLikeDelimiters) {
  // the second byte of 圭 is an =
  EXPECT_EQ(person("\\ISO 2022 IR 87", "A=\x1B$B7=Mr\x1B(B^\x1B$BMr\x1B(B"), "A=圭嵐^嵐");
}

// PS3.5 6.1.2.5.3: at a line's end the first character set is on again.
TEST(Text, EachLineOfAParagraphBeginsInTheFirstCharacterSet) {
  EXPECT_EQ(
      TextConverter("\\ISO 2022 IR 58", kDefaultLimits)
          .to_utf8("1) \x1B$)A\xB5\xDA\xD2\xBB\r\n2) \x1B$)A\xB5\xDA\r\n3)", TextKind::paragraph),
      "1) 第一\r\n2) 第\r\n3)");
}

TEST(Text, Utf8WithoutACharacterSetIsTakenAsUtf8) { EXPECT_EQ(line("", "Jérôme"), "Jérôme"); }

/// Quirk: latin_text. Expected values: what pydicom shows.
TEST(Text, LatinLettersWithoutACharacterSetAreTakenAsLatin1) {
  EXPECT_EQ(person("", "M\xFCller^J\xE9r\xF4me"), "Müller^Jérôme");
  EXPECT_EQ(person("", "\xC5ngstr\xF6m"), "Ångström");
  // Cyrillic in ISO 8859-5, Shift_JIS, GBK: nobody knows; nor where a set is stated that does not
  // exist.
  EXPECT_EQ(person("", "\xBB\xEE\xDA"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(person("", "\xD0\xC0"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(person("", "AB\x8A\x59"), "AB\xEF\xBF\xBDY");
  EXPECT_EQ(person("KLINGON", "M\xFCller"), "M\xEF\xBF\xBDller");
}

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
