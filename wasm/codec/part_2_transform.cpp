#include "codec/part_2_transform.hpp"

#include <algorithm>
#include <cmath>

namespace sightline::codec {
namespace {

/// The last output that is needed, plus one: of a dependency all before it are, too.
std::size_t needed_end(ComponentCollection const& collection, std::vector<bool> const& needed) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < collection.outputs.size(); ++i)
    if (needed[collection.outputs[i]]) end = i + 1;
  return end;
}

void add_scaled(std::vector<double>& sum, std::vector<double> const& row, double factor,
                std::size_t count) {
  if (factor == 0) return;
  for (std::size_t i = 0; i < count; ++i) sum[i] += factor * row[i];
}

/// J.2: the coefficients of one output, for the inputs of a decorrelation or for the outputs before
/// it of a dependency.
std::span<double const> coefficients_of(ComponentCollection const& collection, std::size_t row) {
  std::span<double const> const matrix = collection.matrix;
  if (matrix.empty()) return {};
  if (collection.is_dependency) return matrix.subspan(row * (row == 0 ? 0 : row - 1) / 2, row);
  std::size_t const inputs = collection.inputs.size();
  return matrix.subspan(row * inputs, inputs);
}

}  // namespace

ComponentUnmixer::ComponentUnmixer(std::span<TransformStage const> stages, std::size_t coded,
                                   std::span<std::uint16_t const> wanted)
    : stages_(stages) {
  is_needed_.resize(stages.size() + 1);
  rows_.resize(stages.size() + 1);
  is_needed_.front().resize(coded);
  for (std::size_t s = 0; s < stages.size(); ++s) is_needed_[s + 1].resize(stages[s].outputs);
  for (std::size_t s = 0; s <= stages.size(); ++s) rows_[s].resize(is_needed_[s].size());
  for (std::uint16_t const each : wanted) is_needed_.back()[each] = true;
  for (std::size_t s = stages.size(); s-- > 0;) {
    for (ComponentCollection const& each : stages[s].collections) {
      std::size_t const end = needed_end(each, is_needed_[s + 1]);
      bool const is_mixed = !each.is_dependency && !each.matrix.empty();
      for (std::size_t i = 0; i < end; ++i) {
        if (each.is_dependency) is_needed_[s + 1][each.outputs[i]] = true;
        if (!is_needed_[s + 1][each.outputs[i]]) continue;
        cost_ += 1 + coefficients_of(each, i).size();
        if (!is_mixed) is_needed_[s][each.inputs[i]] = true;
      }
      if (!is_mixed || end == 0) continue;
      for (std::uint16_t const input : each.inputs) is_needed_[s][input] = true;
    }
  }
}

std::span<double> ComponentUnmixer::input(std::size_t component, std::size_t count) {
  rows_.front()[component].resize(count);
  return rows_.front()[component];
}

void ComponentUnmixer::apply_stage(std::size_t stage, std::size_t count) {
  auto const& from = rows_[stage];
  auto& to = rows_[stage + 1];
  for (ComponentCollection const& each : stages_[stage].collections) {
    for (std::size_t i = 0; i < each.outputs.size(); ++i) {
      if (!is_needed_[stage + 1][each.outputs[i]]) continue;
      std::vector<double>& row = to[each.outputs[i]];
      row.assign(count, each.offsets.empty() ? 0.0 : each.offsets[i]);
      auto const coefficients = coefficients_of(each, i);
      bool const is_sum = each.is_dependency || each.matrix.empty();
      if (is_sum) add_scaled(row, from[each.inputs[i]], 1, count);
      for (std::size_t k = 0; k < coefficients.size(); ++k) {
        add_scaled(row, each.is_dependency ? to[each.outputs[k]] : from[each.inputs[k]],
                   coefficients[k], count);
      }
    }
  }
}

void ComponentUnmixer::apply(std::size_t count) {
  for (std::size_t stage = 0; stage < stages_.size(); ++stage) apply_stage(stage, count);
}

std::int32_t to_component(double value, ComponentSize component) {
  double const size = std::ldexp(1.0, component.bits);
  double const low = component.is_signed ? -size / 2 : 0;
  double const high = low + size - 1;
  if (!(value > low)) return static_cast<std::int32_t>(low);
  return static_cast<std::int32_t>(
      static_cast<std::int64_t>(std::nearbyint(std::min(value, high))));
}

}  // namespace sightline::codec
