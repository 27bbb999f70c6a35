#include "wire/series_places.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace sightline::wire {
namespace {

constexpr double kOrientationTolerance = 1e-3;  // direction cosines
constexpr double kSamePlaceMm = 1e-3;
constexpr std::size_t kMostStacks = 64;

struct Picture {
  std::size_t index = 0;  ///< into Manifest::instances
  std::size_t stack = 0;
  double at_mm = 0;
  std::size_t place = 0;      ///< of those of its stack
  std::vector<double> phase;  ///< what of it tells volumes apart
  std::string acquired;
  std::size_t before = 0;  ///< where it was so far
  std::size_t rank = 0;    ///< of those of its place and phase
};

dicom::FrameGeometry const* geometry_of(dicom::Instance const& instance) {
  bool const is_single = instance.number_of_frames == 1 && instance.geometry.size() == 1 &&
                         instance.concatenation_uid.empty();  // its parts have one number
  return is_single ? &instance.geometry.front() : nullptr;
}

/// Tells stacks apart by their orientation; pictures without one are in one stack.
class Stacks {
 public:
  /// Nothing: without a place, or too many stacks.
  std::optional<std::pair<std::size_t, double>> place(dicom::FrameGeometry const& geometry) {
    if (!geometry.image_position || !geometry.image_orientation) {
      if (!geometry.slice_location) return std::nullopt;
      return std::pair{kMostStacks, *geometry.slice_location};
    }
    auto found = std::ranges::find_if(orientations_, [&](auto const& known) {
      return same_orientation(known, *geometry.image_orientation);
    });
    if (found == orientations_.end()) {
      if (orientations_.size() == kMostStacks) return std::nullopt;
      found = orientations_.insert(found, *geometry.image_orientation);
    }
    return std::pair{static_cast<std::size_t>(found - orientations_.begin()),
                     place_on_normal(*geometry.image_position, *found)};
  }

 private:
  std::vector<std::array<double, 6>> orientations_;
};

std::vector<Picture> pictures_of(Manifest const& manifest, std::span<std::size_t const> indices) {
  std::vector<Picture> pictures;
  Stacks stacks;
  for (std::size_t const index : indices) {
    dicom::Instance const& instance = manifest.instances[index].instance;
    dicom::FrameGeometry const* const geometry = geometry_of(instance);
    auto const place = geometry != nullptr ? stacks.place(*geometry) : std::nullopt;
    if (!place) return {};
    pictures.push_back({index, place->first, place->second, 0, instance.phase,
                        instance.acquisition_date + instance.acquisition_time +
                            instance.content_date + instance.content_time,
                        pictures.size(), 0});
  }
  return pictures;
}

/// Numbers the places, and tells how many pictures the fullest one has.
std::size_t number_places(std::vector<Picture>& pictures) {
  std::ranges::sort(pictures, {},
                    [](Picture const& p) { return std::tuple(p.stack, p.at_mm, p.before); });
  std::size_t most = 0, here = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    Picture const* const last = i > 0 ? &pictures[i - 1] : nullptr;
    bool const is_stack = last != nullptr && last->stack == pictures[i].stack;
    bool const is_same = is_stack && pictures[i].at_mm - last->at_mm < kSamePlaceMm;
    pictures[i].place = is_stack ? last->place + (is_same ? 0 : 1) : 0;
    here = is_same ? here + 1 : 1;
    most = std::max(most, here);
  }
  return most;
}

/// What has more values than a place has pictures tells slices apart, not volumes, as a trigger
/// time of each slice does.
void keep_what_tells_volumes(std::vector<Picture>& pictures, std::size_t most_at_a_place) {
  std::size_t kinds = 0;
  for (Picture const& picture : pictures) kinds = std::max(kinds, picture.phase.size());
  std::vector<std::set<double>> values(kinds);
  for (Picture& picture : pictures) {
    picture.phase.resize(kinds, std::numeric_limits<double>::lowest());
    for (std::size_t kind = 0; kind < kinds; ++kind)
      if (values[kind].size() <= most_at_a_place) values[kind].insert(picture.phase[kind]);
  }
  for (Picture& picture : pictures)
    for (std::size_t kind = 0; kind < kinds; ++kind)
      if (values[kind].size() > most_at_a_place) picture.phase[kind] = 0;
}

void rank_at_each_place(std::vector<Picture>& pictures) {
  auto const group_of = [](Picture const& p) { return std::tie(p.stack, p.place, p.phase); };
  std::ranges::sort(pictures, {}, [&](Picture const& p) {
    return std::tuple_cat(group_of(p), std::tie(p.acquired, p.before));
  });
  for (std::size_t i = 1; i < pictures.size(); ++i) {
    bool const is_same = group_of(pictures[i - 1]) == group_of(pictures[i]);
    pictures[i].rank = is_same ? pictures[i - 1].rank + 1 : 0;
  }
}

}  // namespace

double place_on_normal(std::array<double, 3> const& p, std::array<double, 6> const& o) {
  return p[0] * (o[1] * o[5] - o[2] * o[4]) + p[1] * (o[2] * o[3] - o[0] * o[5]) +
         p[2] * (o[0] * o[4] - o[1] * o[3]);
}

bool same_orientation(std::array<double, 6> const& a, std::array<double, 6> const& b) {
  return std::ranges::equal(
      a, b, [](double x, double y) { return std::abs(x - y) <= kOrientationTolerance; });
}

std::vector<std::size_t> order_by_place(Manifest const& manifest,
                                        std::span<std::size_t const> indices) {
  std::vector<Picture> pictures = pictures_of(manifest, indices);
  std::size_t const most_at_a_place = number_places(pictures);
  keep_what_tells_volumes(pictures, most_at_a_place);
  rank_at_each_place(pictures);
  std::ranges::sort(pictures, {}, [](Picture const& p) {
    return std::tie(p.stack, p.phase, p.rank, p.place, p.before);
  });
  std::vector<std::size_t> order;
  for (Picture const& picture : pictures) order.push_back(picture.index);
  return order;
}

}  // namespace sightline::wire
