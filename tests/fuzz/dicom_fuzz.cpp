#include <cstddef>
#include <cstdint>
#include <span>

#include "dicom/dicom_json.hpp"
#include "dicom/instance.hpp"
#include "dicom/overlay_plane.hpp"
#include "dicom/presentation_state.hpp"

/// A whole file: whatever the bytes are, it is an instance or an error, its frames lie inside the
/// file, and its JSON names bulk values that can be asked for.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline;
  auto const file = std::as_bytes(std::span(data, size));
  auto const instance = dicom::read_instance(file);
  if (instance) {
    for (std::uint32_t frame = 0; frame < instance->frames.size() && frame < 3; ++frame)
      (void)dicom::frame_bytes(file, *instance, frame);
    for (dicom::OverlayPlane const& plane : instance->overlays)
      (void)dicom::overlay_bits(file, plane.group, plane.number_of_frames - 1);
  }
  (void)dicom::read_presentation_state(file);
  (void)dicom::dicom_json(file, {.bulk_prefix = "b"});
  (void)dicom::bulk_value(file, "7FE00010");
  (void)dicom::bulk_value(file, "00400260/1/00420011");
  return 0;
}
