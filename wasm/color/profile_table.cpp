#include "color/profile_table.hpp"

#include <lcms2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>

namespace sightline::color {
namespace {

template <auto Release>
struct Releaser {
  template <class T>
  void operator()(T* pointer) const {
    Release(pointer);
  }
};
using Context = std::unique_ptr<std::remove_pointer_t<cmsContext>, Releaser<cmsDeleteContext>>;
using Profile = std::unique_ptr<void, Releaser<cmsCloseProfile>>;
using Transform = std::unique_ptr<void, Releaser<cmsDeleteTransform>>;
using Curve = std::unique_ptr<cmsToneCurve, Releaser<cmsFreeToneCurve>>;
using Pipeline = std::unique_ptr<cmsPipeline, Releaser<cmsPipelineFree>>;
using Matrix = std::array<std::array<double, 3>, 3>;

constexpr std::array kColorants{cmsSigRedColorantTag, cmsSigGreenColorantTag,
                                cmsSigBlueColorantTag};
constexpr std::array kCurves{cmsSigRedTRCTag, cmsSigGreenTRCTag, cmsSigBlueTRCTag};
constexpr std::array kTables{cmsSigAToB0Tag, cmsSigAToB1Tag, cmsSigAToB2Tag};
constexpr std::array kFloatTables{cmsSigDToB0Tag, cmsSigDToB1Tag, cmsSigDToB2Tag};

struct Primaries {
  cmsCIExyY white;
  cmsCIExyYTRIPLE colors;
};
Primaries primaries_of(Space space) {
  constexpr cmsCIExyY kD65{0.3127, 0.3290, 1.0}, kD50{0.3457, 0.3585, 1.0};
  switch (space) {
    case Space::adobe_rgb: return {kD65, {{0.64, 0.33, 1.0}, {0.21, 0.71, 1.0}, {0.15, 0.06, 1.0}}};
    case Space::romm_rgb:
      return {kD50, {{0.7347, 0.2653, 1.0}, {0.1596, 0.8404, 1.0}, {0.0366, 0.0001, 1.0}}};
    case Space::srgb: break;
  }
  return {kD65, {{0.64, 0.33, 1.0}, {0.30, 0.60, 1.0}, {0.15, 0.06, 1.0}}};
}

/// A space's primaries and white with this curve. Of version 2, so that Little CMS compensates for
/// black where it is told to, and nowhere else.
Profile rgb_profile(cmsContext context, Space space, Curve const& curve) {
  Primaries const primaries = primaries_of(space);
  if (!curve) return nullptr;
  std::array<cmsToneCurve*, 3> const curves{curve.get(), curve.get(), curve.get()};
  Profile profile(
      cmsCreateRGBProfileTHR(context, &primaries.white, &primaries.colors, curves.data()));
  if (profile) cmsSetProfileVersion(profile.get(), 2.1);
  return profile;
}

Profile linear_profile(cmsContext context, Space space) {
  return rgb_profile(context, space, Curve(cmsBuildGamma(context, 1.0)));
}

/// From levels to light.
Curve curve_of(cmsContext context, Space space) {
  constexpr cmsInt32Number kWithLine = 4;  // (a x + b) ^ gamma from d on, c x below it
  constexpr std::array<double, 5> kSrgb{2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045},
      kRomm{1.8, 1, 0, 1.0 / 16, 16.0 / 512};
  switch (space) {
    case Space::adobe_rgb: return Curve(cmsBuildGamma(context, 563.0 / 256));
    case Space::romm_rgb:
      return Curve(cmsBuildParametricToneCurve(context, kWithLine, kRomm.data()));
    case Space::srgb: break;
  }
  return Curve(cmsBuildParametricToneCurve(context, kWithLine, kSrgb.data()));
}

char const* name_of(Space space) {
  switch (space) {
    case Space::adobe_rgb: return "Adobe RGB (1998) compatible";
    case Space::romm_rgb: return "ROMM RGB (ISO 22028-2)";
    case Space::srgb: break;
  }
  return "sRGB (IEC 61966-2-1)";
}

/// Columns: XYZ of the device's red, green and blue.
std::optional<Matrix> colorants_of(cmsHPROFILE profile) {
  Matrix matrix{};
  for (std::size_t i = 0; i < 3; ++i) {
    auto const* const xyz = static_cast<cmsCIEXYZ const*>(cmsReadTag(profile, kColorants[i]));
    if (xyz == nullptr) return std::nullopt;
    matrix[0][i] = xyz->X;
    matrix[1][i] = xyz->Y;
    matrix[2][i] = xyz->Z;
  }
  return matrix;
}

double minor_of(Matrix const& m, std::size_t row, std::size_t col) {
  std::size_t const r1 = (row + 1) % 3, r2 = (row + 2) % 3, c1 = (col + 1) % 3, c2 = (col + 2) % 3;
  return m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1];
}

/// Of a matrix that has one: linear_profile's.
Matrix inverse(Matrix const& m) {
  double determinant = 0;
  for (std::size_t col = 0; col < 3; ++col) determinant += m[0][col] * minor_of(m, 0, col);
  Matrix result{};
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t col = 0; col < 3; ++col)
      result[row][col] = minor_of(m, col, row) / determinant;
  return result;
}

