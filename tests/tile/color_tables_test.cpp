#include "tile/color_tables.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace sightline::server {
namespace {

std::span<std::byte const> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

TEST(ColorTables, TheLastOnesAreKept) {
  int made = 0;
  ColorTables tables([&made](std::span<std::byte const>, color::Space space) {
    ++made;
    color::ProfileTable table;
    table.space = space;
    return Result<color::ProfileTable>(std::move(table));
  });
  auto const first = tables.find(bytes_of("a"), color::Space::srgb).value();
  EXPECT_EQ(tables.find(bytes_of("a"), color::Space::srgb).value(), first);
  EXPECT_EQ(made, 1);
  EXPECT_NE(tables.find(bytes_of("a"), color::Space::romm_rgb).value(), first);
  for (char const* const name : {"b", "c", "d", "e", "f", "g"})
    EXPECT_TRUE(tables.find(bytes_of(name), color::Space::srgb).has_value());
  EXPECT_EQ(made, 8);
  EXPECT_EQ(tables.find(bytes_of("a"), color::Space::srgb).value(), first) << "used last";
  EXPECT_TRUE(tables.find(bytes_of("h"), color::Space::srgb).has_value());
  EXPECT_EQ(tables.find(bytes_of("a"), color::Space::srgb).value(), first);
  EXPECT_EQ(made, 9);
  EXPECT_EQ(tables.find(bytes_of("a"), color::Space::romm_rgb).value()->space,
            color::Space::romm_rgb);
  EXPECT_EQ(made, 10) << "it was the oldest one";
}

TEST(ColorTables, WhatAProfileHasDoneIsNotTriedAgainWhatWeCouldNotIs) {
  int made = 0;
  Errc code = Errc::module_died;
  ColorTables tables([&](std::span<std::byte const>, color::Space) -> Result<color::ProfileTable> {
    ++made;
    return fail(code);
  });
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(tables.find(bytes_of("a"), color::Space::srgb).error().code, Errc::module_died);
  EXPECT_EQ(made, 1);
  code = Errc::io;
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(tables.find(bytes_of("b"), color::Space::srgb).error().code, Errc::io);
  EXPECT_EQ(made, 3);
}

TEST(ColorTables, TheProfilesOfSpacesAreTheSameEachTime) {
  auto const none = [](std::span<std::byte const>, color::Space) -> Result<color::ProfileTable> {
    return fail(Errc::io);
  };
  ColorTables const a(none), b(none);
  for (auto const space : {color::Space::srgb, color::Space::adobe_rgb, color::Space::romm_rgb})
    EXPECT_TRUE(std::ranges::equal(a.profile_of(space), b.profile_of(space)));
}

}  // namespace
}  // namespace sightline::server
