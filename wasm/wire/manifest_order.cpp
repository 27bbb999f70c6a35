#include "wire/manifest_order.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace sightline::wire {
namespace {

constexpr double kOrientationTolerance = 1e-3;  // direction cosines
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

double projection(std::array<double, 3> const& p, std::array<double, 6> const& o) {
  return p[0] * (o[1] * o[5] - o[2] * o[4]) + p[1] * (o[2] * o[3] - o[0] * o[5]) +
         p[2] * (o[0] * o[4] - o[1] * o[3]);
}

bool same_orientation(std::array<double, 6> const& a, std::array<double, 6> const& b) {
  return std::ranges::equal(
      a, b, [](double x, double y) { return std::abs(x - y) <= kOrientationTolerance; });
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
    projected.push_back(projection(*geometry->image_position, *orientation));
  }
  std::vector<double> sorted = projected;
  std::ranges::sort(sorted);
  auto const repeats = [](double a, double b) { return b - a < kSamePositionMm; };
  if (std::ranges::adjacent_find(sorted, repeats) != sorted.end()) return std::nullopt;
  return projected;
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
  if (!projected) return {std::move(indices), false};
  std::vector<std::pair<double, std::size_t>> keyed;
  for (std::size_t i = 0; i < indices.size(); ++i) keyed.emplace_back((*projected)[i], indices[i]);
  std::ranges::sort(keyed);  // no two are equal: positions() saw to that
  std::ranges::transform(keyed, indices.begin(), &std::pair<double, std::size_t>::second);
  return {std::move(indices), true};
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

bool is_volume(dicom::Instance const& instance) {
  if (instance.number_of_frames < 2 || instance.geometry.size() != instance.number_of_frames)
    return false;
  std::vector<dicom::FrameGeometry const*> pictures;
  for (dicom::FrameGeometry const& geometry : instance.geometry) pictures.push_back(&geometry);
  return positions(pictures).has_value();
}

}  // namespace sightline::wire
