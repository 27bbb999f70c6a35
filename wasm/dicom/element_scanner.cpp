#include "dicom/element_scanner.hpp"

#include <algorithm>

#include "base/byte_reader.hpp"

namespace sightline::dicom {
namespace {

constexpr auto kShortVrs = std::to_array<std::array<char, 2>>(
    {{'A', 'E'}, {'A', 'S'}, {'A', 'T'}, {'C', 'S'}, {'D', 'A'}, {'D', 'S'}, {'D', 'T'},
     {'F', 'D'}, {'F', 'L'}, {'I', 'S'}, {'L', 'O'}, {'L', 'T'}, {'P', 'N'}, {'S', 'H'},
     {'S', 'L'}, {'S', 'S'}, {'S', 'T'}, {'T', 'M'}, {'U', 'I'}, {'U', 'L'}, {'U', 'S'}});
constexpr auto kLongVrs = std::to_array<std::array<char, 2>>({{'O', 'B'},
                                                              {'O', 'D'},
                                                              {'O', 'F'},
                                                              {'O', 'L'},
                                                              {'O', 'V'},
                                                              {'O', 'W'},
                                                              {'S', 'Q'},
                                                              {'S', 'V'},
                                                              {'U', 'C'},
                                                              {'U', 'N'},
                                                              {'U', 'R'},
                                                              {'U', 'T'},
                                                              {'U', 'V'}});

constexpr std::uint64_t kLongestHeaderBytes = 12, kShortestItemBytes = 8;

bool is_one_of(std::span<std::array<char, 2> const> vrs, std::array<char, 2> vr) {
  return std::ranges::find(vrs, vr) != vrs.end();
}

bool is_upper_case(std::array<char, 2> vr) {
  return std::ranges::all_of(vr, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::uint16_t read_u16(ByteReader& reader, bool big_endian) {
  return big_endian ? reader.u16_be() : reader.u16_le();
}
std::uint32_t read_u32(ByteReader& reader, bool big_endian) {
  return big_endian ? reader.u32_be() : reader.u32_le();
}

/// Pixel Data of undefined length has fragments, whatever its VR, and in Implicit VR (an icon's).
bool may_hold_fragments(ElementHeader const& header) {
  return header.has_vr("OB") || header.has_vr("OW") || header.tag == 0x7FE00010;
}
bool may_be_sequence(ElementHeader const& header) {
  return header.vr == std::array<char, 2>{} || header.has_vr("SQ") || header.has_vr("UN");
}

}  // namespace

bool is_standard_vr(std::array<char, 2> vr) {
  return is_one_of(kShortVrs, vr) || is_one_of(kLongVrs, vr);
}

// PS3.5 7.1.2: every VR that is added to the standard has the long form, so an unknown one made of
// capitals has it too.
bool has_long_length(std::array<char, 2> vr) {
  return !is_one_of(kShortVrs, vr) && is_upper_case(vr);
}

std::uint16_t ElementScanner::u16_at(std::uint64_t offset) const {
  ByteReader reader(bytes_.view(offset, 2));
  return read_u16(reader, encoding_.big_endian);
}

std::uint32_t ElementScanner::u32_at(std::uint64_t offset) const {
  ByteReader reader(bytes_.view(offset, 4));
  return read_u32(reader, encoding_.big_endian);
}

Result<ElementHeader> ElementScanner::header_at(std::uint64_t offset) const {
  return header_at(offset, encoding_);
}

Result<ElementHeader> ElementScanner::header_at(std::uint64_t offset,
                                                ElementEncoding encoding) const {
  ByteReader reader(bytes_.view(offset, kLongestHeaderBytes));
  ElementHeader header;
  std::uint32_t const group = read_u16(reader, encoding.big_endian);
  header.tag = group << 16 | read_u16(reader, encoding.big_endian);
  bool const is_delimiter = group == 0xFFFE;
  if (encoding.explicit_vr && !is_delimiter) {
    header.vr = {static_cast<char>(reader.u8()), static_cast<char>(reader.u8())};
    if (has_long_length(header.vr)) {
      reader.skip(2);
      header.length_bytes = read_u32(reader, encoding.big_endian);
    } else {
      header.length_bytes = read_u16(reader, encoding.big_endian);
    }
  } else {
    header.length_bytes = read_u32(reader, encoding.big_endian);
  }
  header.value_offset = offset + reader.position();
  if (reader.failed())
    return fail(Errc::truncated, "the file ends inside an element's header", offset);
  return header;
}

Result<std::uint64_t> ElementScanner::value_end(ElementHeader const& header) const {
  if (!header.undefined()) {
    if (header.length_bytes > bytes_.size() - header.value_offset) {
      return fail(Errc::truncated, "an element is longer than the file", header.value_offset);
    }
    return header.value_offset + header.length_bytes;
  }
  return walk(header, whole());
}

Result<std::uint64_t> ElementScanner::skipped_value_end(ElementHeader const& header) const {
  auto const bounded = value_end(header);
  if (bounded || bounded.error().code != Errc::limit_exceeded) return bounded;
  return walk(header, {kMaxSkippedDepth, false});
}

Status ElementScanner::check_nesting(ElementHeader const& header) const {
  auto const end = walk(header, whole());
  if (!end) return std::unexpected(end.error());
  return {};
}

ElementEncoding ElementScanner::encoding_inside(ElementHeader const& header) const {
  return inner_encoding(header, encoding_);
}

ElementEncoding ElementScanner::inner_encoding(ElementHeader const& header,
                                               ElementEncoding outer) const {
  ElementEncoding const other{!outer.explicit_vr, false};
  if (header.has_vr("UN"))
    return outer.explicit_vr && holds_elements(header, outer) ? outer
                                                              : ElementEncoding{false, false};
  if (outer.big_endian || !may_be_sequence(header) || !starts_with_vr(header, other.explicit_vr))
    return outer;
  return holds_elements(header, other) && !holds_elements(header, outer) ? other : outer;
}

bool ElementScanner::starts_with_vr(ElementHeader const& header, bool wanted) const {
  constexpr std::uint64_t kVrAt = 12;  // an item's header, and a tag
  if (u16_at(header.value_offset) != kItem >> 16) return false;
  auto const vr = bytes_.view(header.value_offset + kVrAt, 2);  // until the next reading
  if (vr.size() < 2) return false;
  return is_standard_vr({std::to_integer<char>(vr[0]), std::to_integer<char>(vr[1])}) == wanted;
}

bool ElementScanner::holds_elements(ElementHeader const& header, ElementEncoding encoding) const {
  auto const is_element = [&](ElementHeader const& element) {
    return element.group() != 0xFFFE && (!encoding.explicit_vr || is_standard_vr(element.vr));
  };
  auto const item = header_at(header.value_offset, encoding);
  if (!item || item->tag != kItem || item->length_bytes == 0) return false;
  auto const first = header_at(item->value_offset, encoding);
  if (!first || !is_element(*first)) return false;
  if (first->undefined()) {  // a sequence, that has an item or none
    auto const inner = header_at(first->value_offset, encoding);
    return may_be_sequence(*first) && inner && (inner->tag == kItem || inner->tag == kSequenceEnd);
  }
  if (first->length_bytes > bytes_.size() - first->value_offset) return false;
  std::uint64_t const end = first->value_offset + first->length_bytes;
  if (!item->undefined() && end >= item->value_offset + item->length_bytes)
    return end == item->value_offset + item->length_bytes;
  auto const next = header_at(end, encoding);
  if (!next) return false;
  return next->tag == kItemEnd || (is_element(*next) && next->tag > first->tag);
}

bool ElementScanner::starts_with_item(ElementHeader const& header, ElementEncoding inner) const {
  auto const first = header_at(header.value_offset, {false, inner.big_endian});
  return first && first->tag == kItem;
}

Result<std::uint64_t> ElementScanner::walk(ElementHeader const& header, Reach reach) const {
  std::vector<Holder> holders;
  auto offset = over_or_into(header, {bytes_.size(), false, false, encoding_}, reach, holders);
  while (offset && !holders.empty()) {
    Holder const& inmost = holders.back();
    if (!inmost.delimited && *offset >= inmost.limit)
      holders.pop_back();
    else if (inmost.is_item)
      offset = step_in_item(*offset, reach, holders);
    else
      offset = step_in_sequence(*offset, holders);
  }
  return offset;
}

/// Over a delimiter, or into an item.
Result<std::uint64_t> ElementScanner::step_in_sequence(std::uint64_t offset,
                                                       std::vector<Holder>& holders) const {
  Holder const sequence = holders.back();
  auto const item = header_at(offset, sequence.encoding);
  if (!item) return std::unexpected(item.error());
  if (item->value_offset > sequence.limit)
    return fail(Errc::corrupt, "an item lies outside its sequence", offset);
  if (item->tag == kSequenceEnd && sequence.delimited) holders.pop_back();
  if (item->tag == kItemEnd || item->tag == kSequenceEnd)  // quirk "a delimiter too many"
    return item->value_offset;
  if (item->tag != kItem)
    return fail(Errc::corrupt, "a sequence holds something that is no item", offset);
  if (!item->undefined() && item->length_bytes > sequence.limit - item->value_offset)
    return fail(Errc::truncated, "an item is longer than its sequence", offset);
  std::uint64_t const limit =
      item->undefined() ? sequence.limit : item->value_offset + item->length_bytes;
  holders.push_back({limit, item->undefined(), true, sequence.encoding});
  return item->value_offset;
}

Result<std::uint64_t> ElementScanner::step_in_item(std::uint64_t offset, Reach reach,
                                                   std::vector<Holder>& holders) const {
  Holder const item = holders.back();
  auto const header = header_at(offset, item.encoding);
  if (!header) return std::unexpected(header.error());
  if (header->value_offset > item.limit)
    return fail(Errc::corrupt, "an element lies outside its item", offset);
  if (header->tag == kItemEnd) {  // quirk "a delimiter too many", where the item states its length
    if (item.delimited) holders.pop_back();
    return header->value_offset;
  }
  if (header->group() == 0xFFFE)
    return fail(Errc::corrupt, "a delimiter in a place where none may be", offset);
  if (holders.size() > reach.max_holders)
    return fail(Errc::limit_exceeded, "sequences are nested too deeply", header->value_offset);
  return over_or_into(*header, item, reach, holders);
}

/// Over a value, or into a sequence.
Result<std::uint64_t> ElementScanner::over_or_into(ElementHeader const& header,
                                                   Holder const& within, Reach reach,
                                                   std::vector<Holder>& holders) const {
  bool const states_length = !header.undefined();
  if (states_length && header.length_bytes > within.limit - header.value_offset)
    return fail(Errc::truncated, "an element is longer than what holds it", header.value_offset);
  std::uint64_t const end =
      states_length ? header.value_offset + header.length_bytes : within.limit;
  bool const may_enter = !states_length || (reach.enters_stated && may_be_sequence(header) &&
                                            header.length_bytes >= kShortestItemBytes);
  if (!may_enter) return end;
  ElementEncoding const inner = inner_encoding(header, within.encoding);
  if (states_length && !starts_with_item(header, inner)) return end;
  if (!states_length && may_hold_fragments(header))
    return fragments_end(header.value_offset, end, inner);
  holders.push_back({end, !states_length, false, inner});
  return header.value_offset;
}

Result<std::uint64_t> ElementScanner::fragments_end(std::uint64_t offset, std::uint64_t limit,
                                                    ElementEncoding encoding) const {
  while (true) {
    auto const item = header_at(offset, encoding);
    if (!item) return std::unexpected(item.error());
    if (item->tag == kSequenceEnd) return item->value_offset;
    if (item->tag != kItem || item->undefined())
      return fail(Errc::corrupt, "not a fragment", offset);
    if (item->value_offset > limit || item->length_bytes > limit - item->value_offset) {
      return fail(Errc::truncated, "a fragment is longer than the file", offset);
    }
    offset = item->value_offset + item->length_bytes;
  }
}

}  // namespace sightline::dicom
