#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/component_weights.hpp"
#include "codec/main_header.hpp"

namespace sightline::codec {

/// Adds up the components that are wanted. Coded ones come in one after the other, in the order of
/// ComponentWeights::inputs(), so that none of them has to be kept. Lifetime: the weights outlive
/// it. Source: ISO/IEC 15444-2 J.2.
class ComponentUnmixer {
 public:
  explicit ComponentUnmixer(ComponentWeights const& weights)
      : weights_(weights), sums_(weights.samples()) {}

  /// Before the first input of `count` pixels.
  void begin(std::size_t count);
  /// Some pixels of an input, by its place in inputs(), from the pixel with that index on.
  template <class Sample>
  void add(std::size_t input, std::size_t first, std::span<Sample const> row);
  /// The values of a sample, once the last input was added.
  [[nodiscard]] std::span<double const> output(std::size_t sample) const { return sums_[sample]; }

 private:
  ComponentWeights const& weights_;
  std::vector<std::vector<double>> sums_;
};

/// The nearest integer (ties to even) that a component of this depth can hold; of NaN the lowest.
std::int32_t to_component(double value, ComponentSize component);

}  // namespace sightline::codec
