#include "dicomweb/pixel_source.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include "codec/jpeg_lossless_encoder.hpp"
#include "codec/main_header.hpp"
#include "dicom/transfer_syntax.hpp"

namespace sightline::server {
namespace {

constexpr std::uint32_t kHeaderBytes = 4096;  ///< of a stream, enough for its main header
constexpr std::uint8_t kRpcl = 2;
constexpr std::uint64_t kMostEncodedBytes = 128u << 20;  ///< of values, in one answer

bool is_rgb(Photometric photometric) {
  return photometric == Photometric::rgb || photometric == Photometric::ybr_rct;
}

/// What decoded colour is called, where that is not what the file says.
std::string photometric_of_decoded(Photometric stored, bool block_is_rgb) {
  if (block_is_rgb) return "RGB";  // also where the file says XYB
  return stored == Photometric::ybr_full_422 ? "YBR_FULL" : "";
}

/// Decodes frames (0-based) of a stored picture. Lifetime: `sources` outlives it.
class FrameReader {
 public:
  FrameReader(RetrieveSources const& sources, std::string const& sha256_hex,
              std::shared_ptr<dicom::Instance const> instance)
      : blobs_(&sources.blobs),
        decode_(sources.decode),
        sha256_hex_(sha256_hex),
        instance_(std::move(instance)),
        encoding_(codec::encoding_of(instance_->transfer_syntax_uid)) {}
  Result<codec::DecodedFrame> operator()(std::uint32_t index0) const {
    auto const bytes = read_frame(*blobs_, sha256_hex_, *instance_, index0);
    if (!bytes) return std::unexpected(bytes.error());
    return decode_(encoding_, instance_->format, *bytes);
  }

