#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/sample_block.hpp"

namespace sightline::codec {

/// How one frame's bytes are encoded. Do not renumber: on disk, on the wire and in the ABI.
enum class Encoding : std::uint8_t {
  unknown = 0,
  htj2k = 1,    ///< ISO/IEC 15444-15; the pyramid's own encoding.
  j2k = 2,      ///< ISO/IEC 15444-1 (codestream or JP2).
  native = 3,   ///< Little-endian samples as in Pixel Data, PS3.5 8.1.1 (bits_allocated 8, 16, 32).
  rle = 4,      ///< PS3.5 annex G.
  jpeg = 5,     ///< ISO/IEC 10918-1: baseline, extended, lossless (process 14).
  jpeg_ls = 6,  ///< ISO/IEC 14495-1.
  native_be = 7,  ///< Big-endian samples (Explicit VR Big Endian). Bytes of 8- and 1-bit samples in
                  ///< pixel order (OW unswapped).
  jpeg_xl = 8,    ///< ISO/IEC 18181-1 (codestream or file).
};

/// The encoding of a transfer syntax' frames; unknown when this build has no decoder for it
/// (video, …). Source: PS3.5 A.
Encoding encoding_of(std::string_view transfer_syntax_uid);
/// True when the transfer syntax can only hold exact values (J2K .90, HTJ2K .201/.202, JPEG-LS .80,
/// RLE, native, .57, .70, JPEG XL .110).
bool is_lossless_syntax(std::string_view transfer_syntax_uid);

/// A part of a frame, or of one resolution level of it. Units: samples of that level.
struct FrameRegion {
  std::uint32_t x = 0, y = 0, cols = 0, rows = 0;
};

struct DecodeRequest {
  Encoding encoding = Encoding::unknown;
  PixelFormat
      format;  ///< What the data set says; the codestream must agree or the frame is refused.
  std::span<std::byte const>
      bytes;  ///< One frame's bytes (fragments joined); for htj2k/j2k a prefix is fine.
  std::uint32_t discard_levels =
      0;  ///< htj2k/j2k: highest resolution levels to leave out. Others: must be 0.
  /// htj2k, j2k, jpeg: by the library alone, which our own decoders are held against. Of htj2k and
  /// j2k the browser's modules have none.
  bool by_library = false;
  /// Only this part, the same values as in the whole. htj2k, j2k: decoded alone, in memory for it
  /// alone, whatever the rest of the bytes is; by a library, and of other encodings: cut out.
  std::optional<FrameRegion> region = {};
};

/// What is not there of a frame whose bytes end early or are broken, or which step of its decoding
/// was not taken.
struct MissingPart {
  Errc code = Errc::truncated;   ///< or corrupt; of a step also unsupported, limit_exceeded
  std::uint32_t whole_rows = 0;  ///< rows from the top that are as they should be; 0 = not known
  /// The step, in words: no value is what it should be. "": only a part of them.
  std::string step = {};
};

/// Decodes one frame to stored values. Of a frame that ends early, or is broken inside, what can be
/// told is given, zeros in place of the rest, and `missing` says so: such a frame is never exact.
/// Components of JPEG 2000 Part 2 whose transform cannot be undone are given as they are coded,
/// with their own sign, and in more bits than Bits Allocated where they have more: `missing` names
/// it.
/// Shape: ceil(rows / 2^discard_levels) x ceil(cols / 2^discard_levels) x samples, or the region's;
/// see SampleBlock.
/// Colour: YBR of JPEG (photometric YBR_FULL_422/YBR_FULL in a JPEG stream) and of J2K (ICT, RCT)
/// is returned as RGB and `block_is_rgb` in the result is set; native YBR stays as it is (422 is
/// upsampled to three full planes). Errors: unsupported, corrupt, truncated, limit_exceeded,
/// out_of_memory, invalid_argument (levels or a region that are not there). Threads: any, no shared
/// state.
struct DecodedFrame {
  SampleBlock block;
  bool block_is_rgb = false;
  std::optional<MissingPart> missing = {};  ///< nothing: the frame is whole
};
Result<DecodedFrame> decode_frame(DecodeRequest const& request,
                                  Limits const& limits = kDefaultLimits);

/// True if this build holds the decoder (viewer.wasm has htj2k, j2k, native, native_be, rle;
/// dicom.wasm adds jpeg and jpeg_ls; jxl.wasm has jpeg_xl alone; the server has all).
bool can_decode(Encoding encoding);

}  // namespace sightline::codec
