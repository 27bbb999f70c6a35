#include "tile/value_range.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace sightline::server {
namespace {

template <class Word>
ValueRange range_of(std::vector<std::byte> const& bytes, std::int64_t pad_first,
                    std::int64_t pad_last) {
  std::int64_t min = std::numeric_limits<std::int64_t>::max(),
               max = std::numeric_limits<std::int64_t>::min();
  for (std::size_t at = 0; at + sizeof(Word) <= bytes.size(); at += sizeof(Word)) {
    Word word;
    std::memcpy(&word, bytes.data() + at, sizeof(Word));
    auto const value = static_cast<std::int64_t>(word);
    if (value >= pad_first && value <= pad_last) continue;
    min = std::min(min, value);
    max = std::max(max, value);
  }
  if (min > max) return {};
  return {min, max};
}

ValueRange range_of(SampleBlock const& block, std::int64_t pad_first, std::int64_t pad_last) {
  if (block.is_float) return {};
  auto const& bytes = block.bytes;
  switch (block.bits_allocated) {
    case 8:
      return block.is_signed ? range_of<std::int8_t>(bytes, pad_first, pad_last)
                             : range_of<std::uint8_t>(bytes, pad_first, pad_last);
    case 16:
      return block.is_signed ? range_of<std::int16_t>(bytes, pad_first, pad_last)
                             : range_of<std::uint16_t>(bytes, pad_first, pad_last);
    default:
      return block.is_signed ? range_of<std::int32_t>(bytes, pad_first, pad_last)
                             : range_of<std::uint32_t>(bytes, pad_first, pad_last);
  }
}

}  // namespace

ValueRange full_range(SampleBlock const& block) { return range_of(block, 1, 0); }

ValueRange unpadded_range(SampleBlock const& block, dicom::DisplayPipeline const& display) {
  if (!display.padding_value || block.samples != 1) return full_range(block);
  std::int64_t const value = *display.padding_value;
  std::int64_t const limit = display.padding_range_limit.value_or(*display.padding_value);
  return range_of(block, std::min(value, limit), std::max(value, limit));
}

}  // namespace sightline::server
