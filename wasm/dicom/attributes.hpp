#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "dicom/transfer_syntax.hpp"

class DcmItem;

namespace sightline::dicom {

class TextConverter;

/// Values of an integer attribute, and whether the file says that they are signed (VR SS).
struct Words {
  std::vector<std::uint16_t> values;
  bool signed_vr = false;
};

/// A read-only view of a data set or of one item in it, with values converted and checked: an
/// attribute that is missing, empty or of another kind reads as nothing. Tags are group << 16 |
/// element. Lifetime: the DataSet it comes from. Threads: one data set, one thread. Source:
/// PS3.5 6.2.
class Attributes {
 public:
  [[nodiscard]] bool has(std::uint32_t tag) const;  ///< present, even when empty
  /// LO, SH, PN, ST, LT, UT, UC in UTF-8.
  [[nodiscard]] std::string text(std::uint32_t tag) const;
  /// CS, UI, DA, TM, DT, AS, AE, DS, IS as text.
  [[nodiscard]] std::string code(std::uint32_t tag) const;
  /// DS, IS, US, SS, UL, SL, FL, FD. Values that are no finite number end the list.
  [[nodiscard]] std::vector<double> numbers(std::uint32_t tag) const;
  /// DS, IS: each value by itself, so that one that is empty or broken costs no other its place.
  [[nodiscard]] std::vector<std::optional<double>> each_number(std::uint32_t tag) const;
  [[nodiscard]] std::optional<double> number(std::uint32_t tag) const;
  [[nodiscard]] std::optional<std::int32_t> integer(std::uint32_t tag) const;
  /// US only (also of UN and where Implicit VR leaves US or SS open).
  [[nodiscard]] std::optional<std::uint16_t> u16(std::uint32_t tag) const;
  /// UL, the first value.
  [[nodiscard]] std::optional<std::uint32_t> u32(std::uint32_t tag) const;
  /// US, SS, OW, OB (two bytes each, low first) as unsigned words.
  [[nodiscard]] Words words(std::uint32_t tag) const;

  /// All items of a sequence.
  [[nodiscard]] std::vector<Attributes> items(std::uint32_t tag) const;
  [[nodiscard]] std::optional<Attributes> first_item(std::uint32_t tag) const;

 private:
  friend class DataSet;
  Attributes(DcmItem& item, TextConverter& converter, Limits const& limits)
      : item_(&item), converter_(&converter), limits_(&limits) {}

  DcmItem* item_;
  TextConverter* converter_;
  Limits const* limits_;
};

/// A data set that DCMTK has parsed.
class DataSet {
 public:
  /// `kept`: DataSetOutline::kept. Elements that DCMTK cannot read are left out. Errors: corrupt,
  /// out_of_memory.
  static Result<DataSet> parse(std::span<std::byte const> kept, ElementEncoding encoding,
                               Limits const& limits);
  DataSet(DataSet&&) noexcept;
  DataSet& operator=(DataSet&&) noexcept;
  ~DataSet();

  [[nodiscard]] Attributes attributes() const;

 private:
  struct Parsed;
  explicit DataSet(std::unique_ptr<Parsed> parsed);
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace sightline::dicom
