#include "dicom/encapsulated_document.hpp"

#include <algorithm>

#include "dicom/coded_entry.hpp"
#include "dicom/sr_content.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kContentDate = 0x00080023, kContentTime = 0x00080033,
                        kBurnedIn = 0x00280301, kUnits = 0x004008EA, kConceptName = 0x0040A043,
                        kVerificationFlag = 0x0040A493, kHl7Identifier = 0x0040E001,
                        kTitle = 0x00420010, kDocument = 0x00420011, kMimeType = 0x00420012,
                        kSourceInstances = 0x00420013, kMimeTypes = 0x00420014,
                        kDocumentLength = 0x00420015, kModelDescription = 0x00687001,
                        kModelModification = 0x0068700A;

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
  if (document)
    object.integer("length", static_cast<std::int64_t>(document->size()));
  else
    object.text("reason", document.error().code == Errc::truncated ? "The document is cut off."
                                                                   : "There is no document in it.");
}

}  // namespace sightline::dicom