 private:
  BlobStore const* blobs_;
  FrameDecode decode_;
  std::string sha256_hex_;
  std::shared_ptr<dicom::Instance const> instance_;
  codec::Encoding encoding_;
};

std::uint64_t decoded_bytes(PixelFormat const& format) {
  return std::uint64_t{format.rows} * format.cols * format.samples_per_pixel *
         (format.bits_allocated / 8u);
}

}  // namespace

bool can_be_decoded(StreamLocation const& location) {
  dicom::Instance const& instance = location.instance;
  auto const encoding = codec::encoding_of(instance.transfer_syntax_uid);
  bool const has_decoder = encoding != codec::Encoding::unknown && codec::can_decode(encoding);
  bool const has_failed = std::ranges::any_of(
      location.streams, [](wire::StreamIndex const& each) { return each.failure != Errc::ok; });
  return has_decoder && instance.has_pixels && instance.unshowable_reason.empty() && !has_failed &&
         instance.format.bits_allocated != 1;
}

Result<RecodedPixels> decoded_frames(RetrieveSources const& sources,
                                     std::string const& sha256_hex) {
  auto const found = sources.frames.find(sources.blobs, sha256_hex);
  if (!found) return std::unexpected(found.error());
  std::shared_ptr<dicom::Instance const> const instance = *found;
  if (instance->frames.empty()) return fail(Errc::unsupported, "the frames cannot be told apart");
  FrameReader const decode(sources, sha256_hex, instance);
  RecodedPixels out;
  out.description.frame_bytes.assign(instance->frames.size(), decoded_bytes(instance->format));
  out.make = [decode](std::uint32_t index0) -> Result<std::vector<std::byte>> {
    auto decoded = decode(index0);
    if (!decoded) return std::unexpected(decoded.error());
    return std::move(decoded->block.bytes);
  };
  return out;
}

Result<RecodedPixels> decoded_pixels(RetrieveSources const& sources,
                                     std::string const& sha256_hex) {
  auto out = decoded_frames(sources, sha256_hex);
  if (!out) return out;
  auto const found = sources.frames.find(sources.blobs, sha256_hex);
  if (!found) return std::unexpected(found.error());
  PixelFormat const& format = (*found)->format;
  if (format.samples_per_pixel > 1) {  // whether it comes out as RGB, the codestream says
    auto const first = FrameReader(sources, sha256_hex, *found)(0);
    if (!first) return std::unexpected(first.error());
    out->description.photometric = photometric_of_decoded(format.photometric, first->block_is_rgb);
  }
  return out;
}

bool can_be_jpeg_lossless(StreamLocation const& location, std::size_t frames) {
  dicom::Instance const& instance = location.instance;
  PixelFormat const& format = instance.format;
  bool const lies_as_decoded = !instance.deflated && !instance.frame_bytes_big_endian;
  bool const has_words = format.bits_allocated == 8 || format.bits_allocated == 16;
  return can_be_decoded(location) && lies_as_decoded && has_words && frames > 0 &&
         decoded_bytes(format) <= kMostEncodedBytes / frames;
}

Result<RecodedPixels> jpeg_lossless_pixels(RetrieveSources const& sources,
                                           std::string const& sha256_hex,
                                           std::span<std::uint32_t const> frame_numbers) {
  auto const found = sources.frames.find(sources.blobs, sha256_hex);
  if (!found) return std::unexpected(found.error());
  std::shared_ptr<dicom::Instance const> const instance = *found;
  PixelFormat const& format = instance->format;
  FrameReader const decode(sources, sha256_hex, instance);
  RecodedPixels out;
  out.description.encapsulated = true;
  out.description.frame_bytes.assign(instance->frames.size(), 0);
  auto const streams = std::make_shared<std::map<std::uint32_t, std::vector<std::byte>>>();
  for (std::uint32_t const number : frame_numbers) {
    if (number == 0 || number > instance->frames.size())
      return fail(Errc::not_found, "there is no such frame");
    if (streams->contains(number - 1)) continue;
    auto const frame = decode(number - 1);
    if (!frame) return std::unexpected(frame.error());
    if (format.samples_per_pixel > 1 && !frame->block_is_rgb && !is_rgb(format.photometric))
      return fail(Errc::unsupported, "YBR in JPEG lossless");
    out.description.photometric = photometric_of_decoded(format.photometric, frame->block_is_rgb);
    auto stream = codec::encode_jpeg_lossless(frame->block, format.bits_stored);
    if (!stream) return std::unexpected(stream.error());
    out.description.frame_bytes[number - 1] = stream->size();
    streams->emplace(number - 1, std::move(*stream));
  }
  out.make = [streams](std::uint32_t index0) -> Result<std::vector<std::byte>> {
    return streams->at(index0);
  };
  return out;
}

bool has_lossless_htj2k(StreamLocation const& location) {
  PixelFormat const& format = location.instance.format;
  bool const can_be_named = format.samples_per_pixel == 1 || is_rgb(format.photometric);
  return location.instance.has_pixels && !location.pending && !location.streams.empty() &&
         can_be_named && format.bits_allocated != 1 &&
         std::ranges::all_of(location.streams, [](wire::StreamIndex const& stream) {
           return stream.failure == Errc::ok && stream.has_digest &&
                  stream.encoding == codec::Encoding::htj2k && stream.level_ends.size() > 1;
         });
}

Result<RecodedPixels> htj2k_pixels(RetrieveSources const& sources, std::string const& sha256_hex,
                                   StreamLocation const& location) {
  std::vector<std::uint32_t> lengths;
  for (wire::StreamIndex const& stream : location.streams)
    lengths.push_back(stream.level_ends.back());
  auto const head = sources.read_stream(sha256_hex, 0, 0, std::min(kHeaderBytes, lengths.front()));
  if (!head) return std::unexpected(head.error());
  auto const header = codec::read_main_header(*head);
  if (!header) return std::unexpected(header.error());
  codec::TileCoding const& coding = header->coding;
  if (!header->is_ht || !coding.is_reversible() || coding.progression != kRpcl)
    return fail(Errc::unsupported, "not lossless HTJ2K in RPCL order");
  RecodedPixels out;
  out.description.encapsulated = true;
  out.description.frame_bytes.assign(lengths.begin(), lengths.end());
  // PS3.5 8.2.4: RGB that the reversible colour transform was applied to is called YBR_RCT.
  PixelFormat const& format = location.instance.format;
  if (format.samples_per_pixel == 3)
    out.description.photometric = coding.uses_mct ? "YBR_RCT" : "RGB";
  out.make = [read = sources.read_stream, sha256_hex, lengths = std::move(lengths)](
                 std::uint32_t index0) { return read(sha256_hex, index0, 0, lengths[index0]); };
  return out;
}

}  // namespace sightline::server
