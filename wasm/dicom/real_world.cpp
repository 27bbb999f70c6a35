#include "dicom/real_world.hpp"

#include <optional>
#include <utility>

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kMappings = 0x00409096, kLabel = 0x00409210, kUnits = 0x004008EA,
                        kCodeValue = 0x00080100, kFirst = 0x00409216, kLast = 0x00409211,
                        kDoubleFirst = 0x00409214, kDoubleLast = 0x00409213,
                        kIntercept = 0x00409224, kSlope = 0x00409225;
/// Each frame may repeat them: LUT Label and Code Value are SH, PS3.5 6.2.
constexpr std::size_t kMaxTextBytes = 64;

/// "US or SS": where the file does not say which (Implicit VR), Pixel Representation does.
std::optional<double> stored_value(Attributes const& item, std::uint32_t tag, bool signed_pixels) {
  auto const value = item.number(tag);
  return value && signed_pixels && *value > 32767 ? std::optional(*value - 65536) : value;
}

std::string short_text(Attributes const& item, std::uint32_t tag) {
  std::string text = item.text(tag);
  return text.size() > kMaxTextBytes ? std::string() : text;
}

/// Nothing, where it is a table or lacks something.
std::optional<RealWorldMap> map_of(Attributes const& item, bool signed_pixels) {
  auto const double_first = item.number(kDoubleFirst), double_last = item.number(kDoubleLast);
  auto const first = double_first ? double_first : stored_value(item, kFirst, signed_pixels);
  auto const last = double_last ? double_last : stored_value(item, kLast, signed_pixels);
  auto const slope = item.number(kSlope), intercept = item.number(kIntercept);
  if (!first || !last || !slope || !intercept || *first > *last) return std::nullopt;
  RealWorldMap map{*first, *last, *slope, *intercept, short_text(item, kLabel), {}};
  if (auto const unit = item.first_item(kUnits)) map.unit = short_text(*unit, kCodeValue);
  return map;
}

}  // namespace

void read_real_world(Attributes const& attributes, bool signed_pixels, DisplayPipeline& display) {
  auto const items = attributes.items(kMappings);
  if (items.empty()) return;
  display.real_world.clear();
  for (Attributes const& item : items) {
    if (display.real_world.size() == kMaxRealWorldMaps) return;
    if (auto map = map_of(item, signed_pixels)) display.real_world.push_back(std::move(*map));
  }
}

}  // namespace sightline::dicom
