#include "codec/quantization.hpp"

#include <algorithm>
#include <optional>

#include "base/byte_reader.hpp"

namespace sightline::codec {
namespace {

/// Sqcd or Sqcc and what follows it. Table A.28.
std::optional<Quantization> read_steps(ByteReader& in) {
  constexpr unsigned kNone = 0, kDerived = 1, kExpounded = 2;
  std::uint8_t const style = in.u8();
  Quantization result;
  result.guard_bits = style >> 5;
  auto const read_step = [&] {
    std::uint16_t const word = in.u16_be();
    return Quantization::Step{static_cast<std::uint8_t>(word >> 11),
                              static_cast<std::uint16_t>(word & 0x7ff)};
  };
  switch (style & 31) {
    case kNone:
      result.is_reversible = true;
      result.step_count = std::min(in.remaining(), result.steps.size());
      for (std::size_t i = 0; i < result.step_count; ++i) result.steps[i].exponent = in.u8() >> 3;
      break;
    case kDerived: {
      Quantization::Step const lowest = read_step();
      result.step_count = result.steps.size();
      // E-5: one exponent less for each resolution, from the second on.
      for (std::size_t i = 0; i < result.step_count; ++i) {
        auto const less = static_cast<unsigned>(i == 0 ? 0 : (i - 1) / 3);
        result.steps[i] = lowest;
        result.steps[i].exponent =
            static_cast<std::uint8_t>(lowest.exponent > less ? lowest.exponent - less : 0);
      }
      break;
    }
    case kExpounded:
      result.step_count = std::min(in.remaining() / 2, result.steps.size());
      for (std::size_t i = 0; i < result.step_count; ++i) result.steps[i] = read_step();
      break;
    default: return std::nullopt;
  }
  if (in.failed() || result.step_count == 0) return std::nullopt;
  return result;
}

}  // namespace

bool read_quantization(std::span<std::byte const> codestream,
                       std::span<MarkerSegment const> segments, std::vector<Quantization>& all) {
  std::vector<std::optional<Quantization>> own(all.size());
  std::optional<Quantization> shared;
  for (MarkerSegment const& segment : segments) {
    if (segment.code != marker::kQcd && segment.code != marker::kQcc) continue;
    ByteReader in(segment.body(codestream));
    std::optional<Quantization>* place = &shared;
    if (segment.code == marker::kQcc) {
      std::size_t const component = all.size() < 257 ? in.u8() : in.u16_be();
      if (in.failed() || component >= all.size()) return false;
      place = &own[component];
    }
    *place = read_steps(in);
    if (!place->has_value()) return false;
  }
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (auto const& set = own[c] ? own[c] : shared; set) all[c] = *set;
  }
  return true;
}

}  // namespace sightline::codec
