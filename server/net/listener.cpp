#include "net/listener.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stdexcept>

namespace sightline::server {
namespace {

constexpr std::chrono::milliseconds kPauseAfterError{100};  // out of file descriptors, mostly
constexpr std::chrono::seconds kWarningPause{10};
constexpr std::string_view kTooMany =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\n"
    "Content-Length: 0\r\n\r\n";

tcp::endpoint resolve(net::io_context& io, std::string const& host, std::uint16_t port) {
  boost::system::error_code error;
  tcp::resolver resolver(io);
  auto const found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
  if (error || found.empty())
    throw std::runtime_error("'" + host + "' is not an address of this machine");
  return found.begin()->endpoint();
}

}  // namespace

Listener::Listener(Parts parts, std::string const& host, std::uint16_t port)
    : parts_(std::move(parts)), acceptor_(parts_.strand) {
  tcp::endpoint const endpoint = resolve(parts_.io, host, port);
  boost::system::error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(net::socket_base::max_listen_connections, error);
  if (error)
    throw std::runtime_error("cannot listen on " + host + " port " + std::to_string(port) + ": " +
                             error.message());
}

std::uint16_t Listener::port() const {
  boost::system::error_code ignored;
  return acceptor_.local_endpoint(ignored).port();
}

void Listener::close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
}

net::awaitable<void> Listener::run() {
  while (acceptor_.is_open()) {
    net::any_io_executor session_strand = net::make_strand(parts_.io);
    auto [error, socket] = co_await acceptor_.async_accept(session_strand, kAsTuple);
    if (!acceptor_.is_open()) co_return;
    if (error) {
      parts_.session.services.log.warning("cannot accept a connection: " + error.message());
      net::steady_timer pause(parts_.strand, kPauseAfterError);
      auto const [ignored] = co_await pause.async_wait(kAsTuple);
      static_cast<void>(ignored);
      continue;
    }
    boost::system::error_code gone;
    auto const peer = socket.remote_endpoint(gone).address();
    if (gone) continue;
    std::string address = normal_address(peer.to_string()).value_or(peer.to_string());
    if (is_full_for(address))
      turn_away(std::move(socket));
    else
      start_session(std::move(socket), std::move(address));
  }
}

bool Listener::is_full_for(std::string const& address) const {
  Services const& services = parts_.session.services;
  NetLimits const& limits = services.limits;
  if (parts_.sessions.size() >= limits.max_connections) return true;
  if (services.proxies.contains(address)) return false;  // it counts its own clients
  bool const is_local = address == "::1" || address.starts_with("127.");
  std::size_t const most =
      is_local ? limits.max_connections_of_loopback : limits.max_connections_per_address;
  return parts_.sessions.count_of(network_of(address)) >= most;
}

/// 503, as far as it can be said without waiting: what waits would be a connection. Under TLS it
/// cannot.
void Listener::turn_away(tcp::socket socket) {
  auto const now = std::chrono::steady_clock::now();
  if (now - last_warning_ > kWarningPause) {
    last_warning_ = now;
    parts_.session.services.log.warning("too many connections: some are closed");
  }
  if (parts_.tls != nullptr) return;
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(net::buffer(kTooMany), ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

void Listener::start_session(tcp::socket socket, std::string address) {
  std::string network = network_of(address);
  ClientStream stream = parts_.tls != nullptr
                            ? ClientStream(std::move(socket), *parts_.tls->current())
                            : ClientStream(std::move(socket));
  auto session =
      std::make_shared<HttpSession>(std::move(stream), std::move(address), parts_.session);
  std::uint64_t const id = parts_.sessions.add(session, std::move(network));
  net::any_io_executor executor = session->executor();
  auto body = [session = std::move(session)]() -> net::awaitable<void> { co_await session->run(); };
  auto on_end = [&sessions = parts_.sessions, id](std::exception_ptr) { sessions.remove(id); };
  net::co_spawn(executor, std::move(body), net::bind_executor(parts_.strand, std::move(on_end)));
}

}  // namespace sightline::server
