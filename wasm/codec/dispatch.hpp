#pragma once
// decode_frame and can_decode, over the decoders that a module has: dispatch_core.cpp and its
// siblings name them. Source: PS3.5 A.4, 8.2.
#include "codec/frame_decoder.hpp"
#include "codec/frame_region.hpp"

namespace sightline::codec {

using DecodeFunction = Result<DecodedFrame> (*)(DecodeRequest const&, Limits const&);

/// The decoder of each encoding; none where the module has none. `j2k_library`: of JPEG 2000 and
/// HTJ2K by_library.
struct Decoders {
  DecodeFunction htj2k = nullptr, j2k = nullptr, native = nullptr, rle = nullptr, jpeg = nullptr,
                 jpeg_ls = nullptr, jpeg_xl = nullptr, j2k_library = nullptr;
};

constexpr DecodeFunction decoder_of(Decoders const& decoders, Encoding encoding) {
  switch (encoding) {
    case Encoding::htj2k: return decoders.htj2k;
    case Encoding::j2k: return decoders.j2k;
    case Encoding::native:
    case Encoding::native_be: return decoders.native;
    case Encoding::rle: return decoders.rle;
    case Encoding::jpeg: return decoders.jpeg;
    case Encoding::jpeg_ls: return decoders.jpeg_ls;
    case Encoding::jpeg_xl: return decoders.jpeg_xl;
    case Encoding::unknown: break;
  }
  return nullptr;
}

inline Result<DecodedFrame> dispatch(Decoders const& decoders, DecodeRequest const& request,
                                     Limits const& limits) {
  bool const is_native =
      request.encoding == Encoding::native || request.encoding == Encoding::native_be;
  // PS3.5 A.4: Float and Double Float Pixel Data are never encapsulated.
  if (is_float(request.format) && !is_native)
    return fail(Errc::unsupported, "encapsulated real numbers");
  bool const is_j2k = request.encoding == Encoding::htj2k || request.encoding == Encoding::j2k;
  bool const is_library = is_j2k && request.by_library;
  DecodeFunction const decoder =
      is_library ? decoders.j2k_library : decoder_of(decoders, request.encoding);
  if (decoder == nullptr) return fail(Errc::unsupported, "no decoder for this encoding");
  bool const knows_regions = is_j2k && !is_library;
  return knows_regions ? decoder(request, limits) : decode_and_crop(decoder, request, limits);
}

}  // namespace sightline::codec
