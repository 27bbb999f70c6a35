#include "dicomweb/object_from_json.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/base64.hpp"
#include "base/limits.hpp"
#include "base/uid.hpp"
#include "dicom/dicom_json.hpp"
#include "dicom/element_scanner.hpp"
#include "dicom/json_values.hpp"
#include "dicomweb/explicit_elements.hpp"
#include "dicomweb/json_element.hpp"
#include "dicomweb/pixel_media_type.hpp"

namespace sightline::server {
namespace {

namespace json = boost::json;
using Done = std::expected<void, StoreReason>;

constexpr std::uint32_t kMediaClass = 0x00020002, kMediaInstance = 0x00020003,
                        kTransferSyntax = 0x00020010, kCharacterSet = 0x00080005,
                        kOffsets = 0x7FE00001, kLengths = 0x7FE00002, kPixelData = 0x7FE00010,
                        kTrailingPadding = 0xFFFCFFFC;
constexpr std::string_view kUtf8 = "ISO_IR 192";

std::unexpected<StoreReason> refuse(StoreReason why) { return std::unexpected(why); }
auto not_understood() { return refuse(StoreReason::cannot_understand); }

std::optional<std::uint32_t> tag_of(std::string_view digits) {
  std::uint32_t tag = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), tag, 16);
  bool const is_tag = digits.size() == 8 && error == std::errc{} && end == digits.data() + 8;
  return is_tag ? std::optional(tag) : std::nullopt;
}

/// What belongs to the file around the data set. Source: PS3.18 F.2.2.
bool is_left_out(std::uint32_t tag) {
  return (tag & 0xFFFF) == 0 || tag >> 16 == 0x0002 || tag == kTrailingPadding;
}

json::array const* values_of(json::object const& element) {
  auto const* const value = element.if_contains("Value");
  return value ? value->if_array() : nullptr;
}

/// An attribute that counts something; nothing when it is no such number.
std::optional<std::uint64_t> count_of(json::object const& object, std::string_view tag) {
  std::string_view const text = json_text(object, tag);
  std::uint32_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool const is_number = error == std::errc{} && end == text.data() + text.size();
  return is_number ? std::optional<std::uint64_t>(number) : std::nullopt;
}

/// Whether UTF-8 is needed for what is in it.
bool is_ascii(json::value const& value) {
  if (auto const* const text = value.if_string())
    return std::ranges::none_of(*text, [](char c) { return static_cast<unsigned char>(c) > 127; });
  if (auto const* const array = value.if_array()) return std::ranges::all_of(*array, is_ascii);
  auto const* const object = value.if_object();
  return object == nullptr || std::ranges::all_of(*object, [](json::key_value_pair const& each) {
           return is_ascii(each.value());
         });
}

class JsonObjectWriter {
 public:
  JsonObjectWriter(json::object const& object, BulkParts& bulk) : object_(object), bulk_(bulk) {}

  std::expected<std::vector<Piece>, StoreReason> run() {
    if (Done const found = find_pixels(); !found) return refuse(found.error());
    if (Done const put = put_meta(); !put) return refuse(put.error());
    auto elements = elements_of(object_);
    if (!elements) return refuse(elements.error());
    json::object const charset{{"vr", "CS"}};
    bool const needs_charset = !std::ranges::all_of(
        object_, [](json::key_value_pair const& each) { return is_ascii(each.value()); });
    if (needs_charset) elements->emplace(kCharacterSet, &charset);
    for (auto const& [tag, element] : *elements)
      if (Done const put = put_element(tag, *element, 0); !put) return refuse(put.error());
    return out_.take();
  }

 private:
  using Elements = std::map<std::uint32_t, json::object const*>;

  Done put_meta() {
    std::string_view const sop_class = json_text(object_, "00080016"),
                           sop_instance = json_text(object_, "00080018");
    if (!is_uid(sop_class) || !is_uid(sop_instance)) return not_understood();
    out_.add(
        file_meta({{kMediaClass, uid_element(kMediaClass, sop_class)},
                   {kMediaInstance, uid_element(kMediaInstance, sop_instance)},
                   {kTransferSyntax,
                    uid_element(kTransferSyntax, is_compressed() ? pixels_->transfer_syntax_uid
                                                                 : kExplicitVrLittleEndian)}}));
    return {};
  }

  /// The value of Pixel Data, which says what the transfer syntax is.
  Done find_pixels() {
    // Not by its name: PS3.18 F.2.2 has capital letters, and clients write 7fe00010 as well.
    auto const* const element = std::ranges::find_if(
        object_, [](json::key_value_pair const& each) { return tag_of(each.key()) == kPixelData; });
    auto const* const fields = element != object_.end() ? element->value().if_object() : nullptr;
    auto const* const uri = fields ? fields->if_contains("BulkDataURI") : nullptr;
    if (uri == nullptr) return {};
    auto const* const text = uri->if_string();
    if (text == nullptr) return not_understood();
    auto found = bulk_.find(*text);
    if (!found) return refuse(found.error());
    pixels_ = std::move(*found);
    return {};
  }

