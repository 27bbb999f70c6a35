#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/byte_source.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/sample_block.hpp"

namespace sightline::dicom {

class Attributes;
struct DataSetOutline;

/// One bitmap over the picture: group 60xx of an image or of a presentation state. Source: PS3.3
/// C.9.2.
struct OverlayPlane {
  std::uint16_t group = 0x6000;                 ///< 6000 … 601E, even
  std::uint16_t rows = 0, cols = 0;             ///< (60xx,0010), (60xx,0011)
  std::int16_t origin_row = 1, origin_col = 1;  ///< (60xx,0050); 1\1 is the first pixel
  std::uint32_t number_of_frames = 1;           ///< (60xx,0015), as many as there are bits for
  /// (60xx,0051): frame of the image, 1-based, that the first frame lies over; 0: the only frame
  /// lies over each.
  std::uint32_t image_frame_origin = 0;
  bool is_roi = false;                                 ///< (60xx,0040) = R
  std::uint16_t bits_allocated = 1, bit_position = 0;  ///< (60xx,0100), (60xx,0102)
  std::string label, description;                      ///< (60xx,1500), (60xx,0022)
  bool operator==(OverlayPlane const&) const = default;

  /// The bits are unused ones of Pixel Data (retired).
  [[nodiscard]] bool is_embedded() const { return bits_allocated > 1; }
};

inline constexpr std::uint16_t kFirstOverlayGroup = 0x6000, kLastOverlayGroup = 0x601E;
/// Bits of one frame of an overlay: four times the largest mammogram. Beyond it a plane is left
/// out.
inline constexpr std::uint64_t kMaxOverlayPixels = std::uint64_t{1} << 26;

/// An image whose pixels are native, so that the unused bits of Pixel Data can be had.
struct EmbeddingImage {
  PixelFormat format;
  std::uint32_t number_of_frames = 0;
};

/// What a data set has of overlay planes, as far as their bits are there: a plane that has no bits,
/// no size or too large a one is left out, one that has fewer frames than it states has those.
/// `image`: null where no plane can lie in Pixel Data. Threads: as Attributes. Source: PS3.3 C.9.2;
/// PS3.5-2004 8.1.2, for embedded ones.
std::vector<OverlayPlane> read_overlay_planes(Attributes const& attributes,
                                              DataSetOutline const& outline,
                                              EmbeddingImage const* image);

/// The bits of one frame of a plane that are data of their own, likewise. `bytes`: what the outline
/// was made of. Errors: not_found, truncated. Threads: any. Source: PS3.3 C.9.2; PS3.5 8.2, annex
/// D.
Result<std::vector<std::byte>> own_overlay_bits(ByteSource const& bytes,
                                                DataSetOutline const& outline, bool big_endian,
                                                OverlayPlane const& plane,
                                                std::uint32_t frame_index0);

/// The bits of one frame (0-based) of the plane of this group: row by row without gaps, the first
/// in the lowest bit of the first byte. Shape: rows * cols bits. Errors: not_found, truncated, and
/// those of read_instance. Threads: any. Source: PS3.3 C.9.2.1.1; PS3.5 8.2, annex D.
Result<std::vector<std::byte>> overlay_bits(ByteSource file, std::uint16_t group,
                                            std::uint32_t frame_index0,
                                            Limits const& limits = kDefaultLimits);

}  // namespace sightline::dicom
