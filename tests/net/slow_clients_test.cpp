// Hundreds of connections that send, or take, next to nothing (slowhttptest's modes -H, -B, -X,
// -R): a new client is served, each of them ends with the right status, and they hold little
// memory. Counts, not times: `npm run bench:slow` measures those.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>
#include <map>

#include "measured_server.hpp"

namespace sightline::server {
namespace {

using namespace std::chrono_literals;

constexpr int kClients = 300;
/// Of the resident memory: 54 KiB for each, with what the allocator keeps of what they had for a
/// moment.
constexpr long kMostHeld = 16 << 20;
constexpr std::size_t kFewFiles = 8;  ///< that the server opens once, when it first needs them

/// A socket that says something and then waits.
class SlowClient {
 public:
  /// `receive_bytes`: of the kernel's buffer; 0: its own choice.
  SlowClient(std::uint16_t port, std::string_view said, int receive_bytes)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_bytes > 0)
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    timeval const patience{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_open_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    while (is_open_ && !said.empty()) {
      ssize_t const sent = ::send(socket_, said.data(), said.size(), MSG_NOSIGNAL);
      is_open_ = sent > 0;
      if (is_open_) said.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  ~SlowClient() { ::close(socket_); }
  SlowClient(SlowClient const&) = delete;
  SlowClient& operator=(SlowClient const&) = delete;

  bool is_open() const { return is_open_; }
  /// What came until the server's end of the connection: its status, and whether it was cut off.
  struct Answer {
    std::string status;
    std::size_t bytes = 0;
    bool has_ended = false;
  };
  Answer drain() {
    Answer answer;
    std::array<char, 65536> block;
    for (;;) {
      ssize_t const count = ::recv(socket_, block.data(), block.size(), 0);
      bool const is_silent = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
      answer.has_ended = !is_silent;
      if (count <= 0) return answer;
      if (answer.bytes == 0)
        answer.status = std::string(block.data(), std::min<std::size_t>(count, 12)).substr(9);
      answer.bytes += static_cast<std::size_t>(count);
    }
  }

 private:
  int socket_;
  bool is_open_ = false;
};

class SlowClients : public MeasuredServer {
 protected:
  /// The statuses that kClients such connections end with, and how many have each.
  std::map<std::string, int> hold(std::string_view said, int receive_bytes = 0) {
    std::size_t const files_before = open_files();
    {  // what the first of its kind brings into memory, code and threads' arenas, is no client's
      std::deque<SlowClient> first;
      for (std::size_t i = 0; i < kFewFiles; ++i)
        first.emplace_back(server->port(), said, receive_bytes);
      EXPECT_EQ(serve_a_new_client(), 200U);
    }
    long const bytes_before = resident_bytes();
    std::deque<SlowClient> clients;
    for (int i = 0; i < kClients; ++i) {
      clients.emplace_back(server->port(), said, receive_bytes);
      EXPECT_TRUE(clients.back().is_open());
    }
    for (int i = 0; i < 10; ++i) EXPECT_EQ(serve_a_new_client(), 200U);
    long const grown = resident_bytes() - bytes_before;
    EXPECT_LT(grown, kMostHeld);
    // The server lets go of them by itself: its sockets and temporary files are gone.
    auto const give_up = std::chrono::steady_clock::now() + 20s;
    while (open_files() > files_before + kClients + kFewFiles &&
           std::chrono::steady_clock::now() < give_up)
      std::this_thread::sleep_for(50ms);
    EXPECT_LE(open_files(), files_before + kClients + kFewFiles);
    EXPECT_LT(resident_bytes() - bytes_before, kMostHeld);
    std::map<std::string, int> statuses;
    for (SlowClient& client : clients) {
      SlowClient::Answer const answer = client.drain();
      EXPECT_TRUE(answer.has_ended);
      EXPECT_LT(answer.bytes, kLargeObjectBytes);
      ++statuses[answer.status];
    }
    EXPECT_EQ(serve_a_new_client(), 200U);
    return statuses;
  }
};

using Statuses = std::map<std::string, int>;
constexpr std::string_view kObject = "/dicom-web/studies/1.1/series/1.1.1/instances/1.1.1.1";

TEST_F(SlowClients, HeadsThatDoNotEndAreAnswered408) {
  EXPECT_EQ(hold("GET / HTTP/1.1\r\nHost: localhost\r\nX-a: b\r\n"), (Statuses{{"408", kClients}}));
}

TEST_F(SlowClients, BodiesThatStopAreAnswered408) {
  std::string said =
      "POST /dicom-web/studies HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/related; "
      "type=\"application/dicom\"; boundary=b\r\nContent-Length: 9000000\r\n\r\n--b\r\n"
      "Content-Type: application/dicom\r\n\r\n";
  said.append(200'000, 'x');  // as much as a body's block may have
  EXPECT_EQ(hold(said), (Statuses{{"408", kClients}}));
}

TEST_F(SlowClients, AnswersThatNobodyTakesAreGivenUp) {
  std::string const said =
      "GET " + std::string(kObject) + " HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n";
  EXPECT_EQ(hold(said, 4096), (Statuses{{"200", kClients}}));
}

TEST_F(SlowClients, ManyRangesAreRefusedAndTheirConnectionsClosed) {
  std::string said =
      "GET /dicom-web/studies/1.2/series/1.2.1/instances/1.2.1.1"
      "/bulkdata/00281201 HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nRange: "
      "bytes=0-1";
  for (int i = 0; i < 500; ++i) said += ",5-6";
  EXPECT_EQ(hold(said + "\r\n\r\n"), (Statuses{{"416", kClients}}));
}

}  // namespace
}  // namespace sightline::server