/// The tag that Little CMS would take for this intent is one with tables.
bool has_tables(cmsHPROFILE profile, std::size_t intent) {
  return cmsIsTag(profile, kFloatTables[intent]) || cmsIsTag(profile, kTables[intent]) ||
         cmsIsTag(profile, cmsSigAToB0Tag);
}

/// Light at node (red, green, blue) = m * node: exact everywhere, for it is linear.
Status fill_from_matrix(cmsHPROFILE profile, cmsHPROFILE linear, ProfileTable& result) {
  auto const device = colorants_of(profile), screen = colorants_of(linear);
  if (!device || !screen) return fail(Errc::corrupt, "the colour profile's matrix");
  Matrix const from_xyz = inverse(*screen);
  result.curve_entries = pixel::kColorCurveEntries;
  result.curves.resize(std::size_t{result.curve_entries} * 3);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    auto const* const curve =
        static_cast<cmsToneCurve const*>(cmsReadTag(profile, kCurves[channel]));
    if (curve == nullptr) return fail(Errc::corrupt, "the colour profile's curves");
    for (std::uint32_t i = 0; i < result.curve_entries; ++i) {
      float const place = static_cast<float>(i) / static_cast<float>(result.curve_entries - 1);
      result.curves[std::size_t{i} * 3 + channel] =
          std::clamp(cmsEvalToneCurveFloat(curve, place), 0.0f, 1.0f);
    }
  }
  result.side = 2;
  for (unsigned node = 0; node < 8; ++node) {
    for (std::size_t row = 0; row < 3; ++row) {
      double light = 0;
      for (std::size_t channel = 0; channel < 3; ++channel) {
        if ((node >> channel & 1) == 0) continue;
        for (std::size_t k = 0; k < 3; ++k) light += from_xyz[row][k] * (*device)[k][channel];
      }
      result.light.push_back(static_cast<float>(light));
    }
  }
  return {};
}

/// The tag that Little CMS takes, whose first curves stand before a table's nodes.
cmsTagSignature table_tag(cmsHPROFILE profile, std::size_t intent) {
  if (cmsIsTag(profile, kFloatTables[intent])) return kFloatTables[intent];
  return cmsIsTag(profile, kTables[intent]) ? kTables[intent] : cmsSigAToB0Tag;
}

/// Shape: kColorCurveEntries x 3. The curves in front of the profile's own table, so that its nodes
/// are among ours; empty where there are none, or one that is not strictly rising from 0 to 1.
std::vector<float> leading_curves(cmsContext context, cmsHPROFILE profile, std::size_t intent) {
  auto const* const whole =
      static_cast<cmsPipeline const*>(cmsReadTag(profile, table_tag(profile, intent)));
  cmsStage* const first = whole == nullptr ? nullptr : cmsPipelineGetPtrToFirstStage(whole);
  if (first == nullptr || cmsStageType(first) != cmsSigCurveSetElemType ||
      cmsStageInputChannels(first) != 3)
    return {};
  Pipeline const alone(cmsPipelineAlloc(context, 3, 3));
  cmsStage* const copy = alone ? cmsStageDup(first) : nullptr;
  if (copy == nullptr || !cmsPipelineInsertStage(alone.get(), cmsAT_END, copy)) return {};
  std::vector<float> curves(std::size_t{pixel::kColorCurveEntries} * 3);
  for (std::size_t i = 0; i < pixel::kColorCurveEntries; ++i) {
    float const place = static_cast<float>(i) / (pixel::kColorCurveEntries - 1);
    std::array<float, 3> const device{place, place, place};
    cmsPipelineEvalFloat(device.data(), &curves[i * 3], alone.get());
    for (std::size_t channel = 0; channel < 3 && i > 0; ++channel)
      if (!(curves[i * 3 + channel] > curves[(i - 1) * 3 + channel])) return {};
  }
  constexpr float kNear = 1e-4f;
  for (std::size_t channel = 0; channel < 3; ++channel)
    if (std::abs(curves[channel]) > kNear ||
        std::abs(curves[curves.size() - 3 + channel] - 1) > kNear)
      return {};
  return curves;
}

