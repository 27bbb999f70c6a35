#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "dicom/element_tree.hpp"

namespace sightline::dicom {

class TextConverter;

/// A data set, or an item of it, over the file's own bytes: every attribute, not only those of
/// DataSetOutline. A missing, empty or broken one reads as nothing. Text is UTF-8 by the item's own
/// Specific Character Set or that of what holds it. Tags are group << 16 | element. Lifetime: the
/// DocumentDataSet it comes from. Threads: one data set, one thread. Source: PS3.5 6.2, 7.5.
class DocumentItem {
 public:
  /// Items that are read of one data set; a hostile one may claim any number.
  static constexpr std::uint32_t kMaxItems = 200'000;
  /// Values of one attribute.
  static constexpr std::size_t kMaxValues = 100'000;

  [[nodiscard]] bool has(std::uint32_t tag) const { return find(tag) != nullptr; }
  [[nodiscard]] TreeElement const* find(std::uint32_t tag) const;
  /// LO, SH, PN, ST, LT, UT, UC: one text, however many values.
  [[nodiscard]] std::string text(std::uint32_t tag) const;
  /// CS, UI, DA, TM, DT, AS, DS, IS as text.
  [[nodiscard]] std::string code(std::uint32_t tag) const;
  /// The same, value by value.
  [[nodiscard]] std::vector<std::string> codes(std::uint32_t tag) const;
  /// DS, IS, US, SS, UL, SL, FL, FD. Values that are no finite number end the list.
  [[nodiscard]] std::vector<double> numbers(std::uint32_t tag) const;
  [[nodiscard]] std::optional<double> number(std::uint32_t tag) const;
  /// As it lies in the file.
  [[nodiscard]] std::span<std::byte const> bytes(std::uint32_t tag) const;

  /// Up to kMaxItems of all sequences of the data set together; is_incomplete then. Items within
  /// items may be nested to any depth: who walks down bounds it.
  [[nodiscard]] std::vector<DocumentItem> items(std::uint32_t tag) const;
  [[nodiscard]] std::optional<DocumentItem> first_item(std::uint32_t tag) const;
  /// Something of the data set was left out: too many items, or a sequence that is broken inside.
  [[nodiscard]] bool is_incomplete() const { return source_->incomplete; }

 private:
  friend class DocumentDataSet;
  struct Source {
    ElementTree tree;
    Limits limits;
    std::uint32_t items = 0;
    bool incomplete = false;
  };
  DocumentItem(Source& source, TreeLevel level, std::shared_ptr<TextConverter> const& outer);
  [[nodiscard]] std::vector<DocumentItem> items(std::uint32_t tag, std::size_t max_items) const;

  Source* source_;
  TreeLevel level_;
  std::shared_ptr<TextConverter> converter_;
};

/// A whole Part 10 file, opened for reading as a document. Lifetime: `file` must outlive it.
/// Source: PS3.10 7.1.
class DocumentDataSet {
 public:
  /// Errors: as read_part10, and corrupt, truncated, limit_exceeded of the data set.
  static Result<DocumentDataSet> open(std::span<std::byte const> file, Limits const& limits);
  DocumentDataSet(DocumentDataSet&&) noexcept;
  DocumentDataSet& operator=(DocumentDataSet&&) noexcept;
  ~DocumentDataSet();

  [[nodiscard]] DocumentItem const& root() const;

 private:
  struct Opened;
  explicit DocumentDataSet(std::unique_ptr<Opened> opened);
  std::unique_ptr<Opened> opened_;
};

}  // namespace sightline::dicom
