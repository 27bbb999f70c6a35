#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "dicomweb/media_type.hpp"

namespace sightline::server {

inline constexpr std::size_t kMaxBoundaryBytes = 70;

/// Whether text can be a boundary: 1 to 70 of the grammar's characters, no space last.
/// Source: RFC 2046 5.1.1.
bool is_boundary(std::string_view text);

/// The boundary of an answer that `content_id` names: an entity tag or a digest of all that it is
/// made of. The same answer has the same boundary each time, so that it is the same bytes; and no
/// content can be made to hold it, because it would have to hold 128 bits of a digest of itself.
std::string derive_boundary(std::string_view content_id);

/// The boundary of a multipart Content-Type. Errors: unsupported (not multipart/related, which is
/// all that PS3.18 uses), corrupt (no boundary, or not a legal one). Source: RFC 2046 5.1.1, RFC
/// 2387, PS3.18 8.6.1.2.1.
Result<std::string> boundary_of(MediaType const& content_type);

}  // namespace sightline::server
