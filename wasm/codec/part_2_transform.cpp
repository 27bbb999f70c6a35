#include "codec/part_2_transform.hpp"

#include <algorithm>
#include <cmath>

namespace sightline::codec {

void ComponentUnmixer::begin(std::size_t count) {
  for (std::size_t s = 0; s < sums_.size(); ++s) sums_[s].assign(count, weights_.offset(s));
}

template <class Sample>
void ComponentUnmixer::add(std::size_t input, std::size_t first, std::span<Sample const> row) {
  for (std::size_t s = 0; s < sums_.size(); ++s) {
    double const weight = weights_.weight(s, input);
    if (weight == 0) continue;
    double* const sum = sums_[s].data() + first;
    for (std::size_t i = 0; i < row.size(); ++i) sum[i] += weight * static_cast<double>(row[i]);
  }
}

template void ComponentUnmixer::add(std::size_t, std::size_t, std::span<std::int32_t const>);
template void ComponentUnmixer::add(std::size_t, std::size_t, std::span<float const>);

std::int32_t to_component(double value, ComponentSize component) {
  double const size = std::ldexp(1.0, component.bits);
  double const low = component.is_signed ? -size / 2 : 0;
  double const high = low + size - 1;
  if (!(value > low)) return static_cast<std::int32_t>(low);
  return static_cast<std::int32_t>(
      static_cast<std::int64_t>(std::nearbyint(std::min(value, high))));
}

}  // namespace sightline::codec
