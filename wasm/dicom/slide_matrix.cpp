#include "dicom/slide_matrix.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string_view>
#include <utility>

#include "dicom/attributes.hpp"
#include "dicom/instance.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kPyramidUid = 0x00080019, kDimensionOrganization = 0x00209311,
                        kZOffset = 0x0040074A, kVolumeWidth = 0x00480001,
                        kVolumeHeight = 0x00480002, kMatrixCols = 0x00480006,
                        kMatrixRows = 0x00480007, kAbsentPixel = 0x00480015,
                        kOpticalPaths = 0x00480105, kPathIdentifier = 0x00480106,
                        kPathDescription = 0x00480107, kObjectivePower = 0x00480112,
                        kPathIdentification = 0x00480207, kSlidePosition = 0x0048021A,
                        kTileCol = 0x0048021E, kTileRow = 0x0048021F, kFocalPlanes = 0x00480303,
                        kShared = 0x52009229, kPerFrame = 0x52009230;
/// VL Whole Slide Microscopy, Confocal Microscopy Tiled Pyramidal. Source: PS3.4 B.5.
constexpr std::array<std::string_view, 2> kSlideClasses{"1.2.840.10008.5.1.4.1.1.77.1.6",
                                                        "1.2.840.10008.5.1.4.1.1.77.1.9"};
/// Positions are of VR SL.
constexpr std::uint32_t kLargestSide = std::numeric_limits<std::int32_t>::max();
/// Of paths, and of planes: what a Tile can name.
constexpr std::size_t kMostLayers = 256;
constexpr double kSamePlaneUm = 1e-4;

/// Of TILED_FULL frames: number of tiles in a row, in one plane, in one path.
struct Grid {
  std::uint64_t cols, plane, path;
};

Grid grid_of(SlideMatrix const& matrix, PixelFormat const& format) {
  std::uint64_t const cols = (std::uint64_t{matrix.cols} + format.cols - 1) / format.cols;
  std::uint64_t const rows = (std::uint64_t{matrix.rows} + format.rows - 1) / format.rows;
  return {cols, cols * rows, cols * rows * matrix.focal_planes};
}

/// Sizes of 31 bits and counts of 8: no product here passes 2^62 + 2^39.
SlideMatrix::Tile tile_of_grid(std::uint64_t frame, Grid const& grid, PixelFormat const& format) {
  std::uint64_t const in_plane = frame % grid.plane;
  return {static_cast<std::int32_t>(in_plane % grid.cols * format.cols + 1),
          static_cast<std::int32_t>(in_plane / grid.cols * format.rows + 1),
          static_cast<std::uint8_t>(frame / grid.path),
          static_cast<std::uint8_t>(frame % grid.path / grid.plane)};
}

void read_paths(Attributes const& attributes, SlideMatrix& matrix) {
  for (Attributes const& path : attributes.items(kOpticalPaths)) {
    matrix.paths.push_back({path.text(kPathIdentifier), path.text(kPathDescription)});
    if (!matrix.objective_power) matrix.objective_power = path.number(kObjectivePower);
  }
  if (matrix.paths.empty()) matrix.paths.emplace_back();
  if (matrix.objective_power && !(*matrix.objective_power > 0)) matrix.objective_power.reset();
}

/// 0, the first, for one that is not named or not known.
std::uint8_t path_index(SlideMatrix const& matrix, std::optional<Attributes> const& groups) {
  auto const item = groups ? groups->first_item(kPathIdentification) : std::nullopt;
  if (!item) return 0;
  std::string const identifier = item->text(kPathIdentifier);
  auto const found =
      std::ranges::find(matrix.paths, identifier, &SlideMatrix::OpticalPath::identifier);
  return found == matrix.paths.end() ? std::uint8_t{0}
                                     : static_cast<std::uint8_t>(found - matrix.paths.begin());
}

/// Planes are the different Z offsets, from the slide upwards. False: more than can be told apart.
bool number_planes(std::vector<double> const& z_offsets, SlideMatrix& matrix) {
  std::vector<double> levels = z_offsets;
  std::ranges::sort(levels);
  auto const same = [](double a, double b) { return std::abs(a - b) <= kSamePlaneUm; };
  auto const repeats = std::ranges::unique(levels, same);
  levels.erase(repeats.begin(), repeats.end());
  if (levels.size() > kMostLayers) return false;
  matrix.focal_planes = static_cast<std::uint32_t>(std::max<std::size_t>(levels.size(), 1));
  for (std::size_t i = 0; i < matrix.tiles.size(); ++i) {
    auto const above = std::ranges::upper_bound(levels, z_offsets[i] + kSamePlaneUm);
    matrix.tiles[i].plane = static_cast<std::uint8_t>(above - levels.begin() - 1);
  }
  return true;
}

