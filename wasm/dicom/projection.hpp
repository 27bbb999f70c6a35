#pragma once
#include <string>

#include "dicom/attributes.hpp"

namespace sightline::dicom {

/// View Position (0018,5101), else what View Code Sequence (0054,0220) says: of mammograms the
/// abbreviation of the view, of others the meaning of the code. Empty: nothing is said.
/// Source: PS3.3 C.8.11.7, C.8.11.5; PS3.16 CID 4014.
std::string read_view_position(Attributes const& attributes);

/// Image Laterality (0020,0062), else the Frame Laterality (0020,9072) that all frames share, where
/// it is a side. Source: PS3.3 C.8.11.7, C.7.6.16.2.8.
std::string read_image_laterality(Attributes const& attributes);

}  // namespace sightline::dicom
