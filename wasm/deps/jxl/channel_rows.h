// Part of libjxl as Sightline builds it (CMakeLists.txt says where it is put in): the rows of a
// channel as they are decoded. Prediction reads two rows above, so that no picture of 32 bits a
// sample is needed where a channel is kept otherwise.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <vector>

#include "lib/jxl/base/common.h"
#include "lib/jxl/base/rect.h"
#include "lib/jxl/base/status.h"
#include "lib/jxl/image.h"
#include "lib/jxl/modular/modular_image.h"
#include "sample_tiles.h"

namespace jxl {

/// The part of `tiles` where a channel is kept; of none, if it stays a plane.
struct ChannelPlace {
  static constexpr size_t kMostRows = 16;

  ChannelPlace() = default;
  /// Tiles are `most_width` wide and, as `most_height` is a power of two, as high as divides it.
  ChannelPlace(SampleTiles* tiles, const Rect& rect, size_t most_width, size_t most_height)
      : tiles(tiles), rect(rect), width(most_width), height(std::min(most_height, kMostRows)) {}

  /// Keeps the `count` rows from row `y` on, which stand below `above` others.
  Status Store(size_t y, size_t count, const Plane<pixel_type>& rows, size_t above) const {
    const Rect strip(rect.x0(), rect.y0() + y, rect.xsize(), count);
    return tiles->Store(strip, width, height, rows, 0, above);
  }

  Status StoreAll(const Plane<pixel_type>& plane) const {
    for (size_t y = 0; y < rect.ysize() && rect.xsize() > 0; y += height) {
      JXL_RETURN_IF_ERROR(Store(y, std::min(height, rect.ysize() - y), plane, y));
    }
    return true;
  }

  SampleTiles* tiles = nullptr;
  Rect rect;
  size_t width = 0, height = 0;  ///< of a tile
};

/// The plane of a channel of `image` while it is decoded: all of it, or, if it has a place, the
/// last rows, which go there as they are complete.
class ChannelRows {
 public:
  ChannelRows(Image& image, size_t c, const std::function<ChannelPlace(size_t)>* places)
      : image_(image), channel_(image.channel[c]), places_(places) {
    if (places != nullptr) place_ = (*places)(c);
  }

  Status Begin() {
    if (place_.tiles == nullptr) return channel_.shrink();
    JXL_ENSURE(place_.rect.xsize() == channel_.w && place_.rect.ysize() == channel_.h);
    above_ = kAbove;
    JXL_ASSIGN_OR_RETURN(channel_.plane,
                         Plane<pixel_type>::Create(image_.memory_manager(), channel_.w,
                                                   kAbove + std::min(place_.height, channel_.h)));
    return true;
  }

  /// Makes room for row `y`, the one after the last.
  Status Next(size_t y) {
    if (place_.tiles == nullptr || y < first_ + place_.height) return true;
    JXL_RETURN_IF_ERROR(place_.Store(first_, place_.height, channel_.plane, above_));
    for (size_t i = 0; i < kAbove; i++) {
      memcpy(channel_.plane.Row(i), channel_.plane.Row(place_.height + i),
             channel_.w * sizeof(pixel_type));
    }
    first_ = y;
    return true;
  }

  Status End() {
    if (place_.tiles == nullptr) return true;
    JXL_RETURN_IF_ERROR(place_.Store(first_, channel_.h - first_, channel_.plane, above_));
    channel_.plane = Plane<pixel_type>();
    return true;
  }

  /// Row `y`, the last one or one of the two above.
  pixel_type* Row(size_t y) { return channel_.plane.Row(above_ + y - first_); }

  /// Makes room for rows of `count` channels before this one.
  Status Refer(size_t count) {
    if (places_ == nullptr || count == 0) return true;
    JXL_ASSIGN_OR_RETURN(referred_,
                         Plane<pixel_type>::Create(image_.memory_manager(), channel_.w, 2 * count));
    return true;
  }

  /// Row `y` of channel `c`, the `i`th that is referred to; asked for from the top, each also when
  /// the next one was.
  const pixel_type* Referred(size_t i, size_t c, size_t y) {
    const Channel& other = image_.channel[c];
    if (other.plane.xsize() != 0) return other.Row(y);
    if (loaded_.size() <= i) loaded_.resize(i + 1, 0);
    pixel_type* row = referred_.Row(2 * i + y % 2);
    if (y >= loaded_[i]) {
      const ChannelPlace from = (*places_)(c);
      from.tiles->Load(from.rect.y0() + y, from.rect.x0(), from.rect.xsize(), row);
      loaded_[i] = y + 1;
    }
    return row;
  }

 private:
  static constexpr size_t kAbove = 2;

  Image& image_;
  Channel& channel_;
  const std::function<ChannelPlace(size_t)>* places_;
  ChannelPlace place_;
  size_t above_ = 0;  // rows of the plane above row `first_`
  size_t first_ = 0;
  Plane<pixel_type> referred_;
  std::vector<size_t> loaded_;  // rows, of each channel that is referred to
};

}  // namespace jxl
