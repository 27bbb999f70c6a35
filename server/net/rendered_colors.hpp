#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "net/rendered_subject.hpp"
#include "tile/color_tables.hpp"

namespace sightline::server {

/// What the colour profile of a picture's object makes of it. Source: PS3.18 8.3.5.1 (ICC Profile);
/// PS3.3 C.11.15; PS3.4 N.2.2.
struct RenderedColors {
  ColorTables::Table table;            ///< null: colours stay
  bool is_applied_after = false;       ///< to the picture that was drawn, grey or of a video
  std::vector<std::byte> icc_profile;  ///< to stand in the picture; empty: none
  bool is_automatic = false;           ///< nobody has asked for a profile

  /// For FrameSource. Lifetime: of this.
  std::optional<pixel::ColorTable> while_drawing() const;
};

/// Whether pictures are to hold a profile, which not all media types can.
bool wants_profile(RenderedQuery::IccProfile asked);

/// A presentation state of colours, or with a palette, has a profile of its own, which takes the
/// place of the image's. Without a query's word a picture whose profile cannot be used stays as it
/// is stored. Errors: unsupported, corrupt, … (the profile cannot be used, and was asked for); io.
Result<RenderedColors> find_colors(Services const& services, Subject const& subject,
                                   dicom::Instance const& instance,
                                   RenderedQuery::IccProfile asked);

/// The drawn picture, with its profile. A grey one that has to have one becomes RGB.
Picture with_colors(Picture picture, RenderedColors const& colors);

}  // namespace sightline::server
