#include "render/renderer.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "twin.hpp"

namespace sightline::render {
namespace {

using RendererTest = TwinTest;

DrawCall call_for(SampleBlock const& block, TextureId texture) {
  DrawCall call;
  call.geometry = one_to_one(block).geometry;
  call.texture = texture;
  return call;
}

TEST_F(RendererTest, WithoutATextureThePictureIsBlack) {
  DrawCall call;
  call.geometry.viewport_rows = 2;
  call.geometry.viewport_cols = 3;
  std::vector<std::byte> rgba(24, std::byte{7});
  ASSERT_TRUE(gpu_->capture(call, rgba));
  for (std::size_t i = 0; i < rgba.size(); ++i) {
    EXPECT_EQ(rgba[i], std::byte{static_cast<unsigned char>(i % 4 == 3 ? 255 : 0)});
  }
}

TEST_F(RendererTest, TextureBytesGoBackToZero) {
  EXPECT_EQ(gpu_->texture_bytes(), 0u);
  TextureId const a = gpu_->put_texture(view_of(noise_block<std::uint16_t>(10, 10))).value();
  TextureId const b = gpu_->put_texture(view_of(noise_block<std::uint8_t>(10, 10, 3))).value();
  EXPECT_EQ(gpu_->texture_bytes(), 500u);
  EXPECT_NE(a, b);
  gpu_->drop_texture(a);
  gpu_->drop_texture(a);
  EXPECT_EQ(gpu_->texture_bytes(), 300u);
  gpu_->drop_texture(b);
  EXPECT_EQ(gpu_->texture_bytes(), 0u);
}

TEST_F(RendererTest, DroppedAndUnknownHandlesAreNotFound) {
  SampleBlock const block = noise_block<std::uint8_t>(4, 4);
  TextureId const texture = gpu_->put_texture(view_of(block)).value();
  std::vector<std::byte> rgba(64);
  DrawCall call = call_for(block, texture);
  call.voi_lut = 99;
  EXPECT_EQ(gpu_->capture(call, rgba).error().code, Errc::not_found);
  call.voi_lut = 0;
  EXPECT_TRUE(gpu_->capture(call, rgba));
  gpu_->drop_texture(texture);
  EXPECT_EQ(gpu_->capture(call, rgba).error().code, Errc::not_found);
}

TEST_F(RendererTest, SamplesThatNoTextureHoldsAreRefused) {
  EXPECT_EQ(gpu_->put_texture(view_of(noise_block<std::uint8_t>(2, 2, 2))).error().code,
            Errc::unsupported);
  SampleBlock block = noise_block<std::uint8_t>(2, 2);
  block.bytes.pop_back();
  EXPECT_EQ(gpu_->put_texture(view_of(block)).error().code, Errc::invalid_argument);
  block.bytes.clear();
  block.rows = 0;
  EXPECT_EQ(gpu_->put_texture(view_of(block)).error().code, Errc::invalid_argument);
}

template <class Value>
SampleBlock without_what_is_below_zero(SampleBlock block) {
  for (std::size_t at = 0; at < block.bytes.size(); at += sizeof(Value)) {
    Value value;
    std::memcpy(&value, block.bytes.data() + at, sizeof(Value));
    value = std::max<Value>(value, 0);
    std::memcpy(block.bytes.data() + at, &value, sizeof(Value));
  }
  block.is_signed = false;
  return block;
}

// Components of JPEG 2000 Part 2 whose transform cannot be undone may be colour that has a sign.
TEST_F(RendererTest, ColourBelowZeroIsBlack) {
  auto const drawn = [&](SampleBlock const& block) {
    pixel::DrawParameters parameters = one_to_one(block);
    parameters.values.photometric = Photometric::rgb;
    return capture(block, parameters);
  };
  SampleBlock const bytes = noise_block<std::int8_t>(4, 4, 3);
  EXPECT_EQ(drawn(bytes), drawn(without_what_is_below_zero<std::int8_t>(bytes)));
  SampleBlock const words = noise_block<std::int16_t>(4, 4, 3);
  EXPECT_EQ(drawn(words), drawn(without_what_is_below_zero<std::int16_t>(words)));
  SampleBlock const longs = noise_block<std::int32_t>(4, 4, 3);
  EXPECT_EQ(drawn(longs), drawn(without_what_is_below_zero<std::int32_t>(longs)));
}

TEST_F(RendererTest, LargerThanTheGpuIsALimit) {
  std::uint32_t const side = gpu_->max_texture_size();
  ASSERT_GE(side, 2048u);
  SampleBlock const block = noise_block<std::uint8_t>(1, side + 1);
  EXPECT_EQ(gpu_->put_texture(view_of(block)).error().code, Errc::limit_exceeded);
}

TEST_F(RendererTest, CaptureChecksItsLengthAndTheGeometry) {
  SampleBlock const block = noise_block<std::uint8_t>(4, 4);
  DrawCall call = call_for(block, gpu_->put_texture(view_of(block)).value());
  std::vector<std::byte> rgba(63);
  EXPECT_EQ(gpu_->capture(call, rgba).error().code, Errc::invalid_argument);
  rgba.resize(64);
  call.geometry.zoom = 0;
  EXPECT_EQ(gpu_->capture(call, rgba).error().code, Errc::invalid_argument);
  call.geometry.zoom = 1;
  call.geometry.image_rows = 77;
  EXPECT_EQ(gpu_->capture(call, rgba).error().code, Errc::invalid_argument);
  call.geometry.image_rows = 4;
  call.values.photometric = Photometric::unknown;
  EXPECT_EQ(gpu_->capture(call, rgba).error().code, Errc::unsupported);
  call.values.photometric = Photometric::rgb;
  EXPECT_EQ(gpu_->capture(call, rgba).error().code, Errc::invalid_argument);
}

TEST_F(RendererTest, PalettesAndTablesAreNotMistakenForEachOther) {
  SampleBlock const block = noise_block<std::uint8_t>(4, 4);
  DrawCall call = call_for(block, gpu_->put_texture(view_of(block)).value());
  std::vector<std::uint16_t> const entries = {1, 2, 3};
  call.values.photometric = Photometric::palette_color;
  std::vector<std::byte> rgba(64);
  EXPECT_EQ(gpu_->capture(call, rgba).error().code, Errc::not_found);
  call.palette = gpu_->put_lut(LutPool::Kind::values, 0, 8, entries).value();
  EXPECT_EQ(gpu_->capture(call, rgba).error().code, Errc::invalid_argument);
  call.palette = gpu_->put_lut(LutPool::Kind::palette, 0, 8, entries).value();
  EXPECT_TRUE(gpu_->capture(call, rgba));
  EXPECT_EQ(gpu_->put_lut(LutPool::Kind::palette, 0, 8, {entries.data(), 2}).error().code,
            Errc::invalid_argument);
  EXPECT_EQ(gpu_->put_lut(LutPool::Kind::values, 0, 17, entries).error().code,
            Errc::invalid_argument);
  EXPECT_EQ(gpu_->put_lut(LutPool::Kind::values, 0, 16, {}).error().code, Errc::invalid_argument);
}

TEST_F(RendererTest, TwoRenderersShareAThread) {
  SampleBlock const block = ramp_block<std::uint8_t>(4, 4, 10);
  auto second = Renderer::create(nullptr);
  ASSERT_TRUE(second);
  TextureId const there = (*second)->put_texture(view_of(block)).value();
  pixel::DrawParameters p = one_to_one(block);
  p.values.window_width = 256;
  p.values.window_center = 128;
  EXPECT_EQ(compare(block, p).largest, 0);
  DrawCall call{p.values, p.geometry, true, there, 0, 0, 0};
  std::vector<std::byte> rgba(64);
  ASSERT_TRUE((*second)->capture(call, rgba));
  EXPECT_EQ(rgba[0], std::byte{10});
  second->reset();
  EXPECT_EQ(compare(block, p).largest, 0);
}

/// A rectangle of a block's samples.
SampleBlock crop_of(SampleBlock const& whole, TexturePart const& part, std::uint32_t rows,
                    std::uint32_t cols) {
  SampleBlock crop = whole;
  crop.rows = rows;
  crop.cols = cols;
  crop.bytes.clear();
  std::size_t const pixel = std::size_t{whole.samples} * whole.bits_allocated / 8;
  for (std::uint32_t row = part.first_row; row < part.first_row + rows; ++row) {
    auto const first = whole.bytes.begin() +
                       static_cast<long>((std::size_t{row} * whole.cols + part.first_col) * pixel);
    crop.bytes.insert(crop.bytes.end(), first, first + static_cast<long>(cols * pixel));
  }
  return crop;
}

/// Device pixels whose place lies inside of columns [12, 30) and rows [9, 21) of the level, which
/// the part holds with a border of two samples, are those of the whole level, bit by bit.
TEST_F(RendererTest, APartOfALevelIsDrawnAsInTheWhole) {
  TexturePart const part{40, 50, 7, 10};
  constexpr std::uint32_t kScale = 2;  // the level leaves one resolution out
  int compared = 0;
  for (SampleBlock const& level :
       {noise_block<std::uint16_t>(40, 50), noise_block<std::int8_t>(40, 50),
        noise_block<std::uint8_t>(40, 50, 3)}) {
    TextureId const whole = gpu_->put_texture(view_of(level)).value();
    TextureId const piece = gpu_->put_texture(view_of(crop_of(level, part, 16, 22))).value();
    for (std::uint16_t const rotation : std::array<std::uint16_t, 4>{0, 90, 180, 270}) {
      DrawCall call;
      call.geometry = {80, 100, 120, 140, 1.37, 3.25, -5.5, 1.1, rotation, rotation >= 180, true};
      call.values.photometric = level.samples == 3 ? Photometric::rgb : Photometric::monochrome2;
      call.values.window_width = 20000;
      call.texture = whole;
      std::vector<std::byte> expected(120 * 140 * 4), drawn(expected.size());
      ASSERT_TRUE(gpu_->capture(call, expected));
      call.texture = piece;
      call.part = part;
      ASSERT_TRUE(gpu_->capture(call, drawn));
      for (std::uint32_t y = 0; y < 120; ++y) {
        for (std::uint32_t x = 0; x < 140; ++x) {
          auto const [row, col] = pixel::to_image(call.geometry, {x + 0.5, y + 0.5});
          if (row < 9 * kScale || row >= 21 * kScale || col < 12 * kScale || col >= 30 * kScale)
            continue;
          ++compared;
          for (std::size_t at = (std::size_t{y} * 140 + x) * 4, i = 0; i < 4; ++i)
            ASSERT_EQ(drawn[at + i], expected[at + i]) << rotation << ": " << x << ", " << y;
        }
      }
    }
  }
  EXPECT_GT(compared, 10000);
}

TEST_F(RendererTest, APartLiesInItsLevel) {
  SampleBlock const block = noise_block<std::uint8_t>(4, 4);
  DrawCall call = call_for(block, gpu_->put_texture(view_of(block)).value());
  std::vector<std::byte> rgba(64);
  call.geometry.image_rows = call.geometry.image_cols = 8;
  call.part = TexturePart{8, 8, 4, 4};
  EXPECT_TRUE(gpu_->capture(call, rgba));
  for (TexturePart const& part :
       {TexturePart{8, 8, 5, 4}, TexturePart{8, 8, 4, UINT32_MAX}, TexturePart{3, 8, 0, 0},
        TexturePart{5, 7, 0, 0} /* no level of the image */}) {
    call.part = part;
    EXPECT_EQ(gpu_->capture(call, rgba).error().code, Errc::invalid_argument);
  }
}

TEST_F(RendererTest, DrawingNeedsACanvas) {
  EXPECT_EQ(gpu_->draw(DrawCall{}).error().code, Errc::graphics);
}

}  // namespace
}  // namespace sightline::render
