#pragma once
#include <chrono>
#include <string>

#include "net/http_session.hpp"
#include "net/net.hpp"
#include "net/services.hpp"
#include "net/session_set.hpp"
#include "net/tls_context.hpp"

namespace sightline::server {

/// The listening socket: accepts, and starts an HttpSession on a strand of its own. Threads: the
/// server's strand only.
class Listener {
 public:
  /// Keeps the references. Throws std::runtime_error when the address cannot be listened on
  /// (start-up only).
  struct Parts {
    net::io_context& io;
    net::strand<net::any_io_executor> strand;
    SessionSet& sessions;
    HttpSession::Parts session;  ///< what each one gets
    TlsContext const* tls;       ///< null: plain HTTP
  };
  Listener(Parts parts, std::string const& host, std::uint16_t port);

  std::uint16_t port() const;
  /// Executor: the server's strand. Ends after close().
  net::awaitable<void> run();
  void close();

 private:
  bool is_full_for(std::string const& address) const;
  void turn_away(tcp::socket socket);
  void start_session(tcp::socket socket, std::string address);

  Parts parts_;
  tcp::acceptor acceptor_;
  std::chrono::steady_clock::time_point last_warning_{};  ///< about too many
};

}  // namespace sightline::server
