#include "color/profile_table.hpp"

#include <lcms2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

#include "profiles.hpp"

namespace sightline::color {
namespace {

using Color = std::array<double, 3>;

ProfileTable made_of(std::string const& name) {
  auto made = table_of_profile(Profiles::get().read(name));
  EXPECT_TRUE(made.has_value()) << name;
  return made ? std::move(*made) : ProfileTable{};
}

Color shown(ProfileTable const& made, Color const& device) {
  pixel::Rgb const rgb =
      pixel::apply_color_profile({device[0], device[1], device[2]}, made.table());
  return {rgb.red, rgb.green, rgb.blue};
}

double levels_apart(Color const& a, Color const& b) {
  double most = 0;
  for (std::size_t i = 0; i < 3; ++i) most = std::max(most, 255 * std::abs(a[i] - b[i]));
  return most;
}

/// steps^3 colours, and all levels of grey.
std::vector<Color> grid(int steps) {
  std::vector<Color> colors;
  for (int i = 0; i < 256; ++i) colors.push_back({i / 255.0, i / 255.0, i / 255.0});
  for (int i = 0; i < steps * steps * steps; ++i) {
    auto const step = [&](int at) { return at % steps / (steps - 1.0); };
    colors.push_back({step(i), step(i / steps), step(i / steps / steps)});
  }
  return colors;
}

/// Little CMS to its own sRGB, 16 bits in and out, perceptual or relative, without black point
/// compensation.
std::vector<Color> by_little_cms(std::vector<std::byte> const& profile, unsigned intent,
                                 std::vector<Color> const& colors) {
  cmsHPROFILE const source =
      cmsOpenProfileFromMem(profile.data(), static_cast<cmsUInt32Number>(profile.size()));
  cmsHPROFILE const screen = cmsCreate_sRGBProfile();
  cmsSetProfileVersion(screen, 2.1);
  cmsHTRANSFORM const transform =
      cmsCreateTransform(source, TYPE_RGB_16, screen, TYPE_RGB_16, intent, cmsFLAGS_NOOPTIMIZE);
  EXPECT_NE(transform, nullptr);
  std::vector<Color> result;
  for (Color const& color : colors) {
    std::array<std::uint16_t, 3> in{}, out{};
    for (std::size_t i = 0; i < 3; ++i)
      in[i] = static_cast<std::uint16_t>(std::lround(color[i] * 65535));
    cmsDoTransform(transform, in.data(), out.data(), 1);
    result.push_back({out[0] / 65535.0, out[1] / 65535.0, out[2] / 65535.0});
  }
  cmsDeleteTransform(transform);
  cmsCloseProfile(screen);
  cmsCloseProfile(source);
  return result;
}

/// Light of D50 to sRGB: the matrix that Bruce Lindbloom has computed (Bradford), and IEC
/// 61966-2-1's curve.
Color srgb_of_xyz(Color const& xyz) {
  constexpr std::array<Color, 3> kMatrix{{{3.1338561, -1.6168667, -0.4906146},
                                          {-0.9787684, 1.9161415, 0.0334540},
                                          {0.0719453, -0.2289914, 1.4052427}}};
  Color result{};
  for (std::size_t row = 0; row < 3; ++row) {
    double light = 0;
    for (std::size_t i = 0; i < 3; ++i) light += kMatrix[row][i] * xyz[i];
    light = std::clamp(light, 0.0, 1.0);
    result[row] = light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
  }
  return result;
}

/// ArgyllCMS to XYZ, relative colorimetric.
std::vector<Color> by_argyll(std::string const& name, std::vector<Color> const& colors) {
  std::string const input = Profiles::get().path(name) + ".txt";
  std::ofstream text(input);
  for (Color const& color : colors) text << color[0] << ' ' << color[1] << ' ' << color[2] << '\n';
  text.close();
  std::string const command = "icclu -v0 -ff -ir -px " + Profiles::get().path(name) + " < " + input;
  FILE* const pipe = popen(command.c_str(), "r");
  std::vector<Color> result;
  Color xyz{};
  while (pipe != nullptr &&
         std::fscanf(pipe, " %lf %lf %lf%*[^\n]", &xyz[0], &xyz[1], &xyz[2]) == 3)
    result.push_back(srgb_of_xyz(xyz));
  if (pipe != nullptr) {
    EXPECT_EQ(pclose(pipe), 0);
  }
  EXPECT_EQ(result.size(), colors.size()) << "icclu is ArgyllCMS's";
  return result;
}

double farthest(ProfileTable const& made, std::vector<Color> const& colors,
                std::vector<Color> const& expected) {
  double most = 0;
  for (std::size_t i = 0; i < std::min(colors.size(), expected.size()); ++i)
    most = std::max(most, levels_apart(shown(made, colors[i]), expected[i]));
  return most;
}

TEST(ProfileTable, MatrixProfilesAreWhatLittleCmsShows) {
  auto const colors = grid(33);
  for (std::string const name : {"wide", "straight", "unequal", "p3"}) {
    ProfileTable const made = made_of(name);
    EXPECT_FALSE(made.is_identity);
    EXPECT_EQ(made.side, 2u);
    double const apart =
        farthest(made, colors, by_little_cms(Profiles::get().read(name), 1, colors));
    RecordProperty(name, std::to_string(apart));
    EXPECT_LE(apart, 0.25) << name;
  }
}

TEST(ProfileTable, SampledProfilesAreWhatLittleCmsShows) {
  auto const colors =
      grid(52);  // every fifth level: not one of 65 nodes but the ends and the middle
  ProfileTable const made = made_of("scanner");
  EXPECT_EQ(made.side, kSampledSide);
  double const apart =
      farthest(made, colors, by_little_cms(Profiles::get().read("scanner"), 0, colors));
  RecordProperty("scanner", std::to_string(apart));
  EXPECT_LE(apart, 0.5);
}

TEST(ProfileTable, ArgyllShowsTheSame) {
  auto const colors = grid(18);
  for (std::string const name : {"wide", "straight", "unequal", "scanner"}) {
    double const apart = farthest(made_of(name), colors, by_argyll(name, colors));
    RecordProperty(name, std::to_string(apart));
    EXPECT_LE(apart, 1.0) << name;
  }
}

TEST(ProfileTable, AnSrgbProfileNeedsNoTable) {
  ProfileTable const made = made_of("srgb");
  EXPECT_TRUE(made.is_identity);
  EXPECT_TRUE(made.curves.empty());
  EXPECT_TRUE(made.light.empty());
  EXPECT_EQ(made.description, "Sightline sRGB");
}

TEST(ProfileTable, AbsoluteColorimetricIsShownAsRelative) {
  auto const colors = grid(9);
  double const apart = farthest(made_of("absolute"), colors,
                                by_little_cms(Profiles::get().read("absolute"), 1, colors));
  EXPECT_LE(apart, 0.5);
}

TEST(ProfileTable, WhatIsNoProfileOfRedGreenAndBlueIsRefused) {
  Profiles const& profiles = Profiles::get();
  EXPECT_EQ(table_of_profile(profiles.read("gray")).error().code, Errc::unsupported);
  EXPECT_EQ(table_of_profile(profiles.read("bare")).error().code, Errc::unsupported);
  EXPECT_EQ(table_of_profile({}).error().code, Errc::corrupt);
  std::vector<std::byte> whole = profiles.read("wide");
  std::vector<std::byte> const header(whole.begin(), whole.begin() + 128);
  EXPECT_EQ(table_of_profile(header).error().code, Errc::corrupt);
  // a curve's tag that points past the end
  std::string const text(reinterpret_cast<char const*>(whole.data()), whole.size());
  whole[text.find("rTRC") + 4] = std::byte{0x7F};
  EXPECT_FALSE(table_of_profile(whole).has_value());
}

TEST(ProfileTable, TheSameEveryTime) {
  ProfileTable const first = made_of("scanner"), second = made_of("scanner");
  EXPECT_EQ(first.light, second.light);
}

}  // namespace
}  // namespace sightline::color
