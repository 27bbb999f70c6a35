#include "dicom/layer_object.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "dicom/annotated_object.hpp"
#include "dicom/attributes.hpp"
#include "dicom/base64_doubles.hpp"
#include "dicom/bounded_text.hpp"
#include "dicom/data_set_outline.hpp"
#include "dicom/dose_histogram.hpp"
#include "dicom/json_object.hpp"
#include "dicom/layer_references.hpp"
#include "dicom/part10_reader.hpp"
#include "dicom/structure_set.hpp"
#include "dicom/text.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kSopClass = 0x00080016, kSopInstance = 0x00080018, kCodeValue = 0x00080100,
                        kCodeMeaning = 0x00080104, kReferencedSeries = 0x00081115,
                        kReferencedInstances = 0x0008114A, kSourceImages = 0x00082112,
                        kDerivationImages = 0x00089124, kFrameOfReference = 0x00200052,
                        kNumberOfFrames = 0x00280008, kPixelRepresentation = 0x00280103,
                        kLutExplanation = 0x00283003, kSpatialLocationsPreserved = 0x0028135A,
                        kMeasurementUnits = 0x004008EA, kRealWorldMappings = 0x00409096,
                        kRealWorldLut = 0x00409212, kLutLabel = 0x00409210,
                        kLastMapped = 0x00409211, kDoubleLastMapped = 0x00409213,
                        kDoubleFirstMapped = 0x00409214, kFirstMapped = 0x00409216,
                        kRealWorldIntercept = 0x00409224, kRealWorldSlope = 0x00409225,
                        kSegmentationType = 0x00620001, kSegments = 0x00620002,
                        kSegmentCategory = 0x00620003, kSegmentNumber = 0x00620004,
                        kSegmentLabel = 0x00620005, kSegmentDescription = 0x00620006,
                        kAlgorithmType = 0x00620008, kAlgorithmName = 0x00620009,
                        kSegmentIdentification = 0x0062000A, kReferencedSegment = 0x0062000B,
                        kDisplayLab = 0x0062000D, kMaximumFractional = 0x0062000E,
                        kSegmentType = 0x0062000F, kFractionalType = 0x00620010,
                        kContentLabel = 0x00700080, kContentDescription = 0x00700081,
                        kCreationDate = 0x00700082, kCreationTime = 0x00700083,
                        kCreatorName = 0x00700084, kDoseUnits = 0x30040002, kDoseType = 0x30040004,
                        kDoseComment = 0x30040006, kDoseSummation = 0x3004000A,
                        kGridFrameOffsets = 0x3004000C, kDoseGridScaling = 0x3004000E,
                        kStructureSetLabel = 0x30060002, kStructureSetName = 0x30060004,
                        kStructureSetDate = 0x30060008, kStructureSetTime = 0x30060009,
                        kShared = 0x52009229, kPerFrame = 0x52009230;

/// What the outline keeps beside what it keeps for an image, ascending.
constexpr auto kLayerTags = std::to_array<std::uint32_t>(
    {0x00081115, 0x00082112, 0x00620001, 0x00620002, 0x0062000E, 0x00620010, 0x00700080,
     0x00700081, 0x00700082, 0x00700083, 0x00700084, 0x30040002, 0x30040004, 0x30040006,
     0x3004000A, 0x3004000C, 0x3004000E, 0x30040050, 0x30060002, 0x30060004, 0x30060008,
     0x30060009, 0x30060010, 0x30060020, 0x30060039, 0x30060080, 0x300C0060});
static_assert(std::ranges::is_sorted(kLayerTags));
constexpr std::size_t kMaxSegments = 65'535, kMaxMappings = 10'000;
/// Of all mappings together.
constexpr std::size_t kMaxMappingBytes = std::size_t{32} << 20;

