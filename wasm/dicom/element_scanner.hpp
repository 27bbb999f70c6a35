#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/byte_source.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "dicom/transfer_syntax.hpp"

namespace sightline::dicom {

inline constexpr std::uint64_t kUndefinedLength = 0xFFFFFFFF;
/// Sequences and items in each other that are walked through to find an end.
inline constexpr std::size_t kMaxSkippedDepth = 100'000;
inline constexpr std::uint32_t kItem = 0xFFFEE000, kItemEnd = 0xFFFEE00D, kSequenceEnd = 0xFFFEE0DD;

/// The fields in front of one element's value. Source: PS3.5 7.1.
struct ElementHeader {
  std::uint32_t tag = 0;           ///< group << 16 | element
  std::array<char, 2> vr{};        ///< zeros: Implicit VR, or an item or delimiter
  std::uint64_t value_offset = 0;  ///< in the scanned bytes
  std::uint64_t length_bytes = 0;  ///< kUndefinedLength when undefined
  bool operator==(ElementHeader const&) const = default;

  [[nodiscard]] bool undefined() const { return length_bytes == kUndefinedLength; }
  [[nodiscard]] bool has_vr(std::string_view name) const {
    return std::string_view(vr.data(), 2) == name;
  }
  [[nodiscard]] std::uint16_t group() const { return static_cast<std::uint16_t>(tag >> 16); }
};

/// True for the VRs of PS3.5 6.2.
bool is_standard_vr(std::array<char, 2> vr);
/// True when the VR has a 32-bit length field in Explicit VR. Source: PS3.5 7.1.2.
bool has_long_length(std::array<char, 2> vr);

/// Walks a data set element by element, reading headers only: it finds where values lie,
/// so that Pixel Data is never loaded, and proves the nesting of sequences bounded before DCMTK
/// recurses into them; it does not recurse itself. Lifetime: what holds `bytes` must outlive it.
/// Threads: as ByteSource. Source: PS3.5 7.1, 7.5.
class ElementScanner {
 public:
  ElementScanner(ByteSource bytes, ElementEncoding encoding, Limits const& limits)
      : bytes_(bytes), encoding_(encoding), max_depth_(limits.max_sequence_depth) {}

  /// The header at `offset`. Its value may reach past the end: see value_end. Errors: truncated.
  [[nodiscard]] Result<ElementHeader> header_at(std::uint64_t offset) const;
  /// Where the value ends, delimiters included. Errors: truncated, corrupt, limit_exceeded
  /// (nesting).
  [[nodiscard]] Result<std::uint64_t> value_end(ElementHeader const& header) const;
  /// The same of a value that is skipped, however deeply sequences are nested in it. Errors:
  /// truncated, corrupt, limit_exceeded (kMaxSkippedDepth).
  [[nodiscard]] Result<std::uint64_t> skipped_value_end(ElementHeader const& header) const;
  /// Walks all items of a value that may be a sequence. Errors: as value_end.
  [[nodiscard]] Status check_nesting(ElementHeader const& header) const;

  /// How the items inside a value are encoded. PS3.5 6.2.2: a UN holds Implicit VR Little Endian,
  /// whatever is round it. Quirks "explicit VR in a UN" and "items in the other encoding" (Implicit
  /// VR in a sequence of an Explicit VR data set, or the other way round): what the first item
  /// shows is believed.
  [[nodiscard]] ElementEncoding encoding_inside(ElementHeader const& header) const;

  [[nodiscard]] ByteSource const& bytes() const { return bytes_; }
  [[nodiscard]] ElementEncoding encoding() const { return encoding_; }
  [[nodiscard]] std::uint16_t u16_at(std::uint64_t offset) const;  ///< 0 past the end
  [[nodiscard]] std::uint32_t u32_at(std::uint64_t offset) const;  ///< 0 past the end

 private:
  /// What the walk is within: a sequence, or an item of one.
  struct Holder {
    std::uint64_t limit = 0;
    bool delimited = false, is_item = false;
    ElementEncoding encoding;
  };
  /// How deep the walk goes, and whether into sequences that state their length.
  struct Reach {
    std::size_t max_holders = 0;
    bool enters_stated = true;
  };
  [[nodiscard]] Reach whole() const { return {2 * std::size_t{max_depth_}, true}; }
  [[nodiscard]] Result<ElementHeader> header_at(std::uint64_t offset,
                                                ElementEncoding encoding) const;
  [[nodiscard]] Result<std::uint64_t> walk(ElementHeader const& header, Reach reach) const;
  [[nodiscard]] Result<std::uint64_t> step_in_sequence(std::uint64_t offset,
                                                       std::vector<Holder>& holders) const;
  [[nodiscard]] Result<std::uint64_t> step_in_item(std::uint64_t offset, Reach reach,
                                                   std::vector<Holder>& holders) const;
  [[nodiscard]] Result<std::uint64_t> over_or_into(ElementHeader const& header,
                                                   Holder const& within, Reach reach,
                                                   std::vector<Holder>& holders) const;
  [[nodiscard]] Result<std::uint64_t> fragments_end(std::uint64_t offset, std::uint64_t limit,
                                                    ElementEncoding encoding) const;
  [[nodiscard]] ElementEncoding inner_encoding(ElementHeader const& header,
                                               ElementEncoding outer) const;
  [[nodiscard]] bool starts_with_vr(ElementHeader const& header, bool wanted) const;
  [[nodiscard]] bool holds_elements(ElementHeader const& header, ElementEncoding encoding) const;
  [[nodiscard]] bool starts_with_item(ElementHeader const& header, ElementEncoding inner) const;

  ByteSource bytes_;
  ElementEncoding encoding_;
  std::uint32_t max_depth_;
};

}  // namespace sightline::dicom
