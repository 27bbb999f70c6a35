#include "access/password.hpp"

#include <gtest/gtest.h>

namespace sightline::server {
namespace {

constexpr ScryptCost kCheap{kLeastLog2N};

TEST(Password, OnlyTheSameOneIsRight) {
  auto const hash = hash_password("correct horse battery", kCheap);
  ASSERT_TRUE(hash);
  EXPECT_TRUE(is_password("correct horse battery", *hash).value());
  EXPECT_FALSE(is_password("correct horse batterz", *hash).value());
  EXPECT_FALSE(is_password("", *hash).value());
}

TEST(Password, TheSameOneTwiceGivesTwoHashes) {
  auto const first = hash_password("correct horse battery", kCheap);
  auto const second = hash_password("correct horse battery", kCheap);
  EXPECT_NE(first->salt, second->salt);
  EXPECT_NE(first->key, second->key);
}

// Made by Python's hashlib.scrypt(b"pleaseletmein", salt=b"SodiumChloride\0\0", n=16384, r=8, p=1,
// dklen=32), which gives RFC 7914's vectors for its shorter salts.
TEST(Password, IsScryptOfRfc7914) {
  PasswordHash hash{kCheap};
  std::string_view const salt("SodiumChloride\0\0", 16);
  for (std::size_t i = 0; i < salt.size(); ++i) hash.salt.at(i) = static_cast<std::byte>(salt[i]);
  ASSERT_TRUE(
      read_hex("f7d2bd1befac5a5bd950e569afa233d06ab554e25b451d4027f2142013beaea3", hash.key));
  EXPECT_TRUE(is_password("pleaseletmein", hash).value());
}

TEST(Password, ACostOutOfBoundsIsRefusedBeforeItCosts) {
  EXPECT_EQ(hash_password("x", {21}).error().code, Errc::invalid_argument);
  EXPECT_EQ(hash_password("x", {10}).error().code, Errc::invalid_argument);
  EXPECT_EQ(hash_password("x", {17, 4096}).error().code, Errc::invalid_argument);
  EXPECT_EQ(hash_password("x", {17, 8, 1 << 20}).error().code, Errc::invalid_argument);
}

TEST(Secret, TokensAre256BitsOfTheUrlSafeAlphabet) {
  std::string const token = make_token().value();
  EXPECT_EQ(token.size(), 43U);
  EXPECT_EQ(
      token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos);
  EXPECT_NE(token, make_token().value());
}

TEST(Secret, WhereOneTextEndsCounts) {
  ProcessKey const key{};
  EXPECT_NE(keyed_digest(key, {"ab", "c"}), keyed_digest(key, {"a", "bc"}));
  EXPECT_NE(keyed_digest(key, {"a"}), keyed_digest(ProcessKey{std::byte{1}}, {"a"}));
}

TEST(Secret, HexIsReadWholeOrNotAtAll) {
  std::array<std::byte, 2> bytes{};
  EXPECT_TRUE(read_hex("0aff", bytes));
  EXPECT_EQ(hex_of(bytes), "0aff");
  EXPECT_FALSE(read_hex("0AFF", bytes));
  EXPECT_FALSE(read_hex("0af", bytes));
  EXPECT_FALSE(read_hex("0aff00", bytes));
}

}  // namespace
}  // namespace sightline::server
