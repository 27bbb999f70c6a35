#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace sightline::server {

/// One answer as it stood on the wire. Header names in lower case.
struct RawAnswer {
  unsigned status = 0;
  std::map<std::string, std::string> headers;
  std::string body;
};

/// A TCP connection that sends exactly the bytes it is given. Throws std::runtime_error after five
/// seconds of silence.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(RawClient const&) = delete;
  RawClient& operator=(RawClient const&) = delete;

  void send(std::string_view bytes);
  /// The next answer; `has_body` is false for the answer to a HEAD.
  RawAnswer read_answer(bool has_body = true);
  /// Whether the server closes the connection (nothing more comes) within five seconds.
  bool is_closed_by_server();

 private:
  bool read_more();

  int socket_ = -1;
  std::string input_;
};

}  // namespace sightline::server
