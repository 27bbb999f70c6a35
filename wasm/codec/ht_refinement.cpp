#include "codec/ht_refinement.hpp"

#include <algorithm>
#include <cstring>

namespace sightline::codec {
namespace {

constexpr std::uint32_t kStripe = 4;

}  // namespace

void HtRefinement::refine(HtBlock const& block, std::uint32_t* samples, std::size_t stride) {
  std::size_t const width = block.width + 2;
  std::memset(significant_, 0, width * (block.height + 2));
  for (std::size_t row = 0; row < block.height; ++row) {
    for (std::size_t col = 0; col < block.width; ++col) {
      significant_[(row + 1) * width + col + 1] = samples[row * stride + col] != 0 ? 1 : 0;
    }
  }
  // The refinement is of what the cleanup pass has found: it goes before significance grows.
  if (block.passes > 2) magnitude_refinement(block, samples, stride);
  significance_propagation(block, samples, stride);
}

void HtRefinement::magnitude_refinement(HtBlock const& block, std::uint32_t* samples,
                                        std::size_t stride) {
  bits_.unstuff_backward(block.refinement, 0, 0, true, block.width * block.height / 8 + 16);
  std::uint32_t const whole = 1u << (block.plane - 1), half = whole >> 1;
  std::size_t position = 0;
  for (std::uint32_t top = 0; top < block.height; top += kStripe) {
    std::uint32_t const bottom = std::min(top + kStripe, block.height);
    for (std::uint32_t col = 0; col < block.width; ++col) {
      for (std::uint32_t row = top; row < bottom; ++row) {
        std::uint32_t& sample = samples[row * stride + col];
        if (sample == 0) continue;
        if ((bits_.at(position++) & 1) == 0) sample ^= whole;
        sample |= half;
      }
    }
  }
}

void HtRefinement::significance_propagation(HtBlock const& block, std::uint32_t* samples,
                                            std::size_t stride) {
  bits_.unstuff_forward(block.refinement, 0, block.width * block.height / 4 + 16);
  std::size_t const width = block.width + 2;
  std::uint32_t const value = 3u << (block.plane - 2);
  std::size_t position = 0;
  for (std::uint32_t top = 0; top < block.height; top += kStripe) {
    std::uint32_t const bottom = std::min(top + kStripe, block.height);
    for (std::uint32_t first = 0; first < block.width; first += kStripe) {
      std::uint32_t const last = std::min(first + kStripe, block.width);
      std::uint32_t* found[kStripe * kStripe];
      std::size_t count = 0;
      for (std::uint32_t col = first; col < last; ++col) {
        for (std::uint32_t row = top; row < bottom; ++row) {
          std::uint8_t* const here = significant_ + (row + 1) * width + col + 1;
          if (*here != 0) continue;
          unsigned neighbours = here[-1] | here[1];
          for (std::uint8_t const* p : {here - width, here + width}) {
            // Stripe-causal: the next stripe is not looked at.
            if (p > here && block.is_stripe_causal && row + 1 == top + kStripe) continue;
            neighbours |= p[-1] | p[0] | p[1];
          }
          if (neighbours == 0) continue;
          if ((bits_.at(position++) & 1) == 0) continue;
          *here = 1;
          found[count++] = &samples[row * stride + col];
        }
      }
      // The signs of each four by four samples follow their magnitudes.
      for (std::size_t i = 0; i < count; ++i) {
        *found[i] = static_cast<std::uint32_t>(bits_.at(position++) & 1) << 31 | value;
      }
    }
  }
}

}  // namespace sightline::codec
