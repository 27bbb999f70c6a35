#include "base/uid.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sightline {
namespace {

TEST(Uid, WhatRealFilesHoldNamesAnObject) {
  for (auto const* const text : {"1", "1.2.840.10008.1.2", "072495.0449", "REM SAMPLES 1", "a_b-c"})
    EXPECT_TRUE(is_uid(text)) << text;
  EXPECT_TRUE(is_uid(std::string(64, '1')));
}

TEST(Uid, WhatUrlsAndLogsCouldNotTellApartDoesNot) {
  for (auto const* const text :
       {"", " 1.2", "1.2 ", "..", ".", "1.2/../3", "1.2\\3", "1.2\n", "1.2\x7f", "1.2\xC3\xA9"})
    EXPECT_FALSE(is_uid(text)) << text;
  EXPECT_FALSE(is_uid(std::string(65, '1')));
  EXPECT_FALSE(is_uid(std::string_view("1\0002", 3)));
}

}  // namespace
}  // namespace sightline
