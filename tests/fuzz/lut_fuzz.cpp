#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "dicom/lut.hpp"
#include "dicom/palette.hpp"
#include "pixel/lookup.hpp"

/// A LUT Descriptor's three words, a byte of flags, and the table's words: plain and segmented. No
/// table is larger than it says, and every input finds an entry in it.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline;
  constexpr std::size_t kHeadBytes = 7;
  if (size < kHeadBytes) return 0;
  auto const word = [&](std::size_t at) {
    return static_cast<std::uint16_t>(data[at] | data[at + 1] << 8);
  };
  dicom::Words const stated{{word(0), word(2), word(4)}, (data[6] & 1) != 0};
  auto const descriptor = dicom::read_lut_descriptor(stated, (data[6] & 2) != 0);
  if (!descriptor || descriptor->entry_count == 0 || descriptor->entry_count > 65536) std::abort();
  std::vector<std::uint16_t> words;
  for (std::size_t at = kHeadBytes; at + 1 < size; at += 2) words.push_back(word(at));

  bool const is_bytes = (data[6] & 4) != 0;
  auto const segmented = dicom::expand_segments(words, is_bytes, descriptor->entry_count);
  if (segmented && segmented->size() > descriptor->entry_count) std::abort();
  auto const lut = dicom::make_lut(*descriptor, segmented ? *segmented : words);
  if (!lut) return 0;
  if (lut->entries.empty() || lut->entries.size() > descriptor->entry_count) std::abort();
  if (lut->bits_per_entry < 8 || lut->bits_per_entry > 16) std::abort();
  for (std::int64_t const input : {std::int64_t{INT32_MIN}, std::int64_t{-1}, std::int64_t{0},
                                   std::int64_t{lut->first_mapped}, std::int64_t{INT32_MAX}})
    if (pixel::lookup(*lut, input) > pixel::full_scale(*lut)) std::abort();
  return 0;
}
