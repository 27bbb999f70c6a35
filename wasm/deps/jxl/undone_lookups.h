// Part of libjxl as Sightline builds it (CMakeLists.txt says where it is put in): palettes and
// colour transforms of a frame that are undone as it is put together, some rows at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "lib/jxl/base/common.h"
#include "lib/jxl/base/status.h"
#include "lib/jxl/image_ops.h"
#include "lib/jxl/modular/encoding/context_predict.h"
#include "lib/jxl/modular/modular_image.h"
#include "lib/jxl/modular/transform/palette.h"
#include "lib/jxl/modular/transform/rct.h"
#include "lib/jxl/modular/transform/transform.h"

namespace jxl {

/// True for a palette whose colours are looked up sample by sample, without prediction.
inline bool IsLookup(const Transform& t) {
  return t.id == TransformId::kPalette && t.nb_deltas == 0 && t.predictor == Predictor::Zero;
}

/// A channel that a palette with prediction makes, from the top.
class PredictedRows {
 public:
  static StatusOr<PredictedRows> Create(JxlMemoryManager* memory_manager, size_t w,
                                        const weighted::Header* header) {
    JXL_ASSIGN_OR_RETURN(Plane<pixel_type> rows,
                         Plane<pixel_type>::Create(memory_manager, w, kAbove + 1));
    return PredictedRows(std::move(rows), header);
  }

  /// Makes the next row of what stands in the palette: `colours` of indices below `num_deltas` are
  /// added to what is predicted.
  void Next(const pixel_type* indices, const pixel_type* colours, size_t num_deltas,
            Predictor predictor, pixel_type* to) {
    const size_t w = rows_.xsize(), y = y_++;
    for (size_t i = 0; i < kAbove; i++) {
      memcpy(rows_.Row(i), rows_.Row(i + 1), w * sizeof(pixel_type));
    }
    pixel_type* row = rows_.Row(kAbove);
    const intptr_t stride = rows_.PixelsPerRow();
    for (size_t x = 0; x < w; x++) {
      pixel_type_w value = colours[x];
      if (indices[x] < static_cast<int32_t>(num_deltas)) {
        value += state_ ? PredictNoTreeWP(w, row + x, stride, x, y, predictor, state_.get()).guess
                        : PredictNoTreeNoWP(w, row + x, stride, x, y, predictor).guess;
      }
      row[x] = static_cast<pixel_type>(value);
      if (state_) state_->UpdateErrors(row[x], x, y, w);
    }
    memcpy(to, row, w * sizeof(pixel_type));
  }

 private:
  static constexpr size_t kAbove = 2;
  PredictedRows(Plane<pixel_type>&& rows, const weighted::Header* header) : rows_(std::move(rows)) {
    ZeroFillImage(&rows_);
    if (header != nullptr) {
      state_ = std::make_unique<weighted::State>(*header, rows_.xsize(), 0);
    }
  }

  Plane<pixel_type> rows_;
  std::unique_ptr<weighted::State> state_;  // of the weighted predictor
  size_t y_ = 0;
};

/// Undoes the first transforms of a frame, which are palettes and colour transforms.
class UndoneLookups {
 public:
  /// How many of the first transforms of `image` can be undone so.
  static size_t Count(const Image& image) {
    size_t count = 0;
    while (count < image.transform.size() && (image.transform[count].id == TransformId::kRCT ||
                                              image.transform[count].id == TransformId::kPalette)) {
      count++;
    }
    size_t num_meta = image.nb_meta_channels;
    for (size_t t = count; t-- > 0;) {
      const bool is_palette = image.transform[t].id == TransformId::kPalette;
      // on palettes: not here
      if (is_palette && num_meta == 0) return 0;
      if (image.transform[t].begin_c + (is_palette ? 1 : 0) < num_meta) return 0;
      num_meta -= is_palette ? 1 : 0;
    }
    return num_meta == 0 ? count : 0;
  }

