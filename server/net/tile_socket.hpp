#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "net/client_stream.hpp"
#include "net/net.hpp"
#include "net/services.hpp"

namespace sightline::server {

/// The WebSocket of `sightline.tiles.v1` round a TileSession: reader(), writer() and poller() on
/// one strand. The message that is being sent cannot be taken back, so little of it may wait in the
/// kernel: TCP_NOTSENT_LOWAT keeps unsent bytes few while the congestion window stays as large as
/// the line allows. Threads: the socket's strand; end and abort on it, too. Lifetime: run() holds
/// what it starts.
class TileSocket : public std::enable_shared_from_this<TileSocket> {
 public:
  struct Parts {
    Services const& services;
    net::thread_pool& pool;
    Identity identity;  ///< of who opened it: the socket ends with their session
    std::string head;   ///< the upgrade request as it was read
    std::string rest;   ///< what came after it
  };
  TileSocket(ClientStream stream, Parts parts);
  ~TileSocket();

  /// Executor: the socket's strand. Accepts, serves, and returns when reader, writer and poller
  /// have ended.
  net::awaitable<void> run();
  void end();
  void abort();
  bool was_accepted() const;
  std::uint64_t sent_bytes() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sightline::server
