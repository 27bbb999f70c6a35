#include "dicom/fragments.hpp"

#include <algorithm>
#include <array>

#include "base/byte_reader.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kRleHeaderBytes = 64, kMaxRleSegments = 15;
constexpr std::uint32_t kJp2Signature = 0x0000000C, kJxlSignature = 0x4A584C20;

std::span<std::byte const> bytes_of(std::span<std::byte const> bytes, ByteSpan span) {
  return bytes.subspan(static_cast<std::size_t>(span.offset_bytes),
                       static_cast<std::size_t>(span.length_bytes));
}

Status read_offset_table(std::span<std::byte const> bytes, ByteSpan item, Limits const& limits,
                         std::vector<std::uint32_t>& table) {
  std::uint64_t const count = item.length_bytes / 4;
  if (count > limits.max_frames)
    return fail(Errc::limit_exceeded, "too many offsets", item.offset_bytes);
  ByteReader reader(bytes_of(bytes, item));
  table.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) table.push_back(reader.u32_le());
  return {};
}

}  // namespace

Result<Fragments> read_fragments(std::span<std::byte const> bytes, ElementHeader const& pixel_data,
                                 Limits const& limits) {
  // PS3.5 A.4: encapsulation exists in Explicit VR Little Endian only.
  ElementScanner const scanner(bytes, {true, false}, limits);
  Fragments fragments;
  bool is_table = true;
  for (std::uint64_t offset = pixel_data.value_offset;;) {
    auto const item = scanner.header_at(offset);
    if (!item) break;
    if (item->tag == kSequenceEnd) {
      fragments.delimited = true;
      break;
    }
    if (item->tag != kItem || item->undefined()) {
      if (!fragments.spans.empty()) break;
      return fail(Errc::corrupt, "encapsulated pixel data holds something that is no fragment",
                  offset);
    }
    ByteSpan const span{item->value_offset,
                        std::min(item->length_bytes, bytes.size() - item->value_offset)};
    if (is_table) {
      fragments.table = span;
      if (auto const read = read_offset_table(bytes, span, limits, fragments.basic_offset_table);
          !read) {
        return std::unexpected(read.error());
      }
    } else {
      if (fragments.spans.size() >= limits.max_fragments)
        return fail(Errc::limit_exceeded, "too many fragments", offset);
      if (fragments.spans.empty()) fragments.base = span.offset_bytes;
      fragments.spans.push_back(span);
    }
    is_table = false;
    offset = span.offset_bytes + span.length_bytes;
    if (span.length_bytes < item->length_bytes) break;
  }
  return fragments;
}

bool begins_frame(std::span<std::byte const> bytes, ByteSpan fragment,
                  TransferSyntax::Family family) {
  // samples, deflated or not, begin as any bytes do
  if (family == TransferSyntax::Family::native || family == TransferSyntax::Family::deflated_frame)
    return false;
  ByteReader reader(bytes_of(bytes, fragment));
  if (family == TransferSyntax::Family::rle) {
    std::uint32_t const segments = reader.u32_le(), first = reader.u32_le();
    return !reader.failed() && segments >= 1 && segments <= kMaxRleSegments &&
           first == kRleHeaderBytes && fragment.length_bytes > kRleHeaderBytes;
  }
  std::uint32_t const head = reader.u32_be();
  if (family == TransferSyntax::Family::jpeg_2000)
    return head == 0xFF4FFF51 || head == kJp2Signature;
  if (family == TransferSyntax::Family::jpeg_xl)
    return head >> 16 == 0xFF0A || (head == kJp2Signature && reader.u32_be() == kJxlSignature);
  return head >> 8 == 0xFFD8FF;
}

std::vector<ByteSpan> split_at_codestreams(std::span<std::byte const> bytes,
                                           std::vector<ByteSpan> const& fragments,
                                           TransferSyntax::Family family, Limits const& limits) {
  bool const has_marks = family != TransferSyntax::Family::native &&
                         family != TransferSyntax::Family::deflated_frame &&
                         family != TransferSyntax::Family::rle;
  if (!has_marks) return fragments;
  constexpr std::array kEnd{std::byte{0xFF}, std::byte{0xD9}};  // EOI, EOC
  std::vector<ByteSpan> parts;
  for (ByteSpan rest : fragments) {
    auto const value = bytes_of(bytes, rest);
    std::size_t begin = 0;
    for (auto at = value.begin();;) {
      at = std::search(at, value.end(), kEnd.begin(), kEnd.end());
      if (at == value.end() || parts.size() >= limits.max_fragments) break;
      at += 2;
      auto next = static_cast<std::size_t>(at - value.begin());
      if (next < value.size() && value[next] == std::byte{0}) ++next;  // to an even length
      ByteSpan const after{rest.offset_bytes + next, value.size() - next};
      if (!begins_frame(bytes, after, family)) continue;
      parts.push_back({rest.offset_bytes + begin, next - begin});
      begin = next;
    }
    parts.push_back({rest.offset_bytes + begin, value.size() - begin});
  }
  return parts;
}

bool ends_frame(std::span<std::byte const> bytes, std::span<ByteSpan const> fragments,
                TransferSyntax::Family family) {
  // RLE and JPEG XL have no mark at their end.
  if (family == TransferSyntax::Family::rle || family == TransferSyntax::Family::jpeg_xl)
    return true;
  std::array<std::byte, 2> last{};  // the last bytes, from the end, without padding
  std::size_t found = 0;
  while (!fragments.empty() && found < last.size()) {
    auto const value = bytes_of(bytes, fragments.back());
    for (std::size_t i = value.size(); i > 0 && found < last.size(); --i) {
      if (found > 0 || value[i - 1] != std::byte{0}) last[found++] = value[i - 1];
    }
    fragments = fragments.first(fragments.size() - 1);
  }
  return last[0] == std::byte{0xD9} && last[1] == std::byte{0xFF};
}

}  // namespace sightline::dicom
