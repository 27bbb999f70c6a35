#include "dicom/lut.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kLutDescriptor = 0x00283002, kLutExplanation = 0x00283003,
                        kLutData = 0x00283006;

std::vector<std::uint16_t> unpack_bytes(std::vector<std::uint16_t> const& words,
                                        std::uint32_t count) {
  std::vector<std::uint16_t> entries;
  entries.reserve(count);
  for (std::uint16_t const word : words) {
    entries.push_back(word & 0xFF);
    entries.push_back(static_cast<std::uint16_t>(word >> 8));
  }
  entries.resize(std::min<std::size_t>(entries.size(), count));
  return entries;
}

/// Quirk "entries of bytes": two lie in a word where the descriptor says 8 bits and the value's
/// length is nearer to as many bytes than to as many words, or where it says more and there is just
/// a byte for each entry.
bool is_packed(LutDescriptor const& descriptor, std::vector<std::uint16_t> const& words) {
  std::uint64_t const entries = descriptor.entry_count;
  if (words.size() >= entries) return false;
  if (words.size() == (entries + 1) / 2) return true;
  bool const is_nearer = 3 * words.size() < 2 * entries;
  auto const is_no_byte = [](std::uint16_t word) { return word > 0xFF; };
  return descriptor.bits_per_entry == 8 && is_nearer && std::ranges::any_of(words, is_no_byte);
}

/// Quirk "bits that the entries do not have": the entries are right. Files say 8 and hold 16-bit
/// entries, or say 16 and use 8 to 12 of them, with which a picture would be black.
std::uint16_t bits_of_entries(std::uint16_t stated, std::vector<std::uint16_t> const& entries) {
  constexpr std::uint16_t kAll = 16;
  constexpr auto kDepths = std::to_array<std::uint16_t>({8, 10, 12});
  std::uint16_t const largest = *std::ranges::max_element(entries);
  auto const holds = [&](std::uint16_t bits) { return largest >> bits == 0; };
  if (stated < kAll) return holds(stated) ? stated : kAll;
  auto const* const depth = std::ranges::find_if(kDepths, holds);
  return depth == kDepths.end() ? kAll : *depth;
}

}  // namespace

std::optional<LutDescriptor> read_lut_descriptor(Words const& descriptor, bool input_is_signed) {
  if (descriptor.values.size() < 3) return std::nullopt;
  LutDescriptor read;
  read.entry_count = descriptor.values[0] == 0 ? 65536u : descriptor.values[0];
  bool const is_signed = descriptor.signed_vr || input_is_signed;
  read.first_mapped = is_signed ? static_cast<std::int16_t>(descriptor.values[1])
                                : std::int32_t{descriptor.values[1]};
  read.bits_per_entry = descriptor.values[2];
  // Quirk "bits per entry outside 8 to 16": taken as 16, the width of the words.
  if (read.bits_per_entry < 8 || read.bits_per_entry > 16) read.bits_per_entry = 16;
  return read;
}

std::optional<Lut> make_lut(LutDescriptor const& descriptor, std::vector<std::uint16_t> words) {
  bool const packed = is_packed(descriptor, words);
  if (packed) words = unpack_bytes(words, descriptor.entry_count);
  words.resize(std::min<std::size_t>(words.size(), descriptor.entry_count));
  if (words.empty()) return std::nullopt;
  Lut lut;
  lut.first_mapped = descriptor.first_mapped;
  lut.bits_per_entry =
      packed ? std::uint16_t{8} : bits_of_entries(descriptor.bits_per_entry, words);
  lut.entries = std::move(words);
  return lut;
}

std::optional<Lut> read_lut(Attributes const& item, bool input_is_signed) {
  auto const descriptor = read_lut_descriptor(item.words(kLutDescriptor), input_is_signed);
  if (!descriptor) return std::nullopt;
  auto lut = make_lut(*descriptor, item.words(kLutData).values);
  if (lut) lut->explanation = item.text(kLutExplanation);
  return lut;
}

}  // namespace sightline::dicom
