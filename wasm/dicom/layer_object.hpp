#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/limits.hpp"

namespace sightline::dicom {

/// Larger files are not asked: of a segmentation all is read, and its frames are most of it.
inline constexpr std::size_t kMaxLayerObjectBytes = std::size_t{512} << 20;
/// Points of the contours of a structure set together; contours beyond are left out.
inline constexpr std::size_t kMaxContourPoints = 2'000'000;
/// What one object may say of itself.
inline constexpr std::size_t kMaxLayerJsonBytes = std::size_t{64} << 20;

/// Whether this class is about other images, and lies over them: segmentations, structure sets,
/// radiotherapy doses, parametric maps, structured reports and bulk annotations. Source: PS3.4 B.5.
bool is_layer_object(std::string_view sop_class_uid);
/// Whether it is a segmentation of pictures, a label map too. Source: PS3.4 B.5.
bool is_segmentation(std::string_view sop_class_uid);

/// What such an object says of the images that it lies over, of its segments, regions, doses or
/// values, as the JSON of docs/wire_format.md; its own frames and where they lie are in the
/// manifest. Errors: as read_part10; unsupported (another class); limit_exceeded. Threads: any.
/// Source: PS3.3 A.51, A.75, A.19, A.18, C.8.20, C.8.32, C.8.8.3, C.8.8.5, C.8.8.6.
Result<std::string> layer_object_json(std::span<std::byte const> file,
                                      Limits const& limits = kDefaultLimits);

}  // namespace sightline::dicom
