#include "dicom/bulk_annotations.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/base64.hpp"
#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "dicom/annotated_object.hpp"
#include "dicom/coded_entry.hpp"
#include "dicom/sr_content.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kReferencedSeries = 0x00081115, kReferencedImages = 0x00081140,
                        kReferencedInstances = 0x0008114A, kMeasurementUnits = 0x004008EA,
                        kConceptName = 0x0040A043, kGroupNumber = 0x0040A180,
                        kPixelOrigin = 0x00480301, kDisplayLab = 0x0062000D,
                        kAlgorithmName = 0x00660036, kPointCoordinates = 0x00660016,
                        kDoubleCoordinates = 0x00660022, kPointIndexes = 0x00660040,
                        kMeasurements = 0x00660121, kFloatingPointValues = 0x00660125,
                        kMeasurementValues = 0x00660132, kCoordinateType = 0x006A0001,
                        kGroups = 0x006A0002, kGroupUid = 0x006A0003, kGroupLabel = 0x006A0005,
                        kGroupDescription = 0x006A0006, kGenerationType = 0x006A0007,
                        kAlgorithms = 0x006A0008, kCategory = 0x006A0009,
                        kPropertyType = 0x006A000A, kCount = 0x006A000C, kAllPaths = 0x006A000D,
                        kPaths = 0x006A000E, kAllPlanes = 0x006A000F, kCommonZ = 0x006A0010,
                        kAnnotationIndexes = 0x006A0011, kGraphicType = 0x00700023;
constexpr std::size_t kMaxGroups = 10'000, kMaxMeasurements = 1000;

/// What is left of kMaxAnnotationNumbers.
class Budget {
 public:
  bool take(std::size_t numbers) {
    if (numbers > left_) return false;
    left_ -= numbers;
    return true;
  }

 private:
  std::size_t left_ = kMaxAnnotationNumbers;
};

/// The 32-bit words of OF or OL. Nothing when it is no whole number of them.
std::optional<std::vector<std::uint32_t>> words(DocumentItem const& item, std::uint32_t tag) {
  TreeElement const* const element = item.find(tag);
  auto const bytes = item.bytes(tag);
  if (element == nullptr || element->has_vr("SQ") || bytes.size() % 4 != 0) return std::nullopt;
  std::vector<std::uint32_t> values(bytes.size() / 4);
  ByteReader reader(bytes);
  for (std::uint32_t& value : values)
    value = element->encoding.big_endian ? reader.u32_be() : reader.u32_le();
  return values;
}

/// OD as the words of OF: pixels of a slide and millimetres of a body need no more.
std::optional<std::vector<std::uint32_t>> narrowed(DocumentItem const& item, std::uint32_t tag) {
  TreeElement const* const element = item.find(tag);
  auto const bytes = item.bytes(tag);
  if (element == nullptr || element->has_vr("SQ") || bytes.size() % 8 != 0) return std::nullopt;
  std::vector<std::uint32_t> values(bytes.size() / 8);
  ByteReader reader(bytes);
  for (std::uint32_t& value : values) {
    std::uint64_t const bits = element->encoding.big_endian ? reader.u64_be() : reader.u64_le();
    auto const wide = std::bit_cast<double>(bits);
    bool const fits = std::abs(wide) <= std::numeric_limits<float>::max();
    auto const narrow = fits ? static_cast<float>(wide) : std::numeric_limits<float>::quiet_NaN();
    value = std::bit_cast<std::uint32_t>(narrow);
  }
  return values;
}

bool all_finite(std::vector<std::uint32_t> const& values) {
  return std::ranges::all_of(
      values, [](std::uint32_t value) { return std::isfinite(std::bit_cast<float>(value)); });
}

void add_words(JsonObject& object, std::string_view name,
               std::vector<std::uint32_t> const& values) {
  ByteWriter bytes(4 * values.size());
  for (std::uint32_t const value : values) bytes.u32_le(value);
  object.raw(name, "\"" + base64(bytes.view()) + "\"");
}

/// The points of one group, each figure's first one counted from 0.
struct Figures {
  std::vector<std::uint32_t> points;  ///< floats as they lie in memory
  std::vector<std::uint32_t> starts;  ///< empty: `each` points to a figure
  std::size_t each = 0;
};

/// Where figures of any number of points begin. Values count coordinates from 1. Source: PS3.3
/// C.37.1.2, Long Primitive Point Index List.
bool read_starts(DocumentItem const& group, std::size_t dimension, std::size_t points,
                 Figures& figures) {
  auto indexes = words(group, kPointIndexes);
  if (!indexes || indexes->empty()) return false;
  std::uint64_t least = 0;
  for (std::uint32_t& index : *indexes) {
    if (index == 0 || (index - 1) % dimension != 0) return false;
    std::uint64_t const start = (index - 1) / dimension;
    bool const is_next = &index == indexes->data() ? start == 0 : start >= least;
    if (!is_next || start >= points) return false;
    least = start + 1;
    index = static_cast<std::uint32_t>(start);
  }
  figures.starts = std::move(*indexes);
  return true;
}

