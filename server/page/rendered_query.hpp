#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "dicom/instance.hpp"
#include "page/annotation.hpp"

namespace sightline::server {

/// How a rendered picture is wanted. Source: PS3.18 8.3.5.1.
struct RenderedQuery {
  struct Window {
    double center = 0, width = 1;  ///< modality units
    dicom::VoiFunction function = dicom::VoiFunction::linear;
    bool operator==(Window const&) const = default;
  };
  struct Viewport {
    std::uint32_t width_px = 0, height_px = 0;
    bool operator==(Viewport const&) const = default;
  };
  /// A part of the matrix, in its pixels; a side of 0: to the matrix's end. Mirrored where the
  /// query's extent is negative.
  struct Region {
    double left = 0, top = 0, width = 0, height = 0;
    bool is_mirrored_horizontally = false, is_mirrored_vertically = false;
    bool is_relative = false;  ///< the numbers are parts of the matrix's sides instead (0 … 1)
    bool operator==(Region const&) const = default;
  };
  std::optional<Window> window;      ///< window=center,width,linear|linear-exact|sigmoid
  std::optional<Viewport> viewport;  ///< viewport=width,height; the picture is fitted into it
  std::optional<Region> region;      ///< viewport=width,height,x,y,width,height
  std::optional<int> quality;        ///< quality=1…100, of a lossy picture
  Annotation annotation;             ///< annotation=patient,technique
  /// iccprofile=…; automatic: as the viewer shows it, in sRGB
  enum class IccProfile : std::uint8_t {
    automatic,
    no,         ///< values as stored, without a profile
    yes,        ///< values as stored, with the object's profile, or sRGB's
    srgb,       ///< converted, with the profile of the space
    adobe_rgb,  ///< the same
    romm_rgb,   ///< the same
  } icc_profile = IccProfile::automatic;
  bool operator==(RenderedQuery const&) const = default;
};

inline constexpr std::uint32_t kMaxViewportSide = 8192;

/// Errors: invalid_argument (unknown key, malformed or impossible value: width < 1 for linear, <= 0
/// for the others, PS3.3 C.11.2.1.2 and C.11.2.1.3). Whether the region lies in the matrix,
/// draw_frame says.
Result<RenderedQuery> parse_rendered_query(
    std::vector<std::pair<std::string, std::string>> const& query);

/// "xmin,ymin,xmax,ymax", parts of the picture's sides. Source: PS3.18 9.1.2.2.3.
std::optional<RenderedQuery::Region> parse_relative_region(std::string_view text);

}  // namespace sightline::server
