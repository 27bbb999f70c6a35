#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace sightline::codec {

/// Encodes HT code-blocks with a cleanup pass of the lowest bit-plane, which keeps every value.
/// Threads: one object, one thread. Source: ISO/IEC 15444-15 7, annex C.
class HtBlockEncoder {
 public:
  HtBlockEncoder();
  ~HtBlockEncoder();
  HtBlockEncoder(HtBlockEncoder const&) = delete;
  HtBlockEncoder& operator=(HtBlockEncoder const&) = delete;

  /// Appends the block's cleanup segment to `out` and returns its bytes; 0 when all samples are 0,
  /// which needs none. Rows are `stride` samples apart. Shape: at most 64 x 64. Units: quantization
  /// indices with magnitudes below 2^26.
  std::size_t encode(std::int32_t const* samples, std::size_t stride, std::uint32_t width,
                     std::uint32_t height, std::vector<std::byte>& out);

 private:
  struct Scratch;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace sightline::codec
