#include "dicomweb/explicit_elements.hpp"

#include <limits>

#include "dicom/element_scanner.hpp"

namespace sightline::server {
namespace {

constexpr std::uint32_t kMetaLength = 0x00020000, kMetaVersion = 0x00020001,
                        kImplementation = 0x00020012, kPixelData = 0x7FE00010;
constexpr std::size_t kPreambleBytes = 128;
constexpr std::string_view kImplementationClass = "2.25.71078482169178528039759865588773388222";

}  // namespace

void put_element_header(ByteWriter& out, std::uint32_t tag, Vr vr, std::uint64_t length) {
  out.u16_le(static_cast<std::uint16_t>(tag >> 16));
  out.u16_le(static_cast<std::uint16_t>(tag));
  out.text({vr.data(), 2});
  if (dicom::has_long_length(vr)) {
    out.u16_le(0);
    out.u32_le(static_cast<std::uint32_t>(length));
  } else {
    out.u16_le(static_cast<std::uint16_t>(length));
  }
}

void put_item_header(ByteWriter& out, std::uint32_t tag, std::uint32_t length) {
  out.u16_le(static_cast<std::uint16_t>(tag >> 16));
  out.u16_le(static_cast<std::uint16_t>(tag));
  out.u32_le(length);
}

std::vector<std::byte> explicit_element(std::uint32_t tag, Vr vr, std::span<std::byte const> value,
                                        char padding) {
  ByteWriter out;
  put_element_header(out, tag, vr, value.size() + value.size() % 2);
  out.bytes(value);
  if (value.size() % 2 != 0) out.u8(static_cast<std::uint8_t>(padding));
  return out.take();
}

std::vector<std::byte> uid_element(std::uint32_t tag, std::string_view uid) {
  return explicit_element(tag, {'U', 'I'}, std::as_bytes(std::span(uid.data(), uid.size())));
}

std::vector<std::byte> file_meta(ExplicitElements meta, std::span<std::byte const> preamble) {
  constexpr std::byte kVersion[] = {std::byte{0}, std::byte{1}};
  meta.erase(kMetaLength);
  meta.try_emplace(kMetaVersion, explicit_element(kMetaVersion, {'O', 'B'}, kVersion));
  meta.try_emplace(kImplementation, uid_element(kImplementation, kImplementationClass));
  std::size_t length = 0;
  for (auto const& [tag, bytes] : meta) length += bytes.size();
  ByteWriter out;
  if (preamble.size() == kPreambleBytes) {
    out.bytes(preamble);
  } else {
    out.bytes(std::vector<std::byte>(kPreambleBytes));
  }
  out.text("DICM");
  put_element_header(out, kMetaLength, {'U', 'L'}, 4);
  out.u32_le(static_cast<std::uint32_t>(length));
  for (auto const& [tag, bytes] : meta) out.bytes(bytes);
  return out.take();
}

Status add_encapsulated(PieceList& out, std::span<std::uint64_t const> frame_bytes,
                        std::function<void(std::uint32_t frame_index0)> const& add_frame) {
  auto const padded = [](std::uint64_t bytes) { return bytes + bytes % 2; };
  ByteWriter made, offsets;
  put_element_header(made, kPixelData, {'O', 'B'}, dicom::kUndefinedLength);
  std::uint64_t total = 0;
  for (std::uint64_t const bytes : frame_bytes) {
    if (padded(bytes) >= dicom::kUndefinedLength)
      return fail(Errc::limit_exceeded, "a frame is too long for a fragment");
    offsets.u32_le(static_cast<std::uint32_t>(total));
    total += padded(bytes) + 8;
  }
  bool const has_table = total <= std::numeric_limits<std::uint32_t>::max();
  put_item_header(made, dicom::kItem, has_table ? static_cast<std::uint32_t>(offsets.size()) : 0);
  if (has_table) made.bytes(offsets.view());
  for (std::uint32_t f = 0; f < frame_bytes.size(); ++f) {
    put_item_header(made, dicom::kItem, static_cast<std::uint32_t>(padded(frame_bytes[f])));
    out.add(made.take());
    add_frame(f);
    if (frame_bytes[f] % 2 != 0) made.u8(0);
  }
  put_item_header(made, dicom::kSequenceEnd, 0);
  out.add(made.view());
  return {};
}

}  // namespace sightline::server
