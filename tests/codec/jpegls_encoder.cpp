#include "jpegls_encoder.hpp"

#include <charls/intrface.h>

#include <cstdlib>
#include <cstring>

namespace sightline::test {

std::vector<std::byte> encode_jpegls(Picture const& picture, int interleave, int near_lossless,
                                     JpegLsPresets const& presets, int hp_transform) {
  std::vector<std::byte> const block = block_bytes(picture);
  std::size_t const sample_bytes = picture.format.bits_allocated / 8;
  std::size_t const pixels = std::size_t{picture.rows()} * picture.cols();
  std::vector<std::byte> input = block;
  // A signed value is coded as the pattern of its stored bits.
  if (picture.format.is_signed && sample_bytes == 2) {
    auto const mask = static_cast<std::uint16_t>((1u << picture.format.bits_stored) - 1);
    for (std::size_t i = 0; i < input.size(); i += 2) {
      std::uint16_t bits = 0;
      std::memcpy(&bits, &input[i], 2);
      bits &= mask;
      std::memcpy(&input[i], &bits, 2);
    }
  }
  if (interleave == 0 && picture.samples() == 3) {
    for (std::size_t i = 0; i < 3 * pixels; ++i) {
      std::size_t const to = i % 3 * pixels + i / 3;
      std::memcpy(&input[to * sample_bytes], &block[i * sample_bytes], sample_bytes);
    }
  }
  JlsParameters parameters{};
  parameters.width = static_cast<int>(picture.cols());
  parameters.height = static_cast<int>(picture.rows());
  parameters.bitspersample = picture.format.bits_stored;
  parameters.components = picture.samples();
  parameters.ilv = static_cast<interleavemode>(interleave);
  parameters.allowedlossyerror = near_lossless;
  parameters.colorTransform = hp_transform;
  parameters.custom = {presets[0], presets[1], presets[2], presets[3], presets[4]};
  std::size_t capacity = 2 * input.size() + 1024, written = 0;
  BYTE* buffer = new BYTE[capacity];  // The library may replace it by a larger one.
  JLS_ERROR const error =
      JpegLsEncode(&buffer, &capacity, &written, input.data(), input.size(), &parameters);
  std::vector<std::byte> stream;
  if (error == OK) {
    stream.resize(written);
    std::memcpy(stream.data(), buffer, written);
  }
  delete[] buffer;
  return stream;
}

}  // namespace sightline::test
