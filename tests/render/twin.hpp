#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <type_traits>
#include <vector>

#include "pixel/render_frame.hpp"
#include "render/renderer.hpp"

namespace sightline::render {

/// Noise over the whole range of Value, with both ends in it. Deterministic.
template <class Value>
SampleBlock noise_block(std::uint32_t rows, std::uint32_t cols, std::uint16_t samples = 1) {
  std::vector<Value> values(std::size_t{rows} * cols * samples);
  std::mt19937 random(rows * 131 + cols);
  for (Value& value : values) value = static_cast<Value>(random());
  values.front() = std::numeric_limits<Value>::min();
  values.back() = std::numeric_limits<Value>::max();
  SampleBlock block{rows, cols, samples, sizeof(Value) * 8, std::is_signed_v<Value>, {}};
  block.bytes.resize(values.size() * sizeof(Value));
  std::memcpy(block.bytes.data(), values.data(), block.bytes.size());
  return block;
}

/// Neighbouring stored values, row by row: every value round `first` is hit.
template <class Value>
SampleBlock ramp_block(std::uint32_t rows, std::uint32_t cols, std::int32_t first) {
  SampleBlock block = noise_block<Value>(rows, cols);
  for (std::size_t i = 0; i < std::size_t{rows} * cols; ++i) {
    Value const value = static_cast<Value>(first + static_cast<std::int32_t>(i));
    std::memcpy(block.bytes.data() + i * sizeof(Value), &value, sizeof(Value));
  }
  return block;
}

inline BlockView view_of(SampleBlock const& block, bool is_rgb = false) {
  return {block.rows,      block.cols, block.samples, block.bits_allocated,
          block.is_signed, is_rgb,     block.bytes,   block.is_float};
}

inline pixel::DrawParameters one_to_one(SampleBlock const& block) {
  pixel::DrawParameters p;
  p.geometry.image_rows = p.geometry.viewport_rows = block.rows;
  p.geometry.image_cols = p.geometry.viewport_cols = block.cols;
  return p;
}

/// The GPU's picture beside the CPU's.
struct Difference {
  int largest = 0;
  std::size_t differing_bytes = 0, bytes = 0;
  int levels_seen = 0;  ///< of the CPU's: a picture of one level would prove nothing
};

class TwinTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<std::unique_ptr<Renderer>> made = Renderer::create(nullptr);
    ASSERT_TRUE(made) << made.error().detail;
    gpu_ = std::move(*made);
  }

  std::vector<std::byte> capture(SampleBlock const& block, pixel::DrawParameters const& p) {
    Result<TextureId> const texture = gpu_->put_texture(view_of(block));
    EXPECT_TRUE(texture) << texture.error().detail;
    DrawCall call{p.values, p.geometry, p.interpolate, texture.value_or(0), 0, 0, 0};
    auto const put = [&](std::optional<dicom::Lut> const& lut) -> LutId {
      if (!lut) return 0;
      return gpu_
          ->put_lut(LutPool::Kind::values, lut->first_mapped, lut->bits_per_entry, lut->entries)
          .value_or(0);
    };
    call.modality_lut = put(p.tables.modality_lut);
    call.voi_lut = put(p.tables.voi_lut);
    if (p.tables.palette) {
      std::vector<std::uint16_t> entries;
      for (dicom::Lut const& lut : *p.tables.palette) {
        entries.insert(entries.end(), lut.entries.begin(), lut.entries.end());
      }
      dicom::Lut const& red = p.tables.palette->front();
      call.palette =
          gpu_->put_lut(LutPool::Kind::palette, red.first_mapped, red.bits_per_entry, entries)
              .value_or(0);
    }
    if (p.tables.color_profile)
      call.color_table = gpu_->put_color_table(*p.tables.color_profile).value_or(0);
    std::vector<std::byte> rgba(std::size_t{p.geometry.viewport_rows} * p.geometry.viewport_cols *
                                4);
    Status const captured = gpu_->capture(call, rgba);
    EXPECT_TRUE(captured) << captured.error().detail;
    gpu_->drop_texture(call.texture);
    for (LutId const lut : {call.modality_lut, call.voi_lut, call.palette}) gpu_->drop_lut(lut);
    gpu_->drop_color_table(call.color_table);
    return rgba;
  }

  Difference compare(SampleBlock const& block, pixel::DrawParameters const& p) {
    Result<pixel::Image> const cpu = pixel::render(block, p);
    EXPECT_TRUE(cpu) << cpu.error().detail;
    std::vector<std::byte> const gpu = capture(block, p);
    Difference difference;
    if (!cpu || gpu.size() != cpu->rgba.size()) return Difference{256, gpu.size(), gpu.size(), 0};
    std::array<bool, 256> seen{};
    for (std::size_t i = 0; i < gpu.size(); ++i) {
      if (i % 4 != 3) seen[cpu->rgba[i]] = true;
      int const apart = std::abs(std::to_integer<int>(gpu[i]) - cpu->rgba[i]);
      difference.largest = std::max(difference.largest, apart);
      if (apart != 0) ++difference.differing_bytes;
    }
    difference.bytes = gpu.size();
    difference.levels_seen = static_cast<int>(std::count(seen.begin(), seen.end(), true));
    return difference;
  }

  std::unique_ptr<Renderer> gpu_;
};

}  // namespace sightline::render
