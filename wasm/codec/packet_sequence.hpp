#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "codec/precinct_layout.hpp"

namespace sightline::codec {

/// The packets of a tile in their order: one for each layer of each precinct. Precincts come as
/// sort_by_progression has left them; what is left to say is within which of them layers go round
/// outermost. Source: ISO/IEC 15444-1 B.12.1.
class PacketSequence {
 public:
  PacketSequence(std::span<Precinct const> precincts, std::uint8_t progression,
                 std::uint32_t layers)
      : precincts_(precincts), progression_(progression), layers_(layers) {
    end_group();
  }

  [[nodiscard]] bool has_ended() const { return begin_ == precincts_.size(); }
  [[nodiscard]] std::size_t precinct() const { return at_; }
  [[nodiscard]] std::uint32_t layer() const { return layer_; }
  void advance() {
    if (++at_ < end_) return;
    at_ = begin_;
    if (++layer_ < layers_) return;
    layer_ = 0;
    at_ = begin_ = end_;
    end_group();
  }

 private:
  void end_group() {
    if (has_ended()) return;
    switch (progression_) {
      case 0: end_ = precincts_.size(); break;  // LRCP
      case 1:                                   // RLCP
        for (end_ = begin_; end_ < precincts_.size() &&
                            precincts_[end_].resolution == precincts_[begin_].resolution;)
          ++end_;
        break;
      default: end_ = begin_ + 1; break;  // RPCL, PCRL, CPRL: layers are innermost
    }
  }

  std::span<Precinct const> precincts_;
  std::uint8_t progression_;
  std::uint32_t layers_;
  std::size_t begin_ = 0, end_ = 0, at_ = 0;
  std::uint32_t layer_ = 0;
};

}  // namespace sightline::codec
