#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "dicom/instance.hpp"

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
  std::optional<Window> window;      ///< window=center,width,linear|linear-exact|sigmoid
  std::optional<Viewport> viewport;  ///< viewport=width,height; the picture is fitted into it
  bool operator==(RenderedQuery const&) const = default;
};

inline constexpr std::uint32_t kMaxViewportSide = 8192;

/// Errors: invalid_argument (unknown key, malformed or impossible value: width < 1 for linear, <= 0
/// for the others, PS3.3 C.11.2.1.2 and C.11.2.1.3).
Result<RenderedQuery> parse_rendered_query(
    std::vector<std::pair<std::string, std::string>> const& query);

}  // namespace sightline::server
