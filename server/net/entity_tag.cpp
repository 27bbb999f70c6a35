#include "net/entity_tag.hpp"

#include <array>
#include <span>
#include <utility>

namespace sightline::server {
namespace {

constexpr std::size_t kDigits = 32;

/// A list of entity tags, read from its front.
class TagList {
 public:
  explicit TagList(std::string_view text) : rest_(text) {}

  /// The next opaque tag, with its quotes; empty at the end and where the grammar is left.
  /// Source: RFC 9110 8.8.3: etagc may be a comma.
  std::string_view next() {
    std::size_t const start = rest_.find_first_not_of(" \t,");
    if (start == std::string_view::npos) return {};
    rest_.remove_prefix(start);
    if (rest_.starts_with("W/")) rest_.remove_prefix(2);
    std::size_t const end = rest_.starts_with('"') ? rest_.find('"', 1) : std::string_view::npos;
    if (end == std::string_view::npos) return {};
    std::string_view const tag = rest_.substr(0, end + 1);
    rest_.remove_prefix(end + 1);
    return tag;
  }

 private:
  std::string_view rest_;
};

std::string_view opaque_tag(std::string_view etag) {
  return etag.starts_with("W/") ? etag.substr(2) : etag;
}

}  // namespace

EntityTag& EntityTag::add(std::string_view part) {
  // The length first: no other parts give the same input.
  std::array<std::byte, 8> length;
  for (std::size_t i = 0; i < length.size(); ++i)
    length.at(i) =
        static_cast<std::byte>((static_cast<std::uint64_t>(part.size()) >> (8 * i)) & 255);
  digest_.update(length);
  digest_.update(std::as_bytes(std::span(part)));
  return *this;
}

std::string EntityTag::strong() { return '"' + to_hex(digest_.finish()).substr(0, kDigits) + '"'; }

bool client_has(Request const& request, std::string_view etag) {
  for (Header const& header : request.headers) {
    if (header.name != "if-none-match") continue;
    if (header.value == "*") return true;
    TagList list(header.value);
    for (auto tag = list.next(); !tag.empty(); tag = list.next())
      if (tag == opaque_tag(etag)) return true;
  }
  return false;
}

bool honours_range(Request const& request, std::string_view etag) {
  if (request.count("if-range") == 0) return true;
  return etag.starts_with('"') && request.header("if-range") == etag;
}

Response revalidated(Request const& request, std::string etag, Response response) {
  if (response.status != 200) return response;
  if (!client_has(request, etag)) {
    response.cache = CachePolicy::revalidate;
    response.headers.push_back({"ETag", std::move(etag)});
    return response;
  }
  Response unchanged = not_modified(std::move(etag), CachePolicy::revalidate);
  for (Header& header : response.headers)
    if (header.name == "Vary") unchanged.headers.push_back(std::move(header));
  return unchanged;
}

Response not_modified(std::string etag, CachePolicy cache) {
  Response response;
  response.status = 304;
  response.cache = cache;
  response.headers.push_back({"ETag", std::move(etag)});
  return response;
}

}  // namespace sightline::server
