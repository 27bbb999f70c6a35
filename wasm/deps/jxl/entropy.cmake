# The window of what was decoded, which runs may repeat, is of four million bytes: it grows with what is decoded, of as few bits a
# value as it needs.
edit(dec_ans.h [[
#include "lib/jxl/memory_manager_internal.h"
]] [[
#include "lib/jxl/memory_manager_internal.h"
#include "recent_values.h"
]])
edit(dec_ans.h [[lz77_window_[(num_decoded_++) & kWindowMask] = ret;]] [[Remember(ret);]])
edit(dec_ans.h [[lz77_window_[(num_decoded_++) & kWindowMask] = symbol.value;]] [[Remember(symbol.value);]])
edit(dec_ans.h [[lz77_window_[(copy_pos_++) & kWindowMask];]] [[Repeated();]])
edit(dec_ans.h [[
          JXL_DASSERT(lz77_window_ != nullptr);
          // distance 0 -> num_decoded_ == copy_pos_ == 0
          size_t to_fill = std::min<size_t>(num_to_copy_, kWindowSize);
          memset(lz77_window_, 0, to_fill * sizeof(lz77_window_[0]));
]] [[
          // distance 0 -> num_decoded_ == copy_pos_ == 0: values that are not there are zero
]])
edit(dec_ans.h [[if (uses_lz77 && lz77_window_)]] [[if (uses_lz77 && recent_.IsUsed())]])
edit(dec_ans.h [[if (lz77_window_ == nullptr) return false;]] [[if (!recent_.IsUsed()) return false;]])
edit(dec_ans.h [[return lz77_window_ != nullptr;]] [[return recent_.IsUsed();]])
edit(dec_ans.h [[
    if (lz77_window_) {
      for (]] [[
    if (recent_.IsUsed()) {
      for (]])
edit(dec_ans.h [[
  static constexpr size_t kWindowMask = kWindowSize - 1;
  // a std::vector incurs unacceptable decoding speed loss because of
  // initialization.
  AlignedMemory lz77_window_storage_;
  uint32_t* lz77_window_ = nullptr;
]] [[
  RecentValues recent_;
  JXL_INLINE void Remember(uint32_t value) { recent_.Add(num_decoded_++, value); }
  JXL_INLINE uint32_t Repeated() { return recent_.At(copy_pos_++, num_decoded_); }
]])
# Input is there at once or not at all: nothing is decoded again.
edit(dec_ans.h [[
    uint32_t lz77_window[kMaxCheckpointInterval];
]] "\n")
edit(dec_ans.h [[
    if (lz77_window_) {
      size_t win_start = num_decoded_ & kWindowMask;
      size_t win_end = (num_decoded_ + kMaxCheckpointInterval) & kWindowMask;
      if (win_end > win_start) {
        memcpy(checkpoint->lz77_window, lz77_window_ + win_start,
               (win_end - win_start) * sizeof(*lz77_window_));
      } else {
        memcpy(checkpoint->lz77_window, lz77_window_ + win_start,
               (kWindowSize - win_start) * sizeof(*lz77_window_));
        memcpy(checkpoint->lz77_window + (kWindowSize - win_start),
               lz77_window_, win_end * sizeof(*lz77_window_));
      }
    }
]] "\n")
edit(dec_ans.h [[
    if (lz77_window_) {
      size_t win_start = num_decoded_ & kWindowMask;
      size_t win_end = (num_decoded_ + kMaxCheckpointInterval) & kWindowMask;
      if (win_end > win_start) {
        memcpy(lz77_window_ + win_start, checkpoint.lz77_window,
               (win_end - win_start) * sizeof(*lz77_window_));
      } else {
        memcpy(lz77_window_ + win_start, checkpoint.lz77_window,
               (kWindowSize - win_start) * sizeof(*lz77_window_));
        memcpy(lz77_window_, checkpoint.lz77_window + (kWindowSize - win_start),
               win_end * sizeof(*lz77_window_));
      }
    }
]] [[
    recent_.Rewind();
]])
edit(dec_ans.h [[return state_ == (ANS_SIGNATURE << 16u); }]]
  [[return state_ == (ANS_SIGNATURE << 16u) && !recent_.IsBroken(); }]])
edit(dec_ans.h [[
                  size_t distance_multiplier,
                  AlignedMemory&& lz77_window_storage);
]] [[
                  size_t distance_multiplier);
]])
edit(dec_ans.cc [[
  AlignedMemory lz77_window_storage;
  if (code->lz77.enabled) {
    JxlMemoryManager* memory_manager = code->memory_manager;
    JXL_ASSIGN_OR_RETURN(
        lz77_window_storage,
        AlignedMemory::Create(memory_manager, kWindowSize * sizeof(uint32_t)));
  }
  return ANSSymbolReader(code, br, distance_multiplier,
                         std::move(lz77_window_storage));
]] [[
  return ANSSymbolReader(code, br, distance_multiplier);
]])
edit(dec_ans.cc [[
                                 size_t distance_multiplier,
                                 AlignedMemory&& lz77_window_storage)
]] [[
                                 size_t distance_multiplier)
]])
edit(dec_ans.cc [[
      configs(code->uint_config.data()),
      lz77_window_storage_(std::move(lz77_window_storage)) {]] [[
      configs(code->uint_config.data()) {]])
edit(dec_ans.cc [[
  lz77_window_ = lz77_window_storage_.address<uint32_t>();
]] [[
  recent_ = RecentValues(code->memory_manager);
]])
# Which values a property can have on the way to a node is known on the way: for all nodes it is up to 2 KiB each.
edit(modular/encoding/dec_ma.cc [[
#include "lib/jxl/modular/modular_image.h"
]] [[
#include "lib/jxl/modular/modular_image.h"
#include "checked_tree.h"
]])
edit(modular/encoding/dec_ma.cc [[
  return ValidateTree(*tree);
]] [[
  tree->shrink_to_fit();
  return CheckTree(*tree);
]])
# Nothing is decoded any more when a frame is put together.
edit(dec_modular.cc [[
  if (!inplace) return JXL_FAILURE("Samples are read once");
]] [[
  if (!inplace) return JXL_FAILURE("Samples are read once");
  Tree().swap(tree);
  code = ANSCode();
  std::vector<uint8_t>().swap(context_map);
]])
# A table of 16 KiB, for trees that need it.
edit(modular/encoding/encoding.cc [[TreeLut<uint8_t, false, false> &tree_lut,]]
  [[std::unique_ptr<TreeLut<uint8_t, false, false>> &tree_lut,]])
edit(modular/encoding/encoding.cc [[auto tree_lut = jxl::make_unique<TreeLut<uint8_t, false, false>>();]]
  [[std::unique_ptr<TreeLut<uint8_t, false, false>> tree_lut;]])
edit(modular/encoding/encoding.cc [[group_id, *tree_lut,]] [[group_id, tree_lut,]])
edit(modular/encoding/encoding.cc [[
  if (is_wp_only) {
    is_wp_only = TreeToLookupTable(tree, tree_lut);]] [[
  if ((is_wp_only || is_gradient_only) && !tree_lut) {
    tree_lut = jxl::make_unique<TreeLut<uint8_t, false, false>>();
  }
  if (is_wp_only) {
    is_wp_only = TreeToLookupTable(tree, *tree_lut);]])
edit(modular/encoding/encoding.cc [[is_gradient_only = TreeToLookupTable(tree, tree_lut);]]
  [[is_gradient_only = TreeToLookupTable(tree, *tree_lut);]])
edit(modular/encoding/encoding.cc [=[tree_lut.context_lookup[pos]]=] [=[tree_lut->context_lookup[pos]]=])
# The weighted predictor's errors of the row above are read up to the column at the right and then never again: one row of them, of
# which the one at the left is kept, is both rows.
edit(modular/encoding/context_predict.h [[
  std::vector<int32_t> error;
  const Header &header;
]] [[
  std::vector<int32_t> error;
  uint32_t left_pred_errors[kNumPredictors] = {};  // of the row above
  int32_t left_error = 0;
  const Header &header;
]])
edit(modular/encoding/context_predict.h [[pred_error.resize((xsize + 2) * 2);]] [[pred_error.resize(xsize + 2);]])
edit(modular/encoding/context_predict.h [[error.resize((xsize + 2) * 2);]] [[error.resize(xsize + 2);]])
edit(modular/encoding/context_predict.h [[
    size_t cur_row = y & 1 ? 0 : (xsize + 2);
    size_t prev_row = y & 1 ? (xsize + 2) : 0;
    size_t pos_N = prev_row + x;
    size_t pos_NE = x < xsize - 1 ? pos_N + 1 : pos_N;
    size_t pos_NW = x > 0 ? pos_N - 1 : pos_N;
]] [[
    size_t pos_N = x;
    size_t pos_NE = x < xsize - 1 ? pos_N + 1 : pos_N;
]])
edit(modular/encoding/context_predict.h [[                   pred_errors[i][pos_NW];
]] [[                   (x > 0 ? left_pred_errors[i] : pred_errors[i][pos_N]);
]])
edit(modular/encoding/context_predict.h [[error[cur_row + x - 1];]] [[error[x - 1];]])
edit(modular/encoding/context_predict.h [[pixel_type_w teNW = error[pos_NW];]]
  [[pixel_type_w teNW = x > 0 ? left_error : error[pos_N];]])
edit(modular/encoding/context_predict.h [[
    size_t cur_row = y & 1 ? 0 : (xsize + 2);
    size_t prev_row = y & 1 ? (xsize + 2) : 0;
    val = AddBits(val);
    error[cur_row + x] = pred - val;
]] [[
    val = AddBits(val);
    left_error = error[x];
    error[x] = pred - val;
]])
edit(modular/encoding/context_predict.h [[
      pred_errors[i][cur_row + x] = err;
]] [[
      left_pred_errors[i] = pred_errors[i][x];
      pred_errors[i][x] = err;
]])
edit(modular/encoding/context_predict.h [[pred_errors[i][prev_row + x + 1] += err;]] [[pred_errors[i][x + 1] += err;]])
