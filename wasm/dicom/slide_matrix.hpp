#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sightline::dicom {

class Attributes;
struct Instance;

/// The large picture that the frames of a whole-slide image are tiles of. Source: PS3.3 C.8.12.4,
/// C.7.6.17.3.
struct SlideMatrix {
  struct OpticalPath {
    std::string identifier, description;  ///< (0048,0106), (0048,0107)
    bool operator==(OpticalPath const&) const = default;
  };
  /// Where a frame lies. Position of its first pixel in the matrix, from 1; 0, 0: not known.
  struct Tile {
    std::int32_t col = 0, row = 0;     ///< (0048,021E), (0048,021F)
    std::uint8_t path = 0, plane = 0;  ///< which of `paths`, of the focal planes
    bool operator==(Tile const&) const = default;
  };
  std::uint32_t cols = 0, rows = 0;  ///< (0048,0006), (0048,0007)
  std::uint32_t focal_planes = 1;    ///< 1 … 256
  std::vector<OpticalPath> paths;    ///< 1 … 256
  /// One per frame; empty: the frames are the tiles of a whole grid, row after row, plane after
  /// plane, path after path (TILED_FULL), beginning at Concatenation Frame Offset Number.
  std::vector<Tile> tiles;
  std::optional<double> objective_power;                      ///< (0048,0112)
  std::optional<std::array<double, 2>> volume_mm;             ///< width, height (0048,0001), …2
  std::optional<std::array<std::uint16_t, 3>> absent_cielab;  ///< (0048,0015), as C.10.7.1.1
  std::string pyramid_uid;                                    ///< (0008,0019)
  bool operator==(SlideMatrix const&) const = default;
};

/// The matrix that the frames of a whole-slide microscopy image, as far as it is read (format,
/// number of frames, concatenation), are tiles of. Nothing when the object is of another kind, or
/// says too little or too much for its tiles to be laid out: then it remains a stack of frames.
/// Threads: as Attributes. Source: PS3.3 C.7.6.17.3, C.8.12.6.1.
std::optional<SlideMatrix> read_slide_matrix(Attributes const& attributes,
                                             Instance const& instance);

}  // namespace sightline::dicom
