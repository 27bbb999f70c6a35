#include "pixel/transform.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sightline::pixel {
namespace {

ViewGeometry geometry(std::uint32_t image_rows, std::uint32_t image_cols,
                      std::uint32_t viewport_rows, std::uint32_t viewport_cols) {
  ViewGeometry g;
  g.image_rows = image_rows;
  g.image_cols = image_cols;
  g.viewport_rows = viewport_rows;
  g.viewport_cols = viewport_cols;
  return g;
}

TEST(Transform, OneToOneLandsOnTheDeviceGridWhateverTheParities) {
  for (std::uint32_t const viewport : {7u, 8u}) {
    for (std::uint32_t const image : {3u, 4u, 9u, 10u}) {
      ViewGeometry g = geometry(image, image, viewport, viewport);
      g.pan_x = 1;
      g.pan_y = -2;
      double const corner = std::floor((static_cast<double>(viewport) - image) / 2);
      EXPECT_EQ(screen_rect(g).left, corner + 1);
      EXPECT_EQ(screen_rect(g).top, corner - 2);
      TexelMap const map = texel_map(g, 0);
      EXPECT_EQ(map.col_at_0, -(corner + 1));
      EXPECT_EQ(map.row_at_0, -(corner - 2));
      EXPECT_EQ(map.col_per_x, 1);
      EXPECT_EQ(map.row_per_y, 1);
    }
  }
}

TEST(Transform, RotationIsClockwise) {
  // The image's top left pixel goes to the top right corner by 90 degrees, bottom right by 180,
  // bottom left by 270.
  ViewGeometry g = geometry(2, 4, 8, 8);
  ImagePoint const first{0.5, 0.5};
  g.rotation_deg = 90;
  EXPECT_EQ(to_viewport(g, first).x, 3 + 2 - 0.5);
  EXPECT_EQ(to_viewport(g, first).y, 2 + 0.5);
  g.rotation_deg = 180;
  EXPECT_EQ(to_viewport(g, first).x, 2 + 4 - 0.5);
  EXPECT_EQ(to_viewport(g, first).y, 3 + 2 - 0.5);
  g.rotation_deg = 270;
  EXPECT_EQ(to_viewport(g, first).x, 3 + 0.5);
  EXPECT_EQ(to_viewport(g, first).y, 2 + 4 - 0.5);
}

TEST(Transform, FlipsComeBeforeTheRotation) {
  // Flipped left-right, the top left pixel is at the top right; turned by 90 degrees it is then at
  // the bottom right.
  ViewGeometry g = geometry(2, 4, 8, 8);
  g.flip_horizontal = true;
  g.rotation_deg = 90;
  ViewportPoint const p = to_viewport(g, {0.5, 0.5});
  EXPECT_EQ(p.x, 3 + 2 - 0.5);
  EXPECT_EQ(p.y, 2 + 4 - 0.5);
}

TEST(Transform, PixelAspectStretchesRowsOfTheImageNotOfTheScreen) {
  ViewGeometry g = geometry(10, 10, 100, 100);
  g.zoom = 2;
  g.pixel_aspect = 3;
  EXPECT_EQ(screen_rect(g).width, 20);
  EXPECT_EQ(screen_rect(g).height, 60);
  g.rotation_deg = 90;
  EXPECT_EQ(screen_rect(g).width, 60);
  EXPECT_EQ(screen_rect(g).height, 20);
}

TEST(Transform, ToImageAndToViewportAreInverse) {
  constexpr std::uint16_t kRotations[] = {0, 90, 180, 270};
  for (std::uint16_t const rotation : kRotations) {
    for (int flips = 0; flips < 4; ++flips) {
      ViewGeometry g = geometry(30, 47, 101, 88);
      g.zoom = 1.7;
      g.pixel_aspect = 0.8;
      g.pan_x = 5.25;
      g.pan_y = -11;
      g.rotation_deg = rotation;
      g.flip_horizontal = (flips & 1) != 0;
      g.flip_vertical = (flips & 2) != 0;
      ImagePoint const there = to_image(g, to_viewport(g, {3.25, 40.5}));
      EXPECT_NEAR(there.row, 3.25, 1e-12);
      EXPECT_NEAR(there.col, 40.5, 1e-12);
      // The map of the shaders says the same: device pixel centres, texel centres.
      TexelMap const map = texel_map(g, 0);
      ImagePoint const p = to_image(g, {20.5, 31.5});
      EXPECT_NEAR(map.col_per_x * 20 + map.col_per_y * 31 + map.col_at_0, p.col - 0.5, 1e-12);
      EXPECT_NEAR(map.row_per_x * 20 + map.row_per_y * 31 + map.row_at_0, p.row - 0.5, 1e-12);
    }
  }
}

TEST(Transform, TexelsOfALevelLieOnEvenPixels) {
  // Level with 2 levels discarded: texel 5 lies at the centre of image pixel 20.
  ViewGeometry g = geometry(64, 64, 64, 64);
  TexelMap const map = texel_map(g, 2);
  EXPECT_EQ(map.col_per_x * 20 + map.col_at_0, 5);
  EXPECT_EQ(map.row_per_y * 8 + map.row_at_0, 2);
}

TEST(Transform, FittedImageFillsTheViewportToThePixel) {
  for (std::uint32_t viewport = 90; viewport < 400; viewport += 7) {
    ViewGeometry g = geometry(333, 512, viewport, viewport + 31);
    g.zoom = fit_zoom(g);
    DrawnPixels const drawn = drawn_pixels(g);
    bool const full_width = drawn.first_x == 0 && drawn.end_x == static_cast<int>(g.viewport_cols);
    bool const full_height = drawn.first_y == 0 && drawn.end_y == static_cast<int>(g.viewport_rows);
    EXPECT_TRUE(full_width || full_height) << viewport;
  }
}

TEST(Transform, FitTurnsWithTheImage) {
  ViewGeometry g = geometry(100, 200, 400, 400);
  EXPECT_EQ(fit_zoom(g), 2);
  g.pixel_aspect = 4;
  EXPECT_EQ(fit_zoom(g), 1);
  g.rotation_deg = 90;
  g.viewport_cols = 200;
  EXPECT_EQ(fit_zoom(g), 0.5);
}

TEST(Transform, DrawnPixelsAreClippedToTheViewport) {
  ViewGeometry g = geometry(4, 4, 10, 10);
  g.pan_x = 5;
  g.pan_y = -100;
  DrawnPixels const drawn = drawn_pixels(g);
  EXPECT_EQ(drawn.first_x, 8);
  EXPECT_EQ(drawn.end_x, 10);
  EXPECT_EQ(drawn.first_y, 0);
  EXPECT_EQ(drawn.end_y, 0);
}

TEST(Transform, LevelsAreFoundByTheirSize) {
  EXPECT_EQ(discarded_levels(512, 512, 512, 512), 0u);
  EXPECT_EQ(discarded_levels(513, 300, 257, 150), 1u);
  EXPECT_EQ(discarded_levels(513, 300, 129, 75), 2u);
  EXPECT_EQ(discarded_levels(3, 1, 1, 1), 2u);
  EXPECT_FALSE(discarded_levels(512, 512, 256, 255));
  EXPECT_FALSE(discarded_levels(512, 512, 513, 513));
  EXPECT_FALSE(discarded_levels(512, 512, 0, 0));
}

TEST(Transform, NonsenseIsRefused) {
  ViewGeometry const good = geometry(4, 4, 4, 4);
  EXPECT_TRUE(check_geometry(good));
  auto const refused = [&](auto change) {
    ViewGeometry g = good;
    change(g);
    return !check_geometry(g);
  };
  EXPECT_TRUE(refused([](ViewGeometry& g) { g.zoom = 0; }));
  EXPECT_TRUE(refused([](ViewGeometry& g) { g.zoom = std::nan(""); }));
  EXPECT_TRUE(refused([](ViewGeometry& g) { g.pixel_aspect = -1; }));
  EXPECT_TRUE(refused([](ViewGeometry& g) { g.pan_x = std::numeric_limits<double>::infinity(); }));
  EXPECT_TRUE(refused([](ViewGeometry& g) { g.rotation_deg = 45; }));
  EXPECT_TRUE(refused([](ViewGeometry& g) { g.rotation_deg = 360; }));
  EXPECT_TRUE(refused([](ViewGeometry& g) { g.viewport_rows = 0; }));
  EXPECT_TRUE(refused([](ViewGeometry& g) { g.image_cols = 0; }));
}

}  // namespace
}  // namespace sightline::pixel
