// Where a body ends. Source: RFC 9112 6, 7.
#include "net/request_body.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sightline::server {
namespace {

struct Taken {
  unsigned status = 0;  ///< 0: none was given
  std::string payload, rest;
  bool is_done = false;
};

/// Gives `bytes` in pieces, keeping what was not used, as a session does.
Taken take(std::string_view framing, std::string_view bytes, std::size_t piece,
           std::uint64_t max_body_bytes = 1 << 20) {
  std::string const head = "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(framing) + "\r\n\r\n";
  auto body = RequestBody::create(head, max_body_bytes);
  if (!body) return {body.error(), {}, {}, false};
  Taken taken;
  std::string input;
  std::vector<std::byte> payload;
  for (std::size_t at = 0; at < bytes.size() && !body->is_done(); at += piece) {
    input.append(bytes.substr(at, piece));
    auto const used = body->take(input, payload);
    if (!used) return {used.error(), {}, {}, false};
    input.erase(0, *used);
    taken.rest = std::string(bytes.substr(std::min(bytes.size(), at + piece)));
  }
  taken.payload.assign(reinterpret_cast<char const*>(payload.data()), payload.size());
  taken.rest.insert(0, input);
  taken.is_done = body->is_done();
  return taken;
}

TEST(RequestBody, EndsWhereItsLengthSays) {
  for (std::size_t const piece : {1u, 3u, 100u}) {
    Taken const taken = take("Content-Length: 5", "helloGET / HTTP/1.1", piece);
    EXPECT_TRUE(taken.is_done);
    EXPECT_EQ(taken.payload, "hello");
    EXPECT_EQ(taken.rest, "GET / HTTP/1.1");
  }
  EXPECT_FALSE(take("Content-Length: 6", "hello", 100).is_done);
}

TEST(RequestBody, ChunksAreJoinedAndTrailersPassedOver) {
  std::string const chunks = "3;name=value\r\nhel\r\n002\r\nlo\r\n0\r\nTrailer: x\r\n\r\nGET /";
  for (std::size_t piece = 1; piece <= chunks.size(); ++piece) {
    Taken const taken = take("Transfer-Encoding: chunked", chunks, piece);
    EXPECT_EQ(taken.status, 0u) << piece;
    EXPECT_TRUE(taken.is_done) << piece;
    EXPECT_EQ(taken.payload, "hello") << piece;
    EXPECT_EQ(taken.rest, "GET /") << piece;
  }
}

TEST(RequestBody, BrokenChunksAreRefused) {
  for (std::string const chunks : {"x\r\nhel\r\n", "-3\r\nhel\r\n", "3\r\nhelXYZ\r\n",
                                   "FFFFFFFFFFFFFFFFF\r\nhel", "3 \x01\r\nhel\r\n"}) {
    EXPECT_EQ(take("Transfer-Encoding: chunked", chunks, 100).status, 400u) << chunks;
  }
  // A line end of LF alone is never taken for one.
  Taken const bare = take("Transfer-Encoding: chunked", "3\nhel\n0\n\n", 100);
  EXPECT_FALSE(bare.is_done);
  EXPECT_EQ(bare.payload, "");
}

TEST(RequestBody, AnEndlessChunkHeadIsRefused) {
  std::string const endless = "3;" + std::string(100'000, 'x');
  EXPECT_EQ(take("Transfer-Encoding: chunked", endless, 4096).status, 400u);
}

TEST(RequestBody, TooLargeIsRefusedAsSoonAsItIsKnown) {
  EXPECT_EQ(take("Content-Length: 11", "", 1, 10).status, 413u);
  EXPECT_EQ(take("Transfer-Encoding: chunked", "6\r\nabcdef\r\n6\r\nabcdef\r\n", 100, 10).status,
            413u);
  EXPECT_EQ(take("Transfer-Encoding: chunked", "FFFFFFFFFFFFFFFF\r\nabc", 100, 10).status, 413u);
}

}  // namespace
}  // namespace sightline::server
