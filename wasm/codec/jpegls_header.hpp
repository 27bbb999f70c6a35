#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/error.hpp"

namespace sightline::codec {

/// A JPEG-LS stream's header up to its first scan, each number checked.
struct JpegLsHeader {
  std::uint16_t rows = 0, cols = 0;
  std::uint8_t precision = 0, components = 0;
  enum class Interleave : std::uint8_t { none = 0, line = 1, sample = 2 };
  Interleave interleave = Interleave::none;
  std::uint8_t near_lossless = 0;
  /// LSE's preset parameters: MAXVAL, T1, T2, T3, RESET; 0 is the default.
  std::array<std::uint16_t, 5> presets{};
  /// APP8 "mrfx": HP's colour transforms of RGB, which CharLS writes too.
  enum class Transform : std::uint8_t { none = 0, hp1 = 1, hp2 = 2, hp3 = 3 };
  Transform transform = Transform::none;
  /// DRI: lines after which a scan begins anew; 0: never.
  std::uint32_t restart_lines = 0;
  bool rows_follow = false;    ///< rows = 0: DNL says them behind the first scan
  std::size_t first_scan = 0;  ///< where the first SOS begins
};

/// Errors: corrupt, truncated, unsupported (mapping tables, scans of some components). Source:
/// ISO/IEC 14495-1 C.2.
Result<JpegLsHeader> read_jpegls_header(std::span<std::byte const> bytes);

}  // namespace sightline::codec
