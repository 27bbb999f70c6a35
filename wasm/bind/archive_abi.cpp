// sl_archive_* over local::Archive; reader.wasm only.
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bind/archive_handle.hpp"
#include "bind/sl_abi.h"
#include "dicom/icc_profile.hpp"
#include "dicom/layer_object.hpp"
#include "dicom/media_directory.hpp"
#include "dicom/overlay_plane.hpp"
#include "dicom/presentation_state.hpp"
#include "wire/presentation.hpp"

namespace {

using sightline::Errc;
using sightline::Error;
using sightline::bind::hex;
using sightline::bind::report;

constexpr int32_t kInvalidArgument = static_cast<int32_t>(Errc::invalid_argument);

uint32_t address(void const* pointer) {
  static_assert(sizeof(void*) == 4);
  return static_cast<uint32_t>(reinterpret_cast<std::uintptr_t>(pointer));
}

std::span<std::byte const> as_bytes(const uint8_t* bytes, uint32_t length) {
  return {reinterpret_cast<std::byte const*>(bytes), length};
}

}  // namespace

extern "C" {

SlArchive* sl_archive_create(void) { return new (std::nothrow) SlArchive; }

void sl_archive_destroy(SlArchive* archive) { std::unique_ptr<SlArchive> const owned(archive); }

int32_t sl_archive_add(SlArchive* archive, const uint8_t* bytes, uint32_t length,
                       const uint8_t* sha256, uint32_t* instance, uint32_t* frames) {
  if (archive == nullptr) return kInvalidArgument;
  if (bytes == nullptr || sha256 == nullptr || instance == nullptr || frames == nullptr)
    return report(*archive, Error{Errc::invalid_argument, 0, "null pointer"});
  auto added = archive->archive.add(as_bytes(bytes, length), hex(sha256));
  if (!added) return report(*archive, std::move(added.error()));
  *instance = *added;
  *frames = archive->archive.frame_count(*added);
  return 0;
}

int32_t sl_archive_contains(SlArchive* archive, const char* sop_instance_uid) {
  if (archive == nullptr || sop_instance_uid == nullptr) return 0;
  return archive->archive.contains(sop_instance_uid) ? 1 : 0;
}

int32_t sl_archive_directory(SlArchive* archive, const uint8_t* bytes, uint32_t length,
                             SlBytes* out) {
  if (archive == nullptr || bytes == nullptr || out == nullptr) return kInvalidArgument;
  auto const files = sightline::dicom::read_media_directory(as_bytes(bytes, length));
  if (!files) return report(*archive, files.error());
  archive->text.clear();
  for (sightline::dicom::MediaFile const& file : *files)
    archive->text.append(file.path).append(1, '\t').append(file.sop_instance_uid).append(1, '\n');
  *out = {address(archive->text.data()), static_cast<uint32_t>(archive->text.size())};
  return 0;
}

int32_t sl_archive_studies(SlArchive* archive, SlBytes* out) {
  if (archive == nullptr || out == nullptr) return kInvalidArgument;
  archive->text.clear();
  for (auto const& [uid, instances] : archive->archive.studies())
    archive->text += uid + '\t' + std::to_string(instances) + '\n';
  *out = {address(archive->text.data()), static_cast<uint32_t>(archive->text.size())};
  return 0;
}

int32_t sl_archive_manifest(SlArchive* archive, const char* study, SlBytes* out) {
  if (archive == nullptr || study == nullptr || out == nullptr) return kInvalidArgument;
  auto manifest = archive->archive.manifest(study);
  if (!manifest) return report(*archive, std::move(manifest.error()));
  archive->text = std::move(*manifest);
  *out = {address(archive->text.data()), static_cast<uint32_t>(archive->text.size())};
  return 0;
}

int32_t sl_archive_locate(SlArchive* archive, uint32_t instance, uint32_t frame_index0,
                          SlFrameLocation* out) {
  if (archive == nullptr || out == nullptr) return kInvalidArgument;
  auto const found = archive->archive.locate(instance, frame_index0);
  if (!found) return report(*archive, found.error());
  archive->spans.clear();
  for (sightline::dicom::ByteSpan const& span : found->span.fragments) {
    archive->spans.push_back(static_cast<double>(span.offset_bytes));
    archive->spans.push_back(static_cast<double>(span.length_bytes));
  }
  *out = {found->is_plain ? 1u : 0u, address(archive->spans.data()),
          static_cast<uint32_t>(found->span.fragments.size()), 0};
  return 0;
}

int32_t sl_archive_frame_bytes(SlArchive* archive, uint32_t instance, uint32_t frame_index0,
                               const uint8_t* file, uint32_t length, SlBytes* out) {
  if (archive == nullptr || file == nullptr || out == nullptr) return kInvalidArgument;
  auto bytes = archive->archive.frame_bytes(instance, frame_index0, as_bytes(file, length));
  if (!bytes) return report(*archive, std::move(bytes.error()));
  archive->bytes = std::move(*bytes);
  *out = {address(archive->bytes.data()), static_cast<uint32_t>(archive->bytes.size())};
  return 0;
}

int32_t sl_archive_overlay(SlArchive* archive, uint32_t group, uint32_t frame_index0,
                           const uint8_t* file, uint32_t length, SlBytes* out) {
  if (archive == nullptr || file == nullptr || out == nullptr || group > 0xFFFF)
    return kInvalidArgument;
  auto bits = sightline::dicom::overlay_bits(as_bytes(file, length), static_cast<uint16_t>(group),
                                             frame_index0);
  if (!bits) return report(*archive, std::move(bits.error()));
  archive->bytes = std::move(*bits);
  *out = {address(archive->bytes.data()), static_cast<uint32_t>(archive->bytes.size())};
  return 0;
}

int32_t sl_archive_profile(SlArchive* archive, const uint8_t* file, uint32_t length, SlBytes* out) {
  if (archive == nullptr || file == nullptr || out == nullptr) return kInvalidArgument;
  auto profile = sightline::dicom::read_icc_profile(as_bytes(file, length));
  if (!profile) return report(*archive, std::move(profile.error()));
  archive->bytes = std::move(*profile);
  *out = {address(archive->bytes.data()), static_cast<uint32_t>(archive->bytes.size())};
  return 0;
}

int32_t sl_archive_presentation(SlArchive* archive, const uint8_t* file, uint32_t length,
                                SlBytes* out) {
  if (archive == nullptr || file == nullptr || out == nullptr) return kInvalidArgument;
  auto state = sightline::dicom::read_presentation_state(as_bytes(file, length));
  if (!state) return report(*archive, std::move(state.error()));
  archive->text = sightline::wire::encode_presentation(*state);
  *out = {address(archive->text.data()), static_cast<uint32_t>(archive->text.size())};
  return 0;
}

int32_t sl_archive_layer(SlArchive* archive, const uint8_t* file, uint32_t length, SlBytes* out) {
  if (archive == nullptr || file == nullptr || out == nullptr) return kInvalidArgument;
  auto json = sightline::dicom::layer_object_json(as_bytes(file, length));
  if (!json) return report(*archive, std::move(json.error()));
  archive->text = std::move(*json);
  *out = {address(archive->text.data()), static_cast<uint32_t>(archive->text.size())};
  return 0;
}

}  // extern "C"
