// Text in pictures. Letters are recognized by where they cover the picture, not by their shapes:
// fonts differ.
#include "page/annotation.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "page/printable.hpp"

namespace sightline::server {
namespace {

Picture grey(std::uint32_t rows, std::uint32_t cols, int level, std::uint16_t samples = 1) {
  return {
      rows, cols, samples,
      std::vector<std::byte>(std::size_t{rows} * cols * samples, static_cast<std::byte>(level))};
}
/// Samples in these rows that are other than the picture was.
std::size_t changed(Picture const& picture, int level, std::uint32_t first, std::uint32_t last) {
  std::size_t const stride = std::size_t{picture.cols} * picture.samples;
  return static_cast<std::size_t>(
      std::count_if(picture.bytes.begin() + static_cast<std::ptrdiff_t>(first * stride),
                    picture.bytes.begin() + static_cast<std::ptrdiff_t>(last * stride),
                    [level](std::byte b) { return std::to_integer<int>(b) != level; }));
}
Picture burnt(std::vector<std::string> top, std::vector<std::string> bottom = {},
              std::uint32_t side = 256) {
  Picture picture = grey(side, side, 100);
  EXPECT_TRUE(burn_in(picture, {std::move(top), std::move(bottom)}));
  return picture;
}
std::vector<std::byte> bytes_of(std::string const& line) { return burnt({line}).bytes; }

TEST(AnnotationText, SaysWhoAndWhat) {
  dicom::Instance instance;
  instance.patient = {"Doe^Jane^^Dr", "P-1", "19700131", "F"};
  instance.study.study_date = "20261128";
  instance.series.modality = "CT";
  instance.series.series_description = "Thorax";
  instance.series.series_number = 3;
  instance.instance_number = 7;
  instance.kvp = "120";
  instance.number_of_frames = 5;
  using Lines = std::vector<std::string>;
  auto const all = annotation_text({true, true}, instance, 1);
  EXPECT_EQ(all.top_left, (Lines{"Doe, Jane Dr", "P-1", "1970-01-31", "F"}));
  EXPECT_EQ(all.bottom_left, (Lines{"2026-11-28", "CT Thorax", "kVp 120", "Se 3 Im 7 Fr 2/5"}));
  EXPECT_TRUE(annotation_text({false, true}, instance, 1).top_left.empty());
  EXPECT_TRUE(annotation_text({true, false}, instance, 1).bottom_left.empty());
  instance.patient.name = "Yamada^Tarou=山田^太郎=やまだ^たろう";
  EXPECT_EQ(annotation_text({true, false}, instance, 0).top_left.front(),
            "Yamada, Tarou 山田, 太郎 やまだ, たろう");
}

TEST(BurnIn, WritesInItsCornersOnly) {
  Picture const picture = burnt({"Doe, Jane", "P-1"}, {"CT"});
  EXPECT_GT(changed(picture, 100, 0, 40), 200u);
  EXPECT_EQ(changed(picture, 100, 40, 230), 0u);
  EXPECT_GT(changed(picture, 100, 230, 256), 50u);
  // White letters with a dark rim are seen on every ground.
  for (int const level : {0, 100, 255}) {
    Picture ground = grey(256, 256, level);
    ASSERT_TRUE(burn_in(ground, {{"MMMM"}, {}}));
    auto const [low, high] = std::ranges::minmax(ground.bytes);
    EXPECT_GT(std::to_integer<int>(high) - std::to_integer<int>(low), 200) << level;
  }
}

TEST(BurnIn, ColourGetsTheSameText) {
  Picture rgb = grey(64, 200, 100, 3);
  ASSERT_TRUE(burn_in(rgb, {{"Doe"}, {}}));
  Picture one = grey(64, 200, 100);
  ASSERT_TRUE(burn_in(one, {{"Doe"}, {}}));
  for (std::size_t i = 0; i < one.bytes.size(); ++i)
    for (std::size_t k = 0; k < 3; ++k) ASSERT_EQ(rgb.bytes[3 * i + k], one.bytes[i]);
}

TEST(BurnIn, ScriptsThatTheFontHasAreDrawnAsTheyAreWritten) {
  std::string const missing = "\xF4\x8F\xBF\xBF";  // U+10FFFF, which no font has
  for (char const* name : {"Müller", "Александр", "Ελένη", "محمد", "דוד"}) {
    auto const drawn = bytes_of(name);
    EXPECT_NE(drawn, bytes_of("")) << name;
    std::string boxes;
    for (char const* c = name; *c != 0; ++c)
      if ((static_cast<unsigned char>(*c) & 0xC0) != 0x80) boxes += missing;
    EXPECT_NE(drawn, bytes_of(boxes)) << name;
  }
  // Letters of Arabic join, unless they are told not to.
  EXPECT_NE(bytes_of("محمد"), bytes_of("م\u200Cح\u200Cم\u200Cد"));
}

TEST(BurnIn, HostileTextStaysInItsLine) {
  EXPECT_EQ(printable("a\nb\tc\x7F\x1B[2J", 64), "a\uFFFDb\uFFFDc\uFFFD\uFFFD[2J");
  EXPECT_EQ(printable("\xFF\xC0\xAF\xED\xA0\x80x", 64), "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDx");
  EXPECT_EQ(printable("a\u2028b", 64), "a\uFFFDb");
  EXPECT_EQ(printable(std::string(1000, 'x'), 4), "xxxx…");
  EXPECT_EQ(printable(std::string_view("a\0b", 3), 64), "a\uFFFDb");
  // What turns the letters around in one line does not turn those of the next.
  Picture const turned = burnt({"\u202EDoe", "P-1"});
  Picture const plain = burnt({"Doe", "P-1"});
  std::size_t const second = std::size_t{17} * 256;
  EXPECT_TRUE(
      std::equal(turned.bytes.begin() + second, turned.bytes.end(), plain.bytes.begin() + second));
  // Long lines are cut, many lines end in the middle of the picture.
  std::string const wide(64 * 1024, 'M');
  Picture const many =
      burnt(std::vector<std::string>(1000, wide), std::vector<std::string>(1000, wide));
  EXPECT_EQ(changed(many, 100, 125, 131), 0u);
  std::string stack = "Z";
  for (int i = 0; i < 60'000; ++i) stack += "\xCC\x81";  // combining acutes
  EXPECT_EQ(changed(burnt({stack}), 100, 128, 256), 0u);
}

TEST(BurnIn, SmallAndLargePicturesAreFine) {
  for (std::uint32_t const side : {1u, 2u, 7u, 64u, 4096u}) {
    Picture picture = grey(side, side, 100);
    EXPECT_TRUE(burn_in(picture, {{"Doe"}, {"CT"}})) << side;
  }
  Picture thin = grey(4, 8192, 100);
  EXPECT_TRUE(burn_in(thin, {{"Doe"}, {"CT"}}));
  Picture wrong = grey(4, 4, 0);
  wrong.bytes.pop_back();
  EXPECT_EQ(burn_in(wrong, {{"Doe"}, {}}).error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace sightline::server
