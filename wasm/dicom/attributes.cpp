#include "dicom/attributes.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cmath>
#include <string_view>

#include "base/decimal.hpp"
#include "dicom/text.hpp"

namespace sightline::dicom {
namespace {

DcmTagKey key_of(std::uint32_t tag) {
  return {static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag)};
}

DcmElement* find(DcmItem& item, std::uint32_t tag) {
  DcmElement* element = nullptr;
  return item.findAndGetElement(key_of(tag), element).good() ? element : nullptr;
}

DcmSequenceOfItems* find_sequence(DcmItem& item, std::uint32_t tag) {
  DcmElement* const element = find(item, tag);
  return element != nullptr && element->ident() == EVR_SQ
             ? static_cast<DcmSequenceOfItems*>(element)
             : nullptr;
}

/// DCMTK makes directory records of the items of (0004,1220).
bool is_item(DcmObject& object) {
  return object.ident() == EVR_item || object.ident() == EVR_dirRecord;
}

/// The value's bytes where it is text, or bytes that nobody has said more about.
std::string_view raw_text(DcmElement& element) {
  char* text = nullptr;
  Uint32 length = 0;
  if (element.isaString() && element.getString(text, length).good() && text != nullptr)
    return {text, length};
  Uint8* bytes = nullptr;
  if (element.getVR() == EVR_UN && element.getUint8Array(bytes).good() && bytes != nullptr) {
    return {reinterpret_cast<char const*>(bytes), element.getLength()};
  }
  return {};
}

TextKind kind_of(DcmEVR vr) {
  switch (vr) {
    case EVR_PN: return TextKind::person_name;
    case EVR_ST:
    case EVR_LT:
    case EVR_UT: return TextKind::paragraph;
    default: return TextKind::single_line;
  }
}

/// One value of a DS or IS: padding and a leading + are allowed. Source: PS3.5 6.2.
std::optional<double> parse_decimal(std::string_view text) {
  constexpr std::string_view kBefore = " +\t\r\n", kAfter = std::string_view(" \0\t\r\n", 5);
  text.remove_prefix(std::min(text.find_first_not_of(kBefore), text.size()));
  text = text.substr(0, text.find_last_not_of(kAfter) + 1);
  std::string point;
  // Quirk "decimal comma": programs that write numbers as their country does. No comma of a DS can
  // mean anything else where it is the only one and there is no point.
  std::size_t const comma = text.find(',');
  if (comma != std::string_view::npos && text.find_first_of(",.", comma + 1) == text.npos &&
      text.find('.') == text.npos) {
    point = text;
    point[comma] = '.';
    text = point;
  }
  auto const value = decimal_number(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::vector<double> parse_decimals(std::string_view text) {
  std::vector<double> values;
  while (!text.empty()) {
    std::size_t const end = std::min(text.find('\\'), text.size());
    auto const value = parse_decimal(text.substr(0, end));
    if (!value) break;
    values.push_back(*value);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return values;
}

template <class T, class Get>
std::vector<double> binary_numbers(DcmElement& element, Get get) {
  T* values = nullptr;
  if ((element.*get)(values).bad() || values == nullptr) return {};
  std::vector<double> numbers;
  for (T const value : std::span<T const>(values, element.getLength() / sizeof(T))) {
    if (!std::isfinite(static_cast<double>(value))) break;
    numbers.push_back(static_cast<double>(value));
  }
  return numbers;
}

}  // namespace

bool Attributes::has(std::uint32_t tag) const { return find(*item_, tag) != nullptr; }

std::string Attributes::text(std::uint32_t tag) const {
  DcmElement* const element = find(*item_, tag);
  return element != nullptr ? converter_->to_utf8(raw_text(*element), kind_of(element->ident()))
                            : std::string();
}

std::string Attributes::code(std::uint32_t tag) const {
  DcmElement* const element = find(*item_, tag);
  return element != nullptr ? default_repertoire_text(raw_text(*element), *limits_) : std::string();
}

std::vector<double> Attributes::numbers(std::uint32_t tag) const {
  DcmElement* const element = find(*item_, tag);
  if (element == nullptr) return {};
  switch (element->ident()) {
    case EVR_US:
    case EVR_xs: return binary_numbers<Uint16>(*element, &DcmElement::getUint16Array);
    case EVR_SS: return binary_numbers<Sint16>(*element, &DcmElement::getSint16Array);
    case EVR_UL:
    case EVR_up: return binary_numbers<Uint32>(*element, &DcmElement::getUint32Array);
    case EVR_SL: return binary_numbers<Sint32>(*element, &DcmElement::getSint32Array);
    case EVR_FL: return binary_numbers<Float32>(*element, &DcmElement::getFloat32Array);
    case EVR_FD: return binary_numbers<Float64>(*element, &DcmElement::getFloat64Array);
    default: return parse_decimals(raw_text(*element));
  }
}

std::vector<std::optional<double>> Attributes::each_number(std::uint32_t tag) const {
  DcmElement* const element = find(*item_, tag);
  if (element == nullptr) return {};
  std::string_view text = raw_text(*element);
  if (text.empty()) {  // a number of another VR, or nothing
    auto const whole = numbers(tag);
    return {whole.begin(), whole.end()};
  }
  std::vector<std::optional<double>> values;
  while (true) {
    std::size_t const end = text.find('\\');
    values.push_back(parse_decimal(text.substr(0, end)));
    if (end == std::string_view::npos) return values;
    text.remove_prefix(end + 1);
  }
}

std::optional<double> Attributes::number(std::uint32_t tag) const {
  auto const values = numbers(tag);
  return values.empty() ? std::nullopt : std::optional(values.front());
}

std::optional<std::int32_t> Attributes::integer(std::uint32_t tag) const {
  auto const value = number(tag);
  if (!value || *value < -2147483648.0 || *value > 2147483647.0 || *value != std::trunc(*value))
    return std::nullopt;
  return static_cast<std::int32_t>(*value);
}

// Quirk "a number of another VR": Rows as UL, SS or IS is what it says, as long as it fits.
std::optional<std::uint16_t> Attributes::u16(std::uint32_t tag) const {
  Words const found = words(tag);
  if (!found.signed_vr && !found.values.empty()) return found.values.front();
  auto const value = integer(tag);
  if (!value || *value < 0 || *value > 0xFFFF) return std::nullopt;
  return static_cast<std::uint16_t>(*value);
}

std::optional<std::uint32_t> Attributes::u32(std::uint32_t tag) const {
  DcmElement* const element = find(*item_, tag);
  Uint32 value = 0;
  if (element == nullptr || element->getUint32(value).bad()) return std::nullopt;
  return value;
}

Words Attributes::words(std::uint32_t tag) const {
  DcmElement* const element = find(*item_, tag);
  if (element == nullptr) return {};
  std::size_t const count = element->getLength() / 2;
  Words found;
  Uint16* unsigned_words = nullptr;
  Sint16* signed_words = nullptr;
  Uint8* bytes = nullptr;
  switch (element->getVR()) {
    case EVR_SS:
      if (element->getSint16Array(signed_words).bad() || signed_words == nullptr) return {};
      for (Sint16 const word : std::span(signed_words, count))
        found.values.push_back(static_cast<std::uint16_t>(word));
      found.signed_vr = true;
      break;
    case EVR_OB:
    case EVR_UN:
      if (element->getUint8Array(bytes).bad() || bytes == nullptr) return {};
      for (std::size_t i = 0; i < count; ++i) {
        found.values.push_back(static_cast<std::uint16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8));
      }
      break;
    default:
      if (element->getUint16Array(unsigned_words).bad() || unsigned_words == nullptr) return {};
      found.values.assign(unsigned_words, unsigned_words + count);
  }
  return found;
}

std::vector<Attributes> Attributes::items(std::uint32_t tag) const {
  std::vector<Attributes> found;
  DcmSequenceOfItems* const sequence = find_sequence(*item_, tag);
  if (sequence == nullptr) return found;
  // Not by index: that would walk DCMTK's list from its beginning for each item.
  for (DcmObject* next = nullptr; (next = sequence->nextInContainer(next)) != nullptr;) {
    if (is_item(*next))
      found.push_back(Attributes(*static_cast<DcmItem*>(next), *converter_, *limits_));
  }
  return found;
}

std::optional<Attributes> Attributes::first_item(std::uint32_t tag) const {
  DcmSequenceOfItems* const sequence = find_sequence(*item_, tag);
  DcmObject* const first = sequence != nullptr ? sequence->nextInContainer(nullptr) : nullptr;
  if (first == nullptr || !is_item(*first)) return std::nullopt;
  return Attributes(*static_cast<DcmItem*>(first), *converter_, *limits_);
}

}  // namespace sightline::dicom
