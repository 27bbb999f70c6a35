#include "dicom/overlay_plane.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "dicom/attributes.hpp"
#include "dicom/data_set_outline.hpp"
#include "dicom/instance.hpp"
#include "dicom/part10_reader.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kRows = 0x0010, kColumns = 0x0011, kNumberOfFrames = 0x0015,
                        kDescription = 0x0022, kType = 0x0040, kOrigin = 0x0050,
                        kImageFrameOrigin = 0x0051, kBitsAllocated = 0x0100, kBitPosition = 0x0102,
                        kLabel = 0x1500;

std::uint32_t tag_of(std::uint16_t group, std::uint32_t element) {
  return std::uint32_t{group} << 16 | element;
}

ElementHeader const* data_of(DataSetOutline const& outline, std::uint16_t group) {
  auto const found = std::ranges::find(outline.overlay_data, group, &ElementHeader::group);
  return found == outline.overlay_data.end() || found->undefined() ? nullptr : &*found;
}

std::uint64_t frame_bits(OverlayPlane const& plane) {
  return std::uint64_t{plane.rows} * plane.cols;
}

std::uint16_t size_of(std::optional<std::int32_t> value) {
  return value && *value > 0 && *value <= 65535 ? static_cast<std::uint16_t>(*value) : 0;
}

/// The bit is beside the stored ones, and the plane lies over the whole picture, as it must.
bool is_in_pixels(OverlayPlane const& plane, EmbeddingImage const* image) {
  if (image == nullptr) return false;
  PixelFormat const& format = image->format;
  bool const is_unused = plane.bit_position < format.bits_allocated &&
                         (plane.bit_position > format.high_bit ||
                          plane.bit_position + format.bits_stored <= format.high_bit);
  return is_unused && format.samples_per_pixel == 1 && plane.rows == format.rows &&
         plane.cols == format.cols &&
         (format.bits_allocated == 8 || format.bits_allocated == 16 || format.bits_allocated == 32);
}

/// Sets the frames there are bits for. False: none.
bool place_frames(Attributes const& attributes, DataSetOutline const& outline,
                  EmbeddingImage const* image, OverlayPlane& plane) {
  if (plane.is_embedded()) {
    if (!is_in_pixels(plane, image)) return false;
    plane.number_of_frames = image->number_of_frames;
    plane.image_frame_origin = 1;
    return plane.number_of_frames > 0;
  }
  ElementHeader const* const data = data_of(outline, plane.group);
  if (data == nullptr) return false;
  auto const stated = attributes.integer(tag_of(plane.group, kNumberOfFrames)).value_or(1);
  auto const origin = attributes.integer(tag_of(plane.group, kImageFrameOrigin));
  std::uint64_t const there = data->length_bytes * 8 / frame_bits(plane);
  plane.number_of_frames = static_cast<std::uint32_t>(std::min<std::uint64_t>(
      {static_cast<std::uint64_t>(std::max(stated, 1)), there, kDefaultLimits.max_frames}));
  bool const over_each = plane.number_of_frames == 1 && !origin;
  plane.image_frame_origin =
      over_each ? 0 : static_cast<std::uint32_t>(std::max(origin.value_or(1), 1));
  return plane.number_of_frames > 0;
}

std::optional<OverlayPlane> read_plane(Attributes const& attributes, DataSetOutline const& outline,
                                       EmbeddingImage const* image, std::uint16_t group) {
  OverlayPlane plane;
  plane.group = group;
  plane.rows = size_of(attributes.integer(tag_of(group, kRows)));
  plane.cols = size_of(attributes.integer(tag_of(group, kColumns)));
  if (frame_bits(plane) == 0 || frame_bits(plane) > kMaxOverlayPixels) return std::nullopt;
  plane.bits_allocated =
      std::max<std::uint16_t>(1, size_of(attributes.integer(tag_of(group, kBitsAllocated))));
  plane.bit_position = size_of(attributes.integer(tag_of(group, kBitPosition)));
  // Quirk "own bits of more than one": files state the image's Bits Allocated and have data of
  // their own all the same. What is there is right.
  if (plane.is_embedded() && data_of(outline, group) != nullptr) plane.bits_allocated = 1;
  if (!plane.is_embedded()) plane.bit_position = 0;
  if (!place_frames(attributes, outline, image, plane)) return std::nullopt;
  auto const origin = attributes.numbers(tag_of(group, kOrigin));
  auto const is_short = [](double value) { return value >= -32768 && value <= 32767; };
  if (origin.size() >= 2 && is_short(origin[0]) && is_short(origin[1])) {
    plane.origin_row = static_cast<std::int16_t>(origin[0]);
    plane.origin_col = static_cast<std::int16_t>(origin[1]);
  }
  plane.is_roi = attributes.code(tag_of(group, kType)) == "R";
  plane.label = attributes.text(tag_of(group, kLabel));
  plane.description = attributes.text(tag_of(group, kDescription));
  return plane;
}

