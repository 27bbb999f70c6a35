#include "dicom/element_tree.hpp"

#include <algorithm>
#include <utility>

#include "dicom/dictionary.hpp"
#include "dicom/quirks.hpp"
#include "dicom/sequence_repair.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kPixelRepresentation = 0x00280103, kFloatPixelData = 0x7FE00008,
                        kPixelData = 0x7FE00010;
constexpr std::uint64_t kShortestHeaderBytes = 8;
/// One level of a file that people made has some hundreds.
constexpr std::size_t kMaxElements = 100'000;

/// Stands in TreeElement::vr until all of a level has been seen: Pixel Representation may follow.
constexpr std::array<char, 2> kUsOrSs{'x', 's'};

bool is_private(std::uint32_t tag) { return (tag >> 16) % 2 != 0; }

/// PS3.5 7.8.1: (gggg,0010-00FF) of an odd group.
bool is_private_creator(std::uint32_t tag) {
  std::uint32_t const element = tag & 0xFFFF;
  return is_private(tag) && element >= 0x10 && element <= 0xFF;
}

bool states_vr(ElementHeader const& header) {
  return is_standard_vr(header.vr) && !header.has_vr("UN");
}

std::array<char, 2> vr_of(ElementHeader const& header) {
  if (states_vr(header)) return header.vr;
  if (header.undefined()) return {'S', 'Q'};
  if (is_private_creator(header.tag)) return {'L', 'O'};
  if (is_private(header.tag)) return {'U', 'N'};
  switch (dictionary_choice(header.tag)) {
    case VrChoice::us_or_ss: return kUsOrSs;
    case VrChoice::ob_or_ow: return {'O', 'W'};
    case VrChoice::none: break;
  }
  return dictionary_vr(header.tag);
}

TreeElement element_of(ElementScanner const& scanner, ElementHeader const& header) {
  TreeElement element{header.tag, vr_of(header), header.value_offset, header.length_bytes,
                      scanner.encoding()};
  if (header.tag == kPixelData && header.undefined()) element.vr = {'O', 'B'};
  if (element.has_vr("SQ")) element.encoding = scanner.encoding_inside(header);
  return element;
}

/// Pixel Data, Float or Double Float Pixel Data: the end of the file may cut it short.
bool is_pixels(std::uint32_t tag) { return tag >= kFloatPixelData && tag <= kPixelData; }

}  // namespace

Status ElementTree::add(ElementScanner const& scanner, ElementHeader const& header,
                        TreeLevel& level) const {
  if (level.elements.size() >= kMaxElements)
    return fail(Errc::limit_exceeded, "too many elements", header.value_offset);
  level.elements.push_back(element_of(scanner, header));
  if (header.tag == kPixelRepresentation && header.length_bytes >= 2)
    level.signed_pixels = scanner.u16_at(header.value_offset) == 1;
  return {};
}

void ElementTree::finish(TreeLevel& level) const {
  for (TreeElement& element : level.elements) {
    if (element.vr == kUsOrSs)
      element.vr = level.signed_pixels ? std::array{'S', 'S'} : std::array{'U', 'S'};
  }
  std::ranges::sort(level.elements, {}, [](TreeElement const& element) {
    return std::pair(element.tag, element.value_offset);
  });
  auto const repeated = std::ranges::unique(level.elements, {}, &TreeElement::tag);
  level.elements.erase(repeated.begin(), repeated.end());
}

Result<TreeLevel> ElementTree::data_set(std::uint64_t offset) const {
  ElementScanner const scanner(bytes_, encoding_, limits_);
  SequenceRepair repair(scanner);
  TreeLevel level;
  bool seen_pixel_data = false;
  while (offset + kShortestHeaderBytes <= bytes_.size()) {
    auto header = scanner.header_at(offset);
    if (!header && seen_pixel_data) break;
    if (!header) return std::unexpected(header.error());
    *header = quirks::repair_header(scanner, offset, *header);
    seen_pixel_data = seen_pixel_data || header->tag >= kFloatPixelData;
    auto end = repair.value_end(*header);
    if (!end && end.error().code == Errc::limit_exceeded) end = scanner.skipped_value_end(*header);
    if (!end && !seen_pixel_data) return std::unexpected(end.error());
    if (header->group() != 0xFFFE && (end || is_pixels(header->tag))) {
      if (Status const added = add(scanner, *header, level); !added)
        return std::unexpected(added.error());
    }
    if (!end) break;
    offset = *end;
  }
  finish(level);
  return level;
}

