#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace sightline::server {

/// One accepted connection, as the server sees it. Threads: both functions may be called from any.
class Session {
 public:
  virtual ~Session() = default;
  /// End soon: finish the answer in hand, or say goodbye (WebSocket 1001).
  virtual void end() = 0;
  /// End now: close the socket under whatever is going on.
  virtual void abort() = 0;
};

/// The open connections. Threads: the server's strand only.
class SessionSet {
 public:
  /// `network`: who counts as one, see network_of.
  std::uint64_t add(std::weak_ptr<Session> session, std::string network);
  void remove(std::uint64_t id);
  std::size_t count_of(std::string const& network) const;
  std::size_t size() const { return sessions_.size(); }
  void end_all();
  void abort_all();

 private:
  std::uint64_t last_id_ = 0;
  struct Entry {
    std::weak_ptr<Session> session;
    std::string network;
  };
  std::map<std::uint64_t, Entry> sessions_;
  std::map<std::string, std::size_t> counts_;  ///< of each network that has any
};

}  // namespace sightline::server
