#include "picture.hpp"

#include <algorithm>
#include <cmath>

namespace sightline::test {

Picture make_picture(std::uint32_t rows, std::uint32_t cols, std::uint16_t samples, unsigned bits,
                     bool is_signed) {
  Picture picture;
  PixelFormat& format = picture.format;
  format.rows = rows;
  format.cols = cols;
  format.samples_per_pixel = samples;
  format.bits_allocated = bits > 16 ? 32 : (bits > 8 ? 16 : 8);
  format.bits_stored = static_cast<std::uint16_t>(bits);
  format.high_bit = static_cast<std::uint16_t>(bits - 1);
  format.is_signed = is_signed;
  format.photometric = samples == 3 ? Photometric::rgb : Photometric::monochrome2;

  std::int64_t const least = is_signed ? -(std::int64_t{1} << (bits - 1)) : 0;
  std::int64_t const most = least + (std::int64_t{1} << bits) - 1;
  double const span = static_cast<double>(most - least);
  std::uint32_t noise = 12345;
  picture.values.reserve(std::size_t{rows} * cols * samples);
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t col = 0; col < cols; ++col) {
      for (std::uint32_t sample = 0; sample < samples; ++sample) {
        noise = noise * 1664525 + 1013904223;
        double const wave = std::sin(row * 0.07 + sample) * std::cos(col * 0.05 - sample);
        double const edge = (row / 16 + col / 24 + sample) % 5 == 0 ? 0.3 : 0.0;
        double const grain = (noise >> 16) / 65536.0 * 0.01;
        auto const value =
            least + static_cast<std::int64_t>(span * (0.35 + wave * 0.3 + edge + grain));
        picture.values.push_back(static_cast<std::int32_t>(std::clamp(value, least, most)));
      }
    }
  }
  // Both ends of the range are always there.
  picture.values.front() = static_cast<std::int32_t>(least);
  picture.values.back() = static_cast<std::int32_t>(most);
  return picture;
}

std::vector<std::byte> block_bytes(Picture const& picture) {
  std::vector<std::byte> bytes;
  for (std::int32_t const value : picture.values) {
    for (unsigned shift = 0; shift < picture.format.bits_allocated; shift += 8) {
      bytes.push_back(static_cast<std::byte>(static_cast<std::uint32_t>(value) >> shift & 0xff));
    }
  }
  return bytes;
}

codec::DecodeRequest request_for(Picture const& picture, codec::Encoding encoding,
                                 std::vector<std::byte> const& bytes) {
  codec::DecodeRequest request;
  request.encoding = encoding;
  request.format = picture.format;
  request.bytes = bytes;
  return request;
}

}  // namespace sightline::test
