#include "net/client_stream.hpp"

namespace sightline::server {

net::awaitable<bool> ClientStream::handshake() {
  auto* const tls = std::get_if<Tls>(&layers_);
  if (tls == nullptr) co_return true;
  auto const [error] = co_await tls->async_handshake(net::ssl::stream_base::server, kAsTuple);
  co_return !error;
}

net::awaitable<void> ClientStream::say_goodbye() {
  auto* const tls = std::get_if<Tls>(&layers_);
  if (tls == nullptr) co_return;
  // The client's own goodbye is waited for, as long as the session's deadline lets it.
  auto const [error] = co_await tls->async_shutdown(kAsTuple);
  static_cast<void>(error);
}

}  // namespace sightline::server