  /// Ascending by tag.
  std::expected<Elements, StoreReason> elements_of(json::object const& level) const {
    Elements elements;
    for (auto const& [key, value] : level) {
      auto const tag = tag_of(key);
      auto const* const element = value.if_object();
      if (!tag || element == nullptr || *tag >> 16 == 0xFFFE) return not_understood();
      if (is_left_out(*tag)) continue;
      if (is_compressed() && (*tag == kOffsets || *tag == kLengths)) continue;
      if (!elements.emplace(*tag, element).second) return not_understood();
    }
    return elements;
  }

  bool is_compressed() const { return pixels_ && !pixels_->transfer_syntax_uid.empty(); }

  Done put_element(std::uint32_t tag, json::object const& element, std::uint32_t depth) {
    auto const* const vr_value = element.if_contains("vr");
    auto const* const vr_text = vr_value ? vr_value->if_string() : nullptr;
    if (vr_text == nullptr || vr_text->size() != 2) return not_understood();
    Vr const vr{(*vr_text)[0], (*vr_text)[1]};
    if (!dicom::is_standard_vr(vr)) return not_understood();
    bool const has_value = element.contains("Value"), has_inline = element.contains("InlineBinary"),
               has_uri = element.contains("BulkDataURI");
    if (has_value + has_inline + has_uri > 1) return not_understood();
    if (tag == kCharacterSet) return has_inline || has_uri ? not_understood() : put_charset();
    if (std::string_view(*vr_text) == "SQ")
      return has_inline || has_uri ? not_understood() : put_sequence(tag, element, depth);
    if (has_uri) return put_bulk(tag, vr, element.at("BulkDataURI"), depth);
    std::optional<std::vector<std::byte>> bytes;
    if (dicom::is_bulk_vr(vr)) {
      if (has_value) return not_understood();
      bytes = has_inline ? decode_inline(element.at("InlineBinary")) : std::vector<std::byte>{};
    } else if (!has_inline) {
      auto const* const values = values_of(element);
      if (has_value && values == nullptr) return not_understood();
      bytes = encode_json_values(vr, values ? *values : json::array{});
    }
    if (!bytes) return not_understood();
    if (tag == kPixelData && depth == 0 && !bytes->empty())
      if (Done const fits = check_native_pixels(bytes->size()); !fits) return fits;
    put_header(tag, vr, bytes->size());
    out_.add(*bytes);
    pad(vr, bytes->size());
    return check_size();
  }

  static std::optional<std::vector<std::byte>> decode_inline(json::value const& value) {
    auto const* const text = value.if_string();
    auto const decoded = text ? decode_base64(*text) : std::nullopt;
    if (!decoded) return std::nullopt;
    auto const bytes = std::as_bytes(std::span(decoded->data(), decoded->size()));
    return std::vector<std::byte>(bytes.begin(), bytes.end());
  }

  Done put_charset() {
    out_.add(explicit_element(kCharacterSet, {'C', 'S'},
                              std::as_bytes(std::span(kUtf8.data(), kUtf8.size())), ' '));
    return {};
  }

  /// Of undefined length. Source: PS3.5 7.5.
  Done put_sequence(std::uint32_t tag, json::object const& element, std::uint32_t depth) {
    if (depth >= dicom::kMaxDicomJsonLevels) return not_understood();
    auto const* const items = values_of(element);
    if (items == nullptr && element.contains("Value")) return not_understood();
    ByteWriter made;
    bool const is_empty = items == nullptr || items->empty();
    put_element_header(made, tag, {'S', 'Q'}, is_empty ? 0 : dicom::kUndefinedLength);
    if (!is_empty) {
      for (json::value const& item : *items) {
        put_item_header(made, dicom::kItem, static_cast<std::uint32_t>(dicom::kUndefinedLength));
        out_.add(made.take());
        if (Done const put = put_item(item, depth + 1); !put) return put;
        put_item_header(made, dicom::kItemEnd, 0);
      }
      put_item_header(made, dicom::kSequenceEnd, 0);
    }
    out_.add(made.view());
    return check_size();
  }

  /// Null is an item without attributes.
  Done put_item(json::value const& item, std::uint32_t depth) {
    if (item.is_null()) return {};
    if (!item.is_object()) return not_understood();
    auto const elements = elements_of(item.get_object());
    if (!elements) return refuse(elements.error());
    for (auto const& [tag, element] : *elements)
      if (Done const done = put_element(tag, *element, depth); !done) return done;
    return {};
  }

  Done put_bulk(std::uint32_t tag, Vr vr, json::value const& uri, std::uint32_t depth) {
    bool const is_pixels = tag == kPixelData;
    if (is_pixels && depth == 0) return put_pixels(vr);
    auto const* const text = uri.if_string();
    if (text == nullptr) return not_understood();
    auto const value = bulk_.find(*text);
    if (!value) return refuse(value.error());
    if (value->transfer_syntax_uid.empty()) return put_bytes(tag, vr, value->spans.front());
    // An icon, which has one frame and the picture's transfer syntax: PS3.3 F.7, PS3.5 A.4.
    bool const is_icon = is_pixels && is_compressed() && value->spans.size() == 1 &&
                         value->transfer_syntax_uid == pixels_->transfer_syntax_uid;
    return is_icon ? put_fragments(*value) : refuse(StoreReason::mismatch);
  }

