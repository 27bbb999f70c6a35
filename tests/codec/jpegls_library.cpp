#include "jpegls_library.hpp"

#include <charls/intrface.h>

#include <cstring>

#include "codec/frame_shape.hpp"
#include "codec/jpegls_header.hpp"

namespace sightline::test {

std::vector<std::byte> decode_jpegls_by_charls(codec::DecodeRequest const& request) {
  constexpr std::size_t kSlackBytes = 64;  // it peeks past the end
  auto const shape = codec::frame_shape(request.format, kDefaultLimits);
  auto const header = codec::read_jpegls_header(request.bytes);
  if (!shape || !header) return {};
  std::vector<std::byte> padded(request.bytes.begin(), request.bytes.end());
  padded.resize(padded.size() + kSlackBytes);
  std::size_t const in_bytes = header->precision > 8 ? 2 : 1;
  std::vector<std::byte> decoded(static_cast<std::size_t>(shape->values) * in_bytes);
  if (JpegLsDecode(decoded.data(), decoded.size(), padded.data(), request.bytes.size(), nullptr) !=
      OK)
    return {};
  bool const by_plane = header->interleave == codec::JpegLsHeader::Interleave::none;
  std::size_t const samples = shape->samples;
  std::size_t const pixels = std::size_t{shape->rows} * shape->cols;
  auto block = codec::make_block(*shape, request.format.is_signed);
  for (std::size_t sample = 0; sample < samples; ++sample)
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      std::size_t const from = by_plane ? sample * pixels + pixel : pixel * samples + sample;
      std::memcpy(block.bytes.data() + (pixel * samples + sample) * shape->sample_bytes,
                  decoded.data() + from * in_bytes, in_bytes);
    }
  codec::extend_sign(request.format, block);
  return std::move(block.bytes);
}

}  // namespace sightline::test
