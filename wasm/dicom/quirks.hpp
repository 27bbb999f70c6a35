#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/byte_source.hpp"
#include "base/sample_block.hpp"
#include "dicom/element_scanner.hpp"
#include "dicom/instance.hpp"

/// Each deviation from the standard that real files make and Sightline reads all the same: what
/// files do, what is done. tests/dicom/quirks_test.cpp has one case for each.
namespace sightline::dicom::quirks {

/// Deflated data sets that carry a zlib header (RFC 1950), though PS3.5 A.5 says raw RFC 1951:
/// inflated as zlib.
bool has_zlib_header(std::span<std::byte const> deflated);

/// File Meta Information in Implicit VR, though PS3.10 7.1 says Explicit: read as it is.
bool meta_is_implicit(ByteSource const& file, std::uint64_t offset);

/// Explicit VR with letters that are no VR ("??", zeros, a length of Implicit VR): of the three
/// forms a header can have, the first after which another element follows is taken. Returns `read`
/// when none does. A VR of the long form whose reserved bytes are not 0: the short form, where only
/// after that another element follows.
ElementHeader repair_header(ElementScanner const& scanner, std::uint64_t offset,
                            ElementHeader const& read);

/// Basic Offset Table of an object over 4 GiB, whose 32-bit offsets began anew at 0, though PS3.5
/// A.4 wants the table empty then: 4 GiB are added each time that they descend.
std::vector<std::uint64_t> unwrapped_offsets(std::span<std::uint32_t const> table);

/// BitsStored 0 or more than BitsAllocated: taken as BitsAllocated. HighBit outside BitsAllocated
/// or under BitsStored - 1: taken as BitsStored - 1. Source: PS3.5 8.1.1.
void repair_bit_depths(PixelFormat& format);

/// No PhotometricInterpretation (0028,0004): MONOCHROME2 for one sample, RGB for three. In small
/// letters, or with a second value: the first one in capitals.
Photometric photometric_or_default(std::string_view text, std::uint16_t samples_per_pixel);

/// Samples per Pixel (0028,0002) that contradicts Photometric Interpretation, with a native frame
/// as long as one of them says: that one is right, and what is of the other kind is MONOCHROME2 or
/// RGB.
void settle_samples(std::uint64_t native_bytes, PixelFormat& format);

/// Native YBR_FULL_422, YBR_PARTIAL_422 or YBR_PARTIAL_420 with chroma for every pixel (PixelData
/// as long as three full planes): three samples a pixel.
bool is_full_resolution_422(PixelFormat const& format, std::uint64_t pixel_data_bytes,
                            std::uint32_t frames);

/// LINEAR windows (the default where nothing is said) over real numbers: taken as LINEAR_EXACT. The
/// halves and ones of PS3.3 C.11.2.1.2.1 count integers; files that say 0 to 1 mean 0 to 1.
void window_real_numbers(std::vector<DisplayPipeline>& display);

/// Which end is white, said twice: Presentation LUT Shape (2050,0020) turns the picture when it is
/// INVERSE and Photometric Interpretation (0028,0004) is not MONOCHROME1, of which it says the same
/// again. IDENTITY with MONOCHROME1 contradicts it; known files do so, and mean MONOCHROME1: its
/// lowest value stays white (docs/display.md). Source: PS3.3 C.7.6.1, C.7.6.3.1.2, C.8.11.3.
bool turns_presentation(std::string_view presentation_lut_shape, std::string_view photometric);

/// Rescale Slope (0028,1053) 0, which would make all pixels equal: 1 stands for it, and the values
/// have no unit and no uptake. DisplayPipeline keeps the 0, so that the viewer can say it.
constexpr double usable_rescale_slope(double rescale_slope) {
  return rescale_slope != 0 ? rescale_slope : 1;
}

/// DICOM names of character sets in other spellings ("ISO-IR 100", "ISOIR192", "UTF-8"): the
/// standard's name, or the text as it is.
std::string_view character_set_name(std::string_view text);

}  // namespace sightline::dicom::quirks