  Done put_pixels(Vr vr) {
    if (!is_compressed()) {
      dicom::ByteSpan const bytes = pixels_->spans.front();
      if (Done const fits = check_native_pixels(bytes.length_bytes); !fits) return fits;
      return put_bytes(kPixelData, vr, bytes);
    }
    bool const is_video = media_type_of(pixels_->transfer_syntax_uid).starts_with("video/");
    auto const frames = object_.contains("00280008") ? count_of(object_, "00280008") : 1;
    if (!is_video && frames != pixels_->spans.size()) return refuse(StoreReason::mismatch);
    if (is_video && pixels_->spans.size() != 1) return refuse(StoreReason::mismatch);
    return put_fragments(*pixels_);
  }

  Done put_fragments(BulkValue const& value) {
    std::vector<std::uint64_t> lengths;
    for (dicom::ByteSpan const& span : value.spans) lengths.push_back(span.length_bytes);
    if (std::ranges::find(lengths, 0u) != lengths.end()) return refuse(StoreReason::mismatch);
    Status const added =
        add_encapsulated(out_, lengths, [&](std::uint32_t f) { out_.add(value.spans[f]); });
    return added ? check_size() : refuse(StoreReason::out_of_resources);
  }

  Done put_bytes(std::uint32_t tag, Vr vr, dicom::ByteSpan bytes) {
    if (bytes.length_bytes + 1 >= dicom::kUndefinedLength)
      return refuse(StoreReason::out_of_resources);
    put_header(tag, vr, bytes.length_bytes);
    out_.add(bytes);
    pad(vr, bytes.length_bytes);
    return check_size();
  }

  /// Whether native pixels have the length that the image says, less a padding byte.
  /// Source: PS3.5 8.1.1, 8.2, PS3.3 C.7.6.3.1.2.
  Done check_native_pixels(std::uint64_t length) const {
    auto const rows = count_of(object_, "00280010"), cols = count_of(object_, "00280011"),
               samples = count_of(object_, "00280002"), bits = count_of(object_, "00280100");
    auto const frames = object_.contains("00280008") ? count_of(object_, "00280008") : 1;
    bool const is_image = rows && cols && samples && bits && frames && *rows <= 0xFFFF &&
                          *cols <= 0xFFFF && *samples <= 4 && *bits <= 64 &&
                          *frames <= 0x7FFFFFFF / 64;
    if (!is_image) return refuse(StoreReason::mismatch);
    std::string_view const photometric = json_text(object_, "00280004");
    std::uint64_t const stored_samples = photometric.ends_with("_422") ? 2 : *samples;
    std::uint64_t per_frame = *rows * *cols * stored_samples * *bits;
    if (photometric.ends_with("_420")) per_frame /= 2;  // see is_420
    if (per_frame > 8 * kDefaultLimits.max_whole_bytes) return refuse(StoreReason::mismatch);
    std::uint64_t const expected = (per_frame * *frames + 7) / 8;
    bool const fits = length == expected || length == expected + expected % 2;
    return fits ? Done{} : refuse(StoreReason::mismatch);
  }

  /// PS3.5 6.2.2: what is too long for its VR's 16-bit length is UN.
  void put_header(std::uint32_t tag, Vr vr, std::uint64_t length) {
    std::uint64_t const padded = length + length % 2;
    bool const fits = dicom::has_long_length(vr) || padded <= 0xFFFF;
    ByteWriter made;
    put_element_header(made, tag, fits ? vr : Vr{'U', 'N'}, padded);
    out_.add(made.view());
  }

  void pad(Vr vr, std::uint64_t length) {
    bool const is_zero = dicom::is_bulk_vr(vr) || vr == Vr{'U', 'I'};
    if (length % 2 != 0) out_.add(std::array{is_zero ? std::byte{0} : std::byte{' '}});
  }

  Done check_size() const {
    if (out_.bytes() > kDefaultLimits.max_whole_bytes) return refuse(StoreReason::out_of_resources);
    return {};
  }

  json::object const& object_;
  BulkParts& bulk_;
  std::optional<BulkValue> pixels_;
  PieceList out_;
};

}  // namespace

std::expected<std::vector<Piece>, StoreReason> object_from_json(json::object const& object,
                                                                BulkParts& bulk) {
  return JsonObjectWriter(object, bulk).run();
}

std::string_view json_text(json::object const& object, std::string_view tag) {
  auto const* const value = object.if_contains(tag);
  auto const* const element = value ? value->if_object() : nullptr;
  auto const* const values = element ? values_of(*element) : nullptr;
  if (values == nullptr || values->empty()) return {};
  auto const* const text = values->front().if_string();
  return text ? std::string_view(*text) : std::string_view{};
}

}  // namespace sightline::server
