// Part of libjxl as Sightline builds it (CMakeLists.txt says where it is put in): the samples of a
// modular frame that can be put together only when all of its groups are decoded. Of 32 bits a
// sample they would be two to four frames.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "lib/jxl/base/bits.h"
#include "lib/jxl/base/common.h"
#include "lib/jxl/base/rect.h"
#include "lib/jxl/base/status.h"
#include "lib/jxl/image.h"
#include "lib/jxl/memory_manager_internal.h"
#include "lib/jxl/modular/modular_image.h"

namespace jxl {

/// A channel in tiles, as groups are decoded. Of each row of a tile its lowest value is kept, and
/// what the others are more than it, in as few bits as the highest needs.
class SampleTiles {
 public:
  /// Keeps the samples of `from` behind its first `skipped` columns and `above` rows as the tile at
  /// `rect`. Tiles are `width` x `height`, the last ones less.
  Status Store(const Rect& rect, size_t width, size_t height, const Plane<pixel_type>& from,
               size_t skipped = 0, size_t above = 0) {
    JXL_ENSURE(width > 0 && height > 0 && rect.x0() % width == 0 && rect.y0() % height == 0);
    JXL_ENSURE(rect.xsize() <= width && rect.ysize() <= height);
    JXL_ENSURE(from.xsize() >= skipped + rect.xsize() && from.ysize() >= above + rect.ysize());
    JXL_ENSURE(rows_.empty() || (width == width_ && height == height_));
    width_ = width;
    height_ = height;
    const size_t ty = rect.y0() / height;
    const size_t tx = rect.x0() / width;
    if (rows_.size() <= ty) rows_.resize(ty + 1);
    if (rows_[ty].size() <= tx) rows_[ty].resize(tx + 1);
    std::vector<Row> rows(rect.ysize());
    size_t words = 0;
    bool is_zero = true;
    for (size_t y = 0; y < rows.size(); y++) {
      rows[y] = RowFor(from.ConstRow(above + y) + skipped, rect.xsize());
      rows[y].at = static_cast<uint32_t>(words);
      if (rows[y].lowest != 0 || rows[y].bits != 0) is_zero = false;
      words += DivCeil(rect.xsize() * rows[y].bits, kWordBits);
      JXL_ENSURE(words < 1u << 26);
    }
    if (is_zero) return true;
    const size_t head = rows.size() * sizeof(Row);
    Tile tile{Allocate(from.memory_manager(), head + words * sizeof(uint32_t)), rect.xsize(),
              rows.size()};
    if (!tile.bytes) return JXL_FAILURE("Allocation failed");
    memcpy(tile.bytes.get(), rows.data(), head);
    for (size_t y = 0; y < rows.size(); y++) {
      Pack(from.ConstRow(above + y) + skipped, rect.xsize(), rows[y],
           tile.bytes.get() + head + rows[y].at * sizeof(uint32_t));
    }
    rows_[ty][tx] = std::move(tile);
    return true;
  }

  bool IsEmpty() const { return rows_.empty(); }

  /// The `count` samples of row `y` from column `x` on: zeros where no tile is.
  void Load(size_t y, size_t x, size_t count, pixel_type* to) const {
    const size_t ty = rows_.empty() ? 0 : y / height_;
    while (count > 0 && ty < rows_.size() && x / width_ < rows_[ty].size()) {
      const Tile& tile = rows_[ty][x / width_];
      const size_t in_row = x % width_;
      const size_t n = std::min(width_ - in_row, count);
      const size_t in_tile = y - ty * height_;
      size_t stored = 0;
      if (tile.bytes && in_tile < tile.ysize && in_row < tile.xsize) {
        Row row;
        memcpy(&row, tile.bytes.get() + in_tile * sizeof(Row), sizeof(Row));
        stored = std::min(n, tile.xsize - in_row);
        Unpack(tile.bytes.get() + tile.ysize * sizeof(Row) + row.at * sizeof(uint32_t), in_row,
               stored, row, to);
      }
      std::fill(to + stored, to + n, 0);
      x += n;
      to += n;
      count -= n;
    }
    std::fill(to, to + count, 0);
  }