/// TILED_SPARSE, and whatever states its positions. False: it does not.
bool read_positions(Attributes const& attributes, Instance const& instance, SlideMatrix& matrix) {
  auto const shared = attributes.first_item(kShared);
  std::uint8_t const shared_path = path_index(matrix, shared);
  auto const per_frame = attributes.items(kPerFrame);
  std::vector<double> z_offsets(instance.number_of_frames, 0);
  matrix.tiles.resize(instance.number_of_frames);
  bool is_any_known = false;
  for (std::size_t i = 0; i < matrix.tiles.size(); ++i) {
    std::optional<Attributes> const groups =
        i < per_frame.size() ? std::optional(per_frame[i]) : std::nullopt;
    bool const names_path = groups && groups->has(kPathIdentification);
    matrix.tiles[i].path = names_path ? path_index(matrix, groups) : shared_path;
    auto position = groups ? groups->first_item(kSlidePosition) : std::nullopt;
    if (!position && shared) position = shared->first_item(kSlidePosition);
    if (!position) continue;
    auto const col = position->integer(kTileCol), row = position->integer(kTileRow);
    if (!col || !row) continue;
    matrix.tiles[i].col = *col;
    matrix.tiles[i].row = *row;
    z_offsets[i] = position->number(kZOffset).value_or(0);
    is_any_known = true;
  }
  return is_any_known && number_planes(z_offsets, matrix);
}

/// Forgets positions that TILED_FULL would have too. Not those of a part of the grid: of
/// TILED_FULL its other tiles would be missing, here they were not scanned.
void drop_regular_positions(Instance const& instance, SlideMatrix& matrix) {
  Grid const grid = grid_of(matrix, instance.format);
  bool const is_part =
      !instance.concatenation_uid.empty() || instance.concatenation_frame_offset > 0;
  if (!is_part && matrix.tiles.size() != grid.path * matrix.paths.size()) return;
  for (std::size_t i = 0; i < matrix.tiles.size(); ++i) {
    std::uint64_t const frame = std::uint64_t{instance.concatenation_frame_offset} + i;
    if (frame / grid.path >= matrix.paths.size()) return;
    if (matrix.tiles[i] != tile_of_grid(frame, grid, instance.format)) return;
  }
  matrix.tiles.clear();
}

std::optional<std::array<double, 2>> read_volume(Attributes const& attributes) {
  auto const width = attributes.number(kVolumeWidth), height = attributes.number(kVolumeHeight);
  if (!width || !height || !(*width > 0) || !(*height > 0)) return std::nullopt;
  return std::array{*width, *height};
}

}  // namespace

std::optional<SlideMatrix> read_slide_matrix(Attributes const& attributes,
                                             Instance const& instance) {
  if (std::ranges::find(kSlideClasses, instance.sop_class_uid) == kSlideClasses.end() ||
      instance.number_of_frames == 0 || instance.format.rows == 0 || instance.format.cols == 0)
    return std::nullopt;
  auto const cols = attributes.u32(kMatrixCols), rows = attributes.u32(kMatrixRows);
  if (!cols || !rows || *cols == 0 || *rows == 0 || *cols > kLargestSide || *rows > kLargestSide)
    return std::nullopt;
  SlideMatrix matrix;
  matrix.cols = *cols;
  matrix.rows = *rows;
  read_paths(attributes, matrix);
  if (matrix.paths.size() > kMostLayers) return std::nullopt;
  matrix.volume_mm = read_volume(attributes);
  matrix.pyramid_uid = attributes.code(kPyramidUid);
  auto const absent = attributes.words(kAbsentPixel).values;
  if (absent.size() == 3) matrix.absent_cielab = {absent[0], absent[1], absent[2]};

  if (attributes.code(kDimensionOrganization) == "TILED_FULL") {
    matrix.focal_planes = attributes.u32(kFocalPlanes).value_or(1);
    if (matrix.focal_planes == 0 || matrix.focal_planes > kMostLayers) return std::nullopt;
    return matrix;
  }
  if (read_positions(attributes, instance, matrix)) {
    drop_regular_positions(instance, matrix);
    return matrix;
  }
  matrix.tiles.clear();
  matrix.focal_planes = 1;
  // Nothing is said of positions: as many frames as the grid has tiles can only be these.
  bool const is_grid = grid_of(matrix, instance.format).plane == instance.number_of_frames;
  return is_grid ? std::optional(std::move(matrix)) : std::nullopt;
}

}  // namespace sightline::dicom
