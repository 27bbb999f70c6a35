#include "part_2_frames.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/frame_mark.hpp"

namespace sightline::test {

std::vector<Picture> make_frames(std::size_t count, unsigned bits, bool is_signed) {
  std::vector<Picture> frames(count, make_picture(kRows, kCols, 1, bits, is_signed));
  std::int32_t const low = is_signed ? -(1 << (bits - 1)) : 0, high = low + (1 << bits) - 1;
  for (std::size_t f = 0; f < count; ++f)
    for (std::size_t i = 0; i < frames[f].values.size(); ++i)
      frames[f].values[i] = std::clamp(
          frames[f].values[i] + static_cast<std::int32_t>((i * (f + 1)) % 7 + f), low, high);
  return frames;
}

Picture as_components(std::vector<Picture> const& frames) {
  Picture all = frames.front();
  all.format.samples_per_pixel = static_cast<std::uint16_t>(frames.size());
  all.values.clear();
  for (std::size_t i = 0; i < frames.front().values.size(); ++i)
    for (Picture const& frame : frames) all.values.push_back(frame.values[i]);
  return all;
}

Bytes encode_components(std::vector<std::vector<std::int32_t>> const& components, unsigned bits,
                        J2kOptions const& options, bool is_signed) {
  Picture all = make_picture(kRows, kCols, 1, 8, is_signed);
  all.format.samples_per_pixel = static_cast<std::uint16_t>(components.size());
  all.format.bits_stored = static_cast<std::uint16_t>(bits);
  all.values.clear();
  for (std::size_t i = 0; i < components.front().size(); ++i)
    for (auto const& component : components) all.values.push_back(component[i]);
  return encode_j2k(all, options);
}

Result<codec::DecodedFrame> decode(Picture const& picture, Bytes const& stream, bool by_library) {
  auto request = request_for(picture, codec::Encoding::j2k, stream);
  request.by_library = by_library;
  return codec::decode_frame(request);
}

std::vector<std::vector<std::int32_t>> differences(std::vector<Picture> const& frames) {
  std::vector<std::vector<std::int32_t>> coded;
  for (std::size_t f = 0; f < frames.size(); ++f) {
    auto& component = coded.emplace_back(frames[f].values);
    for (std::size_t i = 0; i < component.size(); ++i)
      component[i] -= f == 0 ? 100 : frames[f - 1].values[i];
  }
  return coded;
}
std::vector<double> sums(std::size_t count) {
  std::vector<double> matrix;
  for (std::size_t row = 0; row < count; ++row)
    for (std::size_t col = 0; col < count; ++col) matrix.push_back(col <= row ? 1 : 0);
  return matrix;
}

void expect_frames(std::vector<Picture> const& frames, Bytes const& stream) {
  for (bool const by_library : {false, true}) {
    for (std::uint32_t f = 0; f < frames.size(); ++f) {
      auto const frame = decode(frames[f], mark_frame(stream, f), by_library);
      ASSERT_TRUE(frame) << f << ' ' << frame.error().detail;
      EXPECT_FALSE(frame->missing);
      EXPECT_EQ(frame->block.bytes, block_bytes(frames[f])) << f;
    }
  }
}

}  // namespace sightline::test
