#include "base/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace sightline {
namespace {

TEST(Error, EveryCodeHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(Errc::forbidden); ++code) {
    names.insert(errc_name(static_cast<Errc>(code)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Errc::forbidden) + 1);
  EXPECT_FALSE(names.contains("unknown"));
  EXPECT_TRUE(names.contains("limit_exceeded"));
}

TEST(Error, ANumberFromElsewhereHasANameToo) {
  EXPECT_STREQ(errc_name(static_cast<Errc>(12345)), "unknown");
  EXPECT_STREQ(errc_name(static_cast<Errc>(-1)), "unknown");
}

TEST(Error, FailCarriesCodeDetailAndOffset) {
  Status const status = fail(Errc::corrupt, "tile-part without SOD", 17);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, Errc::corrupt);
  EXPECT_EQ(status.error().detail, "tile-part without SOD");
  EXPECT_EQ(status.error().offset_bytes, 17u);
}

}  // namespace
}  // namespace sightline
