#include "net/request_head.hpp"

#include <gtest/gtest.h>

namespace sightline::server {
namespace {

NetLimits const kLimits{};

unsigned scan_status(std::string_view bytes) {
  HeadScan const scan = scan_request_head(bytes, kLimits);
  auto const* const refused = std::get_if<HeadRefused>(&scan);
  return refused == nullptr ? 0 : refused->status;
}
unsigned parse_status(std::string_view head) {
  std::expected<Request, unsigned> const request = parse_request_head(head, kLimits);
  return request ? 0 : request.error();
}

TEST(ScanRequestHead, FindsTheEndAtEveryCut) {
  std::string const head = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (std::size_t length = 0; length < head.size(); ++length) {
    EXPECT_TRUE(
        std::holds_alternative<HeadNeedsMore>(scan_request_head(head.substr(0, length), kLimits)))
        << length;
  }
  HeadScan const scan = scan_request_head(head + "GET /next", kLimits);
  EXPECT_EQ(std::get<HeadComplete>(scan).length, head.size());
}

TEST(ScanRequestHead, LinesThatTwoParsersWouldReadDifferentlyAreRefusedAtOnce) {
  EXPECT_EQ(scan_status("GET / HTTP/1.1\nHost: x\n\n"), 400U);
  EXPECT_EQ(scan_status("GET / HTTP/1.1\r\nHost: x\n"), 400U);
  EXPECT_EQ(scan_status("GET / HTTP/1.1\rHost: x\r\n"), 400U);
  EXPECT_EQ(scan_status("GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n"), 400U);
  EXPECT_EQ(scan_status(std::string_view("GET /\0 HTTP/1.1\r\n", 17)), 400U);
}

TEST(ScanRequestHead, LengthsAreBounded) {
  EXPECT_EQ(scan_status("GET /" + std::string(4200, 'a')), 414U);
  EXPECT_EQ(scan_status("GET / HTTP/1.1\r\nX: " + std::string(8192, 'a')), 431U);
}

TEST(SkipEmptyLines, DropsTwoAtMost) {
  EXPECT_EQ(skip_empty_lines("\r\nGET"), 2U);
  EXPECT_EQ(skip_empty_lines("\r\n\r\n\r\n"), 4U);
  EXPECT_EQ(skip_empty_lines("GET"), 0U);
}

TEST(ParseRequestHead, ReadsWhatIsThere) {
  std::expected<Request, unsigned> const request = parse_request_head(
      "HEAD /a?b HTTP/1.1\r\nHost: localhost:8080\r\nRange:  bytes=0-1 \r\nConnection: "
      "close\r\n\r\n",
      kLimits);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, Method::head);
  EXPECT_EQ(request->target, "/a?b");
  EXPECT_EQ(request->header("host"), "localhost:8080");
  EXPECT_EQ(request->header("range"), "bytes=0-1");
  EXPECT_FALSE(request->keep_alive);
  EXPECT_FALSE(request->has_body);
}

TEST(ParseRequestHead, KeepAliveFollowsTheVersion) {
  EXPECT_TRUE(parse_request_head("GET / HTTP/1.1\r\nHost: a\r\n\r\n", kLimits)->keep_alive);
  EXPECT_FALSE(parse_request_head("GET / HTTP/1.0\r\n\r\n", kLimits)->keep_alive);
}

TEST(ParseRequestHead, ABodyIsNoticedHoweverItIsAnnounced) {
  EXPECT_TRUE(parse_request_head("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", kLimits)
                  ->has_body);
  EXPECT_TRUE(
      parse_request_head("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", kLimits)
          ->has_body);
  EXPECT_TRUE(
      parse_request_head("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n",
                         kLimits)
          ->has_body);
  EXPECT_FALSE(parse_request_head("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", kLimits)
                   ->has_body);
}

TEST(ParseRequestHead, ABodyHasOneFraming) {
  auto const status = [](std::string const& version, std::string const& headers) {
    return parse_status("POST / HTTP/" + version + "\r\nHost: a\r\n" + headers + "\r\n");
  };
  EXPECT_EQ(status("1.1", "Transfer-Encoding: chunked\r\n"), 0U);
  EXPECT_EQ(status("1.1", "Transfer-Encoding: Chunked\r\n"), 0U);
  EXPECT_EQ(status("1.1", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400U);
  EXPECT_EQ(status("1.1", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400U);
  EXPECT_EQ(status("1.0", "Transfer-Encoding: chunked\r\n"), 400U);
  EXPECT_EQ(status("1.1", "Transfer-Encoding: gzip, chunked\r\n"), 501U);
  EXPECT_EQ(status("1.1", "Transfer-Encoding: xchunked\r\n"), 501U);
  EXPECT_EQ(status("1.1", "Transfer-Encoding: identity\r\n"), 501U);
}

TEST(ParseRequestHead, WhatIsNotHttpIsRefused) {
  EXPECT_EQ(parse_status("GET / HTTP/1.1\r\n\r\n"), 400U);  // no Host
  EXPECT_EQ(parse_status("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400U);
  for (std::string_view const length : {"-1", "+5", "5, 5", "0x5", "", "5 5",
                                        "18446744073709551616", "99999999999999999999999999"}) {
    EXPECT_EQ(parse_status("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::string(length) +
                           "\r\n\r\n"),
              400U)
        << length;
  }
  EXPECT_EQ(
      parse_status("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
      400U);
  EXPECT_EQ(
      parse_status("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"),
      400U);
  EXPECT_EQ(parse_status("GET / HTTP/1.1\r\nHost : a\r\n\r\n"), 400U);
  EXPECT_EQ(parse_status("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), 400U);
  EXPECT_EQ(parse_status("G\x01T / HTTP/1.1\r\nHost: a\r\n\r\n"), 400U);
  EXPECT_EQ(parse_status("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505U);
  EXPECT_EQ(parse_status("GET /" + std::string(4097, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414U);
}

}  // namespace
}  // namespace sightline::server