Status ElementTree::check(TreeElement const& sequence) const {
  ElementScanner const scanner(bytes_, sequence.encoding, limits_);
  return scanner.check_nesting(
      {sequence.tag, {'S', 'Q'}, sequence.value_offset, sequence.length_bytes});
}

ItemCursor ElementTree::before_first(TreeElement const& sequence) const {
  if (sequence.undefined()) return {sequence.value_offset, bytes_.size(), true, sequence.encoding};
  return {sequence.value_offset, sequence.value_offset + sequence.length_bytes, false,
          sequence.encoding};
}

Result<ItemCursor> ElementTree::items(TreeElement const& sequence) const {
  if (Status const whole = check(sequence); !whole) return std::unexpected(whole.error());
  return before_first(sequence);
}

Result<ItemCursor> ElementTree::items_of_any_depth(TreeElement const& sequence) const {
  Status const whole = check(sequence);
  if (!whole && whole.error().code != Errc::limit_exceeded) return std::unexpected(whole.error());
  return before_first(sequence);
}

Result<std::optional<TreeLevel>> ElementTree::next_item(ItemCursor& cursor,
                                                        TreeLevel const& holder) const {
  ElementScanner const sequence(bytes_.first(cursor.limit), cursor.encoding, limits_);
  Result<ElementHeader> item;
  do {  // quirk "a delimiter too many"
    if (!cursor.delimited && cursor.offset >= cursor.limit) return std::nullopt;
    item = sequence.header_at(cursor.offset);
    if (!item) return std::unexpected(item.error());
    if (item->tag == kSequenceEnd && cursor.delimited) return std::nullopt;
    if (item->group() == 0xFFFE && item->tag != kItem) cursor.offset = item->value_offset;
  } while (item->tag == kItemEnd || item->tag == kSequenceEnd);
  if (item->tag != kItem)
    return fail(Errc::corrupt, "a sequence holds something that is no item", cursor.offset);
  std::uint64_t limit = cursor.limit;
  if (!item->undefined()) {
    auto const end = sequence.value_end(*item);
    if (!end) return std::unexpected(end.error());
    limit = *end;
  }
  ElementScanner const scanner(bytes_.first(limit), cursor.encoding, limits_);
  TreeLevel level;
  level.signed_pixels = holder.signed_pixels;
  std::uint64_t offset = item->value_offset;
  while (item->undefined() || offset < limit) {
    auto const header = scanner.header_at(offset);
    if (!header) return std::unexpected(header.error());
    offset = header->value_offset;
    if (header->tag == kItemEnd && item->undefined()) break;
    if (header->tag == kItemEnd) continue;
    if (header->group() == 0xFFFE)
      return fail(Errc::corrupt, "a delimiter in a place where none may be", offset);
    auto const end = scanner.skipped_value_end(*header);
    if (!end) return std::unexpected(end.error());
    if (Status const added = add(scanner, *header, level); !added)
      return std::unexpected(added.error());
    offset = *end;
  }
  finish(level);
  cursor.offset = offset;
  return level;
}

std::span<std::byte const> ElementTree::value(TreeElement const& element) const {
  return bytes_.view(element.value_offset, value_bytes(element));
}

std::uint64_t ElementTree::value_bytes(TreeElement const& element) const {
  if (element.undefined() || element.value_offset > bytes_.size()) return 0;
  return std::min(element.length_bytes, bytes_.size() - element.value_offset);
}

}  // namespace sightline::dicom
