#include "codec/component_weights.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "codec/twofold.hpp"

namespace sightline::codec {
namespace {

/// The most that a sum, without its signs, comes to: of whole numbers, of others.
constexpr double kMostWhole = 0x1p52, kMostReal = 0x1p40;

/// An offset and a weight for each component that there is at some stage.
struct Sum {
  std::vector<Twofold> weights;
  Twofold offset;
};

/// J.2: the coefficients of one output, for the inputs of a decorrelation or for the outputs before
/// it of a dependency.
std::span<double const> coefficients_of(ComponentCollection const& collection, std::size_t row) {
  std::span<double const> const matrix = collection.matrix;
  if (matrix.empty()) return {};
  if (collection.is_dependency) return matrix.subspan(row * (row == 0 ? 0 : row - 1) / 2, row);
  std::size_t const inputs = collection.inputs.size();
  return matrix.subspan(row * inputs, inputs);
}

/// An output of a dependency is made of those before it: what it weighs, they weigh. From the last
/// on, for these are made of others.
void spread_dependency(ComponentCollection const& collection, std::vector<Twofold>& weights) {
  for (std::size_t i = collection.outputs.size(); i-- > 1;) {
    Twofold const weight = weights[collection.outputs[i]];
    if (weight.is_zero()) continue;
    auto const coefficients = coefficients_of(collection, i);
    for (std::size_t k = 0; k < coefficients.size(); ++k)
      weights[collection.outputs[k]].add(weight.times(coefficients[k]));
  }
}

/// What a sum of the outputs of a stage is of its inputs.
Sum before(TransformStage const& stage, std::size_t inputs, Sum sum) {
  Sum made{std::vector<Twofold>(inputs), sum.offset};
  for (ComponentCollection const& each : stage.collections) {
    if (each.is_dependency) spread_dependency(each, sum.weights);
    for (std::size_t i = 0; i < each.outputs.size(); ++i) {
      Twofold const weight = sum.weights[each.outputs[i]];
      if (weight.is_zero()) continue;
      if (!each.offsets.empty()) made.offset.add(weight.times(each.offsets[i]));
      if (each.is_dependency || each.matrix.empty()) {
        made.weights[each.inputs[i]].add(weight);
        continue;
      }
      auto const coefficients = coefficients_of(each, i);
      for (std::size_t k = 0; k < coefficients.size(); ++k)
        made.weights[each.inputs[k]].add(weight.times(coefficients[k]));
    }
  }
  return made;
}

Sum sum_of(std::span<TransformStage const> stages, std::size_t coded, std::uint16_t wanted) {
  Sum sum{std::vector<Twofold>(stages.empty() ? coded : stages.back().outputs), {}};
  sum.weights[wanted] = Twofold(1);
  for (std::size_t s = stages.size(); s-- > 0;)
    sum = before(stages[s], s == 0 ? coded : stages[s - 1].outputs, std::move(sum));
  return sum;
}

/// As the first stage names them, which is the order of its sums; each as often as it does.
std::vector<std::uint16_t> in_order(std::span<TransformStage const> stages, std::size_t coded) {
  std::vector<std::uint16_t> components;
  if (stages.empty()) {
    for (std::size_t c = 0; c < coded; ++c) components.push_back(static_cast<std::uint16_t>(c));
    return components;
  }
  for (ComponentCollection const& each : stages.front().collections)
    components.insert(components.end(), each.inputs.begin(), each.inputs.end());
  return components;
}

bool is_sound(Sum const& sum, std::span<ComponentSize const> coded) {
  double most = std::abs(sum.offset.value());
  bool is_whole = std::trunc(most) == most;
  for (std::size_t c = 0; c < coded.size(); ++c) {
    double const weight = sum.weights[c].value();
    is_whole = is_whole && std::trunc(weight) == weight;
    most += std::abs(weight) * std::ldexp(1.0, coded[c].bits);
  }
  return most <= (is_whole ? kMostWhole : kMostReal);  // false of what is not a number
}

}  // namespace

ComponentWeights::ComponentWeights(std::span<TransformStage const> stages,
                                   std::span<ComponentSize const> coded,
                                   std::span<std::uint16_t const> wanted) {
  std::vector<Sum> sums;
  for (std::uint16_t const each : wanted) sums.push_back(sum_of(stages, coded.size(), each));
  std::vector<bool> is_listed(coded.size());
  for (std::uint16_t const component : in_order(stages, coded.size())) {
    if (is_listed[component]) continue;
    is_listed[component] = std::ranges::any_of(
        sums, [&](Sum const& sum) { return !sum.weights[component].is_zero(); });
    if (is_listed[component]) inputs_.push_back(component);
  }
  for (Sum const& sum : sums) {
    for (std::uint16_t const component : inputs_)
      weights_.push_back(sum.weights[component].value());
    offsets_.push_back(sum.offset.value());
    are_sound_ = are_sound_ && is_sound(sum, coded);
  }
}

}  // namespace sightline::codec
