// What reading a frame's bytes allocates at most.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "../codec/counted_memory.hpp"
#include "base/frame_mark.hpp"
#include "data_set_builder.hpp"
#include "dicom/component_frames.hpp"

namespace sightline::dicom_test {
namespace {

constexpr std::size_t kFragmentBytes = 256 << 10, kFragments = 8;

/// A codestream of two components as far as it is looked at: SOC, SIZ, SOT, bytes that end with
/// EOC.
std::vector<Bytes> fragments_of_two_frames() {
  std::vector<Bytes> fragments(kFragments, Bytes(kFragmentBytes, std::byte{1}));
  Bytes const head = bytes_of({0xFF, 0x4F, 0xFF, 0x51, 0, 44, 0, 0});
  std::ranges::copy(head, fragments.front().begin());
  std::fill_n(fragments.front().begin() + 8, 40, std::byte{0});
  fragments.front()[41] = std::byte{2};  // Csiz
  fragments.front()[48] = std::byte{0xFF};
  fragments.front()[49] = std::byte{0x90};
  Bytes const end = bytes_of({0xFF, 0xD9});
  std::ranges::copy(end, fragments.back().end() - 2);
  return fragments;
}

TEST(FrameBytesMemory, FragmentsThatAreMarkedStandInMemoryOnce) {
  auto const fragments = fragments_of_two_frames();
  Bytes const file = part10("1.2.840.10008.1.2.4.92",
                            picture_header({.number_of_frames = "2"}).fragments({}, fragments));
  auto const instance = dicom::read_instance(file);
  ASSERT_TRUE(instance);
  ASSERT_EQ(dicom::component_of_frame(instance->frames, 1), 1u);
  std::optional<Result<Bytes>> read;
  std::size_t const most =
      test::most_allocated([&] { read.emplace(dicom::frame_bytes(file, *instance, 1)); });
  ASSERT_TRUE(read->has_value());
  EXPECT_EQ(marked_frame(**read), 1u);
  EXPECT_EQ((*read)->size(), kFragments * kFragmentBytes + kFrameMarkBytes);
  EXPECT_GE(most, kFragments * kFragmentBytes) << "they were not counted";
  EXPECT_LE(most, kFragments * kFragmentBytes + (16 << 10));
}

/// Without room they are copied, into no more than they need.
TEST(FrameBytesMemory, AMarkNeedsNoMoreThanItsOwnBytes) {
  Bytes stream = fragments_of_two_frames().front();
  stream.shrink_to_fit();
  std::size_t const most = test::most_allocated([&] { stream = mark_frame(std::move(stream), 1); });
  EXPECT_EQ(marked_frame(stream), 1u);
  EXPECT_LE(most, kFragmentBytes + (16 << 10));
}

}  // namespace
}  // namespace sightline::dicom_test
