#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <string_view>

#include "blob/blob_store.hpp"
#include "dicomweb/bulk_parts.hpp"
#include "dicomweb/multipart_reader.hpp"
#include "dicomweb/stow_answer.hpp"

namespace sightline::server {

/// Takes the parts of a store request of metadata: first application/dicom+json, an array of data
/// sets, then the bulk data that they name. All of it goes to one file beside the originals, which
/// nobody else sees and which goes away with this; memory is flat until the JSON is parsed. Nothing
/// that a client names is opened: a BulkDataURI finds a part of the request or fails. Threads: one
/// object, one thread at a time. Source: PS3.18 8.6.1.2, 10.5, F.2.
class StowMetadata final : public MultipartVisitor {
 public:
  /// `request_uri`: what relative locations are relative to. Lifetime: `blobs` outlives it.
  StowMetadata(BlobStore& blobs, std::string_view request_uri)
      : blobs_(blobs), bulk_(request_uri) {}

  /// Errors: corrupt (the first part is not application/dicom+json, or another one is);
  /// limit_exceeded (64 MiB of JSON, 32 MiB of locations); io, no_space.
  Status part_begin(PartHeaders const& headers) override;
  Status part_data(std::span<std::byte const> bytes) override;
  Status part_end() override;
  Status done() override { return {}; }

  /// Makes the objects and gives each to `store`; bulk data that none of them names are failures
  /// too. Errors: corrupt (no array of objects), limit_exceeded (too many values in the JSON), io.
  Status store(StoreObject const& store, StowAnswer& answer);

 private:
  StoredObject store_one(boost::json::object const& object, std::span<std::byte const> kept,
                         StoreObject const& store);

  BlobStore& blobs_;
  std::unique_ptr<BlobWriter> kept_;  ///< all parts, one after the other
  std::uint64_t kept_bytes_ = 0, json_bytes_ = 0;
  BulkParts bulk_;
  bool has_json_ = false, is_in_json_ = false;
};

}  // namespace sightline::server
