#include "dicomweb/native_model_reader.hpp"

#include <expat.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dicom/dicom_json.hpp"
#include "dicomweb/native_model_level.hpp"

namespace sightline::server {
namespace {

namespace json = boost::json;

constexpr std::string_view kModel = "http://dicom.nema.org/PS3.19/models/NativeDICOM|";
constexpr char kSeparator = '|';                     // between a namespace and a name
constexpr std::size_t kPieceBytes = 64u << 10;       // given to Expat at a time
constexpr std::size_t kMaxTagBytes = 256u << 10;     // that Expat may hold back: one tag or comment
constexpr std::size_t kMaxForeignAttributes = 1024;  // Expat remembers each name
constexpr std::string_view kComponents[] = {"FamilyName", "GivenName", "MiddleName", "NamePrefix",
                                            "NameSuffix"};

/// An element of the model that is open. Source: PS3.19 Table A.1.5-2.
struct Open {
  enum class Kind : std::uint8_t {
    root,
    attribute,
    value,
    person,
    group,      ///< Alphabetic, Ideographic, Phonetic
    component,  ///< FamilyName and so on
    inline_binary,
    bulk_data,
    item
  };
  Kind kind = Kind::root;
  NativeModelLevel level{};            ///< of root and item
  NativeModelAttribute found{};        ///< of attribute
  std::string text{};                  ///< of value, component, inline_binary
  std::string name{};                  ///< of group
  std::size_t part = 0;                ///< of component: its place
  json::object groups{};               ///< of person
  std::array<std::string, 5> parts{};  ///< of group
};
using Kind = Open::Kind;

bool takes_text(Kind kind) {
  return kind == Kind::value || kind == Kind::component || kind == Kind::inline_binary;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Components joined, without the carets that nothing follows. Source: PS3.5 6.2.1.
std::string joined(std::array<std::string, 5> const& parts) {
  std::string name;
  for (std::size_t i = 0; i < parts.size(); ++i) name += (i > 0 ? "^" : "") + parts[i];
  name.resize(name.find_last_not_of('^') + 1);
  return name;
}

/// The attributes of a tag, as Expat has them.
class TagAttributes {
 public:
  explicit TagAttributes(XML_Char const** list) : list_(list) {}
  std::optional<std::string_view> find(std::string_view name) const {
    for (XML_Char const** each = list_; *each != nullptr; each += 2)
      if (name == *each) return each[1];
    return std::nullopt;
  }
  std::size_t foreign_count() const {
    constexpr std::string_view kKnown[] = {
        "tag",    "vr",  "keyword", "privateCreator",
        "number", "uri", "uuid",    "http://www.w3.org/XML/1998/namespace|space"};
    std::size_t count = 0;
    for (XML_Char const** each = list_; *each != nullptr; each += 2)
      count += std::ranges::count(kKnown, *each) == 0 ? 1 : 0;
    return count;
  }

 private:
  XML_Char const** list_;
};

class ModelReader {
 public:
  explicit ModelReader(std::size_t& values_left) : values_left_(values_left) {}

  Result<json::object> read(std::string_view xml) {
    std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> const parser(
        XML_ParserCreateNS(nullptr, kSeparator), &XML_ParserFree);
    if (!parser) return fail(Errc::out_of_memory, "no XML parser");
    parser_ = parser.get();
    listen();
    for (std::size_t at = 0;; at += kPieceBytes) {
      std::string_view const piece = xml.substr(std::min(at, xml.size()), kPieceBytes);
      bool const is_last = at + kPieceBytes >= xml.size();
      auto const status = XML_Parse(parser_, piece.data(), static_cast<int>(piece.size()), is_last);
      if (failure_ != Errc::ok) return fail(failure_, "not a document of the Native DICOM Model");
      if (status != XML_STATUS_OK) return fail(Errc::corrupt, "not well-formed XML");
      if (is_last) break;
      if (at + piece.size() - seen_bytes_ > kMaxTagBytes)
        return fail(Errc::corrupt, "a tag that is too long");
    }
    return std::move(result_);
  }

 private:
  void listen() {
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(
        parser_,
        [](void* self, XML_Char const* name, XML_Char const** attributes) {
          of(self).guard(
              [&](ModelReader& me) { return me.begin(name, TagAttributes(attributes)); });
        },
        [](void* self, XML_Char const*) {
          of(self).guard([](ModelReader& me) { return me.end(); });
        });
    XML_SetCharacterDataHandler(parser_, [](void* self, XML_Char const* text, int length) {
      of(self).guard(
          [&](ModelReader& me) { return me.add_text({text, static_cast<std::size_t>(length)}); });
    });
    // Comments, processing instructions and the like: only seen.
    XML_SetDefaultHandler(parser_, [](void* self, XML_Char const*, int) {
      of(self).guard([](ModelReader&) { return true; });
    });
    XML_SetStartDoctypeDeclHandler(
        parser_, [](void* self, XML_Char const*, XML_Char const*, XML_Char const*, int) {
          of(self).guard([](ModelReader&) { return false; });
        });
    XML_SetStartNamespaceDeclHandler(parser_, [](void* self, XML_Char const*, XML_Char const*) {
      of(self).guard([](ModelReader& me) { return me.count_foreign(1); });
    });
  }
  static ModelReader& of(void* self) { return *static_cast<ModelReader*>(self); }

  /// Nothing may be thrown through Expat. False without a reason: corrupt.
  template <class Call>
  void guard(Call const& call) {
    if (failure_ != Errc::ok) return;  // what Expat still had in hand
    bool is_fine = false;
    try {
      is_fine = call(*this);
      if (!is_fine && failure_ == Errc::ok) failure_ = Errc::corrupt;
    } catch (std::bad_alloc const&) {
      failure_ = Errc::out_of_memory;
    }
    if (!is_fine) XML_StopParser(parser_, XML_FALSE);
    auto const begin = XML_GetCurrentByteIndex(parser_);
    seen_bytes_ = static_cast<std::size_t>(begin) +
                  static_cast<std::size_t>(XML_GetCurrentByteCount(parser_));
  }

  bool count_value(std::size_t values = 1) {
    if (values > values_left_) {
      failure_ = Errc::limit_exceeded;
      return false;
    }
    values_left_ -= values;
    return true;
  }
  bool count_foreign(std::size_t attributes) {
    foreign_attributes_ += attributes;
    return foreign_attributes_ <= kMaxForeignAttributes;
  }

  bool begin(std::string_view name, TagAttributes const& attributes) {
    if (!count_foreign(attributes.foreign_count())) return false;
    if (name.starts_with(kModel)) name.remove_prefix(kModel.size());
    if (open_.empty()) {
      if (name != "NativeDicomModel") return false;
      open_.emplace_back();
      return true;
    }
    switch (open_.back().kind) {
      case Kind::root:
      case Kind::item: return name == "DicomAttribute" && begin_attribute(attributes);
      case Kind::attribute: return begin_value(name, attributes);
      case Kind::person: return begin_group(name);
      case Kind::group: return begin_component(name);
      default: return false;
    }
  }

  bool begin_attribute(TagAttributes const& attributes) {
    auto const tag = attributes.find("tag"), vr = attributes.find("vr");
    if (!tag || !vr || !count_value()) return false;
    Open next{Kind::attribute};
    next.found.tag = *tag;
    next.found.private_creator = attributes.find("privateCreator").value_or("");
    next.found.element["vr"] = *vr;
    next.found.is_sequence = *vr == "SQ";
    next.found.is_person = *vr == "PN";
    open_.push_back(std::move(next));
    return true;
  }

  bool begin_value(std::string_view name, TagAttributes const& attributes) {
    NativeModelAttribute& found = open_.back().found;
    bool const is_alone = found.element.size() == 1 && found.values.empty();
    if (name == "InlineBinary") return is_alone && push(Kind::inline_binary);
    if (name == "BulkData") {
      auto const uri = attributes.find("uri");  // a UUID would be of another interface, PS3.19 A.1
      if (!uri || !is_alone) return false;
      found.element["BulkDataURI"] = *uri;
      return push(Kind::bulk_data);
    }
    std::string_view const wanted = found.is_sequence ? "Item"
                                    : found.is_person ? "PersonName"
                                                      : "Value";
    if (name != wanted || found.element.size() > 1) return false;
    auto const number = value_number(attributes.find("number").value_or(""));
    // Values that are left out are empty ones. Source: PS3.18 F.2.5.
    if (!number || *number <= found.values.size()) return false;
    if (!count_value(*number - found.values.size())) return false;
    found.values.resize(*number - 1);
    if (!found.is_sequence) return push(found.is_person ? Kind::person : Kind::value);
    return ++depth_ <= dicom::kMaxDicomJsonLevels && push(Kind::item);
  }

  bool begin_group(std::string_view name) {
    bool const is_group = name == "Alphabetic" || name == "Ideographic" || name == "Phonetic";
    if (!is_group || open_.back().groups.contains(name)) return false;
    push(Kind::group);
    open_.back().name = name;
    return true;
  }

  bool begin_component(std::string_view name) {
    auto const* const place = std::ranges::find(kComponents, name);
    auto const index = static_cast<std::size_t>(place - std::begin(kComponents));
    if (index >= std::size(kComponents) || !open_.back().parts[index].empty()) return false;
    push(Kind::component);
    open_.back().part = index;
    return true;
  }

  bool push(Kind kind) {
    open_.push_back(Open{kind});
    return true;
  }

  bool add_text(std::string_view text) {
    if (open_.empty()) return true;
    Open& top = open_.back();
    if (!takes_text(top.kind)) return std::ranges::all_of(text, is_space);
    if (top.kind == Kind::inline_binary) {  // lines of Base64, RFC 2045 6.8
      std::ranges::copy_if(text, std::back_inserter(top.text), [](char c) { return !is_space(c); });
    } else {
      top.text += text;
    }
    return true;
  }

  bool end() {
    Open done = std::move(open_.back());
    open_.pop_back();
    if (open_.empty()) {
      auto object = std::move(done.level).take();
      if (object) result_ = std::move(*object);
      return object.has_value();
    }
    Open& parent = open_.back();
    switch (done.kind) {
      case Kind::attribute: return parent.level.add(std::move(done.found));
      case Kind::value:
        parent.found.values.push_back(done.text.empty() ? json::value() : json::value(done.text));
        return true;
      case Kind::person:
        parent.found.values.push_back(done.groups.empty() ? json::value()
                                                          : json::value(std::move(done.groups)));
        return true;
      case Kind::group: parent.groups[done.name] = joined(done.parts); return true;
      case Kind::component: parent.parts[done.part] = std::move(done.text); return true;
      case Kind::inline_binary: parent.found.element["InlineBinary"] = done.text; return true;
      case Kind::item: {
        --depth_;
        auto object = std::move(done.level).take();
        if (object) parent.found.values.push_back(std::move(*object));
        return object.has_value();
      }
      default: return true;
    }
  }

  std::size_t& values_left_;
  XML_Parser parser_ = nullptr;
  Errc failure_ = Errc::ok;
  std::size_t seen_bytes_ = 0, foreign_attributes_ = 0, depth_ = 0;
  std::vector<Open> open_;
  json::object result_;
};

}  // namespace

Result<json::object> read_native_model(std::string_view xml, std::size_t& values_left) {
  return ModelReader(values_left).read(xml);
}

}  // namespace sightline::server
