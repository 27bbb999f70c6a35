#include "codec/region_of_interest.hpp"

#include "base/byte_reader.hpp"

namespace sightline::codec {

bool read_roi_shifts(std::span<std::byte const> codestream, std::span<MarkerSegment const> segments,
                     RoiShifts& shifts) {
  for (MarkerSegment const& segment : segments) {
    if (segment.code != marker::kRgn) continue;
    ByteReader in(segment.body(codestream));
    std::size_t const component = shifts.size() < 257 ? in.u8() : in.u16_be();
    in.skip(1);  // Srgn: Maxshift, and nothing else of this length. Table A.26
    std::uint8_t const shift = in.u8();
    if (in.failed() || !in.at_end() || component >= shifts.size() || shift > kMostRoiShift)
      return false;
    shifts[component] = shift;
  }
  return true;
}

}  // namespace sightline::codec
