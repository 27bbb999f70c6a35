#include "codec/jpeg_rows.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace sightline::codec {
namespace {

template <std::size_t Bytes>
void store_spread(std::uint8_t const* in, std::size_t count, std::size_t step, std::byte* out) {
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t const value = in[i];
    std::memcpy(out + i * step, &value, Bytes);
  }
}

void store_plane(std::uint8_t const* in, std::size_t count, std::size_t sample_bytes,
                 std::size_t step, std::byte* out) {
  switch (sample_bytes) {
    case 1: return store_spread<1>(in, count, step, out);
    case 2: return store_spread<2>(in, count, step, out);
    default: return store_spread<4>(in, count, step, out);
  }
}

void repeat(std::uint8_t const* in, std::size_t count, std::uint8_t* out) {
  for (std::size_t i = 0; i < count; ++i) out[2 * i] = out[2 * i + 1] = in[i];
}

std::uint8_t limited(std::int32_t value) {
  std::int32_t const above = value < 0 ? 0 : value;
  return static_cast<std::uint8_t>(above > 255 ? 255 : above);
}

constexpr std::int32_t kRedOfCr = 91881, kGreenOfCb = -22554, kGreenOfCr = -46802,
                       kBlueOfCb = 116130, kHalf = 32768;

template <class Word>
void pixels_to_rgb(std::byte* pixels, std::size_t count, unsigned precision) {
  std::int64_t const zero = std::int64_t{1} << (precision - 1), most = 2 * zero - 1;
  auto const limited_word = [&](std::int64_t value) {
    return static_cast<Word>(std::clamp<std::int64_t>(value, 0, most));
  };
  for (std::size_t i = 0; i < count; ++i) {
    std::array<Word, 3> pixel;
    std::byte* const at = pixels + i * sizeof(pixel);
    std::memcpy(pixel.data(), at, sizeof(pixel));
    std::int64_t const y = pixel[0], cb = pixel[1] - zero, cr = pixel[2] - zero;
    pixel = {limited_word(y + ((kRedOfCr * cr + kHalf) >> 16)),
             limited_word(y + ((kGreenOfCb * cb + kGreenOfCr * cr + kHalf) >> 16)),
             limited_word(y + ((kBlueOfCb * cb + kHalf) >> 16))};
    std::memcpy(at, pixel.data(), sizeof(pixel));
  }
}

}  // namespace

void upsample_across(std::uint8_t const* in, std::size_t count, std::uint8_t* out) {
  if (count <= 2) return repeat(in, count, out);
  out[0] = in[0];
  for (std::size_t i = 0; i + 1 < count; ++i) {
    unsigned const left = in[i], right = in[i + 1];
    out[2 * i + 1] = static_cast<std::uint8_t>((3 * left + right + 2) >> 2);
    out[2 * i + 2] = static_cast<std::uint8_t>((3 * right + left + 1) >> 2);
  }
  out[2 * count - 1] = in[count - 1];
}

void upsample_both(std::uint8_t const* near, std::uint8_t const* far, std::size_t count,
                   std::uint8_t* out) {
  if (count <= 2) return repeat(near, count, out);
  auto const sum = [&](std::size_t i) { return 3u * near[i] + far[i]; };
  out[0] = static_cast<std::uint8_t>((4 * sum(0) + 8) >> 4);
  for (std::size_t i = 0; i + 1 < count; ++i) {
    unsigned const left = sum(i), right = sum(i + 1);
    out[2 * i + 1] = static_cast<std::uint8_t>((3 * left + right + 7) >> 4);
    out[2 * i + 2] = static_cast<std::uint8_t>((3 * right + left + 8) >> 4);
  }
  out[2 * count - 1] = static_cast<std::uint8_t>((4 * sum(count - 1) + 7) >> 4);
}

void ybr_to_rgb(std::uint8_t* first, std::uint8_t* second, std::uint8_t* third, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    std::int32_t const y = first[i], cb = second[i] - 128, cr = third[i] - 128;
    first[i] = limited(y + ((kRedOfCr * cr + kHalf) >> 16));
    second[i] = limited(y + ((kGreenOfCb * cb + kGreenOfCr * cr + kHalf) >> 16));
    third[i] = limited(y + ((kBlueOfCb * cb + kHalf) >> 16));
  }
}

void ybr_pixels_to_rgb(std::byte* pixels, std::size_t count, std::size_t sample_bytes,
                       unsigned precision) {
  switch (sample_bytes) {
    case 1: return pixels_to_rgb<std::uint8_t>(pixels, count, precision);
    case 2: return pixels_to_rgb<std::uint16_t>(pixels, count, precision);
    default: return pixels_to_rgb<std::uint32_t>(pixels, count, precision);
  }
}

void store_grey(std::uint8_t const* in, std::size_t count, std::size_t sample_bytes,
                std::byte* out) {
  if (sample_bytes == 1) {
    std::memcpy(out, in, count);
    return;
  }
  store_plane(in, count, sample_bytes, sample_bytes, out);
}

void store_colour(std::uint8_t const* first, std::uint8_t const* second, std::uint8_t const* third,
                  std::size_t count, std::size_t sample_bytes, std::byte* out) {
  if (sample_bytes == 1) {
    auto* const to = reinterpret_cast<std::uint8_t*>(out);
    for (std::size_t i = 0; i < count; ++i) {
      to[3 * i] = first[i];
      to[3 * i + 1] = second[i];
      to[3 * i + 2] = third[i];
    }
    return;
  }
  std::size_t const step = 3 * sample_bytes;
  store_plane(first, count, sample_bytes, step, out);
  store_plane(second, count, sample_bytes, step, out + sample_bytes);
  store_plane(third, count, sample_bytes, step, out + 2 * sample_bytes);
}

}  // namespace sightline::codec
