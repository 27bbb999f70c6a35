#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "dicomweb/media_type.hpp"

namespace sightline::server {

inline constexpr std::size_t kMaxBoundaryBytes = 70;

/// Whether text can be a boundary: 1 to 70 of the grammar's characters, no space last.
/// Source: RFC 2046 5.1.1.
bool is_boundary(std::string_view text);

/// A boundary of 128 random bits: no content can be made to hold it. Threads: any.
std::string random_boundary();

/// The same boundary for the same content each time, so that two ranges of one answer fit together
/// and an ETag holds; who does not know the server's secret cannot make content that holds it.
/// `content_id` names the answer's exact bytes (an ETag, a digest). At least 16 bytes of secret.
/// Errors: invalid_argument.
Result<std::string> derive_boundary(std::span<std::byte const> secret, std::string_view content_id);

/// The boundary of a multipart Content-Type. Errors: unsupported (not multipart/related, which is
/// all that PS3.18 uses), corrupt (no boundary, or not a legal one). Source: RFC 2046 5.1.1, RFC
/// 2387, PS3.18 8.6.1.2.1.
Result<std::string> boundary_of(MediaType const& content_type);

}  // namespace sightline::server
