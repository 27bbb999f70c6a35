#include "base/sha256.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace sightline {
namespace {

std::string hex_of(std::string_view text) {
  return to_hex(sha256(std::as_bytes(std::span<char const>(text.data(), text.size()))));
}

// NIST's examples for FIPS 180-4 (SHA256.pdf and SHA2_Additional.pdf).
TEST(Sha256, PublishedVectors) {
  EXPECT_EQ(hex_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex_of("\xbd"), "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b");
}

// Zeros of lengths around the padding's edges, from the same documents.
TEST(Sha256, PaddingAtBlockEdges) {
  auto const zeros = [](std::size_t count) {
    return to_hex(sha256(std::vector<std::byte>(count)));
  };
  EXPECT_EQ(zeros(55), "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7");
  EXPECT_EQ(zeros(56), "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb");
  EXPECT_EQ(zeros(57), "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785");
  EXPECT_EQ(zeros(64), "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b");
  EXPECT_EQ(zeros(1000), "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53");
}

TEST(Sha256, OneMillionTimesTheLetterA) {
  std::vector<std::byte> const text(1'000'000, std::byte{'a'});
  EXPECT_EQ(to_hex(sha256(text)),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesGiveTheDigestOfTheWhole) {
  std::vector<std::byte> text(1000);
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<std::byte>(i * 7 + i / 13);
  auto const whole = sha256(text);
  for (std::size_t const step : {1u, 3u, 63u, 64u, 65u, 127u, 999u}) {
    Sha256 hash;
    for (std::size_t begin = 0; begin < text.size(); begin += step) {
      hash.update(std::span(text).subspan(begin, std::min(step, text.size() - begin)));
    }
    EXPECT_EQ(hash.finish(), whole) << step;
  }
}

}  // namespace
}  // namespace sightline
