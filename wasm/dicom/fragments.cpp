#include "dicom/fragments.hpp"

#include <algorithm>
#include <array>

#include "base/byte_reader.hpp"
#include "base/checked.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kRleHeaderBytes = 64, kMaxRleSegments = 15;
constexpr std::uint32_t kJp2Signature = 0x0000000C, kJxlSignature = 0x4A584C20;

/// Items of which the Extended Offset Table's word is checked.
constexpr std::size_t kCheckedItems = 64;
constexpr std::uint64_t kPieceBytes = 1 << 20;
constexpr std::uint64_t kPaddingPieceBytes = 4096, kMostPaddingBytes = 64 << 10;
/// Over which the mark at a frame's end, and padding behind it, may lie.
constexpr std::size_t kMostEndFragments = 4;

Status read_offset_table(ByteSource const& bytes, ByteSpan item, Limits const& limits,
                         std::vector<std::uint32_t>& table) {
  std::uint64_t const count = item.length_bytes / 4;
  if (count > limits.max_frames)
    return fail(Errc::limit_exceeded, "too many offsets", item.offset_bytes);
  std::vector<std::byte> raw;
  if (Status const read = bytes.append(item.offset_bytes, 4 * count, raw); !read) return read;
  ByteReader reader(raw);
  table.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) table.push_back(reader.u32_le());
  return {};
}

/// Where the value of an item ends: its length is even (PS3.5 A.4).
std::optional<std::uint64_t> padded_end(std::uint64_t value_offset, std::uint64_t length) {
  auto const end = checked_add(value_offset, length);
  return end ? checked_add(*end, length % 2) : std::nullopt;
}

/// The first of these bytes at which a codestream ends.
std::optional<std::uint64_t> find_end_mark(ByteSource const& bytes, std::uint64_t from,
                                           std::uint64_t to) {
  constexpr std::array kEnd{std::byte{0xFF}, std::byte{0xD9}};  // EOI, EOC
  while (to - from >= kEnd.size()) {
    auto const piece = bytes.view(from, std::min(kPieceBytes, to - from));
    if (piece.size() < kEnd.size()) return std::nullopt;
    auto const found = std::search(piece.begin(), piece.end(), kEnd.begin(), kEnd.end());
    if (found != piece.end()) return from + static_cast<std::uint64_t>(found - piece.begin());
    from += piece.size() - 1;
  }
  return std::nullopt;
}

/// Where runs of bytes that become so many end, from `from` on: nothing where they end early.
/// Source: PS3.5 G.3.1.
std::optional<std::uint64_t> runs_end(ByteSource const& bytes, std::uint64_t from, std::uint64_t to,
                                      std::uint64_t wanted) {
  constexpr std::uint8_t kNothing = 0x80;
  for (std::uint64_t filled = 0, at = from; filled < wanted;) {
    auto const piece = bytes.view(at, std::min(kPieceBytes, to - std::min(at, to)));
    if (piece.empty()) return std::nullopt;
    std::uint64_t used = 0;  // a run may end behind the piece
    while (used < piece.size() && filled < wanted) {
      auto const control = std::to_integer<std::uint8_t>(piece[static_cast<std::size_t>(used)]);
      bool const is_literal = control < kNothing;
      used += is_literal ? 2u + control : control == kNothing ? 1u : 2u;
      filled += is_literal ? 1u + control : control == kNothing ? 0u : 257u - control;
    }
    at += used;
    if (filled >= wanted) return at <= to ? std::optional(at) : std::nullopt;
  }
  return from;
}

/// To an even length.
std::optional<std::uint64_t> rle_frame_bytes(ByteSource const& bytes, ByteSpan frame,
                                             std::uint64_t plane_samples) {
  ByteReader header(bytes.view(frame.offset_bytes, kRleHeaderBytes));
  std::uint32_t const segments = header.u32_le();
  std::uint32_t last = 0;
  for (std::uint32_t i = 0; i < std::min(segments, kMaxRleSegments); ++i) last = header.u32_le();
  if (header.failed() || segments == 0 || segments > kMaxRleSegments || last < kRleHeaderBytes)
    return std::nullopt;
  auto const end = runs_end(bytes, frame.offset_bytes + last,
                            frame.offset_bytes + frame.length_bytes, plane_samples);
  if (!end) return std::nullopt;
  std::uint64_t const length = *end - frame.offset_bytes;
  return length + length % 2;
}

bool is_zero_at(ByteSource const& bytes, std::uint64_t offset) {
  auto const one = bytes.view(offset, 1);
  return !one.empty() && one.front() == std::byte{0};
}

}  // namespace

