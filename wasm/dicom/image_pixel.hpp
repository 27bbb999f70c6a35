#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "base/sample_block.hpp"
#include "dicom/attributes.hpp"
#include "dicom/transfer_syntax.hpp"

namespace sightline::dicom {

/// The Image Pixel Module, checked. Source: PS3.3 C.7.6.3.
struct ImagePixel {
  PixelFormat format;
  std::string unshowable_reason;  ///< empty when its frames can be shown
};

/// Reads and checks the module of an object whose pixels lie in the element with this tag (Pixel
/// Data, Float Pixel Data, Double Float Pixel Data). `native_bytes`: of one frame, as long as the
/// element is; 0 where it is not known. What cannot be shown is said in a sentence, never an error.
/// Threads: any. Source: PS3.3 C.7.6.3.1, C.7.6.24, C.7.6.25, PS3.5 8.1.1.
ImagePixel read_image_pixel(Attributes const& attributes, TransferSyntax const& syntax,
                            std::uint32_t pixel_tag, Limits const& limits,
                            std::uint64_t native_bytes = 0);

/// Source: PS3.3 C.7.6.3.1.2.
constexpr bool has_one_sample(Photometric photometric) {
  return photometric == Photometric::monochrome1 || photometric == Photometric::monochrome2 ||
         photometric == Photometric::palette_color;
}

/// Source: PS3.3 C.7.6.3.1.2.
Photometric photometric_of(std::string_view text);

/// Bits of one native frame in Pixel Data; 0 when the format is not one that can be shown. Source:
/// PS3.5 8.1.1, 8.2.
std::uint64_t native_frame_bits(PixelFormat const& format);

}  // namespace sightline::dicom
