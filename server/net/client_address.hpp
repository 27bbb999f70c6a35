#pragma once
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_message.hpp"

namespace sightline::server {

/// An IPv4 or IPv6 address as everybody writes it; an IPv4 address in IPv6 as the former. Nothing
/// when it is none. Source: RFC 5952, RFC 4291 2.5.5.2.
std::optional<std::string> normal_address(std::string_view text);

/// Who counts as one: an IPv4 address, or the 64 bits of IPv6 that one customer has.
std::string network_of(std::string const& address);

/// The proxies that speak for others. Immutable; threads: any.
class TrustedProxies {
 public:
  /// Throws std::runtime_error for what is no address (start-up only).
  explicit TrustedProxies(std::vector<std::string> const& addresses);

  bool empty() const { return addresses_.empty(); }
  bool contains(std::string_view address) const;

  struct Client {
    std::string address;
    bool is_https = false;
    bool operator==(Client const&) const = default;
  };
  /// For whom a request from `peer` (a normal address) is: the last address in X-Forwarded-For, or
  /// in Forwarded, that is none of the proxies'. What anybody else says there is not believed.
  /// Error: the status, 400 (a list that cannot be read; the two headers do not agree) or 403
  /// (without TLS: not from a proxy, or the proxy does not say that its client has TLS).
  std::expected<Client, unsigned> client_of(Request const& request, std::string const& peer,
                                            bool is_tls) const;

 private:
  /// Nothing when there is no such header. Error: the status.
  using Told = std::expected<std::optional<Client>, unsigned>;
  Told by_x_forwarded(Request const& request, std::string const& peer) const;
  Told by_forwarded(Request const& request, std::string const& peer) const;

  std::vector<std::string> addresses_;
};

}  // namespace sightline::server
