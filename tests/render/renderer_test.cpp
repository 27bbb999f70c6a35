#include "render/renderer.hpp"

#include <algorithm>

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
  EXPECT_EQ(gpu_->put_texture(view_of(noise_block<std::int32_t>(2, 2, 3))).error().code,
            Errc::unsupported);
  EXPECT_EQ(gpu_->put_texture(view_of(noise_block<std::int8_t>(2, 2, 3))).error().code,
            Errc::unsupported);
  SampleBlock block = noise_block<std::uint8_t>(2, 2);
  block.bytes.pop_back();
  EXPECT_EQ(gpu_->put_texture(view_of(block)).error().code, Errc::invalid_argument);
  block.bytes.clear();
  block.rows = 0;
  EXPECT_EQ(gpu_->put_texture(view_of(block)).error().code, Errc::invalid_argument);
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

TEST_F(RendererTest, DrawingNeedsACanvas) {
  EXPECT_EQ(gpu_->draw(DrawCall{}).error().code, Errc::graphics);
}

}  // namespace
}  // namespace sightline::render
