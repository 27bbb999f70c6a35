#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sightline::server {

inline constexpr std::size_t kMaxMediaTypeBytes = 8 * 1024;  ///< Of one header or query value.
inline constexpr std::size_t kMaxMediaTypeParameters = 32;

/// One "name=value" of a media type.
struct MediaTypeParameter {
  std::string name;   ///< lower case
  std::string value;  ///< unquoted, case as sent
  bool operator==(MediaTypeParameter const&) const = default;
};

/// A media type ("image/jp2") or media range ("image/*") with its parameters in the order sent.
struct MediaType {
  std::string type, subtype;  ///< lower case; "*" in ranges
  std::vector<MediaTypeParameter> parameters;

  /// "type/subtype", without parameters.
  std::string essence() const;
  /// The value of a (lower-case) parameter; nullptr when it is not there.
  std::string const* find(std::string_view name) const;
  bool operator==(MediaType const&) const = default;
};

/// Parses one media type or range. Two things that clients send against the grammar are taken: a
/// value without quotes may hold '/' (`type=application/dicom`), and ':', '=' and '?', which a
/// boundary may hold as well (RFC 2046 5.1.1). A parameter named twice is refused, so that nobody
/// can read the other one. Errors: corrupt (with offset), limit_exceeded (8 KiB, 32 parameters).
/// Source: RFC 9110 5.6.6, 8.3.1; RFC 6838 4.3.
Result<MediaType> parse_media_type(std::string_view text);

/// The media type as a header value: values that are no tokens are quoted. The parts must come from
/// parse_media_type or be legal: no control characters. Source: RFC 9110 5.6.4, 8.3.1.
std::string format_media_type(MediaType const& media_type);

/// One entry of an Accept header.
struct AcceptEntry {
  MediaType range;           ///< without "q"
  int q_thousandths = 1000;  ///< 0 = not acceptable
  bool operator==(AcceptEntry const&) const = default;
};

/// How narrow a range is: "*/*" is 0, "image/*" is 1000, "image/jp2" is 2000, and each parameter
/// adds 2, or 1 when its value is a range itself ("*", "image/*"). Source: RFC 9110 12.5.1.
int specificity(MediaType const& range);

/// Parses an Accept header in order of preference: higher q first, then the narrower range, then
/// the order sent. Commas in quoted strings do not split; empty elements are skipped (RFC 9110
/// 5.6.1.2); "q" counts wherever it stands. Text without an entry gives an empty list.
/// Java's HttpURLConnection sends "*; q=.2": "*" is read as "*/*" and ".2" as "0.2".
/// Errors: corrupt, limit_exceeded (8 KiB in all). Source: RFC 9110 12.4.2, 12.5.1.
Result<std::vector<AcceptEntry>> parse_accept(std::string_view header);

}  // namespace sightline::server
