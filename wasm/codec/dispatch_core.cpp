// decode_frame of viewer.wasm: the pyramid's codec and what needs no library.
#include "codec/dispatch.hpp"
#include "codec/htj2k_decoder.hpp"
#include "codec/native_decoder.hpp"
#include "codec/rle_decoder.hpp"

namespace sightline::codec {
namespace {

constexpr Decoders kDecoders{
    .htj2k = decode_htj2k, .j2k = decode_htj2k, .native = decode_native, .rle = decode_rle};

}  // namespace

Result<DecodedFrame> decode_frame(DecodeRequest const& request, Limits const& limits) {
  return dispatch(kDecoders, request, limits);
}

bool can_decode(Encoding encoding) { return decoder_of(kDecoders, encoding) != nullptr; }

}  // namespace sightline::codec
