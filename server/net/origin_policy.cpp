#include "net/origin_policy.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace sightline::server {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

struct Authority {
  std::string host,
      port;  ///< host in lower case, an IPv6 address with its brackets; port may be empty
};

/// "host", "host:port", "[::1]", "[::1]:port".
std::optional<Authority> parse_authority(std::string_view text) {
  if (text.empty() || text.size() > 255) return std::nullopt;
  std::size_t end = 0;
  if (text.front() == '[') {
    end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    ++end;
  } else {
    end = std::min(text.find(':'), text.size());
  }
  std::string_view const host = text.substr(0, end);
  bool const plain = std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-_:[]").find(c) != std::string_view::npos;
  });
  if (host.empty() || !plain) return std::nullopt;
  if (end == text.size()) return Authority{lower(host), {}};
  if (text[end] != ':' || !is_port(text.substr(end + 1))) return std::nullopt;
  return Authority{lower(host), std::string(text.substr(end + 1))};
}

struct Origin {
  std::string scheme;
  Authority authority;
};

std::optional<Origin> parse_origin(std::string_view text) {
  std::size_t const separator = text.find("://");
  if (separator == std::string_view::npos) return std::nullopt;
  std::string scheme = lower(text.substr(0, separator));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  std::optional<Authority> authority = parse_authority(text.substr(separator + 3));
  if (!authority) return std::nullopt;
  return Origin{std::move(scheme), std::move(*authority)};
}

/// 127.0.0.0/8 written in full, ::1, or localhost.
bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  if (!host.starts_with("127.")) return false;
  return std::ranges::count(host, '.') == 3 &&
         std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

/// As a browser writes it. Throws what the constructor throws.
std::string normal_origin(std::string const& text) {
  std::optional<Origin> const origin = parse_origin(text);
  if (!origin)
    throw std::runtime_error("'" + text +
                             "' is not an origin: write it as https://host or https://host:port");
  std::string const& port = origin->authority.port;
  return origin->scheme + "://" + origin->authority.host + (port.empty() ? "" : ":" + port);
}

/// A bare IPv6 address as it is written in a Host header.
std::string as_host(std::string_view name) {
  bool const bare_v6 = name.find(':') != std::string_view::npos && !name.starts_with('[');
  return bare_v6 ? "[" + lower(name) + "]" : lower(name);
}

}  // namespace

OriginPolicy::OriginPolicy(ServerOptions const& options) {
  hosts_.push_back(as_host(options.host));
  for (std::string const& host : options.allowed_hosts) hosts_.push_back(as_host(host));
  for (std::string const& text : options.allowed_origins)
    allowed_origins_.push_back(normal_origin(text));
  for (std::string const& text : options.cors_origins) cors_origins_.push_back(normal_origin(text));
  if (allowed_origins_.empty()) return;
  frame_ancestors_.clear();
  for (std::string const& origin : allowed_origins_)
    frame_ancestors_ += (frame_ancestors_.empty() ? "" : " ") + origin;
}

bool OriginPolicy::is_our_host(std::string_view host_header) const {
  std::optional<Authority> const authority = parse_authority(host_header);
  if (!authority) return false;
  return is_loopback(authority->host) || std::ranges::find(hosts_, authority->host) != hosts_.end();
}

bool OriginPolicy::may_store(std::string_view origin_header, std::string_view host_header) const {
  return may_open_socket(origin_header, host_header) || may_read_by_cors(origin_header);
}

bool OriginPolicy::may_read_by_cors(std::string_view origin_header) const {
  return std::ranges::find(cors_origins_, lower(origin_header)) != cors_origins_.end();
}

bool OriginPolicy::may_open_socket(std::string_view origin_header,
                                   std::string_view host_header) const {
  if (origin_header.empty()) return true;
  if (is_our_page(origin_header, host_header)) return true;
  return std::ranges::find(allowed_origins_, lower(origin_header)) != allowed_origins_.end();
}

bool OriginPolicy::is_our_page(std::string_view origin_header, std::string_view host_header) const {
  std::optional<Origin> origin = parse_origin(origin_header);
  std::optional<Authority> host = parse_authority(host_header);
  if (!origin || !host) return false;
  std::string const usual = origin->scheme == "https" ? "443" : "80";
  if (origin->authority.port.empty()) origin->authority.port = usual;
  if (host->port.empty()) host->port = usual;
  return origin->authority.host == host->host && origin->authority.port == host->port;
}

}  // namespace sightline::server
