#include "dicomweb/boundary.hpp"

#include <algorithm>
#include <span>

#include "base/sha256.hpp"

namespace sightline::server {
namespace {

constexpr std::size_t kDigits = 32;

}  // namespace

bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= kMaxBoundaryBytes && text.back() != ' ' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  std::string_view("'()+_,-./:=? ").contains(c);
         });
}

std::string derive_boundary(std::string_view content_id) {
  return "sightline-" + to_hex(sha256(std::as_bytes(std::span(content_id)))).substr(0, kDigits);
}

Result<std::string> boundary_of(MediaType const& content_type) {
  if (content_type.essence() != "multipart/related")
    return fail(Errc::unsupported, "not multipart/related");
  std::string const* boundary = content_type.find("boundary");
  if (!boundary || !is_boundary(*boundary)) return fail(Errc::corrupt, "no legal boundary");
  return *boundary;
}

}  // namespace sightline::server
