#include "page/picture.hpp"

#include <algorithm>
#include <cmath>

namespace sightline::server {
namespace {

/// Which source samples one target sample mixes, with weights that add up to 1.
struct Tap {
  std::uint32_t first = 0;
  std::vector<float> weights;
};

std::vector<Tap> make_taps(std::uint32_t from, std::uint32_t to) {
  double const ratio = static_cast<double>(from) / to;
  double const radius = std::max(1.0, ratio);
  std::vector<Tap> taps(to);
  for (std::uint32_t i = 0; i < to; ++i) {
    double const center = (i + 0.5) * ratio - 0.5;
    auto const low = static_cast<std::int64_t>(std::ceil(center - radius));
    auto const high = static_cast<std::int64_t>(std::floor(center + radius));
    Tap& tap = taps[i];
    tap.first = static_cast<std::uint32_t>(std::clamp<std::int64_t>(low, 0, from - 1));
    auto const last = static_cast<std::uint32_t>(std::clamp<std::int64_t>(high, 0, from - 1));
    double sum = 0;
    for (std::uint32_t s = tap.first; s <= last; ++s) {
      double const weight = std::max(0.0, 1 - std::abs(s - center) / radius);
      tap.weights.push_back(static_cast<float>(weight));
      sum += weight;
    }
    for (float& weight : tap.weights) weight = sum > 0 ? static_cast<float>(weight / sum) : 1.0F;
  }
  return taps;
}

}  // namespace

Result<Picture> scale_picture(Picture const& picture, std::uint32_t rows, std::uint32_t cols) {
  std::uint64_t const expected = std::uint64_t{picture.rows} * picture.cols * picture.samples;
  bool const fits = picture.bytes.size() == expected && expected != 0;
  if (!fits || rows == 0 || cols == 0) return fail(Errc::invalid_argument, "picture size");
  if (picture.rows == rows && picture.cols == cols) return picture;

  std::size_t const samples = picture.samples;
  std::vector<Tap> const across = make_taps(picture.cols, cols);
  std::vector<float> narrowed(std::size_t{picture.rows} * cols * samples);
  for (std::size_t row = 0; row < picture.rows; ++row) {
    std::byte const* const line = picture.bytes.data() + row * picture.cols * samples;
    for (std::size_t col = 0; col < cols; ++col) {
      for (std::size_t k = 0; k < samples; ++k) {
        float sum = 0;
        Tap const& tap = across[col];
        for (std::size_t t = 0; t < tap.weights.size(); ++t) {
          sum += tap.weights[t] *
                 static_cast<float>(std::to_integer<int>(line[(tap.first + t) * samples + k]));
        }
        narrowed[(row * cols + col) * samples + k] = sum;
      }
    }
  }
  std::vector<Tap> const down = make_taps(picture.rows, rows);
  std::size_t const stride = std::size_t{cols} * samples;
  Picture out{rows, cols, picture.samples, std::vector<std::byte>(rows * stride)};
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < stride; ++i) {
      float sum = 0;
      Tap const& tap = down[row];
      for (std::size_t t = 0; t < tap.weights.size(); ++t)
        sum += tap.weights[t] * narrowed[(tap.first + t) * stride + i];
      out.bytes[row * stride + i] = static_cast<std::byte>(std::clamp(std::lround(sum), 0L, 255L));
    }
  }
  return out;
}

PictureSize fit_into(PictureSize picture, PictureSize box) {
  double const scale = std::min(static_cast<double>(box.rows) / picture.rows,
                                static_cast<double>(box.cols) / picture.cols);
  auto const side = [scale](std::uint32_t length, std::uint32_t most) {
    return static_cast<std::uint32_t>(std::clamp<long>(std::lround(length * scale), 1, most));
  };
  return {side(picture.rows, box.rows), side(picture.cols, box.cols)};
}

}  // namespace sightline::server
