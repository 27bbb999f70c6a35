#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sightline::test {

/// Which codes the 17 categories of differences have.
enum class JpegCodes {
  short_first,  ///< 2 to 14 bits: small differences in few
  long_first,   ///< 1 to 16 bits, all bits of the last one 1: small differences in many
  flat,         ///< 5 bits each
};

struct PlainJpegLossless {
  unsigned precision = 16, predictor = 1, point_transform = 0;
  unsigned restart_rows = 0;          ///< 0: no DRI
  bool by_component = false;          ///< a scan for each component, else one for all
  bool last_component_first = false;  ///< within a scan, or of scans
  JpegCodes codes = JpegCodes::short_first;
  bool tables_differ = false;  ///< every second component has other codes
  unsigned fill_bytes = 0;     ///< 0xFF before each marker behind the first scan's header
  bool has_end = true;         ///< EOI
};

/// JPEG lossless step by step as ISO/IEC 10918-1 H.1 has it, with nothing of the decoder's.
/// `planes`: samples of each component, up to four.
std::vector<std::byte> encode_plain_jpeg_lossless(
    std::vector<std::vector<std::uint16_t>> const& planes, std::uint32_t rows, std::uint32_t cols,
    PlainJpegLossless const& options);

}  // namespace sightline::test
