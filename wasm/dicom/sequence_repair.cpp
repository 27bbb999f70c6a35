#include "dicom/sequence_repair.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kFloatPixelData = 0x7FE00008, kPixelData = 0x7FE00010;
constexpr std::uint64_t kMostSearched = 4 << 20, kMostSearchedInAll = 32 << 20,
                        kPieceBytes = 64 << 10;
constexpr std::uint64_t kDelimiterBytes = 8, kShortestHeaderBytes = 8;
/// Items, and headers that are read to find out whether a data set goes on; those inside of a
/// sequence count by its length, and one without an end, which may be all of the file, as so many.
constexpr std::uint64_t kMostSteps = 1 << 18, kStepBytes = 16, kStepsWithoutEnd = kMostSteps / 8;
/// Where another sequence that has no end comes after so many elements, they were no accident.
constexpr int kEnoughElements = 4;

bool may_be_sequence(ElementHeader const& header, ElementEncoding encoding) {
  return header.has_vr("SQ") || header.has_vr("UN") || !encoding.explicit_vr;
}

bool is_sequence_end(std::span<std::byte const> eight) {
  constexpr std::array kLittle{std::byte{0xFE}, std::byte{0xFF}, std::byte{0xDD}, std::byte{0xE0},
                               std::byte{0},    std::byte{0},    std::byte{0},    std::byte{0}};
  constexpr std::array kBig{std::byte{0xFF}, std::byte{0xFE}, std::byte{0xE0}, std::byte{0xDD},
                            std::byte{0},    std::byte{0},    std::byte{0},    std::byte{0}};
  return std::ranges::equal(eight, kLittle) || std::ranges::equal(eight, kBig);
}

bool is_header(std::span<std::byte const> eight) {
  return is_standard_vr({std::to_integer<char>(eight[4]), std::to_integer<char>(eight[5])});
}

/// Whether what the sequence says of its end can be: an element follows, or nothing.
bool is_plausible(ElementScanner const& scanner, ElementHeader const& header, std::uint64_t end) {
  if (header.undefined() || !header.has_vr("SQ") || header.length_bytes == 0) return true;
  if (end + kShortestHeaderBytes > scanner.bytes().size()) return true;
  auto const next = scanner.header_at(end);
  return next && (next->group() == 0xFFFE || is_standard_vr(next->vr));
}

}  // namespace

/// Behind the items that are whole.
std::uint64_t SequenceRepair::items_end(ElementHeader const& sequence) {
  std::uint64_t offset = sequence.value_offset;
  while (++steps_ < kMostSteps) {
    auto const item = scanner_.header_at(offset);
    if (!item || item->tag != kItem || item->undefined()) return offset;
    ElementHeader one = sequence;  // a sequence of this item alone
    one.value_offset = offset;
    one.length_bytes = item->value_offset + item->length_bytes - offset;
    if (one.length_bytes > scanner_.bytes().size() - offset || !scanner_.check_nesting(one))
      return offset;
    offset += one.length_bytes;
  }
  return offset;
}

/// Tags ascend from here to the end, or to Pixel Data.
bool SequenceRepair::goes_on_at(std::uint64_t offset, ElementHeader const& sequence) {
  bool const is_explicit = scanner_.encoding().explicit_vr;
  std::uint64_t const size = scanner_.bytes().size();
  std::uint32_t last = sequence.tag;
  for (int count = 0; ++steps_ < kMostSteps; ++count) {
    if (offset == size) return count > 0;
    auto const header = scanner_.header_at(offset);
    if (!header || header->tag <= last || header->group() == 0xFFFE ||
        (is_explicit && !is_standard_vr(header->vr)))
      return false;
    if (header->tag >= kFloatPixelData && header->tag <= kPixelData) return true;
    if (!header->undefined() && header->length_bytes > size - header->value_offset) return false;
    auto const end = scanner_.value_end(*header);
    steps_ += !end ? kStepsWithoutEnd : header->undefined() ? (*end - offset) / kStepBytes : 0;
    if (!end) return count >= kEnoughElements;
    last = header->tag;
    offset = *end;
  }
  return false;
}

/// The first place from `begin` on, behind a delimiter or (Explicit VR only) anywhere.
std::optional<std::uint64_t> SequenceRepair::find(std::uint64_t begin, bool behind_delimiter,
                                                  ElementHeader const& sequence) {
  std::uint64_t const end = std::min(scanner_.bytes().size(), begin + kMostSearched);
  while (begin + kShortestHeaderBytes <= end && steps_ < kMostSteps &&
         searched_bytes_ < kMostSearchedInAll) {
    // Kept, for headers are read meanwhile.
    auto const seen = scanner_.bytes().view(begin, std::min(kPieceBytes, end - begin));
    std::vector<std::byte> const kept(seen.begin(), seen.end());
    std::span<std::byte const> const piece(kept);
    if (piece.size() < kShortestHeaderBytes) return std::nullopt;
    std::size_t const last = piece.size() - kShortestHeaderBytes;
    for (std::size_t i = 0; i <= last; ++i) {
      auto const eight = piece.subspan(i, kShortestHeaderBytes);
      if (behind_delimiter ? !is_sequence_end(eight) : !is_header(eight)) continue;
      std::uint64_t const at = begin + i + (behind_delimiter ? kDelimiterBytes : 0);
      if (goes_on_at(at, sequence)) return at;
    }
    searched_bytes_ += piece.size();
    begin += last + 1;
  }
  return std::nullopt;
}

Result<std::uint64_t> SequenceRepair::value_end(ElementHeader& header) {
  auto const end = scanner_.value_end(header);
  if (end && is_plausible(scanner_, header, *end)) return end;
  if (!end && end.error().code != Errc::corrupt && end.error().code != Errc::truncated) return end;
  if (!may_be_sequence(header, scanner_.encoding())) return end;
  std::uint64_t const items = items_end(header);
  if (end && items == *end) return end;
  if (items > header.value_offset && goes_on_at(items, header)) {
    header.length_bytes = items - header.value_offset;
    return items;
  }
  auto found = find(items, true, header);
  if (!found && scanner_.encoding().explicit_vr) found = find(items, false, header);
  if (!found) return end;
  return *found;
}

}  // namespace sightline::dicom
