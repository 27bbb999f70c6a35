// decode_frame of jxl.wasm: JPEG XL.
#include "codec/dispatch.hpp"
#include "codec/jxl_decoder.hpp"

namespace sightline::codec {
namespace {

constexpr Decoders kDecoders{.jpeg_xl = decode_jxl};

}  // namespace

Result<DecodedFrame> decode_frame(DecodeRequest const& request, Limits const& limits) {
  return dispatch(kDecoders, request, limits);
}

bool can_decode(Encoding encoding) { return decoder_of(kDecoders, encoding) != nullptr; }

}  // namespace sightline::codec
