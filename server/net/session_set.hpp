#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>

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
  std::uint64_t add(std::weak_ptr<Session> session);
  void remove(std::uint64_t id) { sessions_.erase(id); }
  std::size_t size() const { return sessions_.size(); }
  void end_all();
  void abort_all();

 private:
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, std::weak_ptr<Session>> sessions_;
};

}  // namespace sightline::server
