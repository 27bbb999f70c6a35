// decode_frame of jxl.wasm: JPEG XL.
#include "codec/frame_decoder.hpp"
#include "codec/jxl_decoder.hpp"

namespace sightline::codec {

Result<DecodedFrame> decode_frame(DecodeRequest const& request, Limits const& limits) {
  if (request.encoding == Encoding::jpeg_xl) return decode_jxl(request, limits);
  return fail(Errc::unsupported, "no decoder for this encoding");
}

bool can_decode(Encoding encoding) { return encoding == Encoding::jpeg_xl; }

}  // namespace sightline::codec
