#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "access/doorkeeper.hpp"
#include "net/admission.hpp"
#include "net/client_stream.hpp"
#include "net/deadline.hpp"
#include "net/http_message.hpp"
#include "net/net.hpp"
#include "net/services.hpp"
#include "net/session_set.hpp"

namespace sightline::server {

class BlockBudget;
class PasswordDesk;
class RequestBody;
class TileSocket;

/// One connection: request after request, in order, or the hand-over to a TileSocket.
/// Lifetime: the coroutine that runs it holds it. Threads: its socket's strand; end and abort from
/// any.
class HttpSession final : public Session, public std::enable_shared_from_this<HttpSession> {
 public:
  /// What all sessions share.
  struct Parts {
    Services const& services;
    net::thread_pool& pool;
    PasswordDesk& passwords;
    BlockBudget& blocks;
  };
  /// Keeps the references. The stream's executor is the session's strand. `peer`: its address.
  HttpSession(ClientStream stream, std::string peer, Parts const& parts);
  ~HttpSession() override;

  /// Executor: the session's strand. Ends with the connection; errors are logged, none leaves.
  net::awaitable<void> run();
  void end() override;
  void abort() override;
  net::any_io_executor executor() { return stream_.get_executor(); }

 private:
  struct ConnectionEnded {};
  /// The text of one head, a status to refuse with, or the end of the connection.
  using HeadOutcome = std::variant<ConnectionEnded, unsigned, std::string>;
  /// What is logged of a request. Trivial to copy: GCC 12 copies arguments of coroutines bit by
  /// bit.
  struct Exchange {
    Method method = Method::other;
    std::string_view route = "-";
    bool is_shared = false;  ///< /dicom-web, where origins are allowed by CORS
    bool is_https = false;
    std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  };

  net::awaitable<void> serve();
  net::awaitable<HeadOutcome> read_head();
  /// False: the connection cannot go on.
  net::awaitable<bool> answer(std::string head);
  /// Writes the last answer of a connection.
  net::awaitable<void> finish(Response response, Exchange exchange);
  /// On whose behalf a request is answered, or the answer that turns it away.
  net::awaitable<std::variant<Identity, Response>> pass(Request const& request, Route const& route);
  /// Reads the body of a store request and answers it.
  net::awaitable<bool> store(std::string head, Request request, StowStore route, Exchange exchange);
  /// Reads the sign-in form and answers it.
  net::awaitable<bool> sign_in(std::string head, Request request, Exchange exchange);
  /// Called on the pool with each block of a body; a response ends it early.
  using TakeBlock = std::function<std::optional<Response>(std::vector<std::byte> const&)>;
  /// Reads a body of at most `max_bytes`. The answer, if it has to be given before the end.
  net::awaitable<std::optional<Response>> read_body(std::string const& head, Request const& request,
                                                    std::uint64_t max_bytes, TakeBlock const& take);
  net::awaitable<std::optional<Response>> receive(RequestBody& body, TakeBlock const& take);
  net::awaitable<bool> write(Response response, Exchange exchange, bool keep_alive);
  /// Whether the head and the body are out. An error: nothing is, and there is no body to send.
  net::awaitable<Result<bool>> write_body(Body const& body, std::string head);
  net::awaitable<bool> write_bytes(std::string_view head, std::span<std::byte const> bytes);
  net::awaitable<void> upgrade(std::string head, Identity identity, Exchange exchange);
  net::awaitable<void> linger();
  void log(Exchange const& exchange, unsigned status, std::uint64_t bytes) const;

  ClientStream stream_;
  Services const& services_;
  net::thread_pool& pool_;
  PasswordDesk& passwords_;
  BlockBudget& blocks_;
  std::shared_ptr<Deadline> deadline_;
  std::shared_ptr<TileSocket> tile_socket_;
  std::string input_;        ///< read and not yet used; a pipelined request waits here
  std::string peer_;         ///< the address that the connection is from
  std::string client_;       ///< who sent this request, as network_of() counts
  std::string cors_origin_;  ///< of the page that sent this request, if it may read the answer
  bool is_waiting_ = false;  ///< for a handshake or a head: may be cancelled
  bool is_ending_ = false;
};

}  // namespace sightline::server
