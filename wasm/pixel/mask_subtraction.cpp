#include "pixel/mask_subtraction.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "pixel/modality_lut.hpp"
#include "pixel/real_value.hpp"
#include "pixel/sample_reader.hpp"

namespace sightline::pixel {
namespace {

double value_of(std::int64_t stored, MaskSettings const& settings) {
  double const value = settings.modality_lut ? apply_modality_table(stored, *settings.modality_lut)
                                             : apply_rescale(stored, settings.rescale_slope,
                                                             settings.rescale_intercept);
  if (settings.linear_bits == 0) return value;
  double const most = std::ldexp(1.0, static_cast<int>(settings.linear_bits)) - 1;
  return most * std::log1p(std::max(0.0, value)) / std::log1p(most);
}

std::vector<double> mean_of(std::span<SampleBlock const> frames, MaskSettings const& settings) {
  std::vector<double> sums(std::size_t{frames.front().rows} * frames.front().cols);
  for (SampleBlock const& frame : frames) {
    SampleReader const reader(frame);
    for (std::size_t i = 0; i < sums.size(); ++i)
      sums[i] += value_of(reader.at(static_cast<std::int64_t>(i / frame.cols),
                                    static_cast<std::int64_t>(i % frame.cols), 0),
                          settings);
  }
  for (double& sum : sums) sum /= static_cast<double>(frames.size());
  return sums;
}

/// One axis of a shift: two neighbours, and the share of the second.
struct Between {
  std::int64_t first, second;
  double share;
};
std::optional<Between> between(double place, std::int64_t side) {
  double const below = std::floor(place);
  Between const out{static_cast<std::int64_t>(below),
                    static_cast<std::int64_t>(below) + (place > below ? 1 : 0), place - below};
  if (out.first < 0 || out.second >= side) return std::nullopt;
  return out;
}

class ShiftedMask {
 public:
  ShiftedMask(std::vector<double> values, std::uint32_t rows, std::uint32_t cols,
              std::array<double, 2> shift)
      : values_(std::move(values)), rows_(rows), cols_(cols), shift_(shift) {}

  std::optional<double> at(std::uint32_t row, std::uint32_t col) const {
    auto const y = between(row - shift_[0], rows_), x = between(col - shift_[1], cols_);
    if (!y || !x) return std::nullopt;
    double const upper = along(y->first, *x);
    if (y->share == 0) return upper;
    return upper + y->share * (along(y->second, *x) - upper);
  }

 private:
  double along(std::int64_t row, Between const& x) const {
    double const left = values_[static_cast<std::size_t>(row * cols_ + x.first)];
    if (x.share == 0) return left;
    return left + x.share * (values_[static_cast<std::size_t>(row * cols_ + x.second)] - left);
  }

  std::vector<double> values_;
  std::int64_t rows_, cols_;
  std::array<double, 2> shift_;
};

Status check(std::span<SampleBlock const> frames, SampleBlock const& like) {
  for (SampleBlock const& frame : frames) {
    if (Status const checked = check_block(frame); !checked) return checked;
    if (frame.rows != like.rows || frame.cols != like.cols || frame.samples != 1 || frame.is_float)
      return fail(Errc::invalid_argument, "frames of a subtraction");
  }
  return {};
}

}  // namespace

Result<SampleBlock> subtract_mask(std::span<SampleBlock const> contrast,
                                  std::span<SampleBlock const> masks,
                                  MaskSettings const& settings) {
  bool const is_near = std::isfinite(settings.shift[0]) && std::isfinite(settings.shift[1]);
  if (contrast.empty() || masks.empty() || !is_near)
    return fail(Errc::invalid_argument, "frames of a subtraction");
  SampleBlock const& like = contrast.front();
  for (auto const frames : {contrast, masks})
    if (Status const checked = check(frames, like); !checked)
      return std::unexpected(checked.error());
  std::vector<double> const shown = mean_of(contrast, settings);
  ShiftedMask const mask(mean_of(masks, settings), like.rows, like.cols, settings.shift);
  SampleBlock difference{like.rows, like.cols, 1, 32, true, {}, true};
  difference.bytes.resize(shown.size() * sizeof(float));
  for (std::size_t i = 0; i < shown.size(); ++i) {
    auto const behind = mask.at(static_cast<std::uint32_t>(i / like.cols),
                                static_cast<std::uint32_t>(i % like.cols));
    float const value = behind ? texel_of_real(shown[i] - *behind) : kNoValue;
    auto const bits = std::bit_cast<std::uint32_t>(value);
    for (std::size_t byte = 0; byte < sizeof(float); ++byte)
      difference.bytes[i * sizeof(float) + byte] = static_cast<std::byte>(bits >> 8 * byte & 0xFF);
  }
  return difference;
}

double extent_of_difference(SampleBlock const& difference) {
  constexpr std::size_t kMostSamples = 65536;
  SampleReader const reader(difference);
  std::size_t const all = std::size_t{difference.rows} * difference.cols;
  // odd: not the same columns in each row
  std::size_t const step = ((all + kMostSamples - 1) / kMostSamples) | 1;
  std::vector<float> sizes;
  sizes.reserve(all / step + 1);
  for (std::size_t i = 0; i < all; i += step) {
    float const value = reader.real_at(static_cast<std::int64_t>(i / difference.cols),
                                       static_cast<std::int64_t>(i % difference.cols));
    if (is_value(value)) sizes.push_back(std::abs(value));
  }
  if (sizes.empty()) return 0;
  auto const place = static_cast<std::size_t>(std::ceil(0.995 * static_cast<double>(sizes.size())));
  auto const nth = sizes.begin() + static_cast<std::ptrdiff_t>(place - 1);
  std::ranges::nth_element(sizes, nth);
  return *nth;
}

}  // namespace sightline::pixel