Result<Fragments> read_fragments(ByteSource const& bytes, ElementHeader const& pixel_data,
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

std::optional<Fragments> stated_fragments(ByteSource const& bytes, ElementHeader const& pixel_data,
                                          std::vector<std::uint64_t> const& offsets,
                                          std::vector<std::uint64_t> const& lengths,
                                          Limits const& limits) {
  if (offsets.empty() || offsets.size() != lengths.size()) return std::nullopt;
  ElementScanner const scanner(bytes, {true, false}, limits);
  auto const table = scanner.header_at(pixel_data.value_offset);
  if (!table || table->tag != kItem || table->undefined()) return std::nullopt;
  std::uint64_t const base = table->value_offset + table->length_bytes;
  if (base > bytes.size()) return std::nullopt;
  Fragments fragments;
  fragments.spans.reserve(offsets.size());
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    if (offsets[i] != expected) return std::nullopt;
    auto const end = padded_end(expected + kItemHeaderBytes, lengths[i]);
    if (!end || *end > bytes.size() - base) return std::nullopt;
    std::uint64_t const value = expected + kItemHeaderBytes;
    fragments.spans.push_back({base + value, *end - value});
    expected = *end;
  }
  auto const delimiter = scanner.header_at(base + expected);
  if (!delimiter || delimiter->tag != kSequenceEnd) return std::nullopt;
  std::size_t const step = (fragments.spans.size() - 1) / (kCheckedItems - 1) + 1;
  for (std::size_t i = 0; i < fragments.spans.size(); i += step) {
    ByteSpan const span = fragments.spans[i];
    auto const item = scanner.header_at(span.offset_bytes - kItemHeaderBytes);
    if (!item || item->tag != kItem || item->length_bytes != span.length_bytes) return std::nullopt;
  }
  fragments.delimited = true;
  return fragments;
}

bool begins_frame(ByteSource const& bytes, ByteSpan fragment, TransferSyntax::Family family) {
  // samples, deflated or not, begin as any bytes do
  if (family == TransferSyntax::Family::native || family == TransferSyntax::Family::deflated_frame)
    return false;
  constexpr std::uint64_t kMostLooked = 8;
  ByteReader reader(
      bytes.view(fragment.offset_bytes, std::min(fragment.length_bytes, kMostLooked)));
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

std::vector<ByteSpan> split_at_codestreams(ByteSource const& bytes,
                                           std::vector<ByteSpan> const& fragments,
                                           TransferSyntax::Family family, Limits const& limits) {
  bool const has_marks = family != TransferSyntax::Family::native &&
                         family != TransferSyntax::Family::deflated_frame &&
                         family != TransferSyntax::Family::rle;
  if (!has_marks) return fragments;
  std::vector<ByteSpan> parts;
  for (ByteSpan const whole : fragments) {
    std::uint64_t const end = whole.offset_bytes + whole.length_bytes;
    std::uint64_t begin = whole.offset_bytes;
    for (std::uint64_t at = begin;;) {
      auto const mark = find_end_mark(bytes, at, end);
      if (!mark || parts.size() >= limits.max_fragments) break;
      at = *mark + 2;
      std::uint64_t next = at;
      if (next < end && is_zero_at(bytes, next)) ++next;  // to an even length
      if (!begins_frame(bytes, {next, end - next}, family)) continue;
      parts.push_back({begin, next - begin});
      begin = next;
    }
    parts.push_back({begin, end - begin});
  }
  return parts;
}

std::vector<ByteSpan> split_at_rle_frames(ByteSource const& bytes,
                                          std::vector<ByteSpan> const& fragments,
                                          std::uint64_t plane_samples, Limits const& limits) {
  std::vector<ByteSpan> parts;
  for (ByteSpan rest : fragments) {
    while (parts.size() < limits.max_fragments) {
      auto const length = rle_frame_bytes(bytes, rest, plane_samples);
      if (!length || *length >= rest.length_bytes) break;
      ByteSpan const next{rest.offset_bytes + *length, rest.length_bytes - *length};
      if (!begins_frame(bytes, next, TransferSyntax::Family::rle)) break;
      parts.push_back({rest.offset_bytes, *length});
      rest = next;
    }
    parts.push_back(rest);
  }
  return parts;
}

bool ends_frame(ByteSource const& bytes, std::span<ByteSpan const> fragments,
                TransferSyntax::Family family) {
  // RLE and JPEG XL have no mark at their end.
  if (family == TransferSyntax::Family::rle || family == TransferSyntax::Family::jpeg_xl)
    return true;
  if (fragments.size() > kMostEndFragments) fragments = fragments.last(kMostEndFragments);
  std::array<std::byte, 2> last{};  // the last bytes, from the end, without padding
  std::size_t found = 0;
  std::uint64_t padding = 0;
  for (; !fragments.empty() && found < last.size();
       fragments = fragments.first(fragments.size() - 1)) {
    std::uint64_t const begin = fragments.back().offset_bytes;
    std::uint64_t end = begin + fragments.back().length_bytes;
    while (end > begin && found < last.size()) {
      std::uint64_t const length = std::min(kPaddingPieceBytes, end - begin);
      auto const piece = bytes.view(end - length, length);
      if (piece.size() != length || padding > kMostPaddingBytes) return false;
      for (std::size_t i = piece.size(); i > 0 && found < last.size(); --i) {
        if (found > 0 || piece[i - 1] != std::byte{0}) last[found++] = piece[i - 1];
      }
      padding += length;
      end -= length;
    }
  }
  return last[0] == std::byte{0xD9} && last[1] == std::byte{0xFF};
}

}  // namespace sightline::dicom
