#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "dicom/element_scanner.hpp"

namespace sightline::dicom {

/// Quirk "a sequence without an end": where the length, the delimiters or the items of a sequence
/// of the data set itself are wrong, the data set goes on where its tags ascend to Pixel Data or to
/// the last byte: behind the last whole item, behind a delimiter, or anywhere. One walk of a data
/// set has one, whose work is bounded over all of its sequences. Lifetime: the scanner outlives it.
/// Threads: as ByteSource. Source: PS3.5 7.1, 7.5.
class SequenceRepair {
 public:
  explicit SequenceRepair(ElementScanner const& scanner) : scanner_(scanner) {}

  /// Where the value of a top-level element ends. Of a sequence that ends behind whole items,
  /// `header` gets their length; of another that was repaired, check_nesting fails. Errors: as
  /// ElementScanner::value_end, where the data set goes on nowhere.
  Result<std::uint64_t> value_end(ElementHeader& header);

 private:
  std::uint64_t items_end(ElementHeader const& sequence);
  bool goes_on_at(std::uint64_t offset, ElementHeader const& sequence);
  std::optional<std::uint64_t> find(std::uint64_t begin, bool behind_delimiter,
                                    ElementHeader const& sequence);

  ElementScanner const& scanner_;
  std::uint64_t steps_ = 0;           ///< items and headers that were read
  std::uint64_t searched_bytes_ = 0;  ///< where elements were looked for
};

}  // namespace sightline::dicom
