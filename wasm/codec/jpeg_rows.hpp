#pragma once
#include <cstddef>
#include <cstdint>

namespace sightline::codec {

/// Rows of JPEG's planes of 8 bits on their way into pixels, as the library makes them.

/// Twice as many columns, each from the nearer sample and a quarter of the other beside it; up to
/// two samples are doubled as they are. `out` has room for 2 * count. Source: IJG's "fancy"
/// upsampling, which PS3.5 leaves to the decoder.
void upsample_across(std::uint8_t const* in, std::size_t count, std::uint8_t* out);

/// Twice as many columns and rows: one of the two rows of `near`, whose other neighbour is `far`;
/// the nearer sample weighs three times the other, both ways. Up to two samples are doubled as they
/// are.
void upsample_both(std::uint8_t const* near, std::uint8_t const* far, std::size_t count,
                   std::uint8_t* out);

/// Source: ITU-T T.871 7, with 16 bits of fraction. In place: Y, CB, CR become R, G, B.
void ybr_to_rgb(std::uint8_t* first, std::uint8_t* second, std::uint8_t* third, std::size_t count);

/// The same of `count` whole pixels of `sample_bytes` (1, 2 or 4) a sample, of a depth of 2 to 16
/// bits: zero of CB and CR is 2^(precision - 1), and what comes out is 0 to 2^precision - 1.
void ybr_pixels_to_rgb(std::byte* pixels, std::size_t count, std::size_t sample_bytes,
                       unsigned precision);

/// Samples of the planes side by side, `sample_bytes` (1, 2 or 4) each.
void store_grey(std::uint8_t const* in, std::size_t count, std::size_t sample_bytes,
                std::byte* out);
void store_colour(std::uint8_t const* first, std::uint8_t const* second, std::uint8_t const* third,
                  std::size_t count, std::size_t sample_bytes, std::byte* out);

}  // namespace sightline::codec
