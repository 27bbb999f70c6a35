#include "net/client_address.hpp"

#include <gtest/gtest.h>

namespace sightline::server {
namespace {

Request forwarded(std::string client, std::string proto = "https") {
  Request request;
  if (!client.empty()) request.headers.push_back({"x-forwarded-for", std::move(client)});
  if (!proto.empty()) request.headers.push_back({"x-forwarded-proto", std::move(proto)});
  return request;
}

TEST(ClientAddress, IsWrittenInOneWay) {
  EXPECT_EQ(normal_address("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(normal_address("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(normal_address("2001:DB8:0:0::1"), "2001:db8::1");
  for (std::string_view const text :
       {"", "localhost", "192.0.2", "192.0.2.1:80", "[::1]", "1.2.3.4 ", "999.1.1.1"})
    EXPECT_FALSE(normal_address(text)) << text;
}

TEST(ClientAddress, ANetworkOfIpv6CountsAsOne) {
  EXPECT_EQ(network_of("2001:db8:1:2:aaaa::1"), network_of("2001:db8:1:2:bbbb::9"));
  EXPECT_NE(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
  EXPECT_EQ(network_of("192.0.2.1"), "192.0.2.1");
}

TEST(TrustedProxies, OnlyTheirWordCounts) {
  TrustedProxies const proxies({"10.0.0.1", "::1"});
  EXPECT_EQ(proxies.client_of(forwarded("192.0.2.7"), "10.0.0.1", false)->address, "192.0.2.7");
  // By TLS from elsewhere: a client may write what it likes.
  EXPECT_EQ(proxies.client_of(forwarded("192.0.2.7"), "198.51.100.9", true)->address,
            "198.51.100.9");
  EXPECT_EQ(proxies.client_of(forwarded("192.0.2.7"), "198.51.100.9", false).error(), 403U);
}

TEST(TrustedProxies, TheLastAddressThatIsNotTheirsIsTheClients) {
  TrustedProxies const proxies({"10.0.0.1", "10.0.0.2"});
  auto const client = [&](std::string list) {
    return proxies.client_of(forwarded(std::move(list)), "10.0.0.1", false)->address;
  };
  EXPECT_EQ(client("1.1.1.1, 192.0.2.7, 10.0.0.2"), "192.0.2.7");  // the first is the client's word
  EXPECT_EQ(client("10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(client("nonsense, 192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(client(""), "10.0.0.1");
}

Request with_forwarded(std::vector<std::string> values) {
  Request request;
  for (std::string& value : values) request.headers.push_back({"forwarded", std::move(value)});
  return request;
}

TEST(TrustedProxies, ForwardedSaysTheSame) {
  TrustedProxies const proxies({"10.0.0.1", "10.0.0.2"});
  auto const client = [&](std::vector<std::string> values) {
    return proxies.client_of(with_forwarded(std::move(values)), "10.0.0.1", false).value().address;
  };
  EXPECT_EQ(client({"for=192.0.2.7;proto=https"}), "192.0.2.7");
  EXPECT_EQ(client({"for=1.1.1.1;proto=http, for=192.0.2.7;proto=https, for=10.0.0.2;proto=http"}),
            "192.0.2.7");
  EXPECT_EQ(client({"for=1.1.1.1", "for=192.0.2.7;proto=https"}), "192.0.2.7");
  EXPECT_EQ(client({"for=1.1.1.1;proto=https, for=unknown;proto=https"}), "10.0.0.1");
  EXPECT_EQ(client({"proto=https"}), "10.0.0.1");
  auto const status = [&](std::vector<std::string> values, std::string const& peer) {
    return proxies.client_of(with_forwarded(std::move(values)), peer, false).error();
  };
  EXPECT_EQ(status({"for=192.0.2.7;proto=http"}, "10.0.0.1"), 403U);
  EXPECT_EQ(status({"for=192.0.2.7"}, "10.0.0.1"), 403U);
  EXPECT_EQ(status({"for=192.0.2.7;proto=https"}, "198.51.100.9"), 403U);
  EXPECT_EQ(status({""}, "10.0.0.1"), 400U);
}

TEST(TrustedProxies, TwoHeadersThatDoNotAgreeAreRefused) {
  TrustedProxies const proxies({"10.0.0.1"});
  auto const told = [&](std::string const& list, std::string const& forwarded_value) {
    Request request = forwarded(list);
    request.headers.push_back({"forwarded", forwarded_value});
    return proxies.client_of(request, "10.0.0.1", false);
  };
  EXPECT_EQ(told("192.0.2.7", "for=192.0.2.7;proto=https")->address, "192.0.2.7");
  EXPECT_EQ(told("192.0.2.7", "for=192.0.2.8;proto=https").error(), 400U);
  EXPECT_EQ(told("192.0.2.7", "for=192.0.2.7;proto=http").error(), 400U);
  EXPECT_EQ(told("", "for=192.0.2.7;proto=https").error(), 400U);
}

TEST(TrustedProxies, WhatCannotBeReadIsRefused) {
  TrustedProxies const proxies({"10.0.0.1"});
  for (std::string const list : {"x", "1.2.3.4,", ",", "192.0.2.7:80"})
    EXPECT_EQ(proxies.client_of(forwarded(list), "10.0.0.1", false).error(), 400U) << list;
  Request twice = forwarded("192.0.2.7");
  twice.headers.push_back({"x-forwarded-for", "192.0.2.8"});
  EXPECT_EQ(proxies.client_of(twice, "10.0.0.1", false).error(), 400U);
  EXPECT_THROW(TrustedProxies({"proxy.example"}), std::runtime_error);
}

TEST(TrustedProxies, PlainHttpInFrontOfTheProxyIsRefused) {
  TrustedProxies const proxies({"10.0.0.1"});
  EXPECT_EQ(proxies.client_of(forwarded("192.0.2.7", "http"), "10.0.0.1", false).error(), 403U);
  EXPECT_EQ(proxies.client_of(forwarded("192.0.2.7", ""), "10.0.0.1", false).error(), 403U);
}

TEST(TrustedProxies, WithoutAnyThePeerIsTheClient) {
  auto const client = TrustedProxies({}).client_of(forwarded("192.0.2.7"), "127.0.0.1", false);
  EXPECT_EQ(client->address, "127.0.0.1");
  EXPECT_FALSE(client->is_https);
}

}  // namespace
}  // namespace sightline::server
