#include "codec/component_rows.hpp"

#include <vector>

namespace sightline::codec {
namespace {

template <class Wavelet>
class WaveletRows final : public ComponentRows {
 public:
  WaveletRows(HtRowSource& source, std::span<HtComponent const> components,
              ComponentTransform const& transform)
      : transform_(transform),
        count_(components.front().resolutions.back().shown.cols()),
        rows_(components.size()) {
    for (HtComponent const& component : components) {
      pulled_.push_back(std::make_unique<HtResolutionRows<Wavelet>>(source, component.resolutions));
    }
  }

  void next(std::span<std::int32_t* const> values) override {
    for (std::size_t c = 0; c < rows_.size(); ++c) rows_[c] = pulled_[c]->next();
    to_values(transform_, rows_, values, count_);
  }

 private:
  ComponentTransform transform_;
  std::size_t count_;
  std::vector<std::unique_ptr<HtResolutionRows<Wavelet>>> pulled_;
  std::vector<typename Wavelet::Sample const*> rows_;
};

}  // namespace

std::unique_ptr<ComponentRows> component_rows(HtRowSource& source,
                                              std::span<HtComponent const> components,
                                              ComponentTransform const& transform) {
  if (components.front().is_reversible)
    return std::make_unique<WaveletRows<InverseWavelet53>>(source, components, transform);
  return std::make_unique<WaveletRows<InverseWavelet97>>(source, components, transform);
}

}  // namespace sightline::codec
