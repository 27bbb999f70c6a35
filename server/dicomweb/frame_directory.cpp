#include "dicomweb/frame_directory.hpp"

#include <algorithm>

#include "base/frame_mark.hpp"
#include "base/limits.hpp"

namespace sightline::server {

Result<std::shared_ptr<dicom::Instance const>> FrameDirectory::find(BlobStore const& blobs,
                                                                    std::string const& sha256_hex) {
  if (auto known = look_up(sha256_hex)) return known;
  auto const reader = blobs.open(sha256_hex);
  if (!reader) return std::unexpected(reader.error());
  RangedBytes ranges = (*reader)->ranges();
  auto read = dicom::read_instance(ranges);
  if (!read) return std::unexpected(read.error());
  auto instance = std::make_shared<dicom::Instance const>(std::move(*read));
  keep({sha256_hex, instance});
  return instance;
}

std::shared_ptr<dicom::Instance const> FrameDirectory::look_up(std::string const& sha256_hex) {
  std::lock_guard const lock(mutex_);
  auto const found = std::ranges::find(entries_, sha256_hex, &Entry::sha256_hex);
  if (found == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found);
  return entries_.front().instance;
}

void FrameDirectory::keep(Entry entry) {
  std::lock_guard const lock(mutex_);
  std::erase_if(entries_, [&](Entry const& e) { return e.sha256_hex == entry.sha256_hex; });
  entries_.push_front(std::move(entry));
  std::size_t frames = 0;
  for (auto each = entries_.begin(); each != entries_.end(); ++each) {
    frames += 1 + each->instance->frames.size();
    if (frames <= most_frames_ || each == entries_.begin()) continue;
    entries_.erase(each, entries_.end());
    return;
  }
}

Result<std::vector<std::byte>> read_frame(BlobStore const& blobs, std::string const& sha256_hex,
                                          dicom::Instance const& instance,
                                          std::uint32_t frame_index0) {
  if (frame_index0 >= instance.frames.size()) return fail(Errc::not_found, "no such frame");
  auto const reader = blobs.open(sha256_hex);
  if (!reader) return std::unexpected(reader.error());
  auto const& fragments = instance.frames[frame_index0].fragments;
  std::uint64_t total_bytes = 0;
  for (dicom::ByteSpan const& span : fragments) {
    if (span.length_bytes > kDefaultLimits.max_frame_bytes - total_bytes)
      return fail(Errc::limit_exceeded, "the frame is too large");
    total_bytes += span.length_bytes;
  }
  std::vector<std::byte> bytes;
  bytes.reserve(static_cast<std::size_t>(total_bytes) + kFrameMarkBytes);
  for (dicom::ByteSpan const& span : fragments) {
    std::size_t const before = bytes.size();
    bytes.resize(before + static_cast<std::size_t>(span.length_bytes));
    if (Status const read = (*reader)->read(span.offset_bytes, std::span(bytes).subspan(before));
        !read)
      return std::unexpected(read.error());
  }
  if (bytes.empty()) return fail(Errc::truncated, "the file ends before this frame");
  return dicom::decoder_input(instance, frame_index0, std::move(bytes));
}

}  // namespace sightline::server
