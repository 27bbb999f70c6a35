// Part of libjxl's stage_noise.cc as Sightline builds it: the noise of a frame, made row by row as
// it is added. As planes that are rendered it would be three more of each group.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "lib/jxl/base/common.h"
#include "lib/jxl/base/status.h"
#include "lib/jxl/image.h"
#include "lib/jxl/image_ops.h"
#include "lib/jxl/xorshift128plus-inl.h"
#include "noise_frame.h"

HWY_BEFORE_NAMESPACE();
namespace jxl {
namespace HWY_NAMESPACE {

constexpr size_t kNoisePlanes = 3;

/// The numbers of a group: those of its planes follow each other, row behind row.
class GroupNoise {
 public:
  GroupNoise(const NoiseFrame& frame, size_t gx, size_t gy)
      : x0(gx * frame.group_dim),
        xsize(std::min(frame.group_dim, frame.xsize - x0)),
        ysize_(std::min(frame.group_dim, frame.ysize - gy * frame.group_dim)) {
    const Xorshift128Plus first(
        static_cast<uint32_t>(frame.visible_index), static_cast<uint32_t>(frame.nonvisible_index),
        static_cast<uint32_t>(x0), static_cast<uint32_t>(gy * frame.group_dim));
    kept_.push_back(first);
    next_.resize(kNoisePlanes, {first, 0});
  }

  /// Columns `from` to `end` of row `y` of plane `c`, 1 to 2. Rows that are asked for in their
  /// order are made once.
  void Load(size_t c, size_t y, size_t from, size_t end, float* to) {
    Next& next = next_[c];
    Seek(next, c * ysize_ + y);
    HWY_ALIGN uint64_t batch[Xorshift128Plus::N];
    for (size_t begin = 0; begin < xsize; begin += kBatch) {
      next.numbers.Fill(batch);
      for (size_t x = std::max(begin, from); x < std::min(begin + kBatch, end); x++) {
        uint32_t bits;
        memcpy(&bits, reinterpret_cast<const uint8_t*>(batch) + (x - begin) * sizeof(bits),
               sizeof(bits));
        bits = (bits >> 9) | 0x3F800000;
        memcpy(to + (x - from), &bits, sizeof(bits));
      }
    }
    next.row++;
  }

  const size_t x0, xsize;

 private:
  static constexpr size_t kBatch = Xorshift128Plus::N * sizeof(uint64_t) / sizeof(float);
  static constexpr size_t kRowsApart = 64;
  struct Next {
    Xorshift128Plus numbers;
    size_t row;  // of the three planes'
  };

  void Seek(Next& next, size_t row) {
    const size_t nearest = std::min(row / kRowsApart, kept_.size() - 1);
    if (row < next.row || next.row < nearest * kRowsApart) {
      next = {kept_[nearest], nearest * kRowsApart};
    }
    HWY_ALIGN uint64_t batch[Xorshift128Plus::N];
    for (; next.row < row; next.row++) {
      if (next.row == kept_.size() * kRowsApart) kept_.push_back(next.numbers);
      for (size_t x = 0; x < xsize; x += kBatch) next.numbers.Fill(batch);
    }
  }

  size_t ysize_;
  std::vector<Xorshift128Plus> kept_;  // in front of each 64th row
  std::vector<Next> next_;             // of each plane
};

/// Three planes of noise as it is added, a row at a time, of parts of rows that begin anywhere.
class NoiseRows {
 public:
  NoiseRows(const NoiseFrame& frame, std::unique_ptr<RenderPipelineStage> convolve)
      : frame_(frame), convolve_(std::move(convolve)) {
    input_.resize(kNoisePlanes, std::vector<float*>(kRows));
    output_.resize(kNoisePlanes, std::vector<float*>(1));
  }

