#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace sightline::codec {

/// One level of the reversible 5/3 wavelet, forwards and in place: of `rows` x `cols` samples,
/// whose rows are `stride` apart, the low-pass half comes before the high-pass half on both axes.
/// `spare` has room for as many samples. Source: ISO/IEC 15444-1 F.4.
void forward_wavelet_53(std::int32_t* samples, std::size_t stride, std::uint32_t rows,
                        std::uint32_t cols, std::span<std::int32_t> spare);

}  // namespace sightline::codec