/// Where a curve of leading_curves has this value.
float place_on_curve(std::span<float const> curves, std::size_t channel, float value) {
  std::size_t const last = curves.size() / 3 - 1;
  std::size_t below = 0, above = last;
  while (above - below > 1) {
    std::size_t const middle = (below + above) / 2;
    (curves[middle * 3 + channel] <= value ? below : above) = middle;
  }
  float const from = curves[below * 3 + channel], to = curves[above * 3 + channel];
  float const share = std::clamp((value - from) / (to - from), 0.0f, 1.0f);
  return (static_cast<float>(below) + share) / static_cast<float>(last);
}

Status fill_from_tables(cmsContext context, cmsHPROFILE profile, cmsHPROFILE linear,
                        std::uint32_t intent, std::uint32_t side, ProfileTable& result) {
  bool const has_own_black =
      cmsGetEncodedICCversion(profile) >= 0x4000000 && intent != INTENT_RELATIVE_COLORIMETRIC;
  cmsUInt32Number const flags = cmsFLAGS_NOCACHE | cmsFLAGS_NOOPTIMIZE |
                                (has_own_black ? cmsFLAGS_BLACKPOINTCOMPENSATION : 0u);
  Transform const transform(
      cmsCreateTransformTHR(context, profile, TYPE_RGB_FLT, linear, TYPE_RGB_FLT, intent, flags));
  if (!transform) return fail(Errc::corrupt, "the colour profile's tables");
  result.curves = leading_curves(context, profile, intent);
  if (result.curves.empty()) result.curves = {0, 0, 0, 1, 1, 1};
  result.curve_entries = static_cast<std::uint32_t>(result.curves.size() / 3);
  result.side = side;
  result.light.resize(std::size_t{side} * side * side * 3);
  std::array<std::array<float, pixel::kMaxColorTableSide>, 3> device{};
  for (std::size_t node = 0; node < side; ++node)
    for (std::size_t channel = 0; channel < 3; ++channel)
      device[channel][node] = place_on_curve(
          result.curves, channel, static_cast<float>(node) / static_cast<float>(side - 1));
  std::array<float, std::size_t{pixel::kMaxColorTableSide} * 3> row{};
  for (std::size_t line = 0; line < std::size_t{side} * side; ++line) {
    for (std::size_t red = 0; red < side; ++red) {
      row[red * 3] = device[0][red];
      row[red * 3 + 1] = device[1][line % side];
      row[red * 3 + 2] = device[2][line / side];
    }
    cmsDoTransform(transform.get(), row.data(), &result.light[line * side * 3], side);
  }
  return {};
}

std::string description_of(cmsHPROFILE profile) {
  std::array<char, 256> text{};
  cmsGetProfileInfoASCII(profile, cmsInfoDescription, "en", "US", text.data(),
                         static_cast<cmsUInt32Number>(text.size()));
  text.back() = '\0';
  std::string description(text.data());
  std::erase_if(description, [](char c) { return c < ' ' || c > '~'; });
  return description;
}

