#include "dicomweb/dicom_xml.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <vector>

#include "dicom/bounded_text.hpp"
#include "dicom/dictionary.hpp"
#include "dicomweb/json_digits.hpp"

namespace sightline::server {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxXmlBytes = 256u << 20;
constexpr std::string_view kDeclaration = R"(<?xml version="1.0" encoding="UTF-8"?>)";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Text or an attribute's value. Source: XML 1.0 2.2, 2.4, 2.11.
std::string escaped(std::string_view text) {
  std::string out;
  for (char const c : text) {
    auto const code = static_cast<unsigned char>(c);
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\r') {
      out += "&#13;";  // else the reader makes a line feed of it
    } else if (code < 0x20 && c != '\t' && c != '\n') {
      out += kReplacement;
    } else {
      out += c;
    }
  }
  return out;
}

std::uint32_t tag_of(std::string_view digits) {
  std::uint32_t tag = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), tag, 16);
  return tag;
}

bool is_private(std::uint32_t tag) { return (tag >> 16) % 2 != 0; }

/// The creator that reserved a private element's block: (gggg,00xx) of (gggg,xxee). PS3.5 7.8.1.
std::string creator_of(std::uint32_t tag, json::object const& level) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::uint32_t const creator = (tag & 0xFFFF0000) | (tag >> 8 & 0xFF);
  std::string key;
  for (int shift = 28; shift >= 0; shift -= 4) key += kDigits[creator >> shift & 0xF];
  auto const* const element = level.if_contains(key);
  auto const* const object = element ? element->if_object() : nullptr;
  auto const* const value = object ? object->if_contains("Value") : nullptr;
  auto const* const values = value ? value->if_array() : nullptr;
  if (values == nullptr || values->empty() || !values->front().is_string()) return {};
  return std::string(values->front().get_string());
}

class XmlWriter {
 public:
  Result<std::string> write(json::object const& data_set) {
    out_ += kDeclaration;
    out_ += R"(<NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM" )"
            R"(xml:space="preserve">)";
    write_level(data_set);
    out_ += "</NativeDicomModel>";
    if (out_.full()) return fail(Errc::limit_exceeded, "the XML of the instance is too large");
    return out_.take();
  }

 private:
  void write_level(json::object const& level) {
    std::vector<std::string_view> tags;
    for (auto const& [tag, element] : level)
      if (tag.size() == 8 && element.is_object()) tags.push_back(tag);
    std::ranges::sort(tags);
    for (std::string_view const tag : tags) {
      if (out_.full()) return;
      write_attribute(tag, level.at(tag).get_object(), level);
    }
  }

  void write_attribute(std::string_view digits, json::object const& element,
                       json::object const& level) {
    std::uint32_t const tag = tag_of(digits);
    std::string const creator =
        is_private(tag) && (tag & 0xFFFF) >= 0x1000 ? creator_of(tag, level) : "";
    auto const* const vr = element.if_contains("vr");
    std::string const vr_text(vr && vr->is_string() ? std::string_view(vr->get_string()) : "UN");
    out_ += "<DicomAttribute";
    if (creator.empty()) {
      attribute("tag", digits);
    } else {
      attribute("tag", std::string(digits.substr(0, 4)) + "00" + std::string(digits.substr(6)));
    }
    attribute("vr", vr_text);
    if (std::string const keyword = dicom::dictionary_keyword(tag); !keyword.empty())
      attribute("keyword", keyword);
    if (!creator.empty()) attribute("privateCreator", creator);
    out_ += ">";
    write_values(element, vr_text);
    out_ += "</DicomAttribute>";
  }

  void write_values(json::object const& element, std::string_view vr) {
    if (auto const* const inline_binary = text_of(element, "InlineBinary")) {
      out_ += "<InlineBinary>";
      out_ += escaped(*inline_binary);
      out_ += "</InlineBinary>";
    }
    if (auto const* const uri = text_of(element, "BulkDataURI")) {
      out_ += "<BulkData";
      attribute("uri", *uri);
      out_ += "/>";
    }
    auto const* const value = element.if_contains("Value");
    auto const* const values = value ? value->if_array() : nullptr;
    for (std::size_t i = 0; values != nullptr && i < values->size(); ++i) {
      if (out_.full()) return;
      write_value((*values)[i], vr, std::to_string(i + 1));
    }
  }

  void write_value(json::value const& value, std::string_view vr, std::string const& number) {
    std::string_view const name = vr == "SQ" ? "Item" : vr == "PN" ? "PersonName" : "Value";
    out_ += "<" + std::string(name);
    attribute("number", number);
    out_ += ">";
    if (vr == "SQ" && value.is_object()) {
      write_level(value.get_object());
    } else if (vr == "PN" && value.is_object()) {
      write_person(value.get_object());
    } else if (value.is_string()) {
      out_ += escaped(value.get_string());
    } else if (!value.is_null()) {
      out_ += json::serialize(value);
    }
    out_ += "</" + std::string(name) + ">";
  }

  /// Source: PS3.19 A.1.5, PS3.5 6.2.1.
  void write_person(json::object const& person) {
    constexpr std::string_view kComponents[] = {"FamilyName", "GivenName", "MiddleName",
                                                "NamePrefix", "NameSuffix"};
    for (std::string_view const group : {"Alphabetic", "Ideographic", "Phonetic"}) {
      auto const* const text = text_of(person, group);
      if (text == nullptr) continue;
      out_ += "<" + std::string(group) + ">";
      std::string_view rest = *text;
      for (std::string_view const component : kComponents) {
        std::size_t const end = std::min(rest.find('^'), rest.size());
        // What follows the fifth component belongs to no other.
        std::string_view const part = component == kComponents[4] ? rest : rest.substr(0, end);
        if (!part.empty()) {
          std::string const name(component);
          out_ += "<" + name + ">" + escaped(part) + "</" + name + ">";
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      out_ += "</" + std::string(group) + ">";
    }
  }

  void attribute(std::string_view name, std::string_view value) {
    out_ += " " + std::string(name) + "=\"";
    for (char const c : escaped(value)) {  // white space would become spaces, XML 1.0 3.3.3
      if (c == '\t' || c == '\n')
        out_ += c == '\t' ? "&#9;" : "&#10;";
      else
        out_ += std::string_view(&c, 1);
    }
    out_ += "\"";
  }

  static json::string const* text_of(json::object const& object, std::string_view key) {
    auto const* const value = object.if_contains(key);
    return value ? value->if_string() : nullptr;
  }

  dicom::BoundedText out_{kMaxXmlBytes};
};

}  // namespace

Result<std::vector<std::string>> native_dicom_xml(std::string_view json_array) {
  auto const all = parse_keeping_digits(json_array);
  if (!all || !all->is_array()) return fail(Errc::corrupt, "not an array of the DICOM JSON Model");
  std::vector<std::string> documents;
  for (json::value const& each : all->get_array()) {
    if (!each.is_object()) return fail(Errc::corrupt, "not an object of the DICOM JSON Model");
    auto document = XmlWriter().write(each.get_object());
    if (!document) return std::unexpected(document.error());
    documents.push_back(std::move(*document));
  }
  return documents;
}

}  // namespace sightline::server