  /// Lets go of the tiles that end above row `y`.
  void ReleaseAbove(size_t y) {
    for (; !rows_.empty() && released_ < rows_.size() && (released_ + 1) * height_ <= y;
         released_++) {
      rows_[released_].clear();
    }
  }

 private:
  using Bytes = MemoryManagerUniquePtr<uint8_t>;
  static constexpr size_t kWordBits = 32;
  struct Row {
    int32_t lowest;
    uint32_t at : 26;   ///< words behind the tile's rows
    uint32_t bits : 6;  ///< of a sample
  };
  struct Tile {
    Bytes bytes{nullptr, MemoryManagerDeleteHelper(nullptr)};
    size_t xsize = 0, ysize = 0;
  };

  static Bytes Allocate(JxlMemoryManager* memory_manager, size_t size) {
    return Bytes(static_cast<uint8_t*>(MemoryManagerAlloc(memory_manager, size)),
                 MemoryManagerDeleteHelper(memory_manager));
  }

  static Row RowFor(const pixel_type* from, size_t count) {
    pixel_type lowest = from[0], highest = from[0];
    for (size_t i = 1; i < count; i++) {
      lowest = std::min(lowest, from[i]);
      highest = std::max(highest, from[i]);
    }
    const uint32_t span = static_cast<uint32_t>(highest) - static_cast<uint32_t>(lowest);
    Row row{lowest, 0, 0};
    if (span != 0) row.bits = static_cast<uint32_t>(FloorLog2Nonzero(span)) + 1;
    return row;
  }

  static void Pack(const pixel_type* from, size_t count, const Row& row, uint8_t* to) {
    if (row.bits == 0) return;
    const uint32_t lowest = static_cast<uint32_t>(row.lowest);
    uint64_t queue = 0;
    uint32_t queued = 0;
    for (size_t i = 0; i < count; i++) {
      queue |= static_cast<uint64_t>(static_cast<uint32_t>(from[i]) - lowest) << queued;
      queued += row.bits;
      if (queued >= kWordBits) {
        const uint32_t word = static_cast<uint32_t>(queue);
        memcpy(to, &word, sizeof(word));
        to += sizeof(word);
        queue >>= kWordBits;
        queued -= kWordBits;
      }
    }
    const uint32_t word = static_cast<uint32_t>(queue);
    if (queued > 0) memcpy(to, &word, sizeof(word));
  }

  // `count` samples behind the `skipped` first ones.
  static void Unpack(const uint8_t* from, size_t skipped, size_t count, const Row& row,
                     pixel_type* to) {
    if (row.bits == 0 || count == 0) return std::fill(to, to + count, row.lowest);
    const uint32_t lowest = static_cast<uint32_t>(row.lowest);
    const uint64_t mask = (uint64_t{1} << row.bits) - 1;
    const size_t skipped_bits = skipped * row.bits;
    uint32_t first;
    from += skipped_bits / kWordBits * sizeof(first);
    memcpy(&first, from, sizeof(first));
    from += sizeof(first);
    uint64_t queue = first >> skipped_bits % kWordBits;
    uint32_t queued = kWordBits - skipped_bits % kWordBits;
    for (size_t i = 0; i < count; i++) {
      if (queued < row.bits) {
        uint32_t word;
        memcpy(&word, from, sizeof(word));
        from += sizeof(word);
        queue |= static_cast<uint64_t>(word) << queued;
        queued += kWordBits;
      }
      to[i] = static_cast<pixel_type>(lowest + static_cast<uint32_t>(queue & mask));
      queue >>= row.bits;
      queued -= row.bits;
    }
  }

  size_t width_ = 0, height_ = 0;
  std::vector<std::vector<Tile>> rows_;
  size_t released_ = 0;
};

}  // namespace jxl
