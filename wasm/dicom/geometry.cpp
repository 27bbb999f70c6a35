#include "dicom/geometry.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kImageType = 0x00080008, kSliceThickness = 0x00180050,
                        kSpacingBetweenSlices = 0x00180088, kMagnification = 0x00181114,
                        kImagerPixelSpacing = 0x00181164, kUsRegions = 0x00186011,
                        kRegionSpatialFormat = 0x00186012, kPhysicalUnitsX = 0x00186024,
                        kPhysicalUnitsY = 0x00186026, kPhysicalDeltaX = 0x0018602C,
                        kPhysicalDeltaY = 0x0018602E, kImagePosition = 0x00200032,
                        kImageOrientation = 0x00200037, kSliceLocation = 0x00201041,
                        kPixelSpacing = 0x00280030, kDetectorInformation = 0x00540022,
                        kSliceVector = 0x00540080;
constexpr double kMmPerCm = 10;
using SpacingSource = FrameGeometry::SpacingSource;

template <std::size_t N>
std::optional<std::array<double, N>> read_vector(Attributes const& attributes, std::uint32_t tag) {
  auto const values = attributes.numbers(tag);
  if (values.size() != N) return std::nullopt;
  std::array<double, N> vector{};
  std::ranges::copy(values, vector.begin());
  return vector;
}

std::optional<std::array<double, 2>> read_spacing(Attributes const& attributes, std::uint32_t tag) {
  auto const spacing = read_vector<2>(attributes, tag);
  return spacing && (*spacing)[0] > 0 && (*spacing)[1] > 0 ? spacing : std::nullopt;
}

/// Unit vectors at right angles, within what rounding in decimal strings can do. Source: PS3.3
/// C.7.6.2.1.1.
bool is_orientation(std::array<double, 6> const& o) {
  double const row = std::hypot(o[0], o[1], o[2]), column = std::hypot(o[3], o[4], o[5]);
  double const dot = o[0] * o[3] + o[1] * o[4] + o[2] * o[5];
  return std::abs(row - 1) < 0.01 && std::abs(column - 1) < 0.01 && std::abs(dot) < 0.01;
}

std::array<double, 3> normal_of(std::array<double, 6> const& o) {
  return {o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]};
}

/// Rows and columns in mm of the only region, when it is a 2D picture (PS3.3 C.8.5.5.1.1 value 1)
/// measured in cm (value 3).
std::optional<std::array<double, 2>> us_region_spacing(Attributes const& attributes) {
  auto const regions = attributes.items(kUsRegions);
  if (regions.size() != 1) return std::nullopt;
  Attributes const& region = regions.front();
  bool const is_2d = region.number(kRegionSpatialFormat) == 1.0;
  bool const in_cm = region.number(kPhysicalUnitsX) == 3.0 && region.number(kPhysicalUnitsY) == 3.0;
  auto const delta_x = region.number(kPhysicalDeltaX), delta_y = region.number(kPhysicalDeltaY);
  if (!is_2d || !in_cm || !delta_x || !delta_y || *delta_x == 0 || *delta_y == 0)
    return std::nullopt;
  return std::array{std::abs(*delta_y) * kMmPerCm, std::abs(*delta_x) * kMmPerCm};
}

}  // namespace

void read_plane(Attributes const& attributes, FrameGeometry& geometry) {
  if (auto const position = read_vector<3>(attributes, kImagePosition))
    geometry.image_position = position;
  auto const orientation = read_vector<6>(attributes, kImageOrientation);
  if (orientation && is_orientation(*orientation)) geometry.image_orientation = orientation;
  if (auto const spacing = read_spacing(attributes, kPixelSpacing)) {
    geometry.pixel_spacing = spacing;
    geometry.spacing_source = SpacingSource::pixel_spacing;
  }
  if (auto const thickness = attributes.number(kSliceThickness))
    geometry.slice_thickness = thickness;
  if (auto const between = attributes.number(kSpacingBetweenSlices))
    geometry.spacing_between_slices = between;
  if (auto const location = attributes.number(kSliceLocation)) geometry.slice_location = location;
}

FrameGeometry read_geometry(Attributes const& attributes) {
  FrameGeometry geometry;
  read_plane(attributes, geometry);
  if (geometry.pixel_spacing) return geometry;
  if (auto spacing = read_spacing(attributes, kImagerPixelSpacing)) {
    double const magnification = attributes.number(kMagnification).value_or(1);
    if (magnification > 0)
      *spacing = {(*spacing)[0] / magnification, (*spacing)[1] / magnification};
    geometry.pixel_spacing = spacing;
    geometry.spacing_source = SpacingSource::imager_pixel_spacing;
  } else if (auto const region = us_region_spacing(attributes)) {
    geometry.pixel_spacing = region;
    geometry.spacing_source = SpacingSource::us_region;
  }
  return geometry;
}

std::vector<FrameGeometry> read_nm_slices(Attributes const& attributes, FrameGeometry const& common,
                                          std::uint32_t number_of_frames) {
  auto const detector = attributes.first_item(kDetectorInformation);
  bool const reconstructed = attributes.code(kImageType).find("RECON") != std::string::npos;
  auto const between = attributes.number(kSpacingBetweenSlices);
  auto const slices = attributes.numbers(kSliceVector);
  if (!detector || !reconstructed || !between || slices.size() != number_of_frames) return {};
  FrameGeometry first = common;
  read_plane(*detector, first);
  if (!first.image_position || !first.image_orientation) return {};
  auto const normal = normal_of(*first.image_orientation);
  std::vector<FrameGeometry> frames(number_of_frames, first);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    // PS3.3 C.8.4.15.1.1: a positive spacing stacks the slices along the normal, behind the first
    // one.
    for (std::size_t axis = 0; axis < 3; ++axis) {
      (*frames[i].image_position)[axis] += normal[axis] * *between * (slices[i] - 1);
    }
  }
  return frames;
}

}  // namespace sightline::dicom