struct Kind {
  std::string_view sop_class_uid, name;
};
constexpr std::string_view kSegmentation = "SEGMENTATION";
constexpr auto kKinds =
    std::to_array<Kind>({{"1.2.840.10008.5.1.4.1.1.66.4", kSegmentation},
                         {"1.2.840.10008.5.1.4.1.1.66.7", kSegmentation},  // label map
                         {"1.2.840.10008.5.1.4.1.1.30", "PARAMETRIC_MAP"},
                         {"1.2.840.10008.5.1.4.1.1.481.2", "DOSE"},
                         {"1.2.840.10008.5.1.4.1.1.481.3", "STRUCTURE_SET"}});

std::string_view kind_of(std::string_view sop_class_uid) {
  auto const found = std::ranges::find(kKinds, sop_class_uid, &Kind::sop_class_uid);
  return found == kKinds.end() ? std::string_view() : found->name;
}

void add_number(JsonObject& object, std::string_view key, std::optional<double> const& value) {
  if (value) object.number(key, *value);
}

std::string meaning_of(Attributes const& holder, std::uint32_t sequence_tag) {
  auto const code = holder.first_item(sequence_tag);
  return code ? code->text(kCodeMeaning) : std::string();
}

void add_head(Attributes const& attributes, std::string_view kind, JsonObject& object) {
  object.text("format", "sightline.layer.v1");
  object.text("kind", kind);
  object.text("sopInstanceUID", attributes.code(kSopInstance));
  object.text("frameOfReferenceUID", kind == "STRUCTURE_SET" ? frame_of_reference_of_set(attributes)
                                                             : attributes.code(kFrameOfReference));
  object.text("label", either(attributes.code(kContentLabel), attributes.text(kStructureSetLabel)));
  object.text("description",
              either(attributes.text(kContentDescription), attributes.text(kStructureSetName)));
  object.text("date", either(attributes.code(kCreationDate), attributes.code(kStructureSetDate)));
  object.text("time", either(attributes.code(kCreationTime), attributes.code(kStructureSetTime)));
  object.text("creator", attributes.text(kCreatorName));
}

void add_segment(Attributes const& segment, std::uint16_t number, JsonArray& segments) {
  JsonObject object = segments.object();
  object.integer("number", number);
  object.text("label", segment.text(kSegmentLabel));
  object.text("description", segment.text(kSegmentDescription));
  object.text("algorithm", segment.code(kAlgorithmType));
  object.text("algorithmName", segment.text(kAlgorithmName));
  object.text("category", meaning_of(segment, kSegmentCategory));
  object.text("type", meaning_of(segment, kSegmentType));
  auto const lab = segment.words(kDisplayLab).values;
  if (lab.size() != 3) return;
  JsonArray color = object.array("lab");
  for (std::uint16_t const value : lab) color.raw(std::to_string(value));
}

void add_segmentation(Attributes const& attributes, JsonObject& object) {
  object.text("segmentationType", attributes.code(kSegmentationType));
  object.text("fractionalType", attributes.code(kFractionalType));
  add_number(object, "maximumFractionalValue", attributes.number(kMaximumFractional));
  JsonArray segments = object.array("segments");
  std::size_t left = kMaxSegments;
  for (Attributes const& segment : attributes.items(kSegments)) {
    auto const number = segment.u16(kSegmentNumber);
    if (number && left-- > 0) add_segment(segment, *number, segments);
  }
}

void add_dose(Attributes const& attributes, JsonObject& object) {
  object.text("units", attributes.code(kDoseUnits));
  object.text("type", attributes.code(kDoseType));
  object.text("summation", attributes.code(kDoseSummation));
  object.text("comment", attributes.text(kDoseComment));
  add_number(object, "scaling", attributes.number(kDoseGridScaling));
  add_dose_histograms(attributes, object);
  JsonArray offsets = object.array("offsets");
  auto values = attributes.numbers(kGridFrameOffsets);
  if (values.size() > kDefaultLimits.max_frames) values.resize(kDefaultLimits.max_frames);
  for (double const value : values) offsets.raw(JsonObject::number_text(value));
}

/// Real World Value Mappings, each once: frames give their numbers. Source: PS3.3 C.7.6.16.2.11.
class Mappings {
 public:
  explicit Mappings(bool signed_pixels) : signed_pixels_(signed_pixels) {}

