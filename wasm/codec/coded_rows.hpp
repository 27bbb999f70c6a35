#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>

#include "codec/htj2k_plan.hpp"
#include "codec/htj2k_rows.hpp"
#include "codec/part_2_transform.hpp"

namespace sightline::codec {

/// A component's rows before any transform over components.
class CodedRows {
 public:
  CodedRows(HtRowSource& source, HtComponent const& component) {
    if (component.is_reversible) {
      integers_ =
          std::make_unique<HtResolutionRows<InverseWavelet53>>(source, component.resolutions);
    } else {
      reals_ = std::make_unique<HtResolutionRows<InverseWavelet97>>(source, component.resolutions);
    }
  }
  void next() {
    if (integers_) integer_row_ = integers_->next();
    if (reals_) real_row_ = reals_->next();
  }
  [[nodiscard]] bool is_reversible() const { return integers_ != nullptr; }
  /// Integers where it is reversible, else reals.
  template <class Sample>
  [[nodiscard]] Sample const* row() const {
    if constexpr (std::is_same_v<Sample, float>) {
      return real_row_;
    } else {
      return integer_row_;
    }
  }

 private:
  std::unique_ptr<HtResolutionRows<InverseWavelet53>> integers_;
  std::unique_ptr<HtResolutionRows<InverseWavelet97>> reals_;
  std::int32_t const* integer_row_ = nullptr;
  float const* real_row_ = nullptr;
};

/// The row of a component that has been read, as a part of what an unmixer takes.
inline void add_row(ComponentUnmixer& unmixer, std::size_t input, std::size_t first,
                    CodedRows const& rows, std::size_t count) {
  if (rows.is_reversible()) {
    unmixer.add(input, first, std::span(rows.row<std::int32_t>(), count));
  } else {
    unmixer.add(input, first, std::span(rows.row<float>(), count));
  }
}

}  // namespace sightline::codec