/// All levels of grey, and a grid.
bool moves_nothing(ProfileTable const& made) {
  pixel::ColorTable const table = made.table();
  constexpr double kLevel = 1.0 / 255;
  auto const stays = [&](double red, double green, double blue) {
    pixel::Rgb const shown = pixel::apply_color_profile({red, green, blue}, table);
    return std::abs(shown.red - red) <= kLevel && std::abs(shown.green - green) <= kLevel &&
           std::abs(shown.blue - blue) <= kLevel;
  };
  for (int i = 0; i < 256; ++i)
    if (!stays(i / 255.0, i / 255.0, i / 255.0)) return false;
  constexpr int kSteps = 32;
  for (int i = 0; i < kSteps * kSteps * kSteps; ++i) {
    auto const step = [&](int at) { return at % kSteps / (kSteps - 1.0); };
    if (!stays(step(i), step(i / kSteps), step(i / kSteps / kSteps))) return false;
  }
  return true;
}

}  // namespace

Result<ProfileTable> table_of_profile(std::span<std::byte const> profile,
                                      std::uint32_t sampled_side, Space space) {
  if (sampled_side < 2 || sampled_side > pixel::kMaxColorTableSide)
    return fail(Errc::invalid_argument, "nodes of a colour table");
  Context const context(cmsCreateContext(nullptr, nullptr));
  if (!context) return fail(Errc::out_of_memory, "colour profile");
  Profile const source(cmsOpenProfileFromMemTHR(context.get(), profile.data(),
                                                static_cast<cmsUInt32Number>(profile.size())));
  if (!source) return fail(Errc::corrupt, "the colour profile");
  if (cmsGetColorSpace(source.get()) != cmsSigRgbData)
    return fail(Errc::unsupported, "a colour profile of another colour space than RGB");
  Profile const linear = linear_profile(context.get(), space);
  if (!linear) return fail(Errc::out_of_memory, "colour profile");

  cmsUInt32Number const stated = cmsGetHeaderRenderingIntent(source.get());
  std::uint32_t const intent =
      stated > INTENT_SATURATION ? cmsUInt32Number{INTENT_RELATIVE_COLORIMETRIC} : stated;
  ProfileTable result;
  result.space = space;
  Status filled = fail(Errc::unsupported, "a colour profile without matrix and tables");
  if (has_tables(source.get(), intent))
    filled =
        fill_from_tables(context.get(), source.get(), linear.get(), intent, sampled_side, result);
  else if (cmsIsMatrixShaper(source.get()))
    filled = fill_from_matrix(source.get(), linear.get(), result);
  if (!filled) return std::unexpected(filled.error());
  auto const is_number = [](float value) { return std::isfinite(value); };
  if (!std::ranges::all_of(result.curves, is_number) ||
      !std::ranges::all_of(result.light, is_number))
    return fail(Errc::corrupt, "the colour profile's numbers");
  result.description = description_of(source.get());
  if (moves_nothing(result)) {
    result.is_identity = true;
    result.curve_entries = result.side = 0;
    result.curves.clear();
    result.light.clear();
  }
  return result;
}

Result<std::vector<std::byte>> profile_of_space(Space space) {
  Context const context(cmsCreateContext(nullptr, nullptr));
  if (!context) return fail(Errc::out_of_memory, "colour profile");
  Profile const profile = rgb_profile(context.get(), space, curve_of(context.get(), space));
  std::unique_ptr<cmsMLU, Releaser<cmsMLUfree>> const name(cmsMLUalloc(context.get(), 1));
  bool const is_named = profile && name && cmsMLUsetASCII(name.get(), "en", "US", name_of(space)) &&
                        cmsWriteTag(profile.get(), cmsSigProfileDescriptionTag, name.get());
  cmsUInt32Number length = 0;
  if (!is_named || !cmsSaveProfileToMem(profile.get(), nullptr, &length))
    return fail(Errc::out_of_memory, "colour profile");
  std::vector<std::byte> bytes(length);
  if (!cmsSaveProfileToMem(profile.get(), bytes.data(), &length))
    return fail(Errc::out_of_memory, "colour profile");
  // When it was made (ICC.1:2022 7.2.10) would make each another one: the day of Adobe RGB's text.
  constexpr std::array<unsigned char, 12> kDate{0x07, 0xCE, 0, 8, 0, 1, 0, 0, 0, 0, 0, 0};
  constexpr std::size_t kDateOffset = 24;
  for (std::size_t i = 0; i < kDate.size(); ++i) bytes[kDateOffset + i] = std::byte{kDate[i]};
  return bytes;
}

}  // namespace sightline::color
