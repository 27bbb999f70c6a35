#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "blob/blob_store.hpp"
#include "codec/frame_decoder.hpp"
#include "dicomweb/frame_directory.hpp"
#include "dicomweb/pieces.hpp"
#include "dicomweb/recoded_object.hpp"
#include "index/index.hpp"

namespace sightline::server {

/// Decodes a frame's bytes where hostile bytes may be decoded: TranscodePool::decode.
using FrameDecode = std::function<Result<codec::DecodedFrame>(
    codec::Encoding encoding, PixelFormat const& format, std::span<std::byte const> bytes)>;
/// Bytes [first, last) of a frame's stream in the pyramid: TileService::read_range.
using StreamRead = std::function<Result<std::vector<std::byte>>(
    std::string const& sha256_hex, std::uint32_t frame_index0, std::uint32_t first,
    std::uint32_t last)>;

/// What retrieval reads from. Lifetime: all that it names outlives every answer's body.
/// Threads: any.
struct RetrieveSources {
  Index const& index;
  BlobStore const& blobs;
  FrameDirectory& frames;
  FrameDecode decode;
  StreamRead read_stream;
};

/// Pixels in another encoding than the stored one, frame by frame.
struct RecodedPixels {
  NewPixels description;
  FrameMaker make;
};

/// Whether the frames of a stored picture can be had as Explicit VR Little Endian: they are
/// encapsulated, we have their decoder, the index has no failure of one, and none needs its bits
/// packed. (Native ones need no decoder: see recode_object.)
bool can_be_decoded(StreamLocation const& location);

/// Each decoded when it is made. Errors: as FrameDirectory::find; unsupported (the frames cannot be
/// told apart). Source: PS3.5 8.2.
Result<RecodedPixels> decoded_frames(RetrieveSources const& sources, std::string const& sha256_hex);

/// The same, and what their colours are called. Errors: as decoded_frames and, for the first frame
/// of colour pictures, decoding. Source: PS3.5 8.2, PS3.3 C.7.6.3.1.2.
Result<RecodedPixels> decoded_pixels(RetrieveSources const& sources, std::string const& sha256_hex);

/// Whether `frames` of a stored picture can be had as JPEG lossless in one answer, which holds
/// them: as can_be_decoded (native ones too), 8 or 16 bits, at most 128 MiB of values.
bool can_be_jpeg_lossless(StreamLocation const& location, std::size_t frames);

/// These frames (1-based; the lengths of the others are 0), encoded at once, because an answer
/// states its length first. Errors: as decoding; unsupported (YBR that decoding does not make RGB:
/// readers differ in whether JPEG is to be converted). Source: PS3.5 A.4.1, 8.2.1.
Result<RecodedPixels> jpeg_lossless_pixels(RetrieveSources const& sources,
                                           std::string const& sha256_hex,
                                           std::span<std::uint32_t const> frame_numbers);

/// Whether the pyramid has every frame as verified lossless HTJ2K, RPCL, in colours that the
/// transfer syntax can name: grey, palette, RGB.
bool has_lossless_htj2k(StreamLocation const& location);

/// The pyramid's streams as they are. Errors: as StreamRead; corrupt. Source: PS3.5 8.2.4, A.4.
Result<RecodedPixels> htj2k_pixels(RetrieveSources const& sources, std::string const& sha256_hex,
                                   StreamLocation const& location);

}  // namespace sightline::server
