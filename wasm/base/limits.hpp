#pragma once
#include <cstdint>

namespace sightline {

/// Upper bounds that hold before anything is allocated from a number in the input.
/// Values are far above what hospitals make and far below what hurts the machine.
struct Limits {
  std::uint64_t max_instance_bytes = 64ull << 30;  ///< a file, read by ranges
  /// What is held in memory whole: an inflated data set, a file that is encoded anew.
  std::uint64_t max_whole_bytes = 4ull << 30;
  std::uint64_t max_header_bytes = 512ull << 20;     ///< All attributes that are read of a file.
  std::uint32_t max_rows = 65535, max_cols = 65535;  ///< US VR, PS3.3 C.7.6.3.
  std::uint64_t max_frame_bytes = 1ull << 30;        ///< Decoded, one frame.
  std::uint32_t max_frames = 100'000;
  std::uint32_t max_fragments = 1'000'000;
  std::uint32_t max_sequence_depth = 32;
  std::uint32_t max_lut_entries = 65536;     ///< PS3.3 C.11.1.1: 0 means 2^16.
  std::uint32_t max_text_bytes = 64 * 1024;  ///< One attribute's value.
  std::uint32_t max_wants = 65536;           ///< Entries of one want-list.
};

inline constexpr Limits kDefaultLimits{};

}  // namespace sightline
