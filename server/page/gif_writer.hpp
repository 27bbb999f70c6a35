#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/byte_writer.hpp"
#include "base/error.hpp"
#include "page/picture.hpp"

namespace sightline::server {

/// Writes an animation that repeats without end. Grey pictures keep their 256 values; of colours
/// there are 216 and 40 greys. Threads: one object, one thread. Source: GIF89a.
class GifWriter {
 public:
  /// Adds a picture that is shown for so long (rounded to 10 ms, at least 20: viewers take less for
  /// a mistake). Errors: invalid_argument (another shape than the first, samples neither 1 nor 3,
  /// bytes that do not fit), unsupported (a side over 65535).
  Status add(Picture const& picture, double duration_ms);
  std::size_t size() const { return out_.size(); }
  /// The whole file; empty without a picture.
  std::vector<std::byte> finish();

 private:
  void put_start(Picture const& picture);

  ByteWriter out_;
  std::uint32_t rows_ = 0, cols_ = 0;
  std::uint16_t samples_ = 0;  ///< 0: no picture yet
};

}  // namespace sightline::server
