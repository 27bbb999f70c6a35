#include "dicom/sr_content.hpp"

#include <array>
#include <string>
#include <utility>

#include "dicom/coded_entry.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kReferencedSopClass = 0x00081150, kReferencedSopInstance = 0x00081155,
                        kReferencedFrames = 0x00081160, kReferencedSops = 0x00081199,
                        kReferencedSegments = 0x0062000B, kReferencedChannels = 0x0040A0B0,
                        kRelationship = 0x0040A010, kObservationDateTime = 0x0040A032,
                        kValueType = 0x0040A040, kConceptName = 0x0040A043,
                        kContinuity = 0x0040A050, kDateTime = 0x0040A120, kDate = 0x0040A121,
                        kTime = 0x0040A122, kPersonName = 0x0040A123, kUid = 0x0040A124,
                        kTemporalRange = 0x0040A130, kSamplePositions = 0x0040A132,
                        kTimeOffsets = 0x0040A138, kReferencedDateTime = 0x0040A13A,
                        kTextValue = 0x0040A160, kFloatingPoint = 0x0040A161,
                        kNumerator = 0x0040A162, kDenominator = 0x0040A163,
                        kConceptCode = 0x0040A168, kObservationUid = 0x0040A171,
                        kMeasuredValue = 0x0040A300, kPixelOrigin = 0x00480301,
                        kValueQualifier = 0x0040A301, kNumericValue = 0x0040A30A,
                        kMeasurementUnits = 0x004008EA, kContentTemplate = 0x0040A504,
                        kContent = 0x0040A730, kTemplateIdentifier = 0x0040DB00,
                        kReferencedItem = 0x0040DB73, kGraphicData = 0x00700022,
                        kGraphicType = 0x00700023, kFrameOfReference = 0x30060024;

void add_texts(JsonObject& object, std::string_view name, DocumentItem const& item,
               std::uint32_t tag) {
  auto const values = item.codes(tag);
  if (values.empty()) return;
  JsonArray texts = object.array(name);
  for (std::string const& value : values) texts.raw(json_quote(value));
}

/// The digits of the file are kept: "1.50" says more than 1.5.
void fill_measurement(JsonObject& object, DocumentItem const& item) {
  if (auto const measured = item.first_item(kMeasuredValue)) {
    add_texts(object, "numbers", *measured, kNumericValue);
    if (auto const exact = measured->number(kFloatingPoint)) object.number("exact", *exact);
    object.numbers("numerator", measured->numbers(kNumerator));
    object.numbers("denominator", measured->numbers(kDenominator));
    add_coded_entry(object, "unit", *measured, kMeasurementUnits);
  }
  add_coded_entry(object, "qualifier", item, kValueQualifier);
}

void fill_coordinates(JsonObject& object, DocumentItem const& item) {
  object.text("graphicType", item.code(kGraphicType));
  object.numbers("graphicData", item.numbers(kGraphicData));
  object.text("frameOfReference", item.code(kFrameOfReference));
  object.text("pixelOrigin", item.code(kPixelOrigin));
}

void fill_temporal_coordinates(JsonObject& object, DocumentItem const& item) {
  object.text("rangeType", item.code(kTemporalRange));
  object.numbers("samplePositions", item.numbers(kSamplePositions));
  add_texts(object, "timeOffsets", item, kTimeOffsets);
  add_texts(object, "dateTimes", item, kReferencedDateTime);
}

void fill_value(JsonObject& object, DocumentItem const& item, std::string_view type) {
  constexpr auto kTexts = std::to_array<std::pair<std::string_view, std::uint32_t>>({
      {"TEXT", kTextValue},
      {"DATETIME", kDateTime},
      {"DATE", kDate},
      {"TIME", kTime},
      {"PNAME", kPersonName},
      {"UIDREF", kUid},
  });
  for (auto const& [name, tag] : kTexts)
    if (type == name) object.text("text", item.text(tag));
  if (type == "CODE") add_coded_entry(object, "code", item, kConceptCode);
  if (type == "NUM") fill_measurement(object, item);
  if (type == "SCOORD" || type == "SCOORD3D") fill_coordinates(object, item);
  if (type == "TCOORD") fill_temporal_coordinates(object, item);
  if (type == "IMAGE" || type == "COMPOSITE" || type == "WAVEFORM")
    add_references(object, "references", item, kReferencedSops);
  if (type == "CONTAINER") {
    object.flag("continuous", item.code(kContinuity) == "CONTINUOUS");
    if (auto const used = item.first_item(kContentTemplate))
      object.text("template", used->code(kTemplateIdentifier));
  }
}

/// "1.2.1", as a by-reference relationship names its target. Source: PS3.3 C.17.3.2.5.
std::string target_of(DocumentItem const& item) {
  std::string target;
  for (double const step : item.numbers(kReferencedItem)) {
    if (!target.empty()) target += '.';
    target += JsonObject::number_text(step);
  }
  return target;
}

}  // namespace

void add_references(JsonObject& object, std::string_view name, DocumentItem const& holder,
                    std::uint32_t sequence_tag) {
  auto const items = holder.items(sequence_tag);
  if (items.empty()) return;
  JsonArray references = object.array(name);
  for (DocumentItem const& item : items) {
    JsonObject reference = references.object();
    reference.text("sopClass", item.code(kReferencedSopClass));
    reference.text("sopInstance", item.code(kReferencedSopInstance));
    reference.numbers("frames", item.numbers(kReferencedFrames));
    reference.numbers("segments", item.numbers(kReferencedSegments));
    reference.numbers("channels", item.numbers(kReferencedChannels));
    if (auto const state = item.first_item(kReferencedSops))
      reference.text("presentationState", state->code(kReferencedSopInstance));
  }
}

bool fill_content_item(JsonObject& object, DocumentItem const& item, std::string const& id,
                       BoundedText const& out, std::size_t level) {
  std::string const type = item.code(kValueType);
  object.text("id", id);
  object.text("type", type);
  object.text("relationship", item.code(kRelationship));
  add_coded_entry(object, "concept", item, kConceptName);
  object.text("observed", item.code(kObservationDateTime));
  object.text("observationUID", item.code(kObservationUid));
  if (type.empty()) object.text("target", target_of(item));
  fill_value(object, item, type);
  if (level >= kMaxContentLevels) {
    bool const is_deeper = item.first_item(kContent).has_value();
    object.flag("deeper", is_deeper);
    return !is_deeper;
  }
  auto const children = item.items(kContent);
  if (children.empty()) return true;
  JsonArray list = object.array("children");
  std::size_t position = 0;
  bool is_whole = true;
  for (DocumentItem const& child : children) {
    if (out.full()) return is_whole;
    JsonObject entry = list.object();
    if (!fill_content_item(entry, child, id + '.' + std::to_string(++position), out, level + 1))
      is_whole = false;
  }
  return is_whole;
}

}  // namespace sightline::dicom
