#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "dicom/dicom_json.hpp"
#include "dicom/element_tree.hpp"
#include "dicom/fragments.hpp"
#include "dicom/json_values.hpp"
#include "dicom/part10_reader.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kPixelData = 0x7FE00010;

/// What stands before the next slash, taken off `path` with the slash.
std::string_view take_step(std::string_view& path) {
  std::size_t const end = std::min(path.find('/'), path.size());
  std::string_view const step = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return step;
}

template <class T>
std::optional<T> parse(std::string_view text, int base) {
  T value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<std::uint32_t> take_tag(std::string_view& path) {
  std::string_view const step = take_step(path);
  auto const tag = parse<std::uint32_t>(step, 16);
  if (!tag || step.size() != 8) return fail(Errc::invalid_argument, "not a tag of eight digits");
  return *tag;
}

Result<TreeElement> find_element(TreeLevel const& level, std::uint32_t tag) {
  auto const found = std::ranges::lower_bound(level.elements, tag, {}, &TreeElement::tag);
  if (found == level.elements.end() || found->tag != tag)
    return fail(Errc::not_found, "no such element");
  return *found;
}

/// The item of this 1-based number.
Result<TreeLevel> find_item(ElementTree const& tree, TreeElement const& sequence,
                            TreeLevel const& level, std::uint32_t number) {
  if (!sequence.has_vr("SQ")) return fail(Errc::not_found, "not a sequence");
  auto cursor = tree.items(sequence);
  if (!cursor) return std::unexpected(cursor.error());
  for (std::uint32_t i = 1;; ++i) {
    auto next = tree.next_item(*cursor, level);
    if (!next) return std::unexpected(next.error());
    std::optional<TreeLevel>& item = next.value();
    if (!item) return fail(Errc::not_found, "no such item");
    if (i == number) return std::move(*item);
  }
}

Result<TreeElement> find_path(ElementTree const& tree, TreeLevel level, std::string_view path,
                              Limits const& limits) {
  for (std::uint32_t depth = 0; depth <= limits.max_sequence_depth; ++depth) {
    auto const tag = take_tag(path);
    if (!tag) return std::unexpected(tag.error());
    auto element = find_element(level, *tag);
    if (!element || path.empty()) return element;
    auto const number = parse<std::uint32_t>(take_step(path), 10);
    if (!number) return fail(Errc::invalid_argument, "not the number of an item");
    auto item = find_item(tree, *element, level, *number);
    if (!item) return std::unexpected(item.error());
    level = std::move(*item);
  }
  return fail(Errc::limit_exceeded, "sequences are nested too deeply");
}

struct Found {
  Part10 part10;
  TreeElement element;
};

Result<Found> find_in(ByteSource const& file, std::string_view path, Limits limits) {
  limits.max_sequence_depth = kMaxDicomJsonLevels;
  auto part10 = read_part10(file, limits);
  if (!part10) return std::unexpected(part10.error());
  ElementTree const tree(part10->source(file), part10->syntax.elements, limits);
  auto data_set = tree.data_set(part10->data_set_offset);
  if (!data_set) return std::unexpected(data_set.error());
  bool const is_in_item = path.contains('/');
  auto const element = find_path(tree, std::move(*data_set), path, limits);
  if (!element) return std::unexpected(element.error());
  bool const is_icon = element->undefined() && element->tag == kPixelData && is_in_item;
  if ((element->undefined() && !is_icon) || !is_bulk_vr(element->vr))
    return fail(Errc::not_found, "not an element of bytes");
  if (is_icon) return Found{std::move(*part10), *element};
  if (tree.value_bytes(*element) < element->length_bytes)
    return fail(Errc::truncated, "the file ends inside this value", element->value_offset);
  return Found{std::move(*part10), *element};
}

Result<Found> find(ByteSource const& file, std::string_view path, Limits const& limits) {
  auto found = find_in(file, path, limits);
  if (Status const read = file.status(); !read) return std::unexpected(read.error());
  return found;
}

/// The fragments of an icon's Pixel Data. Errors: as read_fragments; truncated.
Result<Fragments> fragments_of(Found const& found, ByteSource const& bytes, Limits const& limits) {
  TreeElement const& element = found.element;
  auto fragments = read_fragments(
      bytes, {element.tag, element.vr, element.value_offset, element.length_bytes}, limits);
  if (fragments && (!fragments->delimited || fragments->spans.empty()))
    return fail(Errc::truncated, "the file ends inside this value", element.value_offset);
  return fragments;
}

}  // namespace

Result<BulkPlace> find_bulk_value(ByteSource file, std::string_view path, Limits const& limits) {
  auto const found = find(file, path, limits);
  if (!found) return std::unexpected(found.error());
  TreeElement const& element = found->element;
  if (element.undefined()) {
    auto const fragments = fragments_of(*found, found->part10.source(file), limits);
    if (!fragments) return std::unexpected(fragments.error());
    ByteSpan const last = fragments->spans.back();
    std::uint64_t const length = last.offset_bytes + last.length_bytes - element.value_offset;
    return BulkPlace{
        {element.value_offset, length}, "OB", false, found->part10.transfer_syntax_uid};
  }
  bool const swapped =
      element.encoding.big_endian && !element.has_vr("OB") && !element.has_vr("UN");
  return BulkPlace{{element.value_offset, element.length_bytes},
                   std::string(element.vr.data(), 2),
                   !swapped && !found->part10.syntax.deflated};
}

Result<std::vector<std::byte>> bulk_value(ByteSource file, std::string_view path,
                                          Limits const& limits) {
  auto const found = find(file, path, limits);
  if (!found) return std::unexpected(found.error());
  TreeElement const& element = found->element;
  if (element.undefined()) {
    ByteSource const bytes = found->part10.source(file);
    auto const fragments = fragments_of(*found, bytes, limits);
    if (!fragments) return std::unexpected(fragments.error());
    std::vector<std::byte> joined;
    for (ByteSpan const& span : fragments->spans) {
      if (Status const read = bytes.append(span.offset_bytes, span.length_bytes, joined); !read)
        return std::unexpected(read.error());
    }
    return joined;
  }
  auto const value = found->part10.source(file).view(element.value_offset, element.length_bytes);
  if (value.size() != element.length_bytes)
    return fail(Errc::io, "the value could not be read", element.value_offset);
  return little_endian_words(value, element.vr, element.encoding);
}

}  // namespace sightline::dicom
