#include "dicom/document_item.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "base/decimal.hpp"
#include "dicom/part10_reader.hpp"
#include "dicom/text.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kSpecificCharacterSet = 0x00080005;

std::string_view as_text(std::span<std::byte const> value) {
  return {reinterpret_cast<char const*>(value.data()), value.size()};
}

TextKind kind_of(TreeElement const& element) {
  if (element.has_vr("PN")) return TextKind::person_name;
  bool const is_paragraph = element.has_vr("ST") || element.has_vr("LT") || element.has_vr("UT");
  return is_paragraph ? TextKind::paragraph : TextKind::single_line;
}

template <class T>
T word_at(std::span<std::byte const> value, std::size_t offset, bool big_endian) {
  std::array<std::byte, sizeof(T)> bytes;
  std::ranges::copy(value.subspan(offset, sizeof(T)), bytes.begin());
  if (big_endian != (std::endian::native == std::endian::big)) std::ranges::reverse(bytes);
  return std::bit_cast<T>(bytes);
}

template <class T>
std::vector<double> words(std::span<std::byte const> value, bool big_endian) {
  std::vector<double> numbers;
  for (std::size_t i = 0;
       i + sizeof(T) <= value.size() && numbers.size() < DocumentItem::kMaxValues; i += sizeof(T)) {
    auto const word = static_cast<double>(word_at<T>(value, i, big_endian));
    if (!std::isfinite(word)) break;
    numbers.push_back(word);
  }
  return numbers;
}

std::vector<std::string> split_values(std::string_view text) {
  std::vector<std::string> values;
  while (!text.empty() && values.size() < DocumentItem::kMaxValues) {
    std::size_t const end = std::min(text.find('\\'), text.size());
    std::string_view one = text.substr(0, end);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    values.emplace_back(one);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return values;
}

std::vector<double> decimals(std::vector<std::string> const& texts) {
  std::vector<double> numbers;
  for (std::string_view text : texts) {
    if (text.starts_with('+')) text.remove_prefix(1);
    auto const value = decimal_number(text);
    if (!value || !std::isfinite(*value)) break;
    numbers.push_back(*value);
  }
  return numbers;
}

}  // namespace

DocumentItem::DocumentItem(Source& source, TreeLevel level,
                           std::shared_ptr<TextConverter> const& outer)
    : source_(&source), level_(std::move(level)), converter_(outer) {
  if (find(kSpecificCharacterSet) != nullptr || converter_ == nullptr)
    converter_ = std::make_shared<TextConverter>(code(kSpecificCharacterSet), source.limits);
}

TreeElement const* DocumentItem::find(std::uint32_t tag) const {
  auto const found = std::ranges::lower_bound(level_.elements, tag, {}, &TreeElement::tag);
  return found != level_.elements.end() && found->tag == tag ? &*found : nullptr;
}

std::span<std::byte const> DocumentItem::bytes(std::uint32_t tag) const {
  TreeElement const* const element = find(tag);
  return element != nullptr ? source_->tree.value(*element) : std::span<std::byte const>();
}

std::string DocumentItem::text(std::uint32_t tag) const {
  TreeElement const* const element = find(tag);
  if (element == nullptr || element->has_vr("SQ")) return {};
  auto const value = source_->tree.value(*element);
  std::size_t const kept = std::min<std::size_t>(value.size(), source_->limits.max_text_bytes);
  source_->incomplete = source_->incomplete || kept < value.size();
  return converter_->to_utf8(as_text(value.first(kept)), kind_of(*element));
}

std::string DocumentItem::code(std::uint32_t tag) const {
  return default_repertoire_text(as_text(bytes(tag)), source_->limits);
}

std::vector<std::string> DocumentItem::codes(std::uint32_t tag) const {
  return split_values(code(tag));
}

std::vector<double> DocumentItem::numbers(std::uint32_t tag) const {
  TreeElement const* const element = find(tag);
  if (element == nullptr || element->has_vr("SQ")) return {};
  auto const value = source_->tree.value(*element);
  bool const big = element->encoding.big_endian;
  if (element->has_vr("US")) return words<std::uint16_t>(value, big);
  if (element->has_vr("SS")) return words<std::int16_t>(value, big);
  if (element->has_vr("UL")) return words<std::uint32_t>(value, big);
  if (element->has_vr("SL")) return words<std::int32_t>(value, big);
  if (element->has_vr("FL")) return words<float>(value, big);
  if (element->has_vr("FD")) return words<double>(value, big);
  return decimals(codes(tag));
}

std::optional<double> DocumentItem::number(std::uint32_t tag) const {
  auto const values = numbers(tag);
  return values.empty() ? std::nullopt : std::optional(values.front());
}

std::vector<DocumentItem> DocumentItem::items(std::uint32_t tag, std::size_t max_items) const {
  std::vector<DocumentItem> found;
  TreeElement const* const sequence = find(tag);
  if (sequence == nullptr || !sequence->has_vr("SQ")) return found;
  auto cursor = source_->tree.items_of_any_depth(*sequence);
  bool whole = cursor.has_value();
  while (whole && found.size() < max_items) {
    if (source_->items >= kMaxItems) {
      whole = false;
      break;
    }
    auto next = source_->tree.next_item(*cursor, level_);
    whole = next.has_value();
    if (!whole) break;
    std::optional<TreeLevel>& item = next.value();
    if (!item) break;
    ++source_->items;
    found.push_back(DocumentItem(*source_, std::move(*item), converter_));
  }
  source_->incomplete = source_->incomplete || !whole;
  return found;
}

std::vector<DocumentItem> DocumentItem::items(std::uint32_t tag) const {
  return items(tag, kMaxItems);
}

std::optional<DocumentItem> DocumentItem::first_item(std::uint32_t tag) const {
  auto found = items(tag, 1);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

struct DocumentDataSet::Opened {
  Part10 part10;
  DocumentItem::Source source;
  std::unique_ptr<DocumentItem const> root;
};

DocumentDataSet::DocumentDataSet(std::unique_ptr<Opened> opened) : opened_(std::move(opened)) {}
DocumentDataSet::DocumentDataSet(DocumentDataSet&&) noexcept = default;
DocumentDataSet& DocumentDataSet::operator=(DocumentDataSet&&) noexcept = default;
DocumentDataSet::~DocumentDataSet() = default;

Result<DocumentDataSet> DocumentDataSet::open(std::span<std::byte const> file,
                                              Limits const& limits) {
  auto part10 = read_part10(file, limits);
  if (!part10) return std::unexpected(part10.error());
  auto const bytes = part10->data_set(file);
  ElementTree const tree(bytes, part10->syntax.elements, limits);
  auto level = tree.data_set(part10->data_set_offset);
  if (!level) return std::unexpected(level.error());
  // An inflated data set keeps its place in memory while Part10 moves: it is a vector.
  auto opened = std::make_unique<Opened>(
      Opened{std::move(*part10), DocumentItem::Source{tree, limits, 0, false}, nullptr});
  opened->root.reset(new DocumentItem(opened->source, std::move(*level), nullptr));
  return DocumentDataSet(std::move(opened));
}

DocumentItem const& DocumentDataSet::root() const { return *opened_->root; }

}  // namespace sightline::dicom
