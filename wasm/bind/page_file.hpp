#pragma once
#include "base/byte_source.hpp"

namespace sightline::bind {

/// Of what is read by ranges, a deflated data set alone must lie in the module whole.
inline constexpr std::uint64_t kMaxWholeBytes = 1ull << 30;

/// The file that the page reads by ranges while a sl_*_ranged function runs: it asks
/// Module.readRange for each. Lifetime: of that call.
class PageFile {
 public:
  /// size: a float64 holds what a file can have.
  explicit PageFile(double size_bytes);
  [[nodiscard]] ByteSource source() { return ranges_; }

 private:
  RangedBytes ranges_;
};

}  // namespace sightline::bind
