#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sightline {

/// PS3.3 C.7.6.3.1.2, as the display pipeline needs it.
enum class Photometric : std::uint8_t {
  unknown = 0,
  monochrome1 = 1,
  monochrome2 = 2,
  rgb = 3,
  palette_color = 4,
  ybr_full = 5,
  ybr_full_422 = 6,
  ybr_partial_420 = 7,
  ybr_ict = 8,
  ybr_rct = 9,
  ybr_partial_422 = 10,
};

/// How the frames of an instance are stored: the Image Pixel Module's numbers (PS3.3 C.7.6.3),
/// checked.
struct PixelFormat {
  std::uint32_t rows = 0, cols = 0;        ///< (0028,0010), (0028,0011)
  std::uint16_t samples_per_pixel = 1;     ///< (0028,0002): 1 or 3
  std::uint16_t bits_allocated = 16;       ///< (0028,0100): 1, 8, 16, 32; 64 of real numbers
  std::uint16_t bits_stored = 16;          ///< (0028,0101); 0: real numbers, see is_float
  std::uint16_t high_bit = 15;             ///< (0028,0102)
  bool is_signed = false;                  ///< (0028,0103) Pixel Representation = 1
  std::uint16_t planar_configuration = 0;  ///< (0028,0006)
  Photometric photometric = Photometric::monochrome2;
};

/// Two luminances and one pair of chroma for every two pixels, where samples are native. Source:
/// PS3.3 C.7.6.3.1.2.
constexpr bool is_422(Photometric photometric) {
  return photometric == Photometric::ybr_full_422 || photometric == Photometric::ybr_partial_422;
}

/// One pair of chroma for every two pixels, in every second row of them, where samples are native:
/// even rows are Y Y Cb Cr for two pixels, odd rows their luminances alone. Quirk: PS3.3
/// C.7.6.3.1.2 has YBR_PARTIAL_420 for compressed pixels only; dcm4che writes and reads it so.
constexpr bool is_420(Photometric photometric) {
  return photometric == Photometric::ybr_partial_420;
}

/// Samples are IEEE 754 numbers of bits_allocated (32: Float Pixel Data (7FE0,0008), 64: Double
/// Float Pixel Data (7FE0,0009)), which have neither Bits Stored nor High Bit. Source: PS3.3
/// C.7.6.24, C.7.6.25.
constexpr bool is_float(PixelFormat const& format) {
  return format.bits_stored == 0 && (format.bits_allocated == 32 || format.bits_allocated == 64);
}

/// Decoded stored values of one frame (or of one resolution level of it).
/// Shape: rows x cols x samples, row-major, samples interleaved, little-endian integers of
/// bits_allocated (8, 16 or 32), sign-extended when signed; unused high bits are cleared. Real
/// numbers are binary32 or binary64 of PS3.5 6.2 (OF, OD), bit for bit.
struct SampleBlock {
  std::uint32_t rows = 0, cols = 0;
  std::uint16_t samples = 1;
  std::uint16_t bits_allocated = 16;
  bool is_signed = false;
  std::vector<std::byte> bytes;
  bool is_float = false;  ///< binary32 or binary64 by bits_allocated
};

}  // namespace sightline
