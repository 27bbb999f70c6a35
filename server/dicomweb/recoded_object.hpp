#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "dicom/instance.hpp"
#include "dicomweb/pieces.hpp"

namespace sightline::server {

/// What stands in the place of a file's Pixel Data (7FE0,0010).
struct NewPixels {
  bool encapsulated = false;               ///< one fragment for each frame, with an offset table
  std::vector<std::uint64_t> frame_bytes;  ///< length of each frame
  std::string photometric;                 ///< (0028,0004); empty: as it is
};

/// A file as a Part 10 file in another transfer syntax of Explicit VR Little Endian.
struct RecodeRequest {
  std::string transfer_syntax_uid;
  std::optional<NewPixels> pixels;  ///< nothing: the values of Pixel Data are kept
};

/// Plans the file without its values: what is the same is a range of the original, which is not
/// copied. Changed are Transfer Syntax UID and the meta group's length; with new pixels also Pixel
/// Data and its VR, Photometric Interpretation, Planar Configuration (to 0), High Bit (to Bits
/// Stored - 1: decoded values are right-aligned), and the Extended Offset Table goes. An Explicit
/// VR Little Endian data set keeps every other byte. Of Implicit VR and Big Endian ones values stay
/// and VRs are those of dicom::ElementTree; sequences get undefined lengths, group lengths go.
/// Errors: as dicom::read_part10; unsupported (pixels of an icon are encapsulated, but those of the
/// picture would no longer be; a fragment in the wrong place), truncated, corrupt, limit_exceeded
/// (more than 256 MiB would have to be held). Threads: any. Source: PS3.5 7.1, 8.2, A.2, A.4;
/// PS3.10 7.1.
Result<std::vector<Piece>> recode_object(std::span<std::byte const> file,
                                         dicom::Instance const& instance,
                                         RecodeRequest const& request);

}  // namespace sightline::server