  /// The number of the first mapping of a functional group, or nothing.
  std::optional<std::size_t> number_of(Attributes const& groups) {
    auto const item = groups.first_item(kRealWorldMappings);
    if (!item) return std::nullopt;
    std::string text = text_of(*item);
    if (auto const known = numbers_.find(text); known != numbers_.end()) return known->second;
    is_full_ = is_full_ || texts_.size() >= kMaxMappings || text.size() > bytes_left_;
    if (is_full_) return std::nullopt;
    bytes_left_ -= text.size();
    numbers_.emplace(text, texts_.size());
    texts_.push_back(std::move(text));
    return texts_.size() - 1;
  }
  /// There are more, or larger ones, than are given: some frames' values would mean nothing.
  [[nodiscard]] bool is_full() const { return is_full_; }
  void write(JsonObject& object) const {
    if (texts_.empty()) return;
    JsonArray mappings = object.array("mappings");
    for (std::string const& text : texts_) mappings.raw(text);
  }

 private:
  /// "US or SS": where the file does not say which (Implicit VR), Pixel Representation does.
  [[nodiscard]] std::optional<double> stored_value(Attributes const& item,
                                                   std::uint32_t tag) const {
    auto const value = item.number(tag);
    return value && signed_pixels_ && *value > 32767 ? std::optional(*value - 65536) : value;
  }
  [[nodiscard]] std::string text_of(Attributes const& item) const {
    constexpr std::size_t kMaxBytes = 4096, kMaxLutBytes = std::size_t{1} << 20;  // 65,536 entries
    BoundedText text(kMaxBytes + kMaxLutBytes);
    {
      JsonObject object(text);
      auto const either = [&](std::uint32_t first, std::uint32_t second) {
        auto const value = item.number(first);
        return value ? value : stored_value(item, second);
      };
      add_number(object, "first", either(kDoubleFirstMapped, kFirstMapped));
      add_number(object, "last", either(kDoubleLastMapped, kLastMapped));
      add_number(object, "slope", item.number(kRealWorldSlope));
      add_number(object, "intercept", item.number(kRealWorldIntercept));
      if (auto const lut = item.numbers(kRealWorldLut); !lut.empty())
        object.raw("lut", base64_of_doubles(lut));
      object.text("label", item.text(kLutLabel));
      object.text("explanation", item.text(kLutExplanation));
      if (auto const unit = item.first_item(kMeasurementUnits)) {
        object.text("unit", unit->text(kCodeValue));
        object.text("unitMeaning", unit->text(kCodeMeaning));
      }
    }
    return text.full() ? std::string("{}") : text.take();
  }
  bool signed_pixels_, is_full_ = false;
  std::size_t bytes_left_ = kMaxMappingBytes;
  std::map<std::string, std::size_t, std::less<>> numbers_;
  std::vector<std::string> texts_;
};

/// What one frame, or all of them, are of.
struct FrameNotes {
  std::optional<std::uint16_t> segment;
  std::vector<std::string> images;
  std::optional<std::size_t> mapping;
};

void read_groups(Attributes const& groups, LayerReferences& references, Mappings& mappings,
                 FrameNotes& notes) {
  if (auto const identification = groups.first_item(kSegmentIdentification))
    notes.segment = identification->u16(kReferencedSegment);
  if (auto const mapping = mappings.number_of(groups)) notes.mapping = mapping;
  auto const derivations = groups.items(kDerivationImages);
  if (!derivations.empty()) notes.images.clear();
  for (Attributes const& derivation : derivations)
    for (Attributes const& source : derivation.items(kSourceImages)) {
      std::string const preserved = source.code(kSpatialLocationsPreserved);
      if (preserved == "NO" || preserved == "REORIENTED_ONLY") continue;
      if (std::string entry = references.entry(source); !entry.empty())
        notes.images.push_back(std::move(entry));
    }
}

