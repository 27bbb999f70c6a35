#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "codec/main_header.hpp"
#include "codec/part_2_stages.hpp"

namespace sightline::codec {

/// Undoes the transforms over components for some of those that come out of them: what these do not
/// need is not computed, nor asked for. Coded components come in one after the other, in the order
/// of inputs(), and are added up, so that none of them has to be kept. Lifetime: the stages outlive
/// it. Source: ISO/IEC 15444-2 J.2.
class ComponentUnmixer {
 public:
  /// What a collection of the first stage takes of a coded component; another may take it, too.
  struct Input {
    std::size_t collection = 0, position = 0;
    std::uint16_t component = 0;
  };

  /// `wanted`: indices of the last stage's outputs.
  ComponentUnmixer(std::span<TransformStage const> stages, std::size_t coded,
                   std::span<std::uint16_t const> wanted);

  /// Whether a coded component is needed.
  [[nodiscard]] bool needs(std::size_t component) const { return is_needed_.front()[component]; }
  [[nodiscard]] std::span<Input const> inputs() const { return inputs_; }
  /// Multiplications for one pixel.
  [[nodiscard]] std::uint64_t cost() const { return cost_; }
  /// Values that are kept of each pixel.
  [[nodiscard]] std::size_t kept_values() const;
  /// Before the first input of `count` pixels.
  void begin(std::size_t count);
  /// Some pixels of an input, from the one with that index on.
  template <class Sample>
  void add(Input const& input, std::size_t first, std::span<Sample const> row);
  /// After the last input.
  void apply();
  /// The values of one that is wanted, once apply() has been called.
  [[nodiscard]] std::span<double const> output(std::size_t component) const {
    return rows_.back()[component];
  }

 private:
  void list_inputs();
  void add_dependencies();
  void apply_stage(std::size_t stage);

  std::span<TransformStage const> stages_;
  /// By stage, then by component: of what goes into the first, and of what comes out of each.
  std::vector<std::vector<bool>> is_needed_;
  std::vector<Input> inputs_;
  std::size_t count_ = 0;
  std::vector<std::vector<std::vector<double>>> rows_;  ///< As is_needed_; of the first none.
  std::uint64_t cost_ = 0;
};

/// The nearest integer (ties to even) that a component of this depth can hold; of NaN the lowest.
std::int32_t to_component(double value, ComponentSize component);

}  // namespace sightline::codec
