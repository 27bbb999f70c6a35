#include <algorithm>
#include <utility>

#include "base/checked.hpp"
#include "dicom/image_pixel.hpp"
#include "dicom/instance.hpp"
#include "dicom/part10_reader.hpp"

namespace sightline::dicom {
namespace {

/// Moves bits down so that the frame begins at bit 0 of byte 0; first pixel = lowest bit. Source: PS3.5 8.1.1.
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

/// The last byte of the data set that the frame needs, and the sum of its fragments.
struct Extent { std::uint64_t end_bytes = 0, total_bytes = 0; };

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

}  // namespace

Result<std::vector<std::byte>> frame_bytes(std::span<std::byte const> file, Instance const& instance,
                                           std::uint32_t frame_index0, Limits const& limits) {
  if (frame_index0 >= instance.frames.size()) return fail(Errc::not_found, "no such frame");
  FrameSpan const& frame = instance.frames[frame_index0];
  auto const extent = measure(frame);
  if (!extent) return std::unexpected(extent.error());
  if (extent->total_bytes > limits.max_frame_bytes) return fail(Errc::limit_exceeded, "the frame is too large");
  if (extent->total_bytes == 0) return fail(Errc::truncated, "the file ends before this frame");
  std::vector<std::byte> inflated;
  if (instance.deflated) {
    auto data_set = inflate_data_set(file, extent->end_bytes, limits);
    if (!data_set) return std::unexpected(data_set.error());
    inflated = std::move(*data_set);
    file = inflated;
  }
  if (extent->end_bytes > file.size()) return fail(Errc::truncated, "the file ends inside this frame");
  std::vector<std::byte> bytes;
  bytes.reserve(static_cast<std::size_t>(extent->total_bytes));
  for (ByteSpan const& span : frame.fragments) {
    auto const part = file.subspan(static_cast<std::size_t>(span.offset_bytes), static_cast<std::size_t>(span.length_bytes));
    bytes.insert(bytes.end(), part.begin(), part.end());
  }
  if (transfer_syntax_of(instance.transfer_syntax_uid).encapsulated) return bytes;
  std::uint64_t const frame_bits = native_frame_bits(instance.format);
  if (instance.format.bits_allocated == 1) {
    auto const first_bit = checked_mul(frame_index0, frame_bits);
    if (!first_bit) return fail(Errc::corrupt, "a frame's bits are out of all bounds");
    align_bits(bytes, static_cast<unsigned>(*first_bit % 8), frame_bits);
  }
  if (bytes.size() < (frame_bits + 7) / 8) return fail(Errc::truncated, "the file ends inside this frame");
  return bytes;
}

}  // namespace sightline::dicom
