#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace sightline {
namespace {

std::string encode(std::string_view text) {
  return base64(std::as_bytes(std::span(text.data(), text.size())));
}

TEST(Base64, IsDecodedToWhatWasEncoded) {
  // RFC 4648 10
  for (std::string_view const text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"})
    EXPECT_EQ(decode_base64(encode(text)), text);
  EXPECT_EQ(decode_base64("Zm9vYg=="), "foob");
  std::string every;
  for (int i = 0; i < 256; ++i) every += static_cast<char>(i);
  EXPECT_EQ(decode_base64(encode(every)), every);
}

TEST(Base64, WhatIsNotExactlyThatIsNothing) {
  for (std::string_view const text :
       {"Zm9", "Zm9v=", "Zm9v Zg=", "Zm9vYg=a", "====", "Zm-_", "Zm9vYh==", "Zg=", "Z==="})
    EXPECT_FALSE(decode_base64(text)) << text;
}

}  // namespace
}  // namespace sightline
