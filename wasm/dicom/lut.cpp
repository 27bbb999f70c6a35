#include "dicom/lut.hpp"

#include <algorithm>
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

std::uint16_t bits_that_hold(std::uint16_t bits, std::vector<std::uint16_t> const& entries) {
  std::uint16_t const largest = *std::ranges::max_element(entries);
  // Quirk "entries larger than their bits": files say 8 and hold 16-bit entries. The entries are
  // right.
  return bits < 16 && largest >> bits != 0 ? std::uint16_t{16} : bits;
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
  bool const packed =
      descriptor.bits_per_entry == 8 && words.size() == (descriptor.entry_count + 1) / 2;
  if (packed) words = unpack_bytes(words, descriptor.entry_count);
  words.resize(std::min<std::size_t>(words.size(), descriptor.entry_count));
  if (words.empty()) return std::nullopt;
  Lut lut;
  lut.first_mapped = descriptor.first_mapped;
  lut.bits_per_entry = bits_that_hold(descriptor.bits_per_entry, words);
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
