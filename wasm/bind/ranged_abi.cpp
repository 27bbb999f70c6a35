// sl_archive_*_ranged: files that the page reads by ranges; reader.wasm only.
#include <utility>
#include <vector>

#include "bind/archive_handle.hpp"
#include "bind/sl_abi.h"
#include "dicom/overlay_plane.hpp"

namespace {

using sightline::Errc;
using sightline::Error;
using sightline::Result;
using sightline::bind::PageFile;
using sightline::bind::report;

constexpr int32_t kInvalidArgument = static_cast<int32_t>(Errc::invalid_argument);

int32_t answer(SlArchive& archive, Result<std::vector<std::byte>> bytes, SlBytes* out) {
  static_assert(sizeof(void*) == 4);
  if (!bytes) return report(archive, std::move(bytes.error()));
  archive.bytes = std::move(*bytes);
  *out = {static_cast<uint32_t>(reinterpret_cast<std::uintptr_t>(archive.bytes.data())),
          static_cast<uint32_t>(archive.bytes.size())};
  return 0;
}

}  // namespace

extern "C" {

int32_t sl_archive_add_ranged(SlArchive* archive, double size, const uint8_t* sha256,
                              uint32_t* instance, uint32_t* frames) {
  if (archive == nullptr) return kInvalidArgument;
  if (sha256 == nullptr || instance == nullptr || frames == nullptr)
    return report(*archive, Error{Errc::invalid_argument, 0, "null pointer"});
  PageFile file(size);
  auto added = archive->archive.add(file.source(), sightline::bind::hex(sha256));
  if (!added) return report(*archive, std::move(added.error()));
  *instance = *added;
  *frames = archive->archive.frame_count(*added);
  return 0;
}

int32_t sl_archive_frame_ranged(SlArchive* archive, uint32_t instance, uint32_t frame_index0,
                                double size, SlBytes* out) {
  if (archive == nullptr || out == nullptr) return kInvalidArgument;
  PageFile file(size);
  return answer(*archive, archive->archive.frame_bytes(instance, frame_index0, file.source()), out);
}

int32_t sl_archive_overlay_ranged(SlArchive* archive, uint32_t group, uint32_t frame_index0,
                                  double size, SlBytes* out) {
  if (archive == nullptr || out == nullptr || group > 0xFFFF) return kInvalidArgument;
  PageFile file(size);
  auto bits = sightline::dicom::overlay_bits(file.source(), static_cast<uint16_t>(group),
                                             frame_index0, archive->limits);
  return answer(*archive, std::move(bits), out);
}

}  // extern "C"
