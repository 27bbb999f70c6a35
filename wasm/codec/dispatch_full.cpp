// decode_frame of the server and the tests: every decoder there is, and OpenJPEG beside ours.
#include "codec/dispatch.hpp"
#include "codec/htj2k_decoder.hpp"
#include "codec/j2k_library.hpp"
#include "codec/jpeg_decoder.hpp"
#include "codec/jpegls_decoder.hpp"
#include "codec/jxl_decoder.hpp"
#include "codec/native_decoder.hpp"
#include "codec/rle_decoder.hpp"

namespace sightline::codec {
namespace {

constexpr Decoders kDecoders{.htj2k = decode_htj2k,
                             .j2k = decode_htj2k,
                             .native = decode_native,
                             .rle = decode_rle,
                             .jpeg = decode_jpeg,
                             .jpeg_ls = decode_jpegls,
                             .jpeg_xl = decode_jxl,
                             .j2k_library = decode_j2k_by_library};

}  // namespace

Result<DecodedFrame> decode_frame(DecodeRequest const& request, Limits const& limits) {
  return dispatch(kDecoders, request, limits);
}

bool can_decode(Encoding encoding) { return decoder_of(kDecoders, encoding) != nullptr; }

}  // namespace sightline::codec
