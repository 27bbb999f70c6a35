#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "blob/blob_store.hpp"
#include "dicomweb/bulk_parts.hpp"
#include "dicomweb/multipart_reader.hpp"
#include "dicomweb/stow_answer.hpp"

namespace sightline::server {

/// What metadata are written in. Source: PS3.18 8.7.2.
enum class MetadataForm : std::uint8_t { json, xml };

/// Takes the parts of a store request of metadata: first application/dicom+json, an array of data
/// sets, or application/dicom+xml, one or more parts of one data set each, then the bulk data that
/// they name. All of it goes to one file beside the originals, which nobody else sees and which
/// goes away with this; memory is flat until the metadata are parsed. Nothing that a client names
/// is opened: a BulkDataURI finds a part of the request or fails. Threads: one object, one thread
/// at a time. Source: PS3.18 8.6.1.2, 10.5, F.2; PS3.19 A.1.
class StowMetadata final : public MultipartVisitor {
 public:
  /// `request_uri`: what relative locations are relative to. Lifetime: `blobs` outlives it.
  StowMetadata(BlobStore& blobs, std::string_view request_uri, MetadataForm form)
      : blobs_(blobs), form_(form), bulk_(request_uri) {}

  /// Errors: corrupt (the first part is not of the form's type, or a second one is of JSON);
  /// limit_exceeded (64 MiB of metadata, 32 MiB of locations); io, no_space.
  Status part_begin(PartHeaders const& headers) override;
  Status part_data(std::span<std::byte const> bytes) override;
  Status part_end() override;
  Status done() override { return {}; }

  /// Makes the objects and gives each to `store`; bulk data that none of them names are failures
  /// too, and so is a document of XML that cannot be read. Errors: corrupt (no array of objects),
  /// limit_exceeded (too many values in the metadata), io.
  Status store(StoreObject const& store, StowAnswer& answer);

 private:
  Status store_array(std::span<std::byte const> kept, StoreObject const& store, StowAnswer& answer);
  Status store_documents(std::span<std::byte const> kept, StoreObject const& store,
                         StowAnswer& answer);
  StoredObject store_one(boost::json::object const& object, std::span<std::byte const> kept,
                         StoreObject const& store);

  BlobStore& blobs_;
  MetadataForm form_;
  std::unique_ptr<BlobWriter> kept_;  ///< all parts, one after the other
  std::uint64_t kept_bytes_ = 0, metadata_bytes_ = 0;
  std::vector<dicom::ByteSpan> documents_;  ///< where metadata are in it
  BulkParts bulk_;
  bool is_in_document_ = false;
};

}  // namespace sightline::server
