#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sightline::test {

struct PlainJpegLs {
  int precision = 8, max_value = 255, near_lossless = 0;
  bool states_thresholds = true;  ///< else LSE has 0 for them: the default
  int restart_lines = 0;          ///< 0: no DRI
  bool rows_by_dnl = false;       ///< SOF without lines, DNL behind the first scan
  bool by_line = false;  ///< of several components: interleaved by line, else a scan for each
  std::vector<std::uint8_t> dri = {};  ///< DRI's number, in other than two bytes
};

/// JPEG-LS step by step as ISO/IEC 14495-1 A.2 to A.7 has it, with nothing of the decoder's: LSE
/// states MAXVAL, and the default thresholds. `values` by plane. Its reconstructed values (those of
/// NEAR) are written to `coded`.
std::vector<std::byte> encode_plain_jpegls(std::vector<std::vector<std::int32_t>> const& planes,
                                           std::uint32_t rows, std::uint32_t cols,
                                           PlainJpegLs const& options,
                                           std::vector<std::vector<std::int32_t>>* coded = nullptr);

}  // namespace sightline::test
