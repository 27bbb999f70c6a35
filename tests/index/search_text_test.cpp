#include "index/search_text.hpp"

#include <gtest/gtest.h>

namespace sightline::server {
namespace {

TEST(FoldCase, LowersLatinGreekAndCyrillic) {
  EXPECT_EQ(fold_case("ABC xyz 09"), "abc xyz 09");
  EXPECT_EQ(fold_case("MÜLLER ÅÉØ×"), "müller åéø×");
  EXPECT_EQ(fold_case("ŠĐŽ Łódź ĽŹ Ÿ"), "šđž łódź ľź ÿ");
  EXPECT_EQ(fold_case("ΔΙΟΝΥΣΙΟΣ ΆΈΉΊΌΎΏ"), "διονυσιοσ άέήίόύώ");
  EXPECT_EQ(fold_case("ς"), "σ");
  EXPECT_EQ(fold_case("ЛЮКСЕМБУРГ ЁЂ ҐІ"), "люксембург ёђ ґі");
}

TEST(FoldCase, LeavesOtherScriptsAndBrokenBytes) {
  EXPECT_EQ(fold_case("山田 김희중"), "山田 김희중");
  EXPECT_EQ(fold_case("a\xC3"), "a\xC3");
  EXPECT_EQ(fold_case("\xFF\xC3(B"), "\xFF\xC3(b");
}

TEST(SearchWords, SplitsNamesAndLimitsTheirNumber) {
  EXPECT_EQ(search_words("  Doe^JANE  ct "), (std::vector<std::string>{"doe", "jane", "ct"}));
  EXPECT_TRUE(search_words(" ^ ").empty());
  std::string many;
  for (int i = 0; i < 40; ++i) many += "w ";
  EXPECT_EQ(search_words(many).size(), 16U);
}

TEST(Searchable, HoldsADateInBothForms) {
  EXPECT_EQ(searchable({"Doe^Jane"}, "20240131"), "doe jane\n20240131\n2024-01-31");
}

}  // namespace
}  // namespace sightline::server
