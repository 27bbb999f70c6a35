#include "net/client_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "net/forwarded.hpp"

namespace sightline::server {
namespace {

constexpr unsigned kBadRequest = 400, kForbidden = 403;

std::string text_of(int family, void const* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(family, address, text.data(), text.size()) != nullptr ? text.data() : "";
}

std::string_view trim(std::string_view text) {
  std::size_t const first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::optional<std::string> normal_address(std::string_view text) {
  std::string const copy(text.substr(0, INET6_ADDRSTRLEN));
  in_addr v4{};
  if (::inet_pton(AF_INET, copy.c_str(), &v4) == 1) return text_of(AF_INET, &v4);
  in6_addr v6{};
  if (::inet_pton(AF_INET6, copy.c_str(), &v6) != 1) return std::nullopt;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) return text_of(AF_INET, &v6.s6_addr[12]);
  return text_of(AF_INET6, &v6);
}

std::string network_of(std::string const& address) {
  in6_addr v6{};
  if (::inet_pton(AF_INET6, address.c_str(), &v6) != 1) return address;
  std::fill(&v6.s6_addr[8], &v6.s6_addr[16], std::uint8_t{0});
  return text_of(AF_INET6, &v6) + "/64";
}

TrustedProxies::TrustedProxies(std::vector<std::string> const& addresses) {
  for (std::string const& text : addresses) {
    auto address = normal_address(text);
    if (!address) throw std::runtime_error("'" + text + "' is not the address of a proxy");
    addresses_.push_back(std::move(*address));
  }
}

bool TrustedProxies::contains(std::string_view address) const {
  return std::ranges::find(addresses_, address) != addresses_.end();
}

std::expected<TrustedProxies::Client, unsigned> TrustedProxies::client_of(Request const& request,
                                                                          std::string const& peer,
                                                                          bool is_tls) const {
  if (!contains(peer)) {
    if (!is_tls && !empty()) return std::unexpected(kForbidden);
    return Client{peer, is_tls};
  }
  auto const usual = by_x_forwarded(request, peer);
  if (!usual) return std::unexpected(usual.error());
  auto const standard = by_forwarded(request, peer);
  if (!standard) return std::unexpected(standard.error());
  // A proxy that writes one of them may pass on the other as its client has made it up.
  if (*usual && *standard && **usual != **standard) return std::unexpected(kBadRequest);
  Client client = *usual ? **usual : standard->value_or(Client{peer, false});
  if (!is_tls && !client.is_https) return std::unexpected(kForbidden);
  client.is_https = true;
  return client;
}

TrustedProxies::Told TrustedProxies::by_x_forwarded(Request const& request,
                                                    std::string const& peer) const {
  if (request.count("x-forwarded-for") == 0 && request.count("x-forwarded-proto") == 0)
    return std::nullopt;
  if (request.count("x-forwarded-for") > 1) return std::unexpected(kBadRequest);
  Client client{peer, request.header("x-forwarded-proto") == "https"};
  for (std::string_view rest = request.header("x-forwarded-for"); !rest.empty();) {
    std::size_t const comma = rest.rfind(',');
    bool const is_first = comma == std::string_view::npos;
    auto said = normal_address(trim(is_first ? rest : rest.substr(comma + 1)));
    rest = is_first ? std::string_view{} : rest.substr(0, comma);
    if (!said) return std::unexpected(kBadRequest);
    client.address = std::move(*said);
    if (!contains(client.address)) break;
  }
  return client;
}

TrustedProxies::Told TrustedProxies::by_forwarded(Request const& request,
                                                  std::string const& peer) const {
  std::string joined;
  for (Header const& header : request.headers)
    if (header.name == "forwarded") joined += (joined.empty() ? "" : ",") + header.value;
  if (request.count("forwarded") == 0) return std::nullopt;
  auto const hops = parse_forwarded(joined);
  if (!hops) return std::unexpected(kBadRequest);
  Client client{peer, false};
  for (auto hop = hops->rbegin(); hop != hops->rend(); ++hop) {
    client.is_https = hop->is_https;
    if (hop->address.empty()) break;  // the one that we trusted last does not say for whom
    client.address = hop->address;
    if (!contains(client.address)) break;
  }
  return client;
}

}  // namespace sightline::server