std::optional<Figures> read_figures(DocumentItem const& group, std::size_t dimension,
                                    Budget& budget) {
  std::string const type = group.code(kGraphicType);
  Figures figures;
  if (type == "POINT") figures.each = 1;
  if (type == "RECTANGLE" || type == "ELLIPSE") figures.each = 4;
  bool const is_list = type == "POLYGON" || type == "POLYLINE";
  if (figures.each == 0 && !is_list) return std::nullopt;
  std::size_t const stored = group.bytes(kPointCoordinates).size() / 4 +
                             group.bytes(kDoubleCoordinates).size() / 8 +
                             group.bytes(kPointIndexes).size() / 4;
  if (!budget.take(stored)) return std::nullopt;
  auto points = group.has(kPointCoordinates) ? words(group, kPointCoordinates)
                                             : narrowed(group, kDoubleCoordinates);
  if (!points || points->empty() || points->size() % dimension != 0 || !all_finite(*points))
    return std::nullopt;
  std::size_t const count = points->size() / dimension;
  if (is_list ? !read_starts(group, dimension, count, figures) : count % figures.each != 0)
    return std::nullopt;
  figures.points = std::move(*points);
  return figures;
}

/// Without values where these are broken, or too many. Source: PS3.3 C.37.1.2, Measurements
/// Sequence.
void add_measurement(DocumentItem const& item, std::size_t figures, Budget& budget,
                     JsonArray& list) {
  JsonObject object = list.object();
  add_coded_entry(object, "concept", item, kConceptName);
  add_coded_entry(object, "unit", item, kMeasurementUnits);
  auto const values = item.first_item(kMeasurementValues);
  if (!values || !budget.take(values->bytes(kFloatingPointValues).size() / 4 +
                              values->bytes(kAnnotationIndexes).size() / 4))
    return;
  auto const numbers = words(*values, kFloatingPointValues);
  if (!numbers) return;
  if (!values->has(kAnnotationIndexes)) {
    if (numbers->size() == figures) add_words(object, "values", *numbers);
    return;
  }
  auto indexes = words(*values, kAnnotationIndexes);  // from 1
  if (!indexes || indexes->size() != numbers->size()) return;
  for (std::uint32_t& index : *indexes) {
    if (index == 0 || index > figures) return;
    --index;
  }
  add_words(object, "values", *numbers);
  add_words(object, "indexes", *indexes);
}

void add_names(DocumentItem const& group, JsonObject& object) {
  if (auto const number = group.number(kGroupNumber)) object.number("number", *number);
  object.text("uid", group.code(kGroupUid));
  object.text("label", group.text(kGroupLabel));
  object.text("description", group.text(kGroupDescription));
  object.text("algorithm", group.code(kGenerationType));
  if (auto const algorithm = group.first_item(kAlgorithms))
    object.text("algorithmName", algorithm->text(kAlgorithmName));
  add_coded_entry(object, "category", group, kCategory);
  add_coded_entry(object, "type", group, kPropertyType);
  object.text("graphicType", group.code(kGraphicType));
  if (auto const count = group.number(kCount)) object.number("count", *count);
  auto const lab = group.numbers(kDisplayLab);
  if (lab.size() == 3) object.numbers("lab", lab);
  // YES, or left out: on all of them
  object.flag("somePlanes", group.code(kAllPlanes) == "NO");
  if (group.code(kAllPaths) != "NO") return;
  JsonArray paths = object.array("paths");
  for (std::string const& path : group.codes(kPaths)) paths.raw(json_quote(path));
}

void add_group(DocumentItem const& group, bool is_3d, Budget& budget, JsonArray& groups) {
  JsonObject object = groups.object();
  add_names(group, object);
  auto const z = is_3d ? group.number(kCommonZ) : std::nullopt;
  std::size_t const dimension = is_3d && !z ? 3 : 2;
  auto const figures = read_figures(group, dimension, budget);
  object.integer("dimension", static_cast<std::int64_t>(dimension));
  if (z) object.number("z", *z);
  object.flag("leftOut", !figures);
  if (!figures) return;
  std::size_t const count = figures->each == 0 ? figures->starts.size()
                                               : figures->points.size() / dimension / figures->each;
  add_words(object, "points", figures->points);
  if (!figures->starts.empty()) add_words(object, "starts", figures->starts);
  auto const measurements = group.items(kMeasurements);
  if (measurements.empty()) return;
  JsonArray list = object.array("measurements");
  for (std::size_t i = 0; i < std::min(measurements.size(), kMaxMeasurements); ++i)
    add_measurement(measurements[i], count, budget, list);
}

}  // namespace

void add_bulk_annotations(DocumentItem const& data_set, JsonObject& object) {
  bool const is_3d = data_set.code(kCoordinateType) == "3D";
  object.text("coordinates", is_3d ? "3D" : "2D");
  object.text("origin", data_set.code(kPixelOrigin));
  add_references(object, "references", data_set, kReferencedImages);
  if (auto const series = data_set.first_item(kReferencedSeries))
    add_references(object, "instances", *series, kReferencedInstances);
  Budget budget;
  auto const items = data_set.items(kGroups);
  JsonArray groups = object.array("groups");
  for (std::size_t i = 0; i < std::min(items.size(), kMaxGroups); ++i)
    add_group(items[i], is_3d, budget, groups);
}

}  // namespace sightline::dicom
