#include "dicom/frame_order.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

using Order = std::vector<std::uint32_t>;

DataSetBuilder group(DataSetBuilder const& content) {
  return DataSetBuilder().sequence(0x00209111, {content});
}
Bytes words(std::vector<std::uint32_t> const& values) {
  Bytes bytes;
  for (std::uint32_t const value : values)
    for (unsigned shift = 0; shift < 32; shift += 8)
      bytes.push_back(static_cast<std::byte>(value >> shift & 0xFF));
  return bytes;
}
DataSetBuilder dimensions(std::vector<std::uint32_t> const& values) {
  return group(DataSetBuilder().bytes(0x00209157, "UL", words(values)));
}
DataSetBuilder in_stack(std::string const& stack, std::uint32_t position, std::uint32_t time) {
  return group(DataSetBuilder()
                   .text(0x00209056, "SH", stack)
                   .bytes(0x00209057, "UL", words({position}))
                   .bytes(0x00209128, "UL", words({time})));
}

dicom::Instance read(std::vector<DataSetBuilder> const& per_frame) {
  std::string const frames = std::to_string(per_frame.size());
  DataSetBuilder builder = picture_header({.number_of_frames = frames});
  builder.sequence(0x52009230, per_frame);
  auto const instance = dicom::read_instance(
      part10(kExplicitLittleUid, builder.bytes(0x7FE00010, "OB", Bytes(6 * per_frame.size()))));
  EXPECT_TRUE(instance) << (instance ? "" : instance.error().detail);
  return instance.value_or(dicom::Instance{});
}

TEST(FrameOrder, DimensionsDecideTheFirstSlowest) {
  EXPECT_EQ(read({dimensions({1, 3}), dimensions({1, 1}), dimensions({1, 2})}).viewing_order,
            (Order{1, 2, 0}));
  // times of each place together, then places of each time
  EXPECT_EQ(read({dimensions({1, 1}), dimensions({2, 1}), dimensions({1, 2}), dimensions({2, 2})})
                .viewing_order,
            (Order{0, 2, 1, 3}));
  EXPECT_EQ(read({dimensions({1, 1}), dimensions({1, 2}), dimensions({2, 1})}).viewing_order,
            Order{});
  EXPECT_EQ(read({dimensions({10}), dimensions({9})}).viewing_order, (Order{1, 0})) << "numbers";
}

TEST(FrameOrder, WithoutDimensionsOfEveryFrameStacksDecide) {
  std::vector<DataSetBuilder> const stacks = {in_stack("B", 2, 1), in_stack("B", 1, 1),
                                              in_stack("A", 1, 1), in_stack("B", 2, 2),
                                              in_stack("B", 1, 2)};
  EXPECT_EQ(read(stacks).viewing_order, (Order{1, 0, 4, 3, 2})) << "the stack that comes first";
  EXPECT_EQ(read({dimensions({2}), in_stack("A", 1, 1)}).viewing_order, Order{});
  EXPECT_EQ(read({dimensions({2}), dimensions({1, 1})}).viewing_order, Order{});
  EXPECT_EQ(read({dimensions({2}), DataSetBuilder()}).viewing_order, Order{});
}

TEST(FrameOrder, FramesWithoutGroupsAreAsStored) {
  DataSetBuilder lacking = picture_header({.number_of_frames = "3"});
  lacking.sequence(0x52009230, {dimensions({2}), dimensions({1})})
      .bytes(0x7FE00010, "OB", Bytes(18));
  EXPECT_EQ(dicom::read_instance(part10(kExplicitLittleUid, lacking))->viewing_order, Order{});
}

TEST(FrameOrder, ASegmentationIsAsStored) {
  auto const order_of = [](std::string const& sop_class) {
    DataSetBuilder made;
    made.text(0x00080016, "UI", sop_class)
        .text(0x00280008, "IS", "2")
        .words(0x00280010, "US", {1})
        .words(0x00280011, "US", {1})
        .words(0x00280100, "US", {8})
        .sequence(0x52009230, {dimensions({2}), dimensions({1})})
        .bytes(0x7FE00010, "OB", Bytes(2));
    return dicom::read_instance(part10(kExplicitLittleUid, made))->viewing_order;
  };
  EXPECT_EQ(order_of("1.2.840.10008.5.1.4.1.1.2.1"), (Order{1, 0}));
  EXPECT_EQ(order_of("1.2.840.10008.5.1.4.1.1.66.4"), Order{});
}

}  // namespace
}  // namespace sightline::dicom_test
