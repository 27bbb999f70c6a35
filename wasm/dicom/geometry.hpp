#pragma once
#include <cstdint>
#include <vector>

#include "dicom/attributes.hpp"
#include "dicom/instance.hpp"

namespace sightline::dicom {

/// Position, orientation, spacing and thickness, where `attributes` has them, over what `geometry`
/// held. `attributes` is a data set or an item of Plane Position, Plane Orientation or Pixel
/// Measures Sequence. Threads: as Attributes. Source: PS3.3 C.7.6.2.1, C.7.6.16.2.1 to .4.
void read_plane(Attributes const& attributes, FrameGeometry& geometry);

/// A data set's top level. Spacing: Pixel Spacing (0028,0030); else Imager Pixel Spacing
/// (0018,1164), divided by the Estimated Radiographic Magnification Factor (0018,1114) where given;
/// else the one 2D region of an ultrasound in cm. Threads: as Attributes. Source: PS3.3
/// C.7.6.2, 10.7.1, C.8.11.4, C.8.5.5.
FrameGeometry read_geometry(Attributes const& attributes);

/// Slices of a reconstructed NM volume: the first lies where Detector Information Sequence
/// (0054,0022) says, the others follow along the normal. Empty for anything else. Threads: as
/// Attributes. Source: PS3.3 C.8.4.15, C.8.4.11, C.8.4.9.
std::vector<FrameGeometry> read_nm_slices(Attributes const& attributes, FrameGeometry const& common,
                                          std::uint32_t number_of_frames);

}  // namespace sightline::dicom
