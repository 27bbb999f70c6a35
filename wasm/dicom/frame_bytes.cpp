#include <algorithm>
#include <utility>

#include "base/checked.hpp"
#include "base/frame_mark.hpp"
#include "dicom/component_frames.hpp"
#include "dicom/image_pixel.hpp"
#include "dicom/inflate.hpp"
#include "dicom/instance.hpp"
#include "dicom/part10_reader.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint64_t kLongHeaderBytes = 12;

/// Moves bits down so that the frame begins at bit 0 of byte 0; first pixel = lowest bit. Source:
/// PS3.5 8.1.1.
void align_bits(std::vector<std::byte>& bytes, unsigned first_bit, std::uint64_t frame_bits) {
  std::size_t const wanted = static_cast<std::size_t>((frame_bits + 7) / 8);
  if (first_bit != 0) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      std::byte const next = i + 1 < bytes.size() ? bytes[i + 1] : std::byte{0};
      bytes[i] = bytes[i] >> first_bit | next << (8 - first_bit);
    }
  }
  bytes.resize(std::min(bytes.size(), wanted));
}

/// PS3.5 7.3, 8.1.1: Pixel Data with VR OW is a sequence of 16-bit words, whose bytes Explicit VR
/// Big Endian swaps, also where samples have 8 bits or 1. The VR stands 8 bytes before the value.
bool has_swapped_bytes(ByteSource const& file, Instance const& instance) {
  if (!instance.frame_bytes_big_endian || instance.format.bits_allocated > 8) return false;
  auto const& first = instance.frames.front().fragments;
  if (first.empty() || first.front().offset_bytes < kLongHeaderBytes ||
      first.front().offset_bytes > file.size())
    return false;
  auto const vr = file.view(first.front().offset_bytes - 8, 2);
  return vr.size() == 2 && vr[0] == std::byte{'O'} && vr[1] == std::byte{'W'};
}

/// Bytes [begin, end) of Pixel Data, which begins at `base`, as they are once each word has been
/// swapped.
Result<std::vector<std::byte>> swapped_bytes(ByteSource const& file, std::uint64_t base,
                                             std::uint64_t begin, std::uint64_t end) {
  std::uint64_t const first = begin & ~std::uint64_t{1};
  std::uint64_t const last = std::min(end + end % 2, file.size() - base);
  std::vector<std::byte> bytes;
  if (Status const read = file.append(base + first, last - first, bytes); !read)
    return std::unexpected(read.error());
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
  bytes.resize(static_cast<std::size_t>(end - first));
  if (begin != first) bytes.erase(bytes.begin());
  return bytes;
}

/// With room for the mark that a codestream of several frames gets.
Result<std::vector<std::byte>> joined(ByteSource const& file, FrameSpan const& frame,
                                      std::uint64_t total_bytes) {
  std::vector<std::byte> bytes;
  bytes.reserve(static_cast<std::size_t>(total_bytes) + kFrameMarkBytes);
  for (ByteSpan const& span : frame.fragments) {
    if (Status const read = file.append(span.offset_bytes, span.length_bytes, bytes); !read)
      return std::unexpected(read.error());
  }
  return bytes;
}

/// The last byte of the data set that the frame needs, and the sum of its fragments.
struct Extent {
  std::uint64_t end_bytes = 0, total_bytes = 0;
};

Result<Extent> measure(FrameSpan const& frame) {
  Extent extent;
  for (ByteSpan const& span : frame.fragments) {
    auto const end = checked_add(span.offset_bytes, span.length_bytes);
    auto const total = checked_add(extent.total_bytes, span.length_bytes);
    if (!end || !total) return fail(Errc::corrupt, "a frame's bytes are out of all bounds");
    extent.end_bytes = std::max(extent.end_bytes, *end);
    extent.total_bytes = *total;
  }
  return extent;
}

/// Native samples of a frame of Deflated Image Frame Compression; what was put behind them to make
/// their number even is left out, and what does not come out of a damaged stream. Source: PS3.5
/// A.4.13.
Result<std::vector<std::byte>> inflated_frame(std::span<std::byte const> deflated,
                                              std::uint64_t frame_length, Limits const& limits) {
  auto samples = inflate_bytes(deflated, limits.max_frame_bytes, frame_length);
  if (!samples) return std::unexpected(samples.error());
  samples->resize(std::min(samples->size(), static_cast<std::size_t>(frame_length)));
  return samples;
}

}  // namespace

Result<std::vector<std::byte>> decoder_input(Instance const& instance, std::uint32_t frame_index0,
                                             std::vector<std::byte> fragments,
                                             Limits const& limits) {
  auto const family = transfer_syntax_of(instance.transfer_syntax_uid).family;
  if (family == TransferSyntax::Family::jpeg_2000) {
    auto const component = component_of_frame(instance.frames, frame_index0);
    return component ? mark_frame(std::move(fragments), *component) : std::move(fragments);
  }
  if (family != TransferSyntax::Family::deflated_frame) return fragments;
  return inflated_frame(fragments, (native_frame_bits(instance.format) + 7) / 8, limits);
}

Result<std::vector<std::byte>> frame_bytes(ByteSource file, Instance const& instance,
                                           std::uint32_t frame_index0, Limits const& limits) {
  if (frame_index0 >= instance.frames.size()) return fail(Errc::not_found, "no such frame");
  FrameSpan const& frame = instance.frames[frame_index0];
  auto const extent = measure(frame);
  if (!extent) return std::unexpected(extent.error());
  if (extent->total_bytes > limits.max_frame_bytes)
    return fail(Errc::limit_exceeded, "the frame is too large");
  if (extent->total_bytes == 0) return fail(Errc::truncated, "the file ends before this frame");
  std::vector<std::byte> inflated;
  if (instance.deflated) {
    auto data_set = inflate_data_set(file, extent->end_bytes, limits);
    if (!data_set) return std::unexpected(data_set.error());
    inflated = std::move(*data_set);
    file = inflated;
  }
  if (extent->end_bytes > file.size())
    return fail(Errc::truncated, "the file ends inside this frame");
  std::uint64_t const base = instance.frames.front().fragments.empty()
                                 ? 0
                                 : instance.frames.front().fragments.front().offset_bytes;
  auto read = has_swapped_bytes(file, instance)
                  ? swapped_bytes(file, base, frame.fragments.front().offset_bytes - base,
                                  extent->end_bytes - base)
                  : joined(file, frame, extent->total_bytes);
  if (!read) return read;
  std::vector<std::byte> bytes = std::move(*read);
  if (transfer_syntax_of(instance.transfer_syntax_uid).encapsulated)
    return decoder_input(instance, frame_index0, std::move(bytes), limits);
  std::uint64_t const frame_bits = native_frame_bits(instance.format);
  if (instance.format.bits_allocated == 1) {
    auto const first_bit = checked_mul(frame_index0, frame_bits);
    if (!first_bit) return fail(Errc::corrupt, "a frame's bits are out of all bounds");
    align_bits(bytes, static_cast<unsigned>(*first_bit % 8), frame_bits);
  }
  return bytes;
}

}  // namespace sightline::dicom
