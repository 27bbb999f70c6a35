#pragma once
#include <string>
#include <vector>

#include "base/error.hpp"
#include "dicom/instance.hpp"
#include "page/picture.hpp"

namespace sightline::server {

/// What is written into a rendered picture. Source: PS3.18 8.3.5.1.1.
struct Annotation {
  bool patient = false;    ///< who it is
  bool technique = false;  ///< what was done, and which picture of it this is
  bool operator==(Annotation const&) const = default;
};

/// Lines of text, each by itself: what turns letters around in one value does not reach another.
/// UTF-8, but hostile: see burn_in.
struct AnnotationText {
  std::vector<std::string> top_left, bottom_left;
};
AnnotationText annotation_text(Annotation const& wanted, dicom::Instance const& instance,
                               std::uint32_t frame_index0);

/// Writes the lines into the picture's corners: white with a dark rim, in all scripts that the
/// machine's fonts have, cut with an ellipsis where the picture ends. Of a line the first 128
/// characters are taken, control characters and bad UTF-8 as U+FFFD; of a corner at most 12 lines,
/// and those that fit into half of the picture. Errors: invalid_argument (a picture of another
/// shape than its bytes, or over 32767 wide), out_of_memory. Threads: any.
Status burn_in(Picture& picture, AnnotationText const& text);

}  // namespace sightline::server
