// decode_frame of dicom.wasm: every decoder but that of JPEG XL, which is a module of its own.
#include "codec/frame_decoder.hpp"
#include "codec/frame_shape.hpp"
#include "codec/htj2k_decoder.hpp"
#include "codec/j2k_decoder.hpp"
#include "codec/jpeg_decoder.hpp"
#include "codec/jpegls_decoder.hpp"
#include "codec/native_decoder.hpp"
#include "codec/rle_decoder.hpp"

namespace sightline::codec {

Result<DecodedFrame> decode_frame(DecodeRequest const& request, Limits const& limits) {
  bool const is_native =
      request.encoding == Encoding::native || request.encoding == Encoding::native_be;
  // PS3.5 A.4: Float and Double Float Pixel Data are never encapsulated.
  if (is_float(request.format) && !is_native)
    return fail(Errc::unsupported, "encapsulated real numbers");
  switch (request.encoding) {
    case Encoding::htj2k: return decode_htj2k(request, limits);
    case Encoding::j2k: return decode_j2k(request, limits);
    case Encoding::native:
    case Encoding::native_be: return decode_native(request, limits);
    case Encoding::rle: return decode_rle(request, limits);
    case Encoding::jpeg: return decode_jpeg(request, limits);
    case Encoding::jpeg_ls: return decode_jpegls(request, limits);
    case Encoding::jpeg_xl:
    case Encoding::unknown: break;
  }
  return fail(Errc::unsupported, "no decoder for this encoding");
}

bool can_decode(Encoding encoding) {
  switch (encoding) {
    case Encoding::htj2k:
    case Encoding::j2k:
    case Encoding::native:
    case Encoding::native_be:
    case Encoding::rle:
    case Encoding::jpeg:
    case Encoding::jpeg_ls: return true;
    case Encoding::jpeg_xl:
    case Encoding::unknown: break;
  }
  return false;
}

}  // namespace sightline::codec
