#include "dicomweb/describe.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <map>

#include "dicom/dicom_json.hpp"
#include "dicomweb/attribute_level.hpp"
#include "dicomweb/json_object.hpp"

namespace sightline::server {
namespace {

namespace json = boost::json;
using Level = DicomSearch::Level;

json::object uid_element(std::string const& uid) {
  return {{"vr", "UI"}, {"Value", json::array{uid}}};
}

/// What is known of an instance whatever its data set says.
json::object identifiers_of(dicom::Instance const& instance) {
  return {{"00080016", uid_element(instance.sop_class_uid)},
          {"00080018", uid_element(instance.sop_instance_uid)},
          {"0020000D", uid_element(instance.study.study_instance_uid)},
          {"0020000E", uid_element(instance.series.series_instance_uid)}};
}

/// As text, ascending by tag.
std::string in_order(json::object const& object) {
  std::map<std::string_view, json::value const*> elements;
  for (auto const& [key, value] : object) elements.emplace(key, &value);
  std::string text;
  for (auto const& [key, value] : elements) {
    text.append(text.empty() ? "{\"" : ",\"").append(key).append("\":");
    text += json::serialize(*value);
  }
  return text + "}";
}

}  // namespace

DicomDocuments describe(ByteSource file, dicom::Instance const& instance) {
  Result<std::string> written =
      dicom::dicom_json(file, {.bulk_prefix = std::string(kBulkPlaceholder)});
  json::object whole = written ? read_json_object(*written) : json::object{};
  // Some files name the object in their File Meta Information only.
  bool is_named = !whole.empty();
  for (auto const& [key, element] : identifiers_of(instance))
    is_named = !whole.emplace(key, element).second && is_named;
  if (!is_named) written = in_order(whole);
  json::object study, series;
  for (auto const& [key, element] : whole) {
    std::uint32_t tag = 0;
    std::from_chars(key.data(), key.data() + key.size(), tag, 16);
    switch (attribute_level(tag)) {
      case Level::study: study.emplace(key, element); break;
      case Level::series: series.emplace(key, element); break;
      case Level::instance: break;
    }
  }
  return {json::serialize(study), json::serialize(series), std::move(*written)};
}

std::string with_bulk_uris(std::string_view document, std::string_view instance_uri) {
  // A quotation mark inside a value is escaped, so this text is never a part of one.
  std::string const found = "\"BulkDataURI\":\"" + std::string(kBulkPlaceholder) + "/";
  std::string out;
  out.reserve(document.size());
  for (;;) {
    std::size_t const at = document.find(found);
    out += document.substr(0, at);
    if (at == std::string_view::npos) return out;
    out.append("\"BulkDataURI\":\"").append(instance_uri).append("/bulkdata/");
    document.remove_prefix(at + found.size());
  }
}

}  // namespace sightline::server
