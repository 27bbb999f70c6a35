#include "net/listener.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stdexcept>

namespace sightline::server {
namespace {

constexpr std::chrono::milliseconds kPauseAfterError{100};  // out of file descriptors, mostly

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
    if (parts_.sessions.size() >= parts_.session.services.limits.max_connections) {
      parts_.session.services.log.warning("too many connections: one was closed");
      continue;  // the socket closes as it goes out of scope
    }
    start_session(std::move(socket));
  }
}

void Listener::start_session(tcp::socket socket) {
  auto session = std::make_shared<HttpSession>(std::move(socket), parts_.session);
  std::uint64_t const id = parts_.sessions.add(session);
  net::any_io_executor executor = session->executor();
  auto body = [session = std::move(session)]() -> net::awaitable<void> { co_await session->run(); };
  auto on_end = [&sessions = parts_.sessions, id](std::exception_ptr) { sessions.remove(id); };
  net::co_spawn(executor, std::move(body), net::bind_executor(parts_.strand, std::move(on_end)));
}

}  // namespace sightline::server
