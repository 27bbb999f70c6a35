#include "app/log.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sightline::server {
namespace {

TEST(Log, WritesOneLineAtOrAboveItsLevel) {
  ::testing::internal::CaptureStderr();
  Log const log(LogLevel::warning);
  log.info("not this");
  log.warning("first\nsecond");
  std::string const text = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.find("not this"), std::string::npos);
  EXPECT_NE(text.find("Z warning first?second\n"), std::string::npos) << text;
  EXPECT_EQ(std::ranges::count(text, '\n'), 1);
}

TEST(Printable, TakesControlOverTheTerminalAway) {
  EXPECT_EQ(printable("a\x1b[2Jb\r\nc\x7f"), "a?[2Jb??c?");
  EXPECT_EQ(printable("x\xC2\x9Bz"), "x?z");
  EXPECT_EQ(printable("Müller 山田"), "Müller 山田");
}

}  // namespace
}  // namespace sightline::server
