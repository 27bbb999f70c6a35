#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/byte_source.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "dicom/element_scanner.hpp"

namespace sightline::dicom {

/// One element with the VR that its value is read by.
struct TreeElement {
  std::uint32_t tag = 0;
  std::array<char, 2> vr{};  ///< one of PS3.5 6.2
  std::uint64_t value_offset = 0;
  std::uint64_t length_bytes = 0;  ///< kUndefinedLength when undefined
  ElementEncoding encoding;        ///< of the value: its words, or the items in it

  [[nodiscard]] bool has_vr(std::string_view name) const {
    return std::string_view(vr.data(), 2) == name;
  }
  [[nodiscard]] bool undefined() const { return length_bytes == kUndefinedLength; }
};

/// The elements of a data set or an item, ascending; of two with one tag the first.
struct TreeLevel {
  std::vector<TreeElement> elements;
  bool signed_pixels = false;  ///< Pixel Representation (0028,0103) here, or in what holds this
};

/// Where one is among the items of a sequence.
struct ItemCursor {
  std::uint64_t offset = 0, limit = 0;
  bool delimited = false;
  ElementEncoding encoding;
};

/// All elements of a data set, level by level: values are read when they are asked for, so that a
/// level costs memory for its headers only. VRs: the file's; where it states none or UN, the
/// dictionary's for standard tags, LO for private creators, SQ for undefined length (PS3.5 6.2.2),
/// else UN; "US or SS" goes by Pixel Representation. Lifetime: what holds `bytes` must outlive it.
/// Threads: as ByteSource. Source: PS3.5 7.
class ElementTree {
 public:
  ElementTree(ByteSource bytes, ElementEncoding encoding, Limits const& limits)
      : bytes_(bytes), encoding_(encoding), limits_(limits) {}

  /// The data set that begins at `offset`. What is broken from Pixel Data on ends it without an
  /// error. Errors: truncated, corrupt, limit_exceeded.
  [[nodiscard]] Result<TreeLevel> data_set(std::uint64_t offset) const;
  /// Before the first item, once all of the sequence is proved whole. Errors: truncated, corrupt,
  /// limit_exceeded (nesting).
  [[nodiscard]] Result<ItemCursor> items(TreeElement const& sequence) const;
  /// The same however deeply other sequences are nested in it: for who bounds the levels that he
  /// walks down. Errors: truncated, corrupt.
  [[nodiscard]] Result<ItemCursor> items_of_any_depth(TreeElement const& sequence) const;
  /// The next item, or nothing after the last. Errors: truncated, corrupt, limit_exceeded.
  [[nodiscard]] Result<std::optional<TreeLevel>> next_item(ItemCursor& cursor,
                                                           TreeLevel const& holder) const;
  /// As much of the value as there is; empty when the length is undefined. Lifetime: that of
  /// ByteSource::view.
  [[nodiscard]] std::span<std::byte const> value(TreeElement const& element) const;
  /// How many bytes that are.
  [[nodiscard]] std::uint64_t value_bytes(TreeElement const& element) const;
  [[nodiscard]] ByteSource const& bytes() const { return bytes_; }

 private:
  [[nodiscard]] Status check(TreeElement const& sequence) const;
  [[nodiscard]] ItemCursor before_first(TreeElement const& sequence) const;
  [[nodiscard]] Status add(ElementScanner const& scanner, ElementHeader const& header,
                           TreeLevel& level) const;
  void finish(TreeLevel& level) const;

  ByteSource bytes_;
  ElementEncoding encoding_;
  Limits limits_;
};

}  // namespace sightline::dicom
