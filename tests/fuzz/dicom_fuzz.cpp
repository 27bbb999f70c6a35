#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/byte_source.hpp"
#include "dicom/dicom_json.hpp"
#include "dicom/document.hpp"
#include "dicom/element_events.hpp"
#include "dicom/instance.hpp"
#include "dicom/layer_object.hpp"
#include "dicom/overlay_plane.hpp"
#include "dicom/part10_reader.hpp"
#include "dicom/presentation_state.hpp"

namespace {

/// Whoever reads the events trusts their indexes.
void check_events(std::span<std::byte const> file) {
  using namespace sightline;
  auto const part10 = dicom::read_part10(file, kDefaultLimits);
  if (!part10) return;
  auto const bytes = part10->data_set(file);
  dicom::EventReader reader(part10->syntax.elements, kDefaultLimits);
  auto const scan = reader.read({bytes, 0, bytes.size()}, part10->data_set_offset, {});
  for (std::size_t i = 0; i < scan.events.size(); ++i) {
    auto const& event = scan.events[i];
    auto const kind = static_cast<dicom::EventKind>(event.form >> 16 & 0xFF);
    bool const holds = kind == dicom::EventKind::sequence || kind == dicom::EventKind::item;
    bool const is_right = holds ? event.extra[0] > i && event.extra[0] <= scan.events.size()
                          : kind == dicom::EventKind::text ? event.extra[0] <= event.extra[1] &&
                                                                 event.extra[1] <= scan.text_units
                                                           : true;
    bool const is_inside = kind != dicom::EventKind::numbers ||
                           event.length_bytes <= bytes.size() - event.offset_bytes;
    if (!is_right || !is_inside) __builtin_trap();
  }
}

/// Read by ranges, little of it in memory at a time, a file is the same instance.
void check_ranges(std::span<std::byte const> file,
                  sightline::Result<sightline::dicom::Instance> const& whole) {
  using namespace sightline;
  RangedBytes ranges(file.size(), [&](std::uint64_t offset, std::span<std::byte> into) {
    std::ranges::copy(file.subspan(static_cast<std::size_t>(offset), into.size()), into.begin());
    return Status{};
  });
  auto const instance = dicom::read_instance(ranges);
  if (instance.has_value() != whole.has_value()) __builtin_trap();
  if (!instance) return;
  auto const same_spans = [](dicom::FrameSpan const& a, dicom::FrameSpan const& b) {
    return std::ranges::equal(a.fragments, b.fragments, [](auto const& one, auto const& other) {
      return one.offset_bytes == other.offset_bytes && one.length_bytes == other.length_bytes;
    });
  };
  if (instance->sop_instance_uid != whole->sop_instance_uid ||
      instance->transfer_syntax_uid != whole->transfer_syntax_uid ||
      instance->geometry != whole->geometry || instance->display != whole->display ||
      !std::ranges::equal(instance->frames, whole->frames, same_spans))
    __builtin_trap();
}

}  // namespace

/// A whole file: whatever the bytes are, it is an instance or an error, its frames lie inside the
/// file, its JSON names bulk values that can be asked for, so is its document, and its events point
/// at nothing that is not there.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline;
  auto const file = std::as_bytes(std::span(data, size));
  auto const instance = dicom::read_instance(file);
  check_ranges(file, instance);
  if (instance) {
    for (std::uint32_t frame = 0; frame < instance->frames.size() && frame < 3; ++frame)
      (void)dicom::frame_bytes(file, *instance, frame);
    for (dicom::OverlayPlane const& plane : instance->overlays)
      (void)dicom::overlay_bits(file, plane.group, plane.number_of_frames - 1);
  }
  (void)dicom::read_presentation_state(file);
  (void)dicom::layer_object_json(file);
  (void)dicom::dicom_json(file, {.bulk_prefix = "b"});
  (void)dicom::bulk_value(file, "7FE00010");
  (void)dicom::bulk_value(file, "00400260/1/00420011");
  (void)dicom::document_json(file);
  (void)dicom::document_part(file, 0);
  check_events(file);
  return 0;
}
