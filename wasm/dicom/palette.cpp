#include "dicom/palette.hpp"

#include <algorithm>
#include <utility>

#include "dicom/lut.hpp"

namespace sightline::dicom {
namespace {

constexpr std::array<std::uint32_t, 3> kDescriptors{0x00281101, 0x00281102, 0x00281103};
constexpr std::array<std::uint32_t, 3> kData{0x00281201, 0x00281202, 0x00281203};
constexpr std::array<std::uint32_t, 3> kSegmentedData{0x00281221, 0x00281222, 0x00281223};
constexpr std::uint16_t kDiscrete = 0, kLinear = 1, kIndirect = 2;

/// Expands segments one after the other into a table that never grows past its stated size.
class SegmentExpander {
 public:
  SegmentExpander(std::span<std::uint16_t const> units, bool units_are_bytes,
                  std::uint32_t entry_count)
      : units_(units), units_are_bytes_(units_are_bytes), entry_count_(entry_count) {}

  std::optional<std::vector<std::uint16_t>> run() {
    std::size_t at = 0;
    // A byte of padding makes the value even: fewer units than a segment's shortest form end the
    // list.
    while (at + 3 <= units_.size() && entries_.size() < entry_count_) {
      if (!segment(at, true)) return std::nullopt;
    }
    return std::move(entries_);
  }

 private:
  bool segment(std::size_t& at, bool may_be_indirect) {
    if (at + 2 > units_.size()) return false;
    std::uint16_t const opcode = units_[at], length = units_[at + 1];
    at += 2;
    if (opcode == kDiscrete) return discrete(at, length);
    if (opcode == kLinear) return linear(at, length);
    return opcode == kIndirect && may_be_indirect && indirect(at, length);
  }

  bool discrete(std::size_t& at, std::uint16_t length) {
    if (length > units_.size() - at) return false;
    for (std::uint16_t i = 0; i < length; ++i) append(units_[at + i]);
    at += length;
    return true;
  }

  /// From the last entry, exclusive, to the given one, inclusive, in `length` equal steps.
  bool linear(std::size_t& at, std::uint16_t length) {
    if (at >= units_.size() || entries_.empty() || length == 0) return false;
    std::int32_t const from = entries_.back(), to = units_[at++];
    for (std::int32_t i = 1; i <= length; ++i) {
      double const exact = from + static_cast<double>(to - from) * i / length;
      append(static_cast<std::uint16_t>(exact + 0.5));
    }
    return true;
  }

  /// Segments that were there before, again; they may not be indirect themselves.
  bool indirect(std::size_t& at, std::uint16_t segments) {
    std::size_t const offset_units = units_are_bytes_ ? 4 : 2;
    if (offset_units > units_.size() - at) return false;
    std::uint64_t byte_offset = 0;
    for (std::size_t i = offset_units; i-- > 0;)
      byte_offset = byte_offset << (units_are_bytes_ ? 8 : 16) | units_[at + i];
    at += offset_units;
    std::uint64_t const start = units_are_bytes_ ? byte_offset : byte_offset / 2;
    if (start >= units_.size()) return false;
    std::size_t from = static_cast<std::size_t>(start);
    for (std::uint16_t i = 0; i < segments && entries_.size() < entry_count_; ++i) {
      if (!segment(from, false)) return false;
    }
    return true;
  }

  void append(std::uint16_t entry) {
    if (entries_.size() < entry_count_) entries_.push_back(entry);
  }

  std::span<std::uint16_t const> units_;
  bool units_are_bytes_;
  std::uint32_t entry_count_;
  std::vector<std::uint16_t> entries_;
};

std::vector<std::uint16_t> bytes_of(std::vector<std::uint16_t> const& words) {
  std::vector<std::uint16_t> bytes;
  bytes.reserve(2 * words.size());
  for (std::uint16_t const word : words) {
    bytes.push_back(word & 0xFF);
    bytes.push_back(static_cast<std::uint16_t>(word >> 8));
  }
  return bytes;
}

std::optional<std::vector<std::uint16_t>> expand(std::vector<std::uint16_t> const& words,
                                                 LutDescriptor const& form) {
  bool const units_are_bytes = form.bits_per_entry == 8;
  return expand_segments(units_are_bytes ? bytes_of(words) : words, units_are_bytes,
                         form.entry_count);
}

/// Quirks "segments of the other width" (bytes though the descriptor says 16 bits, words though it
/// says 8: what gives the stated number of entries is right) and "segments that end early".
std::optional<Lut> read_segmented(LutDescriptor const& stated,
                                  std::vector<std::uint16_t> const& words) {
  LutDescriptor other = stated;
  other.bits_per_entry = stated.bits_per_entry == 8 ? 16 : 8;
  auto const is_whole = [&](auto const& table) {
    return table && table->size() == stated.entry_count;
  };
  LutDescriptor const* form = &stated;
  auto entries = expand(words, stated);
  if (!is_whole(entries)) {
    if (auto others = expand(words, other); is_whole(others)) {
      entries = std::move(others);
      form = &other;
    }
  }
  return entries ? make_lut({stated.entry_count, stated.first_mapped, form->bits_per_entry},
                            std::move(*entries))
                 : std::nullopt;
}

/// Quirks "tables of different lengths" and "of different bits", though PS3.3 C.7.6.3.1.5 says that
/// all three descriptors are equal: what is beyond a shorter table has its last entry, as values
/// beyond every table have; all have the bits of the one that needs most.
void make_alike(std::array<std::optional<Lut>, 3>& palette) {
  std::size_t longest = 0;
  std::uint16_t bits = 0;
  for (auto const& lut : palette) {
    if (!lut) continue;
    longest = std::max(longest, lut->entries.size());
    bits = std::max(bits, lut->bits_per_entry);
  }
  for (auto& lut : palette) {
    if (!lut) continue;
    lut->entries.resize(longest, lut->entries.back());
    lut->bits_per_entry = bits;
  }
}

}  // namespace

std::optional<std::vector<std::uint16_t>> expand_segments(std::span<std::uint16_t const> units,
                                                          bool units_are_bytes,
                                                          std::uint32_t entry_count) {
  return SegmentExpander(units, units_are_bytes, entry_count).run();
}

std::array<std::optional<Lut>, 3> read_palette(Attributes const& attributes, bool is_signed) {
  std::array<std::optional<Lut>, 3> palette;
  std::optional<LutDescriptor> descriptor;
  for (std::size_t i = 0; i < palette.size(); ++i) {
    // Quirk "one descriptor for all": of one that is missing the table before says what it is.
    auto const own = read_lut_descriptor(attributes.words(kDescriptors[i]), is_signed);
    if (own) descriptor = own;
    if (!descriptor) continue;
    auto const data = attributes.words(kData[i]).values;
    palette[i] = data.empty()
                     ? read_segmented(*descriptor, attributes.words(kSegmentedData[i]).values)
                     : make_lut(*descriptor, data);
  }
  make_alike(palette);
  return palette;
}

}  // namespace sightline::dicom
