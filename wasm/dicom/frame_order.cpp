#include "dicom/frame_order.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <tuple>

#include "dicom/attributes.hpp"
#include "dicom/layer_object.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kFrameContent = 0x00209111, kStackId = 0x00209056,
                        kInStackPosition = 0x00209057, kTemporalIndex = 0x00209128,
                        kDimensionIndexValues = 0x00209157, kPerFrame = 0x52009230;
constexpr std::size_t kMostDimensions = 32;

using Key = std::vector<double>;

/// One for each frame; nothing when one of them has none, or another number of dimensions.
std::vector<Key> keys_of_dimensions(std::vector<Attributes> const& contents) {
  std::vector<Key> keys;
  for (Attributes const& content : contents) {
    Key key = content.numbers(kDimensionIndexValues);
    bool const is_alike = keys.empty() || key.size() == keys.front().size();
    if (key.empty() || key.size() > kMostDimensions || !is_alike) return {};
    keys.push_back(std::move(key));
  }
  return keys;
}

/// Stacks in the order in which they come.
std::vector<Key> keys_of_stacks(std::vector<Attributes> const& contents) {
  std::vector<Key> keys;
  std::map<std::string, std::size_t> stacks;
  for (Attributes const& content : contents) {
    auto const position = content.number(kInStackPosition), time = content.number(kTemporalIndex);
    if (!position && !time) return {};
    auto const stack = stacks.emplace(content.text(kStackId), stacks.size()).first->second;
    keys.push_back({static_cast<double>(stack), time.value_or(0), position.value_or(0)});
  }
  return keys;
}

}  // namespace

std::vector<std::uint32_t> read_frame_order(Attributes const& attributes,
                                            Instance const& instance) {
  if (instance.number_of_frames < 2 || is_segmentation(instance.sop_class_uid)) return {};
  auto const groups = attributes.items(kPerFrame);
  if (groups.size() != instance.number_of_frames) return {};
  std::vector<Attributes> contents;
  for (Attributes const& group : groups) {
    auto const content = group.first_item(kFrameContent);
    if (!content) return {};
    contents.push_back(*content);
  }
  std::vector<Key> keys = keys_of_dimensions(contents);
  if (keys.empty()) keys = keys_of_stacks(contents);
  if (keys.empty() || std::ranges::is_sorted(keys)) return {};
  std::vector<std::uint32_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return std::tie(keys[a], a) < std::tie(keys[b], b);
  });
  return order;
}

}  // namespace sightline::dicom
