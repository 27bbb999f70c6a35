# Of dequantisation the decoder reads no inverse, and of no transform that the frame has not.
edit(quant_weights.cc [[
    StoreU(inv_val, d, inv_table + *pos + i);
]] "\n")
edit(quant_weights.cc [[
        inv_table[prev_pos + c * ys * xs * kDCTBlockSize + y * kBlockDim * xs +
                  x] = 0;]] "")
edit(quant_weights.cc [[
  if (!table_storage_) {
    size_t table_storage_bytes = 2 * kTotalTableSize * sizeof(float);
    JXL_ASSIGN_OR_RETURN(
        table_storage_,
        AlignedMemory::Create(memory_manager, table_storage_bytes));
    table_ = table_storage_.address<float>();
    inv_table_ = table_ + kTotalTableSize;
  }
]] [[
  if (table_storage_) return JXL_FAILURE("Tables are made once");
]])
edit(quant_weights.cc [[
    size_t num = required_size_x[i] * required_size_y[i] * kDCTBlockSize;
    for (size_t c = 0; c < 3; c++) {
      offsets[3 * i + c] = pos + c * num;
    }
    pos += 3 * num;
  }
  offsets[kNumQuantTables * 3] = pos;
  JXL_ENSURE(pos == kTotalTableSize);
]] [[
    bool is_used = false;
    for (size_t s = 0; s < AcStrategy::kNumValidStrategies; s++) {
      if ((acs_mask & (1u << s)) && static_cast<size_t>(kAcStrategyToQuantTableMap[s]) == i) is_used = true;
    }
    size_t num = is_used ? required_size_x[i] * required_size_y[i] * kDCTBlockSize : 0;
    for (size_t c = 0; c < 3; c++) {
      offsets[3 * i + c] = pos + c * num;
    }
    pos += 3 * num;
  }
  offsets[kNumQuantTables * 3] = pos;
  for (size_t s = 0; s < AcStrategy::kNumValidStrategies; s++) {
    const size_t table = static_cast<size_t>(kAcStrategyToQuantTableMap[s]);
    for (size_t c = 0; c < 3; c++) table_offsets_[s * 3 + c] = offsets[table * 3 + c];
  }
  JXL_ASSIGN_OR_RETURN(table_storage_, AlignedMemory::Create(memory_manager, pos * sizeof(float)));
  table_ = table_storage_.address<float>();
  inv_table_ = nullptr;
]])
edit(quant_weights.cc [[mutable_table + kTotalTableSize]] [[nullptr]])
# Orders of coefficients are of 16 bits: the largest transform has 65536.
edit(passes_state.h [[std::vector<coeff_order_t> coeff_orders;]] [[std::vector<uint16_t> coeff_orders;]])
edit(coeff_order.h [[
                         uint32_t used_acs, coeff_order_t* order,]] [[
                         uint32_t used_acs, uint16_t* order,]])
edit(coeff_order.cc [[
                         uint32_t used_acs, coeff_order_t* order,]] [[
                         uint32_t used_acs, uint16_t* order,]])
edit(coeff_order.cc [[Status DecodeCoeffOrder(AcStrategy acs, coeff_order_t* order,]]
  [[Status DecodeCoeffOrder(AcStrategy acs, uint16_t* order,]])
edit(coeff_order.cc [=[
  JXL_RETURN_IF_ERROR(
      ReadPermutation(llf, size, order, br, reader, context_map));
  if (order == nullptr) return true;
  for (size_t k = 0; k < size; ++k) {
    order[k] = natural_order[order[k]];
  }]=] [=[
  std::vector<coeff_order_t> permutation(order == nullptr ? 0 : size);
  JXL_RETURN_IF_ERROR(ReadPermutation(llf, size, order == nullptr ? nullptr : permutation.data(), br,
                                      reader, context_map));
  if (order == nullptr) return true;
  for (size_t k = 0; k < size; ++k) {
    order[k] = static_cast<uint16_t>(natural_order[permutation[k]]);
  }]=])
edit(coeff_order.cc [[
          memcpy(&order[CoeffOrderOffset(ord, c)], natural_order.data(),
                 size * sizeof(*order));]] [[
          std::copy_n(natural_order.begin(), size, &order[CoeffOrderOffset(ord, c)]);]])
edit(coeff_order.cc [[coeff_order_t* dest = used]] [[uint16_t* dest = used]])
edit(dec_group.cc [[const coeff_order_t* JXL_RESTRICT]] [[const uint16_t* JXL_RESTRICT]])
# A block's quantised coefficients are read before anything is written into the room for its transform.
edit(dec_cache.cc [[
    JXL_ASSIGN_OR_RETURN(
        int32_memory_,
        AlignedMemory::Create(memory_manager,
                              max_block_area_ * 3 * sizeof(int32_t)));
    JXL_ASSIGN_OR_RETURN(
        int16_memory_,
        AlignedMemory::Create(memory_manager,
                              max_block_area_ * 3 * sizeof(int16_t)));
]] "\n")
edit(dec_cache.cc [[int32_memory_.address<int32_t>()]] [[reinterpret_cast<int32_t*>(scratch_space)]])
edit(dec_cache.cc [[int16_memory_.address<int16_t>()]] [[reinterpret_cast<int16_t*>(scratch_space)]])
# Where many groups' rows are in one cache is no concern of one thread: an allocation is of no more than 64 bytes, not 2048, that it
# does not need.
edit(memory_manager_internal.h [[kAlignment = 2 * 64;]] [[kAlignment = 64;]])
edit(memory_manager_internal.h [[kNumAlignmentGroups = 16;]] [[kNumAlignmentGroups = 1;]])
edit(memory_manager_internal.cc [[pre_padding <= memory_manager_internal::kAlias]] [[pre_padding <= 2048]])
edit(memory_manager_internal.cc [[bytes_per_row % memory_manager_internal::kAlias == 0]] [[bytes_per_row % 2048 == 0]])
# Passes that are all there are added up block by block, not kept for all of the frame.
edit(dec_frame.h [[
  bool HasDcGroupToDecode() const {]] [[
  bool has_all_sections_ = false;
  bool HasDcGroupToDecode() const {]])
edit(dec_frame.cc [[
  if (num == 0) return true;  // Nothing to process]] [[
  if (num == 0) return true;  // Nothing to process
  has_all_sections_ = num == toc_.size();]])
edit(dec_frame.cc [[bool store = frame_header_.passes.num_passes > 1;]]
  [[bool store = frame_header_.passes.num_passes > 1 && !has_all_sections_;]])
