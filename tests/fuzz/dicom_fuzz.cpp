#include <cstddef>
#include <cstdint>
#include <span>

#include "dicom/dicom_json.hpp"
#include "dicom/document.hpp"
#include "dicom/instance.hpp"

/// A whole file: whatever the bytes are, it is an instance or an error, its frames lie inside the
/// file, its JSON names bulk values that can be asked for, and so is its document.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline;
  auto const file = std::as_bytes(std::span(data, size));
  auto const instance = dicom::read_instance(file);
  if (instance) {
    for (std::uint32_t frame = 0; frame < instance->frames.size() && frame < 3; ++frame)
      (void)dicom::frame_bytes(file, *instance, frame);
  }
  (void)dicom::dicom_json(file, {.bulk_prefix = "b"});
  (void)dicom::bulk_value(file, "7FE00010");
  (void)dicom::bulk_value(file, "00400260/1/00420011");
  (void)dicom::document_json(file);
  (void)dicom::document_part(file, 0);
  return 0;
}
