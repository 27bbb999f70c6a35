#include "dicom/dicom_json.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "base/base64.hpp"
#include "base/json_text.hpp"
#include "dicom/element_tree.hpp"
#include "dicom/json_values.hpp"
#include "dicom/part10_reader.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kSpecificCharacterSet = 0x00080005, kFloatPixels = 0x7FE00008,
                        kDoublePixels = 0x7FE00009, kPixelData = 0x7FE00010,
                        kTrailingPadding = 0xFFFCFFFC;

bool is_pixel_data(std::uint32_t tag) {
  return tag == kPixelData || tag == kFloatPixels || tag == kDoublePixels;
}

/// PS3.18 F.2.2: neither group lengths nor what belongs to the file around the data set.
bool is_left_out(std::uint32_t tag) {
  return (tag & 0xFFFF) == 0 || tag >> 16 == 0x0002 || tag == kTrailingPadding;
}

std::string tag_text(std::uint32_t tag) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (int shift = 28; shift >= 0; shift -= 4) text += kDigits[tag >> shift & 0xF];
  return text;
}

class JsonWriter {
 public:
  JsonWriter(ElementTree const& tree, DicomJsonOptions const& options, Limits const& limits)
      : tree_(tree), options_(options), limits_(limits), out_(kMaxDicomJsonBytes) {}

  Result<std::string> write(TreeLevel const& data_set) {
    if (Status const written = write_level(data_set, nullptr, 0); !written)
      return std::unexpected(written.error());
    return out_.take();
  }

 private:
  using Converter = std::shared_ptr<TextConverter>;

  Status write_level(TreeLevel const& level, Converter const& outer, std::uint32_t depth) {
    if (depth > limits_.max_sequence_depth)
      return fail(Errc::limit_exceeded, "sequences are nested too deeply");
    Converter const converter = converter_of(level, outer);
    out_ += "{";
    std::size_t const begin = out_.size();
    for (TreeElement const& element : level.elements) {
      if (is_left_out(element.tag)) continue;
      std::size_t const before = out_.size();
      if (before != begin) out_ += ",";
      auto const whole = write_element(element, level, converter, depth);
      if (!whole) return std::unexpected(whole.error());
      if (out_.full()) return fail(Errc::limit_exceeded, "the JSON of the instance is too large");
      if (!*whole) out_.cut(before);
    }
    out_ += "}";
    return {};
  }

  /// An item's own Specific Character Set, or that of what holds it. Source: PS3.3 C.12.1.1.2.
  [[nodiscard]] Converter converter_of(TreeLevel const& level, Converter const& outer) const {
    for (TreeElement const& element : level.elements) {
      if (element.tag != kSpecificCharacterSet) continue;
      auto const value = tree_.value(element);
      return std::make_shared<TextConverter>(
          default_repertoire_text({reinterpret_cast<char const*>(value.data()), value.size()},
                                  limits_),
          limits_);
    }
    return outer ? outer : std::make_shared<TextConverter>(std::string_view(), limits_);
  }

  /// False when the element must be left out: it is a sequence that is broken inside.
  Result<bool> write_element(TreeElement const& element, TreeLevel const& level,
                             Converter const& converter, std::uint32_t depth) {
    std::string const tag = tag_text(element.tag);
    out_ += '"' + tag + R"(":{"vr":")" + std::string(element.vr.data(), 2) + '"';
    bool whole = true;
    if (element.tag == kSpecificCharacterSet) {
      out_ += R"(,"Value":["ISO_IR 192"])";
    } else if (element.has_vr("SQ")) {
      std::size_t const path_bytes = path_.size();
      path_ += tag;
      auto const items = write_items(element, level, converter, depth);
      path_.resize(path_bytes);
      if (!items && items.error().code == Errc::limit_exceeded)
        return std::unexpected(items.error());
      whole = items.has_value();
    } else if (is_pixel_data(element.tag) || is_bulk_vr(element.vr)) {
      write_bytes(element, tag);
    } else {
      std::uint64_t const most = kMaxDicomJsonBytes;  // more does not fit anyway
      auto const value =
          tree_.bytes().view(element.value_offset, std::min(tree_.value_bytes(element), most));
      append_values(out_, element, value, *converter, limits_);
    }
    out_ += "}";
    return whole;
  }

  Status write_items(TreeElement const& sequence, TreeLevel const& level,
                     Converter const& converter, std::uint32_t depth) {
    auto cursor = tree_.items(sequence);
    if (!cursor) return std::unexpected(cursor.error());
    std::size_t const path_bytes = path_.size();
    std::size_t count = 0;
    while (!out_.full()) {
      auto const next = tree_.next_item(*cursor, level);
      if (!next) return std::unexpected(next.error());
      std::optional<TreeLevel> const& item = next.value();
      if (!item) break;
      out_ += count++ == 0 ? R"(,"Value":[)" : ",";
      path_ += '/' + std::to_string(count) + '/';
      Status const written = write_level(*item, converter, depth + 1);
      path_.resize(path_bytes);
      if (!written) return written;
    }
    if (count != 0) out_ += "]";
    return {};
  }

  void write_bytes(TreeElement const& element, std::string const& tag) {
    std::uint64_t const length = tree_.value_bytes(element);
    if (is_pixel_data(element.tag) ? element.length_bytes > 0
                                   : length > options_.max_inline_bytes) {
      out_ += R"(,"BulkDataURI":)" + json_quote(options_.bulk_prefix + '/' + path_ + tag);
    } else if (length > 0) {
      out_ += R"(,"InlineBinary":")" +
              base64(little_endian_words(tree_.value(element), element.vr, element.encoding)) + '"';
    }
  }

  ElementTree const& tree_;
  DicomJsonOptions const& options_;
  Limits const& limits_;
  BoundedText out_;
  std::string path_;  ///< of the item that is being written, with a slash at its end
};

}  // namespace

namespace {

Result<std::string> written_json(ByteSource const& file, DicomJsonOptions const& options,
                                 Limits limits) {
  limits.max_sequence_depth = kMaxDicomJsonLevels;
  auto const part10 = read_part10(file, limits);
  if (!part10) return std::unexpected(part10.error());
  ElementTree const tree(part10->source(file), part10->syntax.elements, limits);
  auto const data_set = tree.data_set(part10->data_set_offset);
  if (!data_set) return std::unexpected(data_set.error());
  return JsonWriter(tree, options, limits).write(*data_set);
}

}  // namespace

Result<std::string> dicom_json(ByteSource file, DicomJsonOptions const& options,
                               Limits const& limits) {
  auto written = written_json(file, options, limits);
  // Bytes that cannot be read look like their end.
  if (Status const read = file.status(); !read) return std::unexpected(read.error());
  return written;
}

}  // namespace sightline::dicom
