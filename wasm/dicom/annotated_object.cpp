#include "dicom/annotated_object.hpp"

#include <algorithm>

#include "dicom/bounded_text.hpp"
#include "dicom/bulk_annotations.hpp"
#include "dicom/document_item.hpp"
#include "dicom/json_object.hpp"
#include "dicom/layer_object.hpp"
#include "dicom/sr_content.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kSopClass = 0x00080016, kSopInstance = 0x00080018,
                        kContentDate = 0x00080023, kContentTime = 0x00080033,
                        kCodeMeaning = 0x00080104, kFrameOfReference = 0x00200052,
                        kValueType = 0x0040A040, kConceptName = 0x0040A043, kContent = 0x0040A730,
                        kContentLabel = 0x00700080, kContentDescription = 0x00700081,
                        kCreatorName = 0x00700084;
constexpr std::string_view kReports = "1.2.840.10008.5.1.4.1.1.88.",
                           kKeyObjects = "1.2.840.10008.5.1.4.1.1.88.59",
                           kBulkAnnotations = "1.2.840.10008.5.1.4.1.1.91.1";

bool has_coordinates(DocumentItem const& item, std::size_t level = 1) {
  std::string const type = item.code(kValueType);
  if (type == "SCOORD" || type == "SCOORD3D") return true;
  if (level >= kMaxContentLevels) return false;
  return std::ranges::any_of(item.items(kContent), [level](DocumentItem const& child) {
    return has_coordinates(child, level + 1);
  });
}

void add_head(DocumentItem const& data_set, std::string_view kind, JsonObject& object) {
  object.text("format", "sightline.layer.v1");
  object.text("kind", kind);
  object.text("sopInstanceUID", data_set.code(kSopInstance));
  object.text("frameOfReferenceUID", data_set.code(kFrameOfReference));
  std::string label = data_set.code(kContentLabel);
  if (auto const title = data_set.first_item(kConceptName); title && label.empty())
    label = title->text(kCodeMeaning);
  object.text("label", label);
  object.text("description", data_set.text(kContentDescription));
  object.text("date", data_set.code(kContentDate));
  object.text("time", data_set.code(kContentTime));
  object.text("creator", data_set.text(kCreatorName));
}

}  // namespace

std::string_view annotated_object_kind(std::string_view sop_class_uid) {
  if (sop_class_uid == kBulkAnnotations) return "ANNOTATIONS";
  bool const is_report = sop_class_uid.starts_with(kReports) && sop_class_uid != kKeyObjects;
  return is_report ? "REPORT" : std::string_view();
}

Result<std::string> annotated_object_json(std::span<std::byte const> file, Limits const& limits) {
  auto const data_set = DocumentDataSet::open(file, limits);
  if (!data_set) return std::unexpected(data_set.error());
  DocumentItem const& root = data_set->root();
  std::string_view const kind = annotated_object_kind(root.code(kSopClass));
  if (kind.empty()) return fail(Errc::unsupported, "not an object with graphics");
  BoundedText text(kMaxLayerJsonBytes);
  bool is_whole = true;
  {
    JsonObject object(text);
    add_head(root, kind, object);
    if (kind == "ANNOTATIONS") {
      add_bulk_annotations(root, object);
    } else if (has_coordinates(root)) {
      // Opened anew: what was looked through counts as read.
      auto const again = DocumentDataSet::open(file, limits);
      if (!again) return std::unexpected(again.error());
      JsonObject tree = object.object("root");
      is_whole = fill_content_item(tree, again->root(), "1", text);
    }
    object.flag("incomplete", root.is_incomplete() || !is_whole);
  }
  if (text.full()) return fail(Errc::limit_exceeded, "the object says too much");
  return text.take();
}

}  // namespace sightline::dicom
