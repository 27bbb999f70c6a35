#include "dicom/structure_set.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64.hpp"
#include "base/byte_writer.hpp"
#include "dicom/layer_object.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kFrameOfReference = 0x00200052, kReferencedFrameOfReference = 0x30060010,
                        kReferencedStudy = 0x30060012, kReferencedSeries = 0x30060014,
                        kContourImages = 0x30060016, kStructureSetRois = 0x30060020,
                        kRoiNumber = 0x30060022, kRoiFrameOfReference = 0x30060024,
                        kRoiName = 0x30060026, kRoiDescription = 0x30060028,
                        kDisplayColor = 0x3006002A, kGenerationAlgorithm = 0x30060036,
                        kRoiContours = 0x30060039, kContours = 0x30060040,
                        kGeometricType = 0x30060042, kContourPoints = 0x30060046,
                        kContourData = 0x30060050, kObservations = 0x30060080,
                        kReferencedRoi = 0x30060084, kInterpretedType = 0x300600A4;
constexpr std::size_t kMaxRegions = 10'000, kMaxContours = 500'000;

/// One letter for a Contour Geometric Type; 0: none that is drawn. Source: PS3.3 C.8.8.6.
char letter_of(std::string_view type) {
  if (type == "CLOSED_PLANAR") return 'C';
  if (type == "CLOSEDPLANAR_XOR") return 'X';
  if (type == "OPEN_PLANAR") return 'O';
  if (type == "OPEN_NONPLANAR") return 'N';
  if (type == "POINT") return 'P';
  return 0;
}

/// The contours of one region, as the viewer takes them.
class ContourList {
 public:
  ContourList(std::size_t& points_left, std::size_t& contours_left)
      : points_left_(points_left), contours_left_(contours_left) {}

  /// False: left out.
  bool add(Attributes const& contour, LayerReferences& references) {
    char const letter = letter_of(contour.code(kGeometricType));
    auto const values = contour.numbers(kContourData);
    std::size_t const count = values.size() / 3;
    auto const stated = contour.integer(kContourPoints);
    bool const is_whole = count > 0 && values.size() % 3 == 0 &&
                          (!stated || static_cast<std::size_t>(*stated) == count);
    if (letter == 0 || !is_whole || count > points_left_ || contours_left_ == 0) return false;
    points_left_ -= count;
    --contours_left_;
    types_ += letter;
    counts_.push_back(count);
    auto const image = contour.first_item(kContourImages);
    std::string entry = image ? references.entry(*image) : std::string();
    images_.push_back(entry.empty() ? "null" : std::move(entry));
    for (double const value : values)
      points_.u32_le(std::bit_cast<std::uint32_t>(static_cast<float>(value)));
    return true;
  }
  void write(JsonObject& object) const {
    if (types_.empty()) return;
    JsonObject contours = object.object("contours");
    contours.text("types", types_);
    {
      JsonArray counts = contours.array("counts");
      for (std::size_t const count : counts_) counts.raw(std::to_string(count));
    }
    {
      JsonArray images = contours.array("images");
      for (std::string const& image : images_) images.raw(image);
    }
    contours.raw("points", "\"" + base64(points_.view()) + "\"");
  }

 private:
  std::size_t& points_left_;
  std::size_t& contours_left_;
  std::string types_;
  std::vector<std::size_t> counts_;
  std::vector<std::string> images_;
  ByteWriter points_;
};

using ByRoi = std::map<std::int32_t, Attributes>;

ByRoi by_roi(Attributes const& attributes, std::uint32_t sequence_tag) {
  ByRoi found;
  for (Attributes const& item : attributes.items(sequence_tag)) {
    auto const number = item.integer(kReferencedRoi);
    if (number) found.emplace(*number, item);
  }
  return found;
}

void add_color(Attributes const& contours, JsonObject& object) {
  auto const rgb = contours.numbers(kDisplayColor);
  if (rgb.size() != 3) return;
  JsonArray color = object.array("rgb");
  for (double const value : rgb)
    color.raw(std::to_string(static_cast<int>(std::clamp(value, 0.0, 255.0))));
}

/// Images that the set as a whole was drawn on.
void note_images(Attributes const& attributes, LayerReferences& references) {
  for (Attributes const& frame : attributes.items(kReferencedFrameOfReference))
    for (Attributes const& study : frame.items(kReferencedStudy))
      for (Attributes const& series : study.items(kReferencedSeries))
        for (Attributes const& image : series.items(kContourImages)) references.entry(image);
}

}  // namespace

std::string frame_of_reference_of_set(Attributes const& attributes) {
  std::string found = attributes.code(kFrameOfReference);
  if (!found.empty()) return found;
  for (Attributes const& item : attributes.items(kReferencedFrameOfReference)) {
    std::string const one = item.code(kFrameOfReference);
    if (!found.empty() && !one.empty() && one != found) return {};
    if (!one.empty()) found = one;
  }
  return found;
}

void add_structure_set(Attributes const& attributes, LayerReferences& references,
                       JsonObject& object) {
  note_images(attributes, references);
  ByRoi const contours = by_roi(attributes, kRoiContours);
  ByRoi const observations = by_roi(attributes, kObservations);
  std::size_t points_left = kMaxContourPoints, contours_left = kMaxContours,
              regions_left = kMaxRegions;
  bool is_incomplete = false;
  {
    JsonArray regions = object.array("regions");
    for (Attributes const& roi : attributes.items(kStructureSetRois)) {
      auto const number = roi.integer(kRoiNumber);
      if (!number || regions_left == 0) {
        is_incomplete = true;
        continue;
      }
      --regions_left;
      JsonObject region = regions.object();
      region.integer("number", *number);
      region.text("label", roi.text(kRoiName));
      region.text("description", roi.text(kRoiDescription));
      region.text("algorithm", roi.code(kGenerationAlgorithm));
      region.text("frameOfReferenceUID", roi.code(kRoiFrameOfReference));
      if (auto const seen = observations.find(*number); seen != observations.end())
        region.text("type", seen->second.code(kInterpretedType));
      auto const drawn = contours.find(*number);
      if (drawn == contours.end()) continue;
      add_color(drawn->second, region);
      ContourList list(points_left, contours_left);
      for (Attributes const& contour : drawn->second.items(kContours))
        if (!list.add(contour, references)) is_incomplete = true;
      list.write(region);
    }
  }
  object.flag("incomplete", is_incomplete);
}

}  // namespace sightline::dicom
