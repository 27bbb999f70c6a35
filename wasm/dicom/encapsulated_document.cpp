#include "dicom/encapsulated_document.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "dicom/coded_entry.hpp"
#include "dicom/sr_content.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kSopClass = 0x00080016, kContentDate = 0x00080023,
                        kContentTime = 0x00080033, kBurnedIn = 0x00280301, kUnits = 0x004008EA,
                        kConceptName = 0x0040A043, kVerificationFlag = 0x0040A493,
                        kHl7Identifier = 0x0040E001, kTitle = 0x00420010, kDocument = 0x00420011,
                        kMimeType = 0x00420012, kSourceInstances = 0x00420013,
                        kMimeTypes = 0x00420014, kDocumentLength = 0x00420015,
                        kModelDescription = 0x00687001, kModelModification = 0x0068700A;

std::string_view as_text(std::span<std::byte const> bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

/// A header of 80 bytes, a count, and 50 bytes for each triangle: no other document is exactly so
/// long.
bool is_binary_stl(std::span<std::byte const> document) {
  constexpr std::size_t kHeaderBytes = 84, kTriangleBytes = 50;
  if (document.size() <= kHeaderBytes) return false;
  std::uint64_t triangles = 0;
  for (std::size_t i = 0; i < 4; ++i)
    triangles |= std::to_integer<std::uint64_t>(document[kHeaderBytes - 4 + i]) << (8 * i);
  return triangles != 0 && document.size() == kHeaderBytes + triangles * kTriangleBytes;
}

/// What the bytes alone say; empty: nothing certain.
std::string_view type_of_bytes(std::span<std::byte const> document) {
  constexpr std::size_t kSeenBytes = 1024;
  constexpr std::string_view kMark = "\xEF\xBB\xBF", kBlank = " \t\r\n";
  if (is_binary_stl(document)) return "model/stl";
  std::string_view text = as_text(document.first(std::min(document.size(), kSeenBytes)));
  if (text.find("%PDF-") != text.npos) return "application/pdf";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  if (text.starts_with("<?xml") || text.starts_with("<ClinicalDocument")) return "text/xml";
  bool const is_text_stl = text.starts_with("solid") && text.find("facet") != text.npos;
  return is_text_stl ? "model/stl" : std::string_view();
}

/// Source: PS3.4 B.5, PS3.3 A.45, A.85.
std::string_view type_of_class(std::string_view sop_class_uid) {
  constexpr auto kTypes = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"1.2.840.10008.5.1.4.1.1.104.1", "application/pdf"},
      {"1.2.840.10008.5.1.4.1.1.104.2", "text/xml"},
      {"1.2.840.10008.5.1.4.1.1.104.3", "model/stl"},
      {"1.2.840.10008.5.1.4.1.1.104.4", "model/obj"},
      {"1.2.840.10008.5.1.4.1.1.104.5", "model/mtl"},
  });
  for (auto const& [uid, type] : kTypes)
    if (uid == sop_class_uid) return type;
  return {};
}

}  // namespace

Result<std::span<std::byte const>> encapsulated_bytes(DocumentItem const& data_set) {
  TreeElement const* const element = data_set.find(kDocument);
  if (element == nullptr || element->undefined())
    return fail(Errc::not_found, "there is no document in it");
  auto const value = data_set.bytes(kDocument);
  if (value.size() < element->length_bytes)
    return fail(Errc::truncated, "the document is cut off", element->value_offset);
  // The length is newer than most files. One that leaves out more than padding is not believed.
  auto const stated = data_set.number(kDocumentLength);
  bool const padded = stated && *stated + 1 == static_cast<double>(value.size());
  return padded ? value.first(value.size() - 1) : value;
}

void fill_encapsulated_document(JsonObject& object, DocumentItem const& data_set) {
  object.text("documentTitle", data_set.text(kTitle));
  object.text("mimeType", data_set.text(kMimeType));
  object.text("mimeTypes", data_set.text(kMimeTypes));
  object.text("hl7Identifier", data_set.text(kHl7Identifier));
  object.text("burnedIn", data_set.code(kBurnedIn));
  object.text("verification", data_set.code(kVerificationFlag));
  object.text("contentDate", data_set.code(kContentDate));
  object.text("contentTime", data_set.code(kContentTime));
  object.text("modelDescription", data_set.text(kModelDescription));
  object.text("modelModification", data_set.code(kModelModification));
  add_coded_entry(object, "concept", data_set, kConceptName);
  add_coded_entry(object, "unit", data_set, kUnits);
  add_references(object, "sources", data_set, kSourceInstances);
  auto const document = encapsulated_bytes(data_set);
  std::string_view type = document ? type_of_bytes(*document) : std::string_view();
  if (type.empty()) type = type_of_class(data_set.code(kSopClass));
  object.text("contentType", type);
  if (document)
    object.integer("length", static_cast<std::int64_t>(document->size()));
  else
    object.text("reason", document.error().code == Errc::truncated ? "The document is cut off."
                                                                   : "There is no document in it.");
}

}  // namespace sightline::dicom
