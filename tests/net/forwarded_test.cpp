#include "net/forwarded.hpp"

#include <gtest/gtest.h>

namespace sightline::server {
namespace {

std::string address(std::string_view node) {
  auto const hops = parse_forwarded("for=" + std::string(node));
  if (!hops || hops->size() != 1) return "refused";
  return hops->front().address;
}

TEST(Forwarded, ReadsTheExamplesOfTheRfc) {
  EXPECT_EQ(address("\"_gazonk\""), "");
  EXPECT_EQ(parse_forwarded("For=\"[2001:db8:cafe::17]:4711\"")->front().address,
            "2001:db8:cafe::17");
  auto const one = parse_forwarded("for=192.0.2.60;proto=http;by=203.0.113.43");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->front().address, "192.0.2.60");
  EXPECT_FALSE(one->front().is_https);
  auto const two = parse_forwarded("for=192.0.2.43, for=198.51.100.17");
  ASSERT_TRUE(two);
  ASSERT_EQ(two->size(), 2U);
  EXPECT_EQ(two->back().address, "198.51.100.17");
}

TEST(Forwarded, ReadsNodesWithPortsAndHiddenOnes) {
  EXPECT_EQ(address("\"192.0.2.7:80\""), "192.0.2.7");
  EXPECT_EQ(address("\"192.0.2.7:_hidden\""), "192.0.2.7");
  EXPECT_EQ(address("\"[::FFFF:192.0.2.7]\""), "192.0.2.7");
  EXPECT_EQ(address("\"1\\92.0.2.7\""), "192.0.2.7");  // a quoted pair
  EXPECT_EQ(address("UNKNOWN"), "");
  EXPECT_EQ(address("_a.b-c"), "");
}

TEST(Forwarded, ParametersItDoesNotKnowArePassedOver) {
  auto const hops =
      parse_forwarded("secret=\"a,b;for=1.1.1.1\";for=192.0.2.7;PROTO=HTTPS\t,\tby=_x");
  ASSERT_TRUE(hops);
  ASSERT_EQ(hops->size(), 2U);
  EXPECT_EQ(hops->front().address, "192.0.2.7");
  EXPECT_TRUE(hops->front().is_https);
  EXPECT_EQ(hops->back().address, "");
}

TEST(Forwarded, WhatIsNotOfTheGrammarIsRefused) {
  for (std::string_view const text : {"",
                                      " ",
                                      ",",
                                      "for",
                                      "for=",
                                      "=1.1.1.1",
                                      "for=1.1.1.1,",
                                      ",for=1.1.1.1",
                                      "for=1.1.1.1;",
                                      "for=1.1.1.1;;proto=https",
                                      "for=1.1.1.1 ;proto=https",
                                      "for =1.1.1.1",
                                      "for= 1.1.1.1",
                                      "for=1.1.1.1 for=2.2.2.2",
                                      "for=\"1.1.1.1",
                                      "for=\"1.1.1.1\\",
                                      "for=\"1.1.1.1\"x",
                                      "for=1.1.1.1;for=2.2.2.2",
                                      "for=1.1.1.1;FOR=1.1.1.1",
                                      "for=a;proto=https",
                                      "proto=gopher",
                                      "for=\"\x01\"",
                                      "for=\"a\x7f\"",
                                      "f\xc3\xb6r=1.1.1.1"})
    EXPECT_FALSE(parse_forwarded(text)) << text;
  std::string const nul("for=\"1.1.1.1\0\"", 14);
  EXPECT_FALSE(parse_forwarded(nul));
}

TEST(Forwarded, NodesThatAreNoAddressAreRefused) {
  for (std::string_view const node :
       {"localhost", "\"\"", "\"2001:db8::1\"", "\"[192.0.2.7]\"", "\"[::1\"", "\"[::1]x\"",
        "\"[::1]:\"", "\"192.0.2.7:\"", "\"192.0.2.7:123456\"", "\"192.0.2.7:8x\"",
        "\"192.0.2.7 \"", "\"[unknown]\"", "_", "999.1.1.1", "\"192.0.2.7, 1.1.1.1\""})
    EXPECT_EQ(address(node), "refused") << node;
}

TEST(Forwarded, HopsAreBounded) {
  std::string list = "for=192.0.2.7";
  for (int hop = 1; hop < 64; ++hop) list += ",for=192.0.2.7";
  EXPECT_EQ(parse_forwarded(list)->size(), 64U);
  EXPECT_FALSE(parse_forwarded(list + ",for=192.0.2.7"));
}

}  // namespace
}  // namespace sightline::server
