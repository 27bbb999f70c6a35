#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "dicomweb/media_type.hpp"

namespace sightline::server {

/// The bytes of one part: in memory, or read when they are sent.
class PartBody {
 public:
  /// Gives exactly `count` bytes from `offset`, which are inside of the length given.
  using Reader =
      std::function<Result<std::vector<std::byte>>(std::uint64_t offset, std::uint32_t count)>;

  PartBody() = default;
  explicit PartBody(std::vector<std::byte> bytes);
  explicit PartBody(std::string text);
  PartBody(std::uint64_t length_bytes, Reader read);

  std::uint64_t length_bytes() const { return length_bytes_; }
  /// Appends [offset, offset + count) to `out`; the range is inside of the body. Errors: the
  /// reader's; io when it gives another count than asked for.
  Status append(std::uint64_t offset, std::uint32_t count, std::vector<std::byte>& out) const;

 private:
  std::shared_ptr<std::vector<std::byte> const> bytes_;
  std::uint64_t length_bytes_ = 0;
  Reader read_;
};

struct Part {
  MediaType content_type;          ///< with its transfer-syntax parameter, where it has one
  std::string content_location{};  ///< a URI reference; empty: no such header
  PartBody body{};
};

/// "application/dicom" and "1.2.840.10008.1.2.4.80" -> the part's (or single answer's) media type
/// "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.80". No UID, no parameter.
/// Errors: as parse_media_type. Source: PS3.18 8.7.3.5.2.
Result<MediaType> part_media_type(std::string_view media_type,
                                  std::string_view transfer_syntax_uid);

/// A multipart/related body: its length is known before its first byte is sent, and any block of it
/// is made when asked for. Memory: the parts given and 8 bytes each; a block holds nothing but
/// itself. Threads: reads may run at the same time if the parts' readers may.
/// Source: RFC 2046 5.1.1, RFC 2387, PS3.18 8.6.1.2.
class Multipart {
 public:
  /// `part_type` is the media type of the parts ("application/dicom"). Errors: invalid_argument (no
  /// part: the grammar needs one; a boundary that is none; control characters or anything but ASCII
  /// in a header), limit_exceeded (the length does not fit 64 bits).
  static Result<Multipart> create(MediaType part_type, std::string boundary,
                                  std::vector<Part> parts);

  /// `multipart/related; type="application/dicom"; boundary=…`, then the part type's own parameters
  /// (a transfer syntax that all parts share). Source: PS3.18 8.7.3.5.1.
  std::string content_type() const;
  std::uint64_t length_bytes() const { return starts_.back() + close_.size(); }

  /// Bytes [offset, offset + count), fewer at the end. Costs the search for the first part and then
  /// the parts touched. Errors: invalid_argument (offset after the end), a part reader's.
  Result<std::vector<std::byte>> read(std::uint64_t offset, std::uint32_t count) const;

 private:
  Multipart() = default;
  /// The delimiter and headers before a part's body, up to and with the blank line.
  std::string head(std::size_t part) const;

  MediaType part_type_;
  std::string boundary_;
  std::string close_;  ///< the close delimiter
  std::vector<Part> parts_;
  std::vector<std::uint64_t> starts_;  ///< of each part's head, then of the close delimiter
};

}  // namespace sightline::server
