#pragma once
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dicom/instance.hpp"
#include "dicomweb/media_type.hpp"
#include "dicomweb/stow_answer.hpp"

namespace sightline::server {

/// One value of a store request's bulk data.
struct BulkValue {
  std::string transfer_syntax_uid;     ///< of compressed pixels; empty: the bytes are the value
  std::vector<dicom::ByteSpan> spans;  ///< one; of compressed pixels one for each frame
};

/// The bulk data parts of a store request, by Content-Location. A location and a BulkDataURI name
/// the same thing when they are the same text, or the same URI once both are resolved against the
/// request's. The frames of compressed Pixel Data are parts of one location in their order, or of
/// the BulkDataURI with "/frames/1", "/frames/2" and so on behind it. Threads: one object, one
/// thread. Source: PS3.18 8.6.1.2, 8.7.3.3, 10.5; RFC 2557 4.2; RFC 3986 5.2.
class BulkParts {
 public:
  /// `request_uri`: ".../dicom-web/studies".
  explicit BulkParts(std::string_view request_uri) : base_(request_uri) {}

  /// A part of this location (empty: it has none) begins and ends in what is kept of the request.
  void begin(std::string_view location, MediaType const& type, std::uint64_t offset_bytes);
  void end(std::uint64_t offset_bytes);

  /// The value that a BulkDataURI names. It is given once only: a small request must not become a
  /// large store. Reasons: cannot_understand (no such part, or given before, or several where one
  /// is needed), media_type_not_supported.
  std::expected<BulkValue, StoreReason> find(std::string_view bulk_data_uri);
  /// How many parts nobody has asked for.
  std::size_t unused_count() const;
  /// What the locations take in memory.
  std::uint64_t location_bytes() const { return location_bytes_; }

 private:
  struct Part {
    std::string transfer_syntax_uid;
    bool is_supported = true;
    bool is_used = false;
    dicom::ByteSpan span{};
  };
  std::expected<BulkValue, StoreReason> find_frames(std::string const& uri);
  StoreReason use(std::size_t index, BulkValue& value);
  std::string resolve(std::string_view reference) const;
  std::span<std::size_t const> parts_at(std::string const& uri) const;

  std::string base_;
  std::vector<Part> parts_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_uri_;
  std::uint64_t location_bytes_ = 0;
};

}  // namespace sightline::server
