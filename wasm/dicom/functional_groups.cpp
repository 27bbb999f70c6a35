#include "dicom/functional_groups.hpp"

#include <utility>

#include "dicom/geometry.hpp"
#include "dicom/real_world.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kPlanePosition = 0x00209113, kPlaneOrientation = 0x00209116,
                        kPixelMeasures = 0x00289110, kFrameVoiLut = 0x00289132,
                        kPixelValueTransformation = 0x00289145, kShared = 0x52009229,
                        kPerFrame = 0x52009230;
/// Of tables, windows and texts: a frame with its own table is legal, a table of 65536 entries for
/// each of 100,000 frames is an attack.
constexpr std::uint64_t kMaxDisplayBytes = std::uint64_t{128} << 20;
/// Those that are equal are held once, but copied and compared for each frame.
constexpr std::uint64_t kMaxComparedBytes = std::uint64_t{4} << 30;

std::uint64_t held_bytes(Lut const& lut) {
  return lut.entries.size() * sizeof(std::uint16_t) + lut.explanation.size();
}

/// What a copy takes beside the object itself.
std::uint64_t held_bytes(DisplayPipeline const& display) {
  std::uint64_t bytes = display.rescale_type.size();
  if (display.modality_lut) bytes += held_bytes(*display.modality_lut);
  for (Lut const& lut : display.voi_luts) bytes += sizeof(Lut) + held_bytes(lut);
  for (Window const& window : display.windows) bytes += sizeof(Window) + window.explanation.size();
  for (RealWorldMap const& map : display.real_world)
    bytes += sizeof(RealWorldMap) + map.label.size() + map.unit.size();
  return bytes;
}

void apply_groups(Attributes const& groups, DisplayContext const& context, DisplayPipeline& display,
                  FrameGeometry& geometry) {
  for (std::uint32_t const tag : {kPlanePosition, kPlaneOrientation, kPixelMeasures}) {
    if (auto const item = groups.first_item(tag)) read_plane(*item, geometry);
  }
  if (auto const item = groups.first_item(kPixelValueTransformation))
    read_modality_lut(*item, context, display);
  if (auto const item = groups.first_item(kFrameVoiLut)) read_voi_lut(*item, context, display);
  read_real_world(groups, context.is_signed, display);
}

/// Collects one value per frame and holds only one while all are equal.
template <class T>
class Collapsing {
 public:
  /// `cost` of what is held may not grow past `max_cost`: false, and nothing is added, when it
  /// would.
  bool add(T value, std::uint64_t cost, std::uint64_t max_cost) {
    ++count_;
    if (uniform_ && !values_.empty() && values_.front() == value) return true;
    bool const repeats_first = uniform_ && !values_.empty();
    held_cost_ = repeats_first ? held_cost_ * (count_ - 1) + cost : held_cost_ + cost;
    if (held_cost_ > max_cost) return false;
    if (repeats_first) {
      repeat_first(count_ - 1);
      uniform_ = false;
    }
    values_.push_back(std::move(value));
    return true;
  }
  std::vector<T> take() { return std::move(values_); }

 private:
  void repeat_first(std::uint64_t count) {
    T const first = values_.front();
    values_.resize(static_cast<std::size_t>(count), first);
  }

  std::vector<T> values_;
  std::uint64_t count_ = 0;
  std::uint64_t held_cost_ = 0;
  bool uniform_ = true;
};

}  // namespace

Result<FrameValues> read_frame_values(Attributes const& attributes, DisplayContext const& context,
                                      std::uint32_t number_of_frames) {
  DisplayPipeline display = read_display(attributes, context);
  read_real_world(attributes, context.is_signed, display);
  FrameGeometry geometry = read_geometry(attributes);
  if (auto const shared = attributes.first_item(kShared))
    apply_groups(*shared, context, display, geometry);
  auto const per_frame = attributes.items(kPerFrame);
  if (per_frame.empty()) {
    FrameValues values{{std::move(display)},
                       read_nm_slices(attributes, geometry, number_of_frames)};
    if (values.geometry.empty()) values.geometry.push_back(geometry);
    return values;
  }
  Collapsing<DisplayPipeline> displays;
  Collapsing<FrameGeometry> geometries;
  std::uint64_t compared = 0;
  for (std::uint32_t i = 0; i < number_of_frames; ++i) {
    DisplayPipeline frame_display = display;
    FrameGeometry frame_geometry = geometry;
    if (i < per_frame.size()) apply_groups(per_frame[i], context, frame_display, frame_geometry);
    std::uint64_t const bytes = held_bytes(frame_display);
    compared += bytes;
    if (!displays.add(std::move(frame_display), bytes, kMaxDisplayBytes) ||
        compared > kMaxComparedBytes) {
      return fail(Errc::limit_exceeded, "look-up tables or windows of too many frames");
    }
    geometries.add(frame_geometry, 0, 0);
  }
  return FrameValues{displays.take(), geometries.take()};
}

}  // namespace sightline::dicom
