// Entity tags and what clients say of them. Source: RFC 9110 8.8.3, 13.1.2, 13.1.5.
#include "net/entity_tag.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace sightline::server {
namespace {

Request with(std::initializer_list<Header> headers) {
  Request request;
  request.headers = headers;
  return request;
}
bool has(std::string value, std::string_view etag = "\"a\"") {
  return client_has(with({{"if-none-match", std::move(value)}}), etag);
}

TEST(EntityTag, TheSamePartsAreTheSameTagAndOtherPartsAnother) {
  auto const of = [](std::initializer_list<std::string_view> parts) {
    EntityTag tag;
    for (std::string_view const part : parts) tag.add(part);
    return tag.strong();
  };
  EXPECT_EQ(of({"ab", "c"}), of({"ab", "c"}));
  EXPECT_NE(of({"ab", "c"}), of({"a", "bc"}));
  EXPECT_NE(of({"ab", "c"}), of({"abc"}));
  EXPECT_NE(of({"a", ""}), of({"a"}));
  EXPECT_EQ(of({"12"}), EntityTag().add(12).strong());
  EXPECT_EQ(of({"a"}).size(), 34U);
  EXPECT_EQ(EntityTag().add("a").weak(), "W/" + of({"a"}));
}

TEST(EntityTag, IfNoneMatchComparesWeakly) {
  EXPECT_TRUE(has("\"a\""));
  EXPECT_TRUE(has("W/\"a\""));
  EXPECT_TRUE(has("\"a\"", "W/\"a\""));
  EXPECT_FALSE(has("\"b\""));
  EXPECT_TRUE(has("*"));
  EXPECT_FALSE(has("\"*\""));
  EXPECT_FALSE(client_has(Request{}, "\"a\""));
}

TEST(EntityTag, IfNoneMatchIsAListInOneLineOrSeveral) {
  EXPECT_TRUE(has("\"x\", W/\"y\" ,\t\"a\""));
  EXPECT_TRUE(has(",, \"a\""));
  EXPECT_TRUE(client_has(with({{"if-none-match", "\"x\""}, {"if-none-match", "\"a\""}}), "\"a\""));
  EXPECT_TRUE(has("\"x\",\"1,2\"", "\"1,2\""));  // a tag may hold commas
  EXPECT_FALSE(has("\"1,a,2\"", "\"a\""));
}

TEST(EntityTag, WhatCannotBeReadNamesNothing) {
  for (char const* text : {"a", "\"a", "w/\"a\"", "W/ \"a\"", "\"x\" a, b\"a\"", "", "W/", "* , x"})
    EXPECT_FALSE(has(text)) << text;
}

TEST(EntityTag, IfRangeComparesStrongly) {
  EXPECT_TRUE(honours_range(Request{}, "\"a\""));
  EXPECT_TRUE(honours_range(with({{"if-range", "\"a\""}}), "\"a\""));
  EXPECT_FALSE(honours_range(with({{"if-range", "\"b\""}}), "\"a\""));
  EXPECT_FALSE(honours_range(with({{"if-range", "W/\"a\""}}), "W/\"a\""));
  EXPECT_FALSE(honours_range(with({{"if-range", "\"a\""}, {"if-range", "\"a\""}}), "\"a\""));
}

TEST(EntityTag, OnlyA200IsRevalidated) {
  Response made;
  made.headers.push_back({"Vary", "Accept"});
  Response const fresh = revalidated(Request{}, "\"a\"", made);
  EXPECT_EQ(fresh.status, 200U);
  EXPECT_EQ(fresh.cache, CachePolicy::revalidate);
  Response const unchanged = revalidated(with({{"if-none-match", "\"a\""}}), "\"a\"", made);
  EXPECT_EQ(unchanged.status, 304U);
  ASSERT_EQ(unchanged.headers.size(), 2U);
  EXPECT_EQ(unchanged.headers[1].name, "Vary");
  made.status = 206;
  Response const partial = revalidated(with({{"if-none-match", "*"}}), "\"a\"", made);
  EXPECT_EQ(partial.status, 206U);
  EXPECT_EQ(partial.cache, CachePolicy::no_store);
}

}  // namespace
}  // namespace sightline::server
