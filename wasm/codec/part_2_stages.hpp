#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "codec/part_2_marker.hpp"

namespace sightline::codec {

/// How some components become others: by a matrix (decorrelation), or each by those before it
/// (dependency), and an offset for each. Source: ISO/IEC 15444-2 A.3.7, A.3.8, J.2.
struct ComponentCollection {
  bool is_dependency = false;
  std::vector<std::uint16_t> inputs, outputs;  ///< indices of the stage's components
  /// By row: outputs x inputs; of a dependency the rows below the diagonal. Empty: none, each
  /// output is its input.
  std::vector<double> matrix;
  std::vector<double> offsets;  ///< one for each output, or none
};

/// One step of the inverse transform: every output component is of one collection.
struct TransformStage {
  std::vector<ComponentCollection> collections;
  std::size_t outputs = 0;
};

/// MCT, MCC and MCO of a main header, or of the tile-part headers of one tile.
class TransformSegments {
 public:
  /// Takes the body of one of the three; what is wrong with it, read_stages tells.
  void add(std::uint16_t code, std::span<std::byte const> body);
  [[nodiscard]] bool has_order() const { return order_.has_value(); }
  /// Whether MCO names a stage.
  [[nodiscard]] bool orders_any() const;

 private:
  friend class StageReader;
  /// The segments of one index, joined. A.3.7, A.3.8: Zmct or Zmcc counts them, the first says
  /// which is the last.
  struct Series {
    unsigned next = 0, last = 0;
    std::vector<std::byte> bytes;
  };
  Status append(std::map<unsigned, Series>& all, unsigned index, unsigned place, unsigned last,
                std::span<std::byte const> bytes);

  std::map<unsigned, Series> arrays_;       ///< by Imct: index, type and kind of element
  std::map<unsigned, Series> collections_;  ///< by Imcc
  std::optional<std::vector<std::byte>> order_;
  Status status_;
};

/// The stages of the inverse transform of `components` coded ones. `scopes`: a tile's segments
/// before those of the main header, which it overrides. `coefficients`: what the stages of all
/// tiles hold so far. Errors: unsupported (a reversible or wavelet-based transform, a stage that
/// leaves components out), corrupt, limit_exceeded. Source: ISO/IEC 15444-2 A.3.7 to A.3.9, annex
/// J.
Result<std::vector<TransformStage>> read_stages(std::span<TransformSegments const* const> scopes,
                                                std::size_t components, std::size_t& coefficients);

}  // namespace sightline::codec
