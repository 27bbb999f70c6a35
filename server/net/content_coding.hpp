#pragma once
#include <string>
#include <string_view>

namespace sightline::server {

/// Whether an Accept-Encoding header takes this coding ("gzip", "br"): named or by "*", with a q
/// over 0. Source: RFC 9110 12.5.3.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);

/// Whether an Accept header takes this media type ("image/png"): by name, by "image/*" or by "*/*",
/// with a q over 0. An absent header (empty) takes all. Source: RFC 9110 12.5.1.
bool accepts_media_type(std::string_view accept, std::string_view media_type);

}  // namespace sightline::server
