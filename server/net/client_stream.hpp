#pragma once
#include <boost/asio/ssl/stream.hpp>
#include <variant>

#include "net/net.hpp"

namespace sightline::server {

/// A client's connection, with TLS or without: the same reads and writes either way. An AsyncStream
/// for Asio and Beast. Threads: the session's strand only. May be moved while nothing is under way.
class ClientStream {
 public:
  using executor_type = tcp::socket::executor_type;
  using Tls = net::ssl::stream<tcp::socket>;

  explicit ClientStream(tcp::socket socket) : layers_(std::move(socket)) {}
  /// The context is kept alive by what OpenSSL makes of it.
  ClientStream(tcp::socket socket, net::ssl::context& context)
      : layers_(std::in_place_type<Tls>, std::move(socket), context) {}

  bool is_tls() const { return std::holds_alternative<Tls>(layers_); }
  tcp::socket& next_layer() {
    auto* const tls = std::get_if<Tls>(&layers_);
    return tls != nullptr ? tls->next_layer() : std::get<tcp::socket>(layers_);
  }
  executor_type get_executor() { return next_layer().get_executor(); }
  /// The layer that speaks to us.
  template <class Visitor>
  decltype(auto) visit(Visitor&& visitor) {
    return std::visit(std::forward<Visitor>(visitor), layers_);
  }

  template <class Buffers, class Token>
  auto async_read_some(Buffers const& buffers, Token&& token) {
    auto start = [this](auto&& handler, Buffers const& into) {
      visit([&](auto& layer) {
        layer.async_read_some(into, std::forward<decltype(handler)>(handler));
      });
    };
    return net::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        std::move(start), token, buffers);
  }
  template <class Buffers, class Token>
  auto async_write_some(Buffers const& buffers, Token&& token) {
    auto start = [this](auto&& handler, Buffers const& from) {
      visit([&](auto& layer) {
        layer.async_write_some(from, std::forward<decltype(handler)>(handler));
      });
    };
    return net::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        std::move(start), token, buffers);
  }

  /// Executor: the session's strand. Nothing to do without TLS. False: there is no connection.
  net::awaitable<bool> handshake();
  /// Says that no more follows, so that the end is no truncation (RFC 8446 6.1).
  net::awaitable<void> say_goodbye();

 private:
  std::variant<tcp::socket, Tls> layers_;
};

}  // namespace sightline::server
