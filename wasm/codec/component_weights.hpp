#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/main_header.hpp"
#include "codec/part_2_stages.hpp"

namespace sightline::codec {

/// The stages of an inverse transform over components as one: each component that is wanted is an
/// offset and a sum of coded ones, whatever dependencies and stages lie between. So nothing between
/// has to be kept. Source: ISO/IEC 15444-2 J.2.
class ComponentWeights {
 public:
  ComponentWeights() = default;
  /// `wanted`: indices of the last stage's outputs, one for each sample. No stages: the coded
  /// components themselves.
  ComponentWeights(std::span<TransformStage const> stages, std::span<ComponentSize const> coded,
                   std::span<std::uint16_t const> wanted);

  /// The coded components that are needed, each once, in the order of the first stage.
  [[nodiscard]] std::span<std::uint16_t const> inputs() const { return inputs_; }
  [[nodiscard]] std::size_t samples() const { return offsets_.size(); }
  /// Of an input, by its place in inputs().
  [[nodiscard]] double weight(std::size_t sample, std::size_t input) const {
    return weights_[sample * inputs_.size() + input];
  }
  [[nodiscard]] double offset(std::size_t sample) const { return offsets_[sample]; }
  /// Multiplications for one pixel.
  [[nodiscard]] std::uint64_t cost() const { return weights_.size() + offsets_.size(); }
  /// Whether components of their depth have sums that a double holds: of whole numbers all of
  /// their bits, else 2^-13 of a value for each input.
  [[nodiscard]] bool are_sound() const { return are_sound_; }

 private:
  std::vector<std::uint16_t> inputs_;
  std::vector<double> weights_;  ///< By sample, then by input.
  std::vector<double> offsets_;
  bool are_sound_ = true;
};

}  // namespace sightline::codec