  /// Of `full`, whose palettes are its first channels.
  UndoneLookups(const Image& full, size_t count, const weighted::Header& header)
      : full_(full), count_(count), header_(header), predicted_(count) {}

  bool IsEmpty() const { return count_ == 0; }

  /// Undoes them on a part of the frame, without the palettes: on strips from the top, each as wide
  /// as the frame, if there are palettes.
  Status Undo(Image* part) {
    size_t palette = 0;
    for (size_t t = count_; t-- > 0;) {
      const Transform& transform = full_.transform[t];
      const size_t num_meta = full_.nb_meta_channels - palette;
      if (transform.id == TransformId::kRCT) {
        const size_t begin = transform.begin_c - num_meta;
        JXL_ENSURE(begin + 2 < part->channel.size());
        JXL_RETURN_IF_ERROR(InvRCT(*part, begin, transform.rct_type, nullptr));
        continue;
      }
      JXL_RETURN_IF_ERROR(UndoPalette(t, palette, transform.begin_c + 1 - num_meta, part));
      palette++;
    }
    return true;
  }

 private:
  // Makes of channel `c` as many as the palette has.
  Status UndoPalette(size_t t, size_t palette, size_t c, Image* part) {
    const Channel& colours = full_.channel[palette];
    if (colours.h < 1 || c >= part->channel.size()) return JXL_FAILURE("Corrupted transforms");
    const size_t w = part->channel[c].w, h = part->channel[c].h;
    for (size_t i = 1; i < colours.h; i++) {
      JXL_ASSIGN_OR_RETURN(Channel made, Channel::Create(part->memory_manager(), w, h));
      part->channel.insert(part->channel.begin() + c + 1, std::move(made));
    }
    const Transform& transform = full_.transform[t];
    const bool predicts = !IsLookup(transform);
    if (predicts) JXL_RETURN_IF_ERROR(Prepare(t, colours.h, w, part->memory_manager()));
    std::vector<pixel_type> indices(w), row(w);
    for (size_t y = 0; y < h && w > 0; y++) {
      memcpy(indices.data(), part->channel[c].Row(y), w * sizeof(pixel_type));
      for (size_t i = 0; i < colours.h; i++) {
        pixel_type* to = part->channel[c + i].Row(y);
        LookUp(colours, i, indices, !predicts && colours.h == 1, predicts ? row.data() : to);
        if (!predicts) continue;
        predicted_[t][i].Next(indices.data(), row.data(), transform.nb_deltas, transform.predictor,
                              to);
      }
    }
    return true;
  }

  Status Prepare(size_t t, size_t count, size_t w, JxlMemoryManager* memory_manager) {
    if (!predicted_[t].empty()) return true;
    const bool is_weighted = full_.transform[t].predictor == Predictor::Weighted;
    for (size_t i = 0; i < count; i++) {
      JXL_ASSIGN_OR_RETURN(
          PredictedRows rows,
          PredictedRows::Create(memory_manager, w, is_weighted ? &header_ : nullptr));
      predicted_[t].push_back(std::move(rows));
    }
    return true;
  }

  // Row `i` of the palette at each of the indices: of its own colours alone, if it `is_clamped`.
  void LookUp(const Channel& colours, size_t i, const std::vector<pixel_type>& indices,
              bool is_clamped, pixel_type* to) const {
    const pixel_type* palette = colours.Row(0);
    const int size = static_cast<int>(colours.w);
    const int stride = static_cast<int>(colours.plane.PixelsPerRow());
    const int bit_depth = std::min(full_.bitdepth, 24);
    for (size_t x = 0; x < indices.size(); x++) {
      const int index = is_clamped ? Clamp1<int>(indices[x], 0, size - 1) : indices[x];
      to[x] = palette_internal::GetPaletteValue(palette, index, i, size, stride, bit_depth);
    }
  }

  const Image& full_;
  const size_t count_;
  const weighted::Header& header_;
  std::vector<std::vector<PredictedRows>> predicted_;  // channels of each transform
};

}  // namespace jxl
