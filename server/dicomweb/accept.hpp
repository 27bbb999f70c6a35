#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sightline::server {

/// One form in which a resource can be sent. Media types are in lower case.
struct Representation {
  std::string media_type;  ///< of the answer: "application/dicom+json", "multipart/related"
  std::string part_type;   ///< of the parts: "application/dicom"; empty for a single part
  std::string transfer_syntax_uid;  ///< empty where there is none (JSON)
  /// The resource cannot be sent in the default transfer syntax of its media type (kept in lossy
  /// form only, or too long for Explicit VR Little Endian), and this form stands for it: PS3.18
  /// 8.7.3. False: who names no transfer syntax does not get a form in another than the default.
  bool stands_for_default = false;
  bool operator==(Representation const&) const = default;
};

/// What a client says that it takes. Both are text as sent, the query decoded.
struct AcceptRequest {
  std::string_view header;                  ///< Accept; empty when absent
  std::span<std::string const> query = {};  ///< each value of the query's "accept" keys
};

/// Which of the forms that a resource offers (in the server's order of preference, the resource's
/// default first) is sent: its index, or nothing: 406.
/// - A query parameter that names anything replaces the header (PS3.18 8.3.3.1). A '+' there that
///   the query's decoding made a space is restored ("application/dicom+json").
/// - Without either, and for "*/*", the default is sent (PS3.18 8.7.5).
/// - The narrowest range that covers a form gives its weight, q=0 refuses it; the highest weight
///   wins, then the narrower range, then the range sent first, then the server's order (RFC 9110
///   12.5.1).
/// - "multipart/related" without "type" is the first multipart form's part type.
/// - Without "transfer-syntax", or with an empty one, a named media type means its default:
///   Explicit VR Little Endian for application/dicom and application/octet-stream (PS3.18 8.7.3,
///   Tables 8.7.3-2, -4, -5; see stands_for_default). "transfer-syntax=*" is any, and so is it for
///   a range ("image/*", "*/*") that names none.
/// - "application/json" is read as "application/dicom+json", in parts too (PS3.18 8.7.3.2 has the
///   latter only, clients send both). Other parameters (charset, boundary) do not choose.
/// Errors: corrupt, limit_exceeded: as parse_accept; for 400.
/// Source: PS3.18 8.3.3.1, 8.7.3, 8.7.5; RFC 9110 12.5.1.
Result<std::optional<std::size_t>> choose_representation(AcceptRequest const& request,
                                                         std::span<Representation const> offered);

}  // namespace sightline::server
