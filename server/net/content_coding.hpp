#pragma once
#include <string_view>

namespace sightline::server {

/// Whether an Accept-Encoding header takes this coding ("gzip", "br"): named or by "*", with a q
/// over 0. Source: RFC 9110 12.5.3.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);

}  // namespace sightline::server
