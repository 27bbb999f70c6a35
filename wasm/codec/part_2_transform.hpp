#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "codec/main_header.hpp"
#include "codec/part_2_stages.hpp"

namespace sightline::codec {

/// Undoes the transforms over components, row by row, for some of the components that come out of
/// them: what these do not need is not computed, nor asked for. Lifetime: the stages outlive it.
/// Source: ISO/IEC 15444-2 J.2.
class ComponentUnmixer {
 public:
  /// `wanted`: indices of the last stage's outputs.
  ComponentUnmixer(std::span<TransformStage const> stages, std::size_t coded,
                   std::span<std::uint16_t const> wanted);

  /// Whether a coded component is needed.
  [[nodiscard]] bool needs(std::size_t component) const { return is_needed_.front()[component]; }
  /// Multiplications for one pixel.
  [[nodiscard]] std::uint64_t cost() const { return cost_; }
  /// Room for a row of `count` samples, to be filled before each apply().
  std::span<double> input(std::size_t component, std::size_t count);
  /// The row of one that is wanted, once apply() has been called.
  [[nodiscard]] std::span<double const> output(std::size_t component) const {
    return rows_.back()[component];
  }
  void apply(std::size_t count);

 private:
  void apply_stage(std::size_t stage, std::size_t count);

  std::span<TransformStage const> stages_;
  /// By stage, then by component: of what goes into the first, and of what comes out of each.
  std::vector<std::vector<bool>> is_needed_;
  std::vector<std::vector<std::vector<double>>> rows_;
  std::uint64_t cost_ = 0;
};

/// The nearest integer (ties to even) that a component of this depth can hold; of NaN the lowest.
std::int32_t to_component(double value, ComponentSize component);

}  // namespace sightline::codec
