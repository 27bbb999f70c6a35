#include "codec/region_of_interest.hpp"

#include "base/byte_reader.hpp"

namespace sightline::codec {

bool read_roi_shifts(std::span<std::byte const> codestream, std::span<MarkerSegment const> segments,
                     RoiShifts& shifts) {
  constexpr std::uint8_t kMaxshift = 0;  // Table A.26
  std::vector<bool> is_set(shifts.size());
  for (MarkerSegment const& segment : segments) {
    if (segment.code != marker::kRgn) continue;
    ByteReader in(segment.body(codestream));
    std::size_t const component = shifts.size() < 257 ? in.u8() : in.u16_be();
    std::uint8_t const style = in.u8();
    std::uint8_t const shift = in.u8();
    if (in.failed() || !in.at_end() || style != kMaxshift || shift > kMostRoiShift) return false;
    // Which of two would hold is not said.
    if (component >= shifts.size() || is_set[component]) return false;
    is_set[component] = true;
    shifts[component] = shift;
  }
  return true;
}

}  // namespace sightline::codec
