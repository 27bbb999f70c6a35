#include "wire/manifest_order.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "wire/series_places.hpp"

namespace sightline::wire {
namespace {

constexpr double kSamePositionMm = 1e-3;
constexpr std::int64_t kNumberMissing = std::numeric_limits<std::int64_t>::max();

std::int64_t number_or_last(std::optional<std::int32_t> const& number) {
  return number ? *number : kNumberMissing;
}

/// Parts of one concatenation have one Instance Number and are in the order of their own numbers,
/// or of their frames where they have none. Source: PS3.3 C.7.6.16.2.2.4.
auto tie_breakers(ManifestInstance const& instance) {
  dicom::Instance const& i = instance.instance;
  return std::tuple<std::int64_t, std::string_view, std::uint16_t, std::uint32_t, std::string_view,
                    std::string_view>(number_or_last(i.instance_number), i.concatenation_uid,
                                      i.in_concatenation_number, i.concatenation_frame_offset,
                                      i.sop_instance_uid, instance.sha256_hex);
}

dicom::FrameGeometry const* single_frame_geometry(dicom::Instance const& instance) {
  return instance.number_of_frames == 1 && instance.geometry.size() == 1
             ? &instance.geometry.front()
             : nullptr;
}

/// Position of each picture on the normal, in mm; nothing when they cannot be put in order by it.
std::optional<std::vector<double>> positions(
    std::vector<dicom::FrameGeometry const*> const& pictures) {
  std::vector<double> projected;
  std::optional<std::array<double, 6>> orientation;
  for (dicom::FrameGeometry const* const geometry : pictures) {
    if (geometry == nullptr || !geometry->image_position || !geometry->image_orientation)
      return std::nullopt;
    if (!orientation) orientation = geometry->image_orientation;
    if (!same_orientation(*orientation, *geometry->image_orientation)) return std::nullopt;
    projected.push_back(place_on_normal(*geometry->image_position, *orientation));
  }
  std::vector<double> sorted = projected;
  std::ranges::sort(sorted);
  auto const repeats = [](double a, double b) { return b - a < kSamePositionMm; };
  if (std::ranges::adjacent_find(sorted, repeats) != sorted.end()) return std::nullopt;
  return projected;
}

/// Whether each instance has a number of its own. They are sorted by it, those without one last.
bool are_numbered_apart(Manifest const& manifest, std::vector<std::size_t> const& indices) {
  auto const number = [&](std::size_t i) { return manifest.instances[i].instance.instance_number; };
  return number(indices.back()) && std::ranges::adjacent_find(indices, {}, number) == indices.end();
}

SeriesOrder order_series(Manifest const& manifest, std::vector<std::size_t> indices) {
  // The instance number first: it also fixes whose orientation the others are measured by.
  std::ranges::sort(indices, [&](std::size_t a, std::size_t b) {
    return tie_breakers(manifest.instances[a]) < tie_breakers(manifest.instances[b]);
  });
  std::vector<dicom::FrameGeometry const*> pictures;
  for (std::size_t const index : indices)
    pictures.push_back(single_frame_geometry(manifest.instances[index].instance));
  auto const projected = positions(pictures);
  if (!projected) {
    if (!are_numbered_apart(manifest, indices))
      if (auto by_place = order_by_place(manifest, indices); !by_place.empty())
        indices = std::move(by_place);
    return {std::move(indices), false};
  }
  std::vector<std::pair<double, std::size_t>> keyed;
  for (std::size_t i = 0; i < indices.size(); ++i) keyed.emplace_back((*projected)[i], indices[i]);
  std::ranges::sort(keyed);  // no two are equal: positions() saw to that
  std::ranges::transform(keyed, indices.begin(), &std::pair<double, std::size_t>::second);
  return {std::move(indices), true};
}

/// Of the frames of one object; nothing where they are no volume.
std::optional<std::vector<double>> frame_positions(dicom::Instance const& instance) {
  if (instance.number_of_frames < 2 || instance.geometry.size() != instance.number_of_frames)
    return std::nullopt;
  std::vector<dicom::FrameGeometry const*> pictures;
  for (dicom::FrameGeometry const& geometry : instance.geometry) pictures.push_back(&geometry);
  return positions(pictures);
}

/// Of 0 to count - 1: an index may hold anything.
bool is_permutation(std::vector<std::uint32_t> const& order, std::uint32_t count) {
  if (order.empty() || order.size() != count) return false;
  std::vector<bool> is_there(count);
  for (std::uint32_t const frame : order) {
    if (frame >= count || is_there[frame]) return false;
    is_there[frame] = true;
  }
  return true;
}

}  // namespace

std::vector<SeriesOrder> order_manifest(Manifest const& manifest) {
  std::map<std::string_view, std::vector<std::size_t>> by_uid;
  for (std::size_t i = 0; i < manifest.instances.size(); ++i) {
    by_uid[manifest.instances[i].instance.series.series_instance_uid].push_back(i);
  }
  std::vector<SeriesOrder> series;
  for (auto& [uid, indices] : by_uid) series.push_back(order_series(manifest, std::move(indices)));
  auto const key_of = [&](SeriesOrder const& one) {
    std::pair<std::int64_t, std::string_view> key{kNumberMissing, {}};
    for (std::size_t const i : one.instances) {
      dicom::Series const& attributes = manifest.instances[i].instance.series;
      key.first = std::min(key.first, number_or_last(attributes.series_number));
      key.second = attributes.series_instance_uid;
    }
    return key;
  };
  std::ranges::sort(series, {}, key_of);
  return series;
}

bool is_volume(dicom::Instance const& instance) { return frame_positions(instance).has_value(); }

std::vector<std::uint32_t> viewing_order(dicom::Instance const& instance) {
  if (is_permutation(instance.viewing_order, instance.number_of_frames))
    return instance.viewing_order;
  auto const at = instance.slide ? std::nullopt : frame_positions(instance);
  if (!at || std::ranges::is_sorted(*at) || std::ranges::is_sorted(*at, std::greater())) return {};
  std::vector<std::uint32_t> order(at->size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, {}, [&](std::uint32_t frame) { return (*at)[frame]; });
  return order;
}

}  // namespace sightline::wire
