#pragma once
#include <cstdint>
#include <memory>
#include <span>

#include "codec/component_transform.hpp"
#include "codec/htj2k_plan.hpp"
#include "codec/htj2k_rows.hpp"

namespace sightline::codec {

/// The rows of values of components that are decoded together: the three that RCT or ICT has mixed,
/// or one alone, whatever the tile's others are. Source: ISO/IEC 15444-1 F.3, G.
class ComponentRows {
 public:
  virtual ~ComponentRows() = default;
  /// The next row of each component, of what is shown; kRowMargin values behind it may be written.
  virtual void next(std::span<std::int32_t* const> values) = 0;
};

/// `components`: of one wavelet. Lifetime: they and the source outlive the rows.
/// Source: ISO/IEC 15444-1 F.3, G.
std::unique_ptr<ComponentRows> component_rows(HtRowSource& source,
                                              std::span<HtComponent const> components,
                                              ComponentTransform const& transform);

}  // namespace sightline::codec
