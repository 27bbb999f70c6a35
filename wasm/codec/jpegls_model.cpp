#include "codec/jpegls_model.hpp"

#include <algorithm>

namespace sightline::codec {
namespace {

int bits_of(std::int32_t value) {
  int bits = 0;
  while (value > (std::int32_t{1} << bits)) ++bits;
  return bits;
}

/// C.2.4.1.1.1: thresholds that are not stated.
std::array<std::int32_t, 3> default_thresholds(std::int32_t most, std::int32_t near,
                                               JpegLsDefaults defaults) {
  auto const within = [&](std::int32_t value, std::int32_t least) {
    return value > most || value < least ? least : value;
  };
  std::array<std::int32_t, 3> basic{};
  if (most >= 128 || defaults == JpegLsDefaults::charls1) {
    std::int32_t const factor = (std::min(most, 4095) + 128) / 256;
    basic = {factor * (3 - 2) + 2 + 3 * near, factor * (7 - 3) + 3 + 5 * near,
             factor * (21 - 4) + 4 + 7 * near};
  } else {
    std::int32_t const factor = 256 / (most + 1);
    basic = {std::max(2, 3 / factor + 3 * near), std::max(3, 7 / factor + 5 * near),
             std::max(4, 21 / factor + 7 * near)};
  }
  std::int32_t const t1 = within(basic[0], near + 1);
  std::int32_t const t2 = within(basic[1], t1);
  return {t1, t2, within(basic[2], t2)};
}

}  // namespace

std::optional<JpegLsParameters> jpegls_parameters(JpegLsHeader const& header,
                                                  JpegLsDefaults defaults) {
  int const t1 = header.presets[1], t2 = header.presets[2], t3 = header.presets[3];
  int const reset = header.presets[4];
  JpegLsParameters made;
  made.most = header.presets[0] != 0 ? header.presets[0] : (1 << header.precision) - 1;
  made.near = header.near_lossless;
  made.range = (made.most + 2 * made.near) / (2 * made.near + 1) + 1;
  made.range_bits = bits_of(made.range);
  made.reset = reset != 0 ? reset : JpegLsParameters::kUsualReset;
  // A.2.1: bpp is what MAXVAL takes, whatever the precision says.
  int const bits = std::max(2, bits_of(made.most + 1));
  made.limit = 2 * (bits + std::max(8, bits));
  auto const computed = default_thresholds(made.most, made.near, defaults);
  made.thresholds = {t1 != 0 ? t1 : computed[0], t2 != 0 ? t2 : computed[1],
                     t3 != 0 ? t3 : computed[2]};
  auto const [first, second, third] = made.thresholds;
  if (first <= made.near || second < first || third < second || third > made.most) {
    return std::nullopt;
  }
  return made;
}

void JpegLsModel::reset() {
  std::int32_t const a = std::max(2, (parameters.range + 32) / 64);
  JpegLsContext first;
  first.a = a;
  first.choose_code(parameters.near == 0);
  contexts.fill(first);
  run_contexts = {JpegLsRunContext{a, 1, 0, 0}, JpegLsRunContext{a, 1, 0, 1}};
}

JpegLsModel::JpegLsModel(JpegLsParameters const& given) : parameters(given) {
  reset();
  auto const most_zeros =
      static_cast<std::uint32_t>(std::min(given.limit - given.range_bits - 1, 16));
  auto const range = static_cast<std::uint32_t>(given.range);
  for (std::size_t k = 0; k <= 16; ++k) {
    quick_bounds[32 - k] = std::min(most_zeros << k, range + 1);
  }
  regions.resize(2 * (static_cast<std::size_t>(given.most) + 1) + 1);
  std::int8_t* const zero = regions.data() + given.most + 1;
  region_of_zero = zero;
  std::array<std::int32_t, 6> const from = {0,
                                            given.near + 1,
                                            given.thresholds[0],
                                            given.thresholds[1],
                                            given.thresholds[2],
                                            given.most + 2};
  for (std::size_t region = 0; region + 1 < from.size(); ++region) {
    auto const value = static_cast<std::int8_t>(region * sizeof(JpegLsContext));
    std::fill(zero + from[region], zero + from[region + 1], value);
    std::fill(zero - from[region + 1] + 1, zero - from[region] + 1,
              static_cast<std::int8_t>(-value));
  }
}

}  // namespace sightline::codec
