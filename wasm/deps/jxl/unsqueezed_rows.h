// Part of libjxl as Sightline builds it (CMakeLists.txt says where it is put in): channels that
// were squeezed, row by row. Undone as a whole, each step of a squeeze makes a picture of the two
// that it is made of.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "lib/jxl/base/common.h"
#include "lib/jxl/base/status.h"
#include "lib/jxl/image.h"
#include "lib/jxl/modular/modular_image.h"
#include "lib/jxl/modular/transform/squeeze.h"
#include "lib/jxl/modular/transform/transform.h"
#include "sample_tiles.h"
#include "undone_lookups.h"

namespace jxl {

/// Rows of samples from the top. Each `Next` gives one; there are `h`.
class RowSource {
 public:
  RowSource(size_t w, size_t h) : w(w), h(h) {}
  virtual ~RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;
  virtual void Next(pixel_type* to) = 0;
  const size_t w, h;
};
using RowSourcePtr = std::unique_ptr<RowSource>;

/// A channel as it was decoded. Its tiles are let go of as they are read.
class DecodedRows final : public RowSource {
 public:
  DecodedRows(SampleTiles&& tiles, size_t w, size_t h)
      : RowSource(w, h), tiles_(std::move(tiles)) {}
  void Next(pixel_type* to) override {
    tiles_.Load(y_++, 0, w, to);
    tiles_.ReleaseAbove(y_);
  }

 private:
  SampleTiles tiles_;
  size_t y_ = 0;
};

/// InvHSqueeze.
class HorizontalRows final : public RowSource {
 public:
  HorizontalRows(RowSourcePtr average, RowSourcePtr residual, Plane<pixel_type>&& rows)
      : RowSource(average->w + residual->w, average->h),
        average_(std::move(average)),
        residual_(std::move(residual)),
        rows_(std::move(rows)) {}
  void Next(pixel_type* to) override {
    pixel_type* averages = rows_.Row(0);
    pixel_type* residuals = rows_.Row(1);
    average_->Next(averages);
    if (residual_->w == 0) {
      memcpy(to, averages, w * sizeof(*to));
      return;
    }
    residual_->Next(residuals);
    const size_t last = average_->w - 1;
    pixel_type_w left = averages[0];
    for (size_t x = 0; x < residual_->w; x++) {
      const pixel_type_w average = averages[x];
      const pixel_type_w next = averages[std::min(x + 1, last)];
      const pixel_type_w difference = residuals[x] + SmoothTendency(left, average, next);
      const pixel_type first = static_cast<pixel_type>(average + difference / 2);
      const pixel_type second = static_cast<pixel_type>(first - difference);
      to[2 * x] = first;
      to[2 * x + 1] = second;
      left = second;
    }
    if (w % 2 != 0) to[w - 1] = averages[last];
  }

 private:
  RowSourcePtr average_, residual_;
  Plane<pixel_type> rows_;
};

/// InvVSqueeze.
class VerticalRows final : public RowSource {
 public:
  VerticalRows(RowSourcePtr average, RowSourcePtr residual, Plane<pixel_type>&& rows)
      : RowSource(average->w, average->h + residual->h),
        average_(std::move(average)),
        residual_(std::move(residual)),
        rows_(std::move(rows)) {}
  void Next(pixel_type* to) override {
    pixel_type* const odd = rows_.Row(0);
    const size_t y = y_++;
    if (y % 2 != 0) {
      memcpy(to, odd, w * sizeof(*to));
      return;
    }
    const size_t pair = y / 2;
    pixel_type* averages = rows_.Row(1 + pair % 2);
    pixel_type* following = rows_.Row(2 - pair % 2);
    if (pair == 0) average_->Next(averages);
    if (pair + 1 < average_->h) {
      average_->Next(following);
    } else {
      following = averages;
    }
    if (pair >= residual_->h) {
      memcpy(to, averages, w * sizeof(*to));
      return;
    }
    pixel_type* residuals = rows_.Row(3);
    residual_->Next(residuals);
    const pixel_type* tops = pair == 0 ? averages : odd;
    for (size_t x = 0; x < w; x++) {
      const pixel_type_w average = averages[x];
      const pixel_type_w difference = residuals[x] + SmoothTendency(tops[x], average, following[x]);
      const pixel_type first = static_cast<pixel_type>(average + difference / 2);
      to[x] = first;
      odd[x] = static_cast<pixel_type>(first - difference);
    }
  }

 private:
  RowSourcePtr average_, residual_;
  Plane<pixel_type> rows_;
  size_t y_ = 0;
};

/// How many transforms of `image` are left to be undone some rows at a time (colour transforms,
/// palettes) when its squeezes are undone row by row; -1 where that cannot be.
inline int TransformsBeforeSqueezes(const Image& image) {
  const size_t before = UndoneLookups::Count(image);
  for (size_t i = before; i < image.transform.size(); i++) {
    if (image.transform[i].id != TransformId::kSqueeze) return -1;
    for (const SqueezeParams& squeeze : image.transform[i].squeezes) {
      if (squeeze.begin_c < image.nb_meta_channels) return -1;
    }
  }
  return static_cast<int>(before);
}

/// InvSqueeze of all `parameters`. `rows`: the channels behind the `skipped` first ones of the
/// picture.
inline Status Unsqueeze(JxlMemoryManager* memory_manager,
                        const std::vector<SqueezeParams>& parameters, size_t skipped,
                        std::vector<RowSourcePtr>* rows) {
  for (size_t i = parameters.size(); i-- > 0;) {
    const SqueezeParams& squeeze = parameters[i];
    JXL_ENSURE(squeeze.begin_c >= skipped && squeeze.num_c > 0);
    const size_t begin = squeeze.begin_c - skipped;
    const size_t count = squeeze.num_c;
    JXL_ENSURE(count <= rows->size() && begin <= rows->size() - count);
    const size_t offset = squeeze.in_place ? begin + count : rows->size() - count;
    JXL_ENSURE(offset >= begin + count && offset <= rows->size() - count);
    for (size_t k = 0; k < count; k++) {
      RowSourcePtr average = std::move((*rows)[begin + k]);
      RowSourcePtr residual = std::move((*rows)[offset + k]);
      const size_t w = average->w, h = average->h, rest_w = residual->w, rest_h = residual->h;
      const bool fits = squeeze.horizontal ? h == rest_h && w == DivCeil(w + rest_w, 2)
                                           : w == rest_w && h == DivCeil(h + rest_h, 2);
      if (!fits || w == 0 || h == 0) return JXL_FAILURE("Corrupted squeeze transform");
      JXL_ASSIGN_OR_RETURN(
          Plane<pixel_type> buffers,
          Plane<pixel_type>::Create(memory_manager, w, squeeze.horizontal ? 2 : 4));
      if (squeeze.horizontal) {
        (*rows)[begin + k] = jxl::make_unique<HorizontalRows>(
            std::move(average), std::move(residual), std::move(buffers));
      } else {
        (*rows)[begin + k] = jxl::make_unique<VerticalRows>(std::move(average), std::move(residual),
                                                            std::move(buffers));
      }
    }
    rows->erase(rows->begin() + offset, rows->begin() + offset + count);
  }
  return true;
}

}  // namespace jxl
