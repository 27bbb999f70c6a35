#pragma once
#include <cstddef>
#include <cstdint>

#include "base/sample_block.hpp"

namespace sightline::codec {

/// Value number `i` of a block of 8 or 16 bits. Source: PS3.5 8.1.1.
std::int32_t block_value(SampleBlock const& block, std::size_t i);
/// The precision that holds every value: `bits_stored`, or all of the word when a value needs more.
/// Source: PS3.3 C.7.6.3.1, Bits Stored.
unsigned block_precision(SampleBlock const& block, unsigned bits_stored);
/// True when it has a shape that encoders take: 8 or 16 bits, 1 or 3 samples, not empty. Source:
/// PS3.5 8.2.4.
bool has_encoded_shape(SampleBlock const& block);
/// True when there are as many bytes as the shape says. Source: PS3.5 8.1.1.
bool has_all_bytes(SampleBlock const& block);

}  // namespace sightline::codec
