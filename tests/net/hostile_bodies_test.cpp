// Store requests whose numbers lie, or that never end: the right answer, and memory stays flat.
#include <gtest/gtest.h>

#include <deque>

#include "measured_server.hpp"

namespace sightline::server {
namespace {

constexpr std::string_view kPost =
    "POST /dicom-web/studies HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/related; "
    "type=\"application/dicom\"; boundary=b\r\n";

class HostileBodies : public MeasuredServer {
 protected:
  /// The status that is answered to a head and, repeated, a piece of a body; what is unsent when
  /// the answer comes stays unsent.
  unsigned status_of(std::string const& head, std::string_view piece = {}, int repeated = 1) {
    RawClient client(server->port());
    client.send(std::string(kPost) + head + "\r\n");
    try {
      for (int i = 0; i < repeated; ++i) client.send(piece);
    } catch (std::runtime_error const&) {
      // the server has said what it thinks, and closed
    }
    return client.read_answer().status;
  }
  static std::string length(std::uint64_t bytes) {
    return "Content-Length: " + std::to_string(bytes) + "\r\n";
  }
};

TEST_F(HostileBodies, LengthsThatLieAreRefusedAndAllocateNothing) {
  long const before = resident_bytes();
  EXPECT_EQ(status_of("Content-Length: 9223372036854775808\r\n"), 413U);
  EXPECT_EQ(status_of("Content-Length: 99999999999999999999999\r\n"), 400U);
  EXPECT_EQ(status_of("Content-Length: -1\r\n"), 400U);
  EXPECT_EQ(status_of(length(5) + length(6)), 400U);
  EXPECT_EQ(status_of(length(5) + "Transfer-Encoding: chunked\r\n"), 400U);
  EXPECT_EQ(status_of("Transfer-Encoding: chunked\r\n", "FFFFFFFFFFFFFFFFF\r\n"), 400U);
  EXPECT_EQ(status_of("Transfer-Encoding: chunked\r\n", "FFFFFFFFFFFFFFF0\r\n"), 413U);
  std::deque<RawClient> clients;  // of four gigabytes each, which do not come
  for (int i = 0; i < 32; ++i) {
    clients.emplace_back(server->port());
    clients.back().send(std::string(kPost) + length(4'000'000'000) + "\r\n--b");
  }
  for (RawClient& client : clients) EXPECT_EQ(client.read_answer().status, 408U);
  EXPECT_LT(resident_bytes() - before, kMostGrowth);
}

TEST_F(HostileBodies, ALargePartThatIsNoObjectIsStreamed) {
  std::string const piece(1 << 20, 'x');
  std::string const begin = "--b\r\nContent-Type: application/dicom\r\n\r\n", end = "\r\n--b--\r\n";
  long const before = resident_bytes();
  RawClient client(server->port());
  client.send(std::string(kPost) + length(begin.size() + (200U << 20) + end.size()) + "\r\n" +
              begin);
  for (int i = 0; i < 200; ++i) {
    client.send(piece);
    if (i % 50 == 0) {
      EXPECT_LT(resident_bytes() - before, kMostGrowth) << i;
    }
  }
  client.send(end);
  EXPECT_EQ(client.read_answer().status, 409U);
  EXPECT_LT(resident_bytes() - before, kMostGrowth);
}

TEST_F(HostileBodies, PartsWithoutEndAndWithoutNumberAreRefused) {
  long const before = resident_bytes();
  std::string part = "--b\r\nContent-Type: application/dicom\r\n\r\n\r\n", parts;
  for (int i = 0; i < 1000; ++i) parts += part;
  EXPECT_EQ(status_of(length(1'000 * parts.size()), parts, 1'000), 413U);  // a million
  EXPECT_EQ(status_of(length(part.size()), part), 400U);                   // no close delimiter
  EXPECT_LT(resident_bytes() - before, kMostGrowth);
  EXPECT_EQ(serve_a_new_client(), 200U);
}

}  // namespace
}  // namespace sightline::server
