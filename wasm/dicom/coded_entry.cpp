#include "dicom/coded_entry.hpp"

#include <string>

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kCodeValue = 0x00080100, kCodingSchemeDesignator = 0x00080102,
                        kCodeMeaning = 0x00080104, kLongCodeValue = 0x00080119,
                        kUrnCodeValue = 0x00080120;

void fill(JsonObject& object, DocumentItem const& item) {
  std::string value = item.text(kCodeValue);
  if (value.empty()) value = item.text(kLongCodeValue);
  if (value.empty()) value = item.text(kUrnCodeValue);
  object.text("value", value);
  object.text("scheme", item.text(kCodingSchemeDesignator));
  object.text("meaning", item.text(kCodeMeaning));
}

}  // namespace

void add_coded_entry(JsonObject& object, std::string_view name, DocumentItem const& holder,
                     std::uint32_t sequence_tag) {
  auto const item = holder.first_item(sequence_tag);
  if (!item) return;
  JsonObject entry = object.object(name);
  fill(entry, *item);
}

void add_coded_entries(JsonObject& object, std::string_view name, DocumentItem const& holder,
                       std::uint32_t sequence_tag) {
  auto const items = holder.items(sequence_tag);
  if (items.empty()) return;
  JsonArray entries = object.array(name);
  for (DocumentItem const& item : items) {
    JsonObject entry = entries.object();
    fill(entry, item);
  }
}

}  // namespace sightline::dicom
