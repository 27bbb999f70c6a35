#include "codec/part_2_stages.hpp"

#include <gtest/gtest.h>

#include <array>

#include "base/byte_writer.hpp"

namespace sightline::codec {
namespace {

/// Some stages of one collection without a matrix over so many components. ISO/IEC 15444-2 A.3.8,
/// A.3.9.
TransformSegments null_stages(std::uint8_t stages, std::uint16_t components) {
  TransformSegments segments;
  ByteWriter collection;
  collection.u16_be(0);  // Zmcc
  collection.u8(1);      // Imcc
  collection.u16_be(0);  // Ymcc: the last
  collection.u16_be(1);  // Qmcc: collections
  collection.u8(1);      // Xmcc: decorrelation
  for (int side = 0; side < 2; ++side) {
    collection.u16_be(static_cast<std::uint16_t>(0x8000 | components));
    for (std::uint16_t c = 0; c < components; ++c) collection.u16_be(c);
  }
  collection.u8(0);      // Tmcc: no array
  collection.u16_be(0);  // Tmcc: no offset
  segments.add(part_2_marker::kMcc, collection.take());
  ByteWriter order;
  order.u8(stages);
  for (int i = 0; i < stages; ++i) order.u8(1);
  segments.add(part_2_marker::kMco, order.take());
  return segments;
}

/// As a tile's header orders the main header's collection again and again.
TEST(Part2Stages, AreBoundedOverAllTiles) {
  TransformSegments const segments = null_stages(255, 100);
  std::array<TransformSegments const*, 1> const scopes{&segments};
  std::size_t coefficients = 0, tiles = 0;
  while (true) {
    auto const stages = read_stages(scopes, 100, coefficients);
    if (!stages) {
      EXPECT_EQ(stages.error().code, Errc::limit_exceeded);
      break;
    }
    ASSERT_EQ(stages->size(), 255u);
    ASSERT_LT(++tiles, 100u) << "of 55080 numbers each";
  }
  EXPECT_GE(tiles, 30u);
}

}  // namespace
}  // namespace sightline::codec
