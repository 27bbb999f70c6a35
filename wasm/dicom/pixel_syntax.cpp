#include "dicom/pixel_syntax.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/byte_reader.hpp"
#include "dicom/fragments.hpp"

namespace sightline::dicom {
namespace {

using Family = TransferSyntax::Family;

constexpr std::string_view kImplicitLittle = "1.2.840.10008.1.2",
                           kExplicitLittle = "1.2.840.10008.1.2.1",
                           kExplicitBig = "1.2.840.10008.1.2.2", kRle = "1.2.840.10008.1.2.5";

constexpr int kMostSegments = 1000;

/// By its frame header; JPEG-LS is told from the others by it, too. Empty: none of the processes
/// that DICOM has.
std::string_view jpeg_syntax(ByteSource const& stream, std::uint64_t offset) {
  offset += 2;  // SOI
  for (int i = 0; i < kMostSegments; ++i) {
    ByteReader reader(stream.view(offset, 4));
    if (reader.u8() != 0xFF) return {};
    std::uint8_t const marker = reader.u8();
    switch (marker) {
      case 0xC0: return "1.2.840.10008.1.2.4.50";
      case 0xC1: return "1.2.840.10008.1.2.4.51";
      case 0xC2: return "1.2.840.10008.1.2.4.55";
      case 0xC3: return "1.2.840.10008.1.2.4.57";
      case 0xF7: return "1.2.840.10008.1.2.4.81";  // may hold either
      default: break;
    }
    std::uint16_t const length = reader.u16_be();
    if (reader.failed() || marker == 0xDA || length < 2) return {};
    offset += 2u + length;
  }
  return {};
}

/// CAP stands in the main header of HTJ2K, behind SOC and SIZ. What may hold either, lossless or
/// not, is said.
std::string_view jpeg_2000_syntax(ByteSource const& stream, std::uint64_t offset) {
  std::uint64_t const size_offset = offset + 4;
  ByteReader size(stream.view(size_offset, 2));
  ByteReader next(stream.view(size_offset + size.u16_be(), 2));
  return next.u16_be() == 0xFF50 ? "1.2.840.10008.1.2.4.203" : "1.2.840.10008.1.2.4.91";
}

/// What begins here, if it is anything that DICOM knows.
std::string_view syntax_of_codestream(ByteSource const& bytes, ByteSpan span) {
  ByteSource const stream = bytes.first(span.offset_bytes + span.length_bytes);
  if (begins_frame(bytes, span, Family::jpeg)) return jpeg_syntax(stream, span.offset_bytes);
  // before JPEG 2000: files of boxes begin alike
  if (begins_frame(bytes, span, Family::jpeg_xl)) return "1.2.840.10008.1.2.4.112";
  if (begins_frame(bytes, span, Family::jpeg_2000))
    return jpeg_2000_syntax(stream, span.offset_bytes);
  return begins_frame(bytes, span, Family::rle) ? kRle : std::string_view();
}

/// What the first of the fragments with anything in it shows, or what stands where the Basic Offset
/// Table should be (a quirk: see frame_index.cpp). Empty: no fragments, or other bytes.
std::string_view syntax_of_fragments(ByteSource const& bytes, ElementHeader const& pixel_data) {
  constexpr int kMostEmptyFragments = 16;
  ElementScanner const scanner(bytes, {true, false}, Limits{});
  std::uint64_t offset = pixel_data.value_offset;
  for (int i = 0; i < kMostEmptyFragments; ++i) {
    auto const item = scanner.header_at(offset);
    if (!item || item->tag != kItem || item->undefined()) return {};
    std::uint64_t const length = std::min(item->length_bytes, bytes.size() - item->value_offset);
    std::string_view const shown = syntax_of_codestream(bytes, {item->value_offset, length});
    if (!shown.empty() || (i > 0 && length > 0)) return shown;
    offset = item->value_offset + length;
  }
  return {};
}

bool is_other_family(TransferSyntax const& stated, std::string_view shown) {
  bool const has_marks = stated.family == Family::rle || stated.family == Family::jpeg ||
                         stated.family == Family::jpeg_ls || stated.family == Family::jpeg_2000 ||
                         stated.family == Family::jpeg_xl;
  bool const is_stated_native = !stated.encapsulated;
  if (!has_marks && !is_stated_native && stated.family != Family::other) return false;
  return transfer_syntax_of(shown).family != stated.family;
}

std::string_view native_syntax(ElementEncoding elements) {
  if (elements.big_endian) return kExplicitBig;
  return elements.explicit_vr ? kExplicitLittle : kImplicitLittle;
}

/// Items in a value of defined length, that holds nothing else.
bool holds_fragments(ByteSource const& bytes, ElementHeader const& pixel_data) {
  ElementScanner const scanner(bytes, {true, false}, Limits{});
  auto const table = scanner.header_at(pixel_data.value_offset);
  if (!table || table->tag != kItem || table->undefined() ||
      table->length_bytes > pixel_data.length_bytes)
    return false;
  auto const next = scanner.header_at(table->value_offset + table->length_bytes);
  return next && (next->tag == kItem || next->tag == kSequenceEnd);
}

void take(std::string_view uid, Part10& part10) {
  TransferSyntax syntax = transfer_syntax_of(uid);
  syntax.elements = part10.syntax.elements;
  syntax.deflated = part10.syntax.deflated;
  part10.syntax = syntax;
  part10.transfer_syntax_uid = uid;
}

}  // namespace

void believe_pixels(ByteSource const& bytes, Part10& part10, DataSetOutline& outline) {
  TransferSyntax const& stated = part10.syntax;
  if (!outline.pixel_data || outline.pixel_data->length_bytes == 0 ||
      outline.pixel_data->tag == kFloatPixelData ||
      outline.pixel_data->tag == kDoubleFloatPixelData || stated.family == Family::video)
    return;
  ElementHeader fragments = *outline.pixel_data;
  fragments.length_bytes = kUndefinedLength;
  if (!outline.pixel_data->undefined()) {
    if (!holds_fragments(bytes, *outline.pixel_data)) {
      if (!stated.encapsulated || stated.family == Family::other) return;
      ByteSpan const value{outline.pixel_data->value_offset,
                           std::min(outline.pixel_data->length_bytes,
                                    bytes.size() - outline.pixel_data->value_offset)};
      if (syntax_of_codestream(bytes, value).empty()) take(native_syntax(stated.elements), part10);
      return;
    }
    // Samples can begin so by chance, but not where something that we know follows.
    if (!stated.encapsulated && syntax_of_fragments(bytes, fragments).empty()) return;
    outline.pixel_data = fragments;
  }
  if (stated.elements.big_endian) return;
  std::string_view const shown = syntax_of_fragments(bytes, fragments);
  if (!shown.empty() && is_other_family(stated, shown)) take(shown, part10);
}

}  // namespace sightline::dicom