void add_frame(FrameNotes const& notes, JsonArray& frames) {
  JsonObject frame = frames.object();
  if (notes.segment) frame.integer("segment", *notes.segment);
  if (notes.mapping) frame.integer("mapping", static_cast<std::int64_t>(*notes.mapping));
  if (notes.images.empty()) return;
  JsonArray images = frame.array("images");
  for (std::string const& image : notes.images) images.raw(image);
}

/// `"frames"`: one entry for each that the functional groups tell something of. Errors:
/// limit_exceeded.
Status add_frames(Attributes const& attributes, LayerReferences& references, BoundedText& text,
                  JsonObject& object) {
  Mappings mappings(attributes.u16(kPixelRepresentation) == 1);
  FrameNotes shared;
  if (auto const groups = attributes.first_item(kShared))
    read_groups(*groups, references, mappings, shared);
  auto const per_frame = attributes.items(kPerFrame);
  // Of a lone frame, and of frames whose own groups are missing, the shared ones tell.
  std::int32_t const stated =
      attributes.has(kShared) ? attributes.integer(kNumberOfFrames).value_or(1) : 0;
  std::size_t const count =
      std::max(per_frame.size(), static_cast<std::size_t>(std::max(stated, 0)));
  if (count > kDefaultLimits.max_frames) return fail(Errc::limit_exceeded, "too many frames");
  {
    JsonArray frames = object.array("frames");
    for (std::size_t i = 0; i < count; ++i) {
      FrameNotes notes = shared;
      if (i < per_frame.size()) read_groups(per_frame[i], references, mappings, notes);
      add_frame(notes, frames);
      if (text.full() || mappings.is_full())
        return fail(Errc::limit_exceeded, "too much is said of its frames");
    }
  }
  mappings.write(object);
  return {};
}

void note_referenced_series(Attributes const& attributes, LayerReferences& references) {
  for (Attributes const& series : attributes.items(kReferencedSeries))
    for (Attributes const& image : series.items(kReferencedInstances)) references.entry(image);
  for (Attributes const& image : attributes.items(kSourceImages)) references.entry(image);
}

}  // namespace

bool is_layer_object(std::string_view sop_class_uid) {
  return !kind_of(sop_class_uid).empty() || !annotated_object_kind(sop_class_uid).empty();
}

bool is_segmentation(std::string_view sop_class_uid) {
  return kind_of(sop_class_uid) == kSegmentation;
}

Result<std::string> layer_object_json(std::span<std::byte const> file, Limits const& limits) {
  Limits bounded = limits;  // of the file, and of what is inflated
  bounded.max_instance_bytes =
      std::min<std::uint64_t>(limits.max_instance_bytes, kMaxLayerObjectBytes);
  auto const part10 = read_part10(file, bounded);
  if (!part10) return std::unexpected(part10.error());
  auto const outline = outline_data_set(part10->data_set(file), part10->data_set_offset,
                                        part10->syntax.elements, limits, kLayerTags);
  if (!outline) return std::unexpected(outline.error());
  auto const data_set = DataSet::parse(outline->kept, part10->syntax.elements, limits);
  if (!data_set) return std::unexpected(data_set.error());
  Attributes const attributes = data_set->attributes();

  std::string const sop_class = attributes.code(kSopClass);
  if (!annotated_object_kind(sop_class).empty()) return annotated_object_json(file, bounded);
  std::string_view const kind = kind_of(sop_class);
  if (kind.empty()) return fail(Errc::unsupported, "not an object that lies over images");
  BoundedText text(kMaxLayerJsonBytes);
  {
    LayerReferences references;
    JsonObject object(text);
    add_head(attributes, kind, object);
    note_referenced_series(attributes, references);
    if (kind == kSegmentation) add_segmentation(attributes, object);
    if (kind == "DOSE") add_dose(attributes, object);
    if (kind == "STRUCTURE_SET") add_structure_set(attributes, references, object);
    if (Status const added = add_frames(attributes, references, text, object); !added)
      return std::unexpected(added.error());
    references.write(object);
  }
  if (text.full()) return fail(Errc::limit_exceeded, "the object says too much");
  return text.take();
}

}  // namespace sightline::dicom
