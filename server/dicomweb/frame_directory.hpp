#pragma once
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "blob/blob_store.hpp"
#include "dicom/instance.hpp"

namespace sightline::server {

/// Where frames lie in the originals. The index does not have it: the file is read once, and what
/// it says is kept for the next request, least recently used dropped. Threads: any.
class FrameDirectory {
 public:
  /// `most_frames`: of all files together that are kept; one file is kept whatever it has.
  explicit FrameDirectory(std::size_t most_frames = 200'000) : most_frames_(most_frames) {}

  /// Errors: io, not_found; as dicom::read_instance.
  Result<std::shared_ptr<dicom::Instance const>> find(BlobStore const& blobs,
                                                      std::string const& sha256_hex);

 private:
  struct Entry {
    std::string sha256_hex;
    std::shared_ptr<dicom::Instance const> instance;
  };
  std::shared_ptr<dicom::Instance const> look_up(std::string const& sha256_hex);
  void keep(Entry entry);

  std::size_t most_frames_;
  std::mutex mutex_;
  std::list<Entry> entries_;  ///< most recently used first
};

/// One frame's stored bytes, fragments joined, read from where they lie: not for deflated data
/// sets, nor for what dicom::frame_bytes would have to change. Errors: not_found (no such frame),
/// truncated, limit_exceeded, io.
Result<std::vector<std::byte>> read_frame(BlobStore const& blobs, std::string const& sha256_hex,
                                          dicom::Instance const& instance,
                                          std::uint32_t frame_index0);

}  // namespace sightline::server