  /// What stands in row `y` from column `x` on. The rows are there until the next call.
  Status Make(size_t x, size_t y, size_t count, const float** rows) {
    JXL_ENSURE(count > 0 && x < frame_.xsize && count <= frame_.xsize - x && y < frame_.ysize);
    if (x != x_ || count != count_) JXL_RETURN_IF_ERROR(Begin(x, count));
    for (size_t row = y - std::min(y, kBorder); row <= std::min(y + kBorder, frame_.ysize - 1);
         row++) {
      if (held_[row % kRows] == row) continue;
      for (size_t c = 0; c < kNoisePlanes; c++) Load(c, row);
      held_[row % kRows] = row;
    }
    for (size_t c = 0; c < kNoisePlanes; c++) {
      for (size_t i = 0; i < kRows; i++) {
        const int64_t at = static_cast<int64_t>(y + i) - static_cast<int64_t>(kBorder);
        input_[c][i] = Row(c, static_cast<size_t>(Mirror(at, frame_.ysize)));
      }
      output_[c][0] = buffer_.Row(kNoisePlanes * kRows + c);
      rows[c] = output_[c][0] + kRenderPipelineXOffset;
    }
    return convolve_->ProcessRow(input_, output_, 0, count, x, y, 0);
  }

 private:
  static constexpr size_t kBorder = 2, kRows = 2 * kBorder + 1;
  static constexpr size_t kNone = ~size_t{0};
  using Groups = std::vector<std::unique_ptr<GroupNoise>>;

  Status Begin(size_t x, size_t count) {
    const size_t width = 2 * kRenderPipelineXOffset + count;
    if (buffer_.xsize() < width) {
      JXL_ASSIGN_OR_RETURN(
          buffer_, ImageF::Create(frame_.memory_manager, width, kNoisePlanes * (kRows + 1)));
    }
    x_ = x;
    count_ = count;
    std::fill(held_, held_ + kRows, kNone);
    return true;
  }

  float* Row(size_t c, size_t y) { return buffer_.Row(c * kRows + y % kRows); }

  // With two columns more on each side, mirrored at the edges of the frame.
  void Load(size_t c, size_t y) {
    float* const row = Row(c, y) + kRenderPipelineXOffset;
    const size_t from = x_ - std::min(x_, kBorder);
    const size_t end = std::min(x_ + count_ + kBorder, frame_.xsize);
    for (size_t x = from; x < end;) {
      GroupNoise& group = GroupAt(x, y);
      const size_t last = std::min(group.x0 + group.xsize, end);
      group.Load(c, y % frame_.group_dim, x - group.x0, last - group.x0, row + x - x_);
      x = last;
    }
    const auto mirror = [&](ssize_t i) {
      const int64_t x = static_cast<int64_t>(x_) + i;
      row[i] = row[Mirror(x, frame_.xsize) - static_cast<int64_t>(x_)];
    };
    for (ssize_t i = 1; i <= static_cast<ssize_t>(kBorder); i++) {
      if (x_ == 0) mirror(-i);
      if (x_ + count_ + i > frame_.xsize) mirror(count_ + i - 1);
    }
  }

  // Two rows of groups are kept: what is rendered with a group begins above it.
  GroupNoise& GroupAt(size_t x, size_t y) {
    const size_t gx = x / frame_.group_dim, gy = y / frame_.group_dim;
    Groups& groups = groups_[gy % 2];
    if (groups.empty() || gy_[gy % 2] != gy) {
      groups.clear();
      groups.resize(DivCeil(frame_.xsize, frame_.group_dim));
      gy_[gy % 2] = gy;
    }
    if (!groups[gx]) groups[gx] = jxl::make_unique<GroupNoise>(frame_, gx, gy);
    return *groups[gx];
  }

  NoiseFrame frame_;
  std::unique_ptr<RenderPipelineStage> convolve_;
  Groups groups_[2];
  size_t gy_[2] = {};
  ImageF buffer_;  // five rows of numbers of each plane, and one of their noise
  size_t x_ = kNone, count_ = 0;
  size_t held_[kRows];
  RenderPipelineStage::RowInfo input_, output_;
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace jxl
HWY_AFTER_NAMESPACE();
