#include "net/request_target.hpp"

#include <algorithm>

namespace sightline::server {
namespace {

constexpr std::size_t kMaxParts = 32;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return fail(Errc::invalid_argument, "broken percent-encoding");
      int const high = hex_value(text[i + 1]);
      int const low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return fail(Errc::invalid_argument, "broken percent-encoding");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      return fail(Errc::invalid_argument, "control character");
    out.push_back(c);
  }
  return out;
}

Status parse_path(std::string_view path, std::vector<std::string>& segments) {
  while (!path.empty()) {
    std::size_t const slash = path.find('/');
    std::string_view const raw = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    Result<std::string> segment = decode(raw, false);
    if (!segment) return std::unexpected(segment.error());
    if (segment->empty() || *segment == "." || *segment == "..")
      return fail(Errc::invalid_argument, "path segment");
    if (segments.size() == kMaxParts) return fail(Errc::invalid_argument, "too many path segments");
    segments.push_back(std::move(*segment));
  }
  return {};
}

Status parse_query(std::string_view text, RequestTarget& target) {
  while (!text.empty()) {
    std::size_t const ampersand = text.find('&');
    std::string_view const pair = text.substr(0, ampersand);
    text = ampersand == std::string_view::npos ? std::string_view{} : text.substr(ampersand + 1);
    if (pair.empty()) continue;
    std::size_t const equals = pair.find('=');
    Result<std::string> key = decode(pair.substr(0, equals), true);
    if (!key) return std::unexpected(key.error());
    Result<std::string> value =
        equals == std::string_view::npos ? std::string{} : decode(pair.substr(equals + 1), true);
    if (!value) return std::unexpected(value.error());
    bool const may_repeat = *key == "includefield" || *key == "accept";  // PS3.18 8.3.3.1, 8.3.4.3
    if (!may_repeat && target.find(*key) != nullptr)
      return fail(Errc::invalid_argument, "query key given twice");
    if (target.query.size() == kMaxParts)
      return fail(Errc::invalid_argument, "too many query keys");
    target.query.emplace_back(std::move(*key), std::move(*value));
  }
  return {};
}

}  // namespace

std::string const* RequestTarget::find(std::string_view key) const {
  auto const hit = std::ranges::find(
      query, key, [](auto const& pair) -> std::string_view { return pair.first; });
  return hit == query.end() ? nullptr : &hit->second;
}

Result<RequestTarget> parse_request_target(std::string_view target) {
  if (target.empty() || target.front() != '/')
    return fail(Errc::invalid_argument, "target is not a path");
  target.remove_prefix(1);
  std::size_t const question = target.find('?');
  RequestTarget out;
  if (Status const path = parse_path(target.substr(0, question), out.segments); !path)
    return std::unexpected(path.error());
  if (question != std::string_view::npos) {
    if (Status const query = parse_query(target.substr(question + 1), out); !query)
      return std::unexpected(query.error());
  }
  return out;
}

}  // namespace sightline::server
