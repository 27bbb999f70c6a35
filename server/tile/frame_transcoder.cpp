#include "tile/frame_transcoder.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/sha256.hpp"
#include "codec/codestream.hpp"
#include "codec/frame_decoder.hpp"
#include "tile/htj2k_encoder.hpp"
#include "tile/value_range.hpp"
#include "wire/stored_range.hpp"

namespace sightline::server {
namespace {

bool fits_u32(std::size_t size) { return size <= std::numeric_limits<std::uint32_t>::max(); }

codec::Encoding encoding_of_frames(dicom::Instance const& instance) {
  auto const encoding = codec::encoding_of(instance.transfer_syntax_uid);
  if (encoding == codec::Encoding::native && instance.frame_bytes_big_endian)
    return codec::Encoding::native_be;
  return encoding;
}

/// bits_stored, or the whole word when the file breaks its own promise.
std::uint8_t precision_of(PixelFormat const& format, SampleBlock const& block) {
  ValueRange const range = full_range(block);
  auto const bits = std::min<unsigned>(format.bits_stored, block.bits_allocated);
  std::int64_t const top = std::int64_t{1} << (block.is_signed ? bits - 1 : bits);
  bool const fits = range.max < top && range.min >= (block.is_signed ? -top : 0);
  return static_cast<std::uint8_t>(fits ? bits : block.bits_allocated);
}

/// By two decoders whose arithmetic has no line in common, nor any with the encoder: our own, which
/// the viewer will use, and OpenJPEG. So neither a fault of the one nor of the other can pass for a
/// lossless frame.
bool decodes_to(codec::DecodedFrame const& original, Sha256Digest const& digest,
                PixelFormat const& format, std::span<std::byte const> htj2k) {
  auto const is_same = [&](bool by_library) {
    auto const again = codec::decode_frame({codec::Encoding::htj2k, format, htj2k, 0, by_library});
    return again && again->block_is_rgb == original.block_is_rgb &&
           again->block.rows == original.block.rows && again->block.cols == original.block.cols &&
           sha256(again->block.bytes) == digest;
  };
  return is_same(false) && is_same(true);
}

/// Stored values are places in a table of colours, so that their means are other colours: such a
/// frame has no coarser levels. Source: PS3.3 C.7.6.3.1.5, C.7.6.19.
bool has_means(dicom::Instance const& instance) {
  bool const has_tables = instance.palette[0] && instance.palette[1] && instance.palette[2];
  return instance.format.photometric != Photometric::palette_color && !has_tables;
}

/// The frame as leveled HTJ2K, proven to decode to the same values; nothing when it cannot be had.
std::optional<codec::LeveledCodestream> verified_htj2k(codec::DecodedFrame const& frame,
                                                       Sha256Digest const& digest,
                                                       dicom::Instance const& instance) {
  PixelFormat const& format = instance.format;
  bool const is_rgb8 =
      frame.block_is_rgb && frame.block.samples == 3 && frame.block.bits_allocated == 8;
  auto const encoded =
      encode_htj2k(frame.block, {precision_of(format, frame.block), is_rgb8, has_means(instance)});
  if (!encoded) return std::nullopt;
  auto leveled = codec::level_codestream(*encoded);
  if (!leveled || !fits_u32(leveled->bytes.size())) return std::nullopt;
  if (!decodes_to(frame, digest, format, leveled->bytes)) return std::nullopt;
  return std::move(*leveled);
}

/// Gives an HTJ2K stream that came from outside its levels, where its structure allows that.
void find_own_levels(TranscodedFrame& result, codec::DecodedFrame const& decoded,
                     Sha256Digest const& digest, PixelFormat const& format) {
  auto leveled = codec::level_codestream(result.bytes);
  if (!leveled || !fits_u32(leveled->bytes.size()) ||
      !decodes_to(decoded, digest, format, leveled->bytes))
    return;
  result.bytes = std::move(leveled->bytes);
  result.index.level_ends = std::move(leveled->level_ends);
}

/// Tiles of a slide that came lossy and in colour stay as they are, and nothing is asked of their
/// values: a hundred thousand need not be decoded for the few that will be looked at. What one of
/// them lacks is found, and shown, by who looks at it (docs/adr/0006).
bool is_kept_unseen(dicom::Instance const& instance) {
  return instance.slide && instance.format.samples_per_pixel == 3 &&
         !codec::is_lossless_syntax(instance.transfer_syntax_uid) &&
         codec::encoding_of(instance.transfer_syntax_uid) != codec::Encoding::htj2k;
}

TranscodedFrame kept_frame(codec::Encoding encoding, std::vector<std::byte> encoded) {
  if (encoded.empty()) return failed_frame(Errc::truncated);
  if (!fits_u32(encoded.size())) return failed_frame(Errc::limit_exceeded);
  TranscodedFrame result;
  result.index.encoding = encoding;
  result.index.level_ends = {static_cast<std::uint32_t>(encoded.size())};
  result.bytes = std::move(encoded);
  return result;
}

}  // namespace

TranscodedFrame failed_frame(Errc why) {
  TranscodedFrame frame;
  frame.index.failure = why;
  return frame;
}

TranscodedFrame transcode_frame(dicom::Instance const& instance, std::uint32_t frame_index0,
                                std::vector<std::byte> encoded) {
  auto const encoding = encoding_of_frames(instance);
  if (encoding == codec::Encoding::unknown || !codec::can_decode(encoding))
    return failed_frame(Errc::unsupported);
  if (is_kept_unseen(instance)) return kept_frame(encoding, std::move(encoded));
  // What other encodings hold is told by their libraries, where there is one that stands hostile
  // bytes: our own decoders are held against these numbers, in the viewer as well, by the digest.
  bool const by_library = encoding != codec::Encoding::htj2k;
  auto const decoded = codec::decode_frame({encoding, instance.format, encoded, 0, by_library});
  if (!decoded) return failed_frame(decoded.error().code);

  TranscodedFrame result;
  auto const display =
      instance.display.empty() ? dicom::DisplayPipeline{}
      : instance.display.size() == 1
          ? instance.display[0]
          : instance.display[std::min<std::size_t>(frame_index0, instance.display.size() - 1)];
  ValueRange const range = unpadded_range(decoded->block, display);
  result.index.min = wire::kept_value(range.min, instance.format);
  result.index.max = wire::kept_value(range.max, instance.format);
  auto const digest = sha256(decoded->block.bytes);
  // What is not whole travels as it is: the viewer finds the same, and marks it.
  bool const is_whole = !decoded->missing;
  result.index.has_digest = is_whole && codec::is_lossless_syntax(instance.transfer_syntax_uid);
  if (result.index.has_digest) {
    result.index.digest = digest;
    if (is_float(instance.format)) {
      // no HTJ2K for real numbers: their own bytes, proven by their digest
    } else if (auto leveled = verified_htj2k(*decoded, digest, instance)) {
      result.index.encoding = codec::Encoding::htj2k;
      result.index.level_ends = std::move(leveled->level_ends);
      result.bytes = std::move(leveled->bytes);
      return result;
    }
  }
  if (!fits_u32(encoded.size())) return failed_frame(Errc::limit_exceeded);
  result.index.encoding = encoding;
  result.index.level_ends = {static_cast<std::uint32_t>(encoded.size())};
  result.bytes = std::move(encoded);
  if (encoding == codec::Encoding::htj2k && is_whole)
    find_own_levels(result, *decoded, digest, instance.format);
  return result;
}

}  // namespace sightline::server