/// One bit of each sample. `frame`: native samples of one frame.
Result<std::vector<std::byte>> embedded_bits(std::span<std::byte const> frame,
                                             Instance const& instance, OverlayPlane const& plane) {
  std::size_t const sample_bytes = instance.format.bits_allocated / 8u;
  auto const count = static_cast<std::size_t>(frame_bits(plane));
  if (frame.size() / sample_bytes < count)
    return fail(Errc::truncated, "the file ends inside this overlay");
  std::size_t const byte = plane.bit_position / 8u;
  std::size_t const place = instance.frame_bytes_big_endian ? sample_bytes - 1 - byte : byte;
  auto const mask = static_cast<std::byte>(1u << plane.bit_position % 8);
  std::vector<std::byte> bits((count + 7) / 8);
  for (std::size_t i = 0; i < count; ++i) {
    if ((frame[i * sample_bytes + place] & mask) != std::byte{0})
      bits[i / 8] |= static_cast<std::byte>(1u << i % 8);
  }
  return bits;
}

}  // namespace

std::vector<OverlayPlane> read_overlay_planes(Attributes const& attributes,
                                              DataSetOutline const& outline,
                                              EmbeddingImage const* image) {
  std::vector<OverlayPlane> planes;
  for (unsigned group = kFirstOverlayGroup; group <= kLastOverlayGroup; group += 2) {
    auto plane = read_plane(attributes, outline, image, static_cast<std::uint16_t>(group));
    if (plane) planes.push_back(std::move(*plane));
  }
  return planes;
}

Result<std::vector<std::byte>> own_overlay_bits(ByteSource const& bytes,
                                                DataSetOutline const& outline, bool big_endian,
                                                OverlayPlane const& plane,
                                                std::uint32_t frame_index0) {
  ElementHeader const* const data = data_of(outline, plane.group);
  if (data == nullptr || frame_index0 >= plane.number_of_frames)
    return fail(Errc::not_found, "no such frame of an overlay");
  if (data->value_offset > bytes.size() || data->length_bytes > bytes.size() - data->value_offset)
    return fail(Errc::truncated, "the file ends inside this overlay");
  std::uint64_t const count = frame_bits(plane), first = count * frame_index0;
  // The frame's bytes with their neighbours, from an even one on.
  std::uint64_t const begin = std::min(first / 8 & ~std::uint64_t{1}, data->length_bytes);
  std::uint64_t const end = std::min(first / 8 + (count + 7) / 8 + 3, data->length_bytes);
  std::vector<std::byte> value;
  if (Status const read = bytes.append(data->value_offset + begin, end - begin, value); !read)
    return std::unexpected(read.error());
  // PS3.5 7.3: words of Explicit VR Big Endian hold their bytes the other way round.
  std::uint64_t const swap = big_endian && data->has_vr("OW") ? 1 : 0;
  auto const byte_at = [&](std::uint64_t i) {
    std::uint64_t const at = (i ^ swap) - begin;
    return at < value.size() ? std::to_integer<unsigned>(value[static_cast<std::size_t>(at)]) : 0u;
  };
  unsigned const shift = first % 8;
  std::vector<std::byte> bits(static_cast<std::size_t>((count + 7) / 8));
  for (std::size_t i = 0; i < bits.size(); ++i) {
    std::uint64_t const at = first / 8 + i;
    bits[i] = static_cast<std::byte>((byte_at(at) | byte_at(at + 1) << 8) >> shift);
  }
  if (count % 8 != 0) bits.back() &= static_cast<std::byte>((1u << count % 8) - 1);
  return bits;
}

Result<std::vector<std::byte>> overlay_bits(ByteSource file, std::uint16_t group,
                                            std::uint32_t frame_index0, Limits const& limits) {
  auto const instance = read_instance(file, limits);
  if (!instance) return std::unexpected(instance.error());
  auto const plane = std::ranges::find(instance->overlays, group, &OverlayPlane::group);
  if (plane == instance->overlays.end() || frame_index0 >= plane->number_of_frames)
    return fail(Errc::not_found, "no such frame of an overlay");
  if (plane->is_embedded()) {
    auto const frame = frame_bytes(file, *instance, frame_index0, limits);
    if (!frame) return std::unexpected(frame.error());
    return embedded_bits(*frame, *instance, *plane);
  }
  auto const part10 = read_part10(file, limits);
  if (!part10) return std::unexpected(part10.error());
  ByteSource const bytes = part10->source(file);
  auto const outline =
      outline_data_set(bytes, part10->data_set_offset, part10->syntax.elements, limits);
  if (!outline) return std::unexpected(outline.error());
  return own_overlay_bits(bytes, *outline, part10->syntax.elements.big_endian, *plane,
                          frame_index0);
}

}  // namespace sightline::dicom
