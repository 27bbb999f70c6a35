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

/// Whether each output is of all inputs; else it is its own, and of a dependency those before it.
bool is_mixed(ComponentCollection const& collection) {
  return !collection.is_dependency && !collection.matrix.empty();
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
      bool const takes_all = is_mixed(each);
      for (std::size_t i = 0; i < end; ++i) {
        if (each.is_dependency) is_needed_[s + 1][each.outputs[i]] = true;
        if (!is_needed_[s + 1][each.outputs[i]]) continue;
        cost_ += 1 + coefficients_of(each, i).size();
        if (!takes_all) is_needed_[s][each.inputs[i]] = true;
      }
      if (!takes_all || end == 0) continue;
      for (std::uint16_t const input : each.inputs) is_needed_[s][input] = true;
    }
  }
  list_inputs();
}

void ComponentUnmixer::list_inputs() {
  if (stages_.empty()) return;
  auto const& collections = stages_.front().collections;
  for (std::size_t c = 0; c < collections.size(); ++c) {
    ComponentCollection const& each = collections[c];
    std::size_t const end = needed_end(each, is_needed_[1]);
    std::size_t const count = is_mixed(each) && end != 0 ? each.inputs.size() : end;
    for (std::size_t i = 0; i < count; ++i) {
      if (is_mixed(each) || is_needed_[1][each.outputs[i]])
        inputs_.push_back({c, i, each.inputs[i]});
    }
  }
}

std::size_t ComponentUnmixer::kept_values() const {
  std::ptrdiff_t values = 0;
  for (auto const& stage : std::span(is_needed_).subspan(1))
    values += std::ranges::count(stage, true);
  return static_cast<std::size_t>(values);
}

void ComponentUnmixer::begin(std::size_t count) {
  count_ = count;
  if (stages_.empty()) return;
  for (ComponentCollection const& each : stages_.front().collections) {
    for (std::size_t i = 0; i < each.outputs.size(); ++i) {
      if (is_needed_[1][each.outputs[i]])
        rows_[1][each.outputs[i]].assign(count, each.offsets.empty() ? 0.0 : each.offsets[i]);
    }
  }
}

template <class Sample>
void ComponentUnmixer::add(Input const& input, std::size_t first, std::span<Sample const> row) {
  ComponentCollection const& each = stages_.front().collections[input.collection];
  auto const add_to = [&](std::size_t output, double factor) {
    if (factor == 0) return;
    double* const sum = rows_[1][output].data() + first;
    for (std::size_t i = 0; i < row.size(); ++i) sum[i] += factor * static_cast<double>(row[i]);
  };
  if (!is_mixed(each)) return add_to(each.outputs[input.position], 1);
  for (std::size_t i = 0; i < each.outputs.size(); ++i) {
    if (is_needed_[1][each.outputs[i]])
      add_to(each.outputs[i], coefficients_of(each, i)[input.position]);
  }
}

template void ComponentUnmixer::add(Input const&, std::size_t, std::span<std::int32_t const>);
template void ComponentUnmixer::add(Input const&, std::size_t, std::span<float const>);

/// Of the first stage: outputs on those before them.
void ComponentUnmixer::add_dependencies() {
  auto& rows = rows_[1];
  for (ComponentCollection const& each : stages_.front().collections) {
    if (!each.is_dependency) continue;
    for (std::size_t i = 0; i < each.outputs.size(); ++i) {
      if (!is_needed_[1][each.outputs[i]]) continue;
      auto const coefficients = coefficients_of(each, i);
      for (std::size_t k = 0; k < coefficients.size(); ++k)
        add_scaled(rows[each.outputs[i]], rows[each.outputs[k]], coefficients[k], count_);
    }
  }
}

void ComponentUnmixer::apply_stage(std::size_t stage) {
  auto const& from = rows_[stage];
  auto& to = rows_[stage + 1];
  for (ComponentCollection const& each : stages_[stage].collections) {
    for (std::size_t i = 0; i < each.outputs.size(); ++i) {
      if (!is_needed_[stage + 1][each.outputs[i]]) continue;
      std::vector<double>& row = to[each.outputs[i]];
      row.assign(count_, each.offsets.empty() ? 0.0 : each.offsets[i]);
      auto const coefficients = coefficients_of(each, i);
      if (!is_mixed(each)) add_scaled(row, from[each.inputs[i]], 1, count_);
      for (std::size_t k = 0; k < coefficients.size(); ++k) {
        add_scaled(row, each.is_dependency ? to[each.outputs[k]] : from[each.inputs[k]],
                   coefficients[k], count_);
      }
    }
  }
}

void ComponentUnmixer::apply() {
  if (stages_.empty()) return;
  add_dependencies();
  for (std::size_t stage = 1; stage < stages_.size(); ++stage) apply_stage(stage);
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
