#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "blob/blob_store.hpp"
#include "dicomweb/media_type.hpp"
#include "dicomweb/multipart_reader.hpp"
#include "dicomweb/stow_answer.hpp"
#include "dicomweb/stow_metadata.hpp"

namespace sightline::server {

/// Reads the body of a store request: multipart/related of application/dicom parts, or one object
/// as application/dicom, or multipart/related of application/dicom+json or application/dicom+xml
/// with bulk data (see StowMetadata). Each object goes straight to a file beside the originals;
/// memory is flat whatever their sizes and numbers, but for one line of the answer each. A part
/// that fails does not end the others. Threads: one object, one thread at a time. Source:
/// PS3.18 10.5.
class StowReader final : private MultipartVisitor {
 public:
  /// `request_uri`: what relative locations of bulk data are relative to. Errors: unsupported (a
  /// media type that is not taken), corrupt (no usable boundary). Lifetime: `blobs` outlives it.
  static Result<std::unique_ptr<StowReader>> create(MediaType const& content_type,
                                                    std::string study_instance_uid,
                                                    std::string_view request_uri, BlobStore& blobs,
                                                    StoreObject store);

  /// The next piece of the body. Errors: corrupt, limit_exceeded, unsupported (its form), io,
  /// no_space; what was stored before stays.
  Status feed(std::span<std::byte const> bytes);
  /// The body has ended. Errors: truncated, and as feed.
  Result<StowAnswer> finish();
  std::size_t stored_count() const { return answer_.stored.size(); }

 private:
  StowReader(BlobStore& blobs, StoreObject store) : blobs_(blobs), store_(std::move(store)) {}
  Status part_begin(PartHeaders const& headers) override;
  Status part_data(std::span<std::byte const> bytes) override;
  Status part_end() override;
  Status done() override { return {}; }
  void begin_object();
  void fail_object(StoreReason why);

  BlobStore& blobs_;
  StoreObject store_;
  StowAnswer answer_;
  std::optional<MultipartReader> parts_;    ///< none: the body is one object
  std::unique_ptr<StowMetadata> metadata_;  ///< none: the parts are objects
  std::unique_ptr<BlobWriter> writer_;      ///< from an object's first byte
  std::uint64_t object_bytes_ = 0;
  StoreReason failure_ = StoreReason::none;  ///< of the object in hand, which is then passed over
};

}  // namespace sightline::server
