#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "pixel/draw_parameters.hpp"

namespace sightline::pixel {

/// A PET image that does not say how it is to be seen: it is shown as PET is read, which for who
/// reads it is with black for much (the caller sets values.inverted). Source: docs/display.md;
/// PS3.4 B.5 (PET, Legacy Converted and Enhanced PET), PS3.3 C.11.2.
bool is_read_as_pet(dicom::Instance const& instance, std::uint32_t frame_index0);

/// How a frame is shown when nobody has asked for more: DICOM's first window, else its first VOI
/// LUT, else of PET with an SUV factor 0 to 5 g/ml (LINEAR_EXACT), else LINEAR over the stored
/// range min … max (padding left out) in modality units: center = (min + max + 1) / 2, width = max
/// - min + 1; of real numbers LINEAR_EXACT over them. Geometry: image size and pixel aspect are set
/// (from spacing, else (0028,0034)); the caller sets the viewport, and zoom by fit_zoom. A caller
/// whose decoder has made RGB sets values.photometric = rgb. Errors: not_found (no such frame),
/// unsupported (photometric interpretation), invalid_argument (numbers or tables that no picture
/// can be made of). Source: PS3.3 C.11.2.1.2, C.7.6.3.1.2, C.7.6.3.1.7.
Result<DrawParameters> default_display(dicom::Instance const& instance, std::uint32_t frame_index0,
                                       double min, double max);

/// Smallest and largest of a block's real numbers, those that are none and padding left out; 0, 0
/// when none is left. Source: PS3.3 C.7.6.24.
struct RealRange {
  double min = 0, max = 0;
};
RealRange real_range(SampleBlock const& block,
                     std::optional<std::array<double, 2>> const& padding = std::nullopt);

/// The padding of one frame's real numbers. Source: PS3.3 C.7.6.24, C.7.6.25.
std::optional<std::array<double, 2>> real_padding_of(dicom::Instance const& instance,
                                                     std::uint32_t frame_index0);

}  // namespace sightline::pixel
