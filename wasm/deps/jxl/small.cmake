# What is beside the samples is as large as the frame and what it uses need: most of a small frame's memory is that.
# Rows that are given out are no longer than the picture's, and where no opaque alpha is wanted no row of it is made.
set(write render_pipeline/stage_write)
edit(${write}.cc [[
        opaque_alpha_(kMaxPixelsPerCall, 1.0f),]] [[
        opaque_alpha_(want_alpha_ ? kMaxPixelsPerCall : 0, 1.0f),]])
edit(${write}.cc [[
      size_t alloc_size =
          sizeof(float) * kMaxPixelsPerCall * main_.num_channels_;]] [[
      constexpr size_t kLongestVector = 64;
      const size_t row = std::min<size_t>(kMaxPixelsPerCall, RoundUpTo(width_, kLongestVector));
      size_t alloc_size = sizeof(float) * row * main_.num_channels_;]])
# What tables of dequantisation are made of is there from where it is decoded to where they are made.
edit(quant_weights.cc [[
DequantMatrices::DequantMatrices() {
  encodings_.resize(kNumQuantTables, QuantEncoding::Library<0>());
]] [[
DequantMatrices::DequantMatrices() {
]])
edit(quant_weights.cc [[
  computed_mask_ |= acs_mask;
]] [[
  computed_mask_ |= acs_mask;
  std::vector<QuantEncoding>().swap(encodings_);
]])
# Contexts are made room for once, with those that are added behind; codes are of the passes that there are.
edit(dec_frame.cc [[
      JXL_RETURN_IF_ERROR(DecodeHistograms(memory_manager, br, num_contexts,
                                           &dec_state_->code[i],]] [[
      constexpr size_t kMoreContexts = kZeroDensityContextLimit - kZeroDensityContextCount;
      dec_state_->context_map[i].reserve(num_contexts + std::max<size_t>(kMoreContexts, 1));
      JXL_RETURN_IF_ERROR(DecodeHistograms(memory_manager, br, num_contexts,
                                           &dec_state_->code[i],]])
edit(dec_frame.cc [[dec_state_->code.resize(kMaxNumPasses);]]
  [[dec_state_->code.resize(frame_header_.passes.num_passes);]])
edit(dec_group.cc [[ANSSymbolReader decoders[kMaxNumPasses];]] [[std::vector<ANSSymbolReader> decoders;]])
edit(dec_group.cc [[
    for (size_t pass = 0; pass < num_passes; pass++) {
      // Select which]] [[
    decoders.resize(num_passes);
    for (size_t pass = 0; pass < num_passes; pass++) {
      // Select which]])
# Counts of coefficients are those of a group that is no larger than the frame.
edit(dec_cache.h [[
  Status InitOnce(JxlMemoryManager* memory_manager, size_t num_passes,
                  size_t used_acs);]] [[
  Status InitOnce(JxlMemoryManager* memory_manager, const FrameDimensions& dim, size_t num_passes,
                  size_t used_acs);]])
edit(dec_cache.cc [[
Status GroupDecCache::InitOnce(JxlMemoryManager* memory_manager,
]] [[
Status GroupDecCache::InitOnce(JxlMemoryManager* memory_manager, const FrameDimensions& dim,
]])
edit(dec_cache.cc [[
                           Image3I::Create(memory_manager, kGroupDimInBlocks,
                                           kGroupDimInBlocks));]] [[
                           Image3I::Create(memory_manager,
                                           std::min(dim.xsize_blocks, kGroupDimInBlocks),
                                           std::min(dim.ysize_blocks, kGroupDimInBlocks)));]])
edit(dec_frame.cc [[
        memory_manager, frame_header_.passes.num_passes, dec_state_->used_acs));]] [[
        memory_manager, frame_dim_, frame_header_.passes.num_passes, dec_state_->used_acs));]])
edit(dec_group.cc [[
      memory_manager,
      /*num_passes=*/0,]] [[
      memory_manager, dec_state->shared->frame_dim,
      /*num_passes=*/0,]])
# Orders of coefficients stand one behind the other, those that are used: one for all channels where none is coded.
edit(passes_state.h [[
  size_t coeff_order_size = 0;
]] [[
  std::vector<std::array<uint32_t, 3 * kNumOrders>> coeff_order_offsets;  // of each pass
]])
edit(passes_state.cc [[
  shared->coeff_order_size = kCoeffOrderMaxSize;
]] "\n")
edit(dec_cache.cc [[
  shared_storage.coeff_order_size = 0;
  for (uint8_t o = 0; o < AcStrategy::kNumValidStrategies; ++o) {
    if (((1 << o) & used_acs) == 0) continue;
    uint8_t ord = kStrategyOrder[o];
    shared_storage.coeff_order_size =
        std::max(kCoeffOrderOffset[3 * (ord + 1)] * kDCTBlockSize,
                 shared_storage.coeff_order_size);
  }
  size_t sz = num_passes * shared_storage.coeff_order_size;
  if (sz > shared_storage.coeff_orders.size()) {
    shared_storage.coeff_orders.resize(sz);
  }
]] [[
  std::vector<uint16_t>().swap(shared_storage.coeff_orders);
  shared_storage.coeff_order_offsets.resize(num_passes);
]])
edit(coeff_order.h [[
#include <cstdint>
]] [[
#include <cstdint>
#include <vector>
]])
edit(coeff_order.h [[
                         uint32_t used_acs, uint16_t* order,]] [[
                         uint32_t used_acs, std::vector<uint16_t>* orders, uint32_t* offsets,]])
edit(coeff_order.cc [[
                         uint32_t used_acs, uint16_t* order,]] [[
                         uint32_t used_acs, std::vector<uint16_t>* orders, uint32_t* offsets,]])
edit(coeff_order.cc [[
  for (uint8_t o = 0; o < AcStrategy::kNumValidStrategies; ++o) {
    uint8_t ord = kStrategyOrder[o];
    if (computed]] [[
  size_t num_orders = orders->size();
  for (size_t ord = 0; ord < kNumOrders; ord++) {
    if ((acs_mask & (1 << ord)) == 0) continue;
    const size_t num_blocks = kCoeffOrderOffset[3 * ord + 1] - kCoeffOrderOffset[3 * ord];
    const bool is_coded = (used_orders & (1 << ord)) != 0;
    for (size_t c = 0; c < 3; c++) {
      offsets[3 * ord + c] = static_cast<uint32_t>(num_orders);
      if (is_coded || c == 2) num_orders += num_blocks * kDCTBlockSize;
    }
  }
  orders->reserve(num_orders);
  orders->resize(num_orders);
  uint16_t* order = orders->data();
  for (uint8_t o = 0; o < AcStrategy::kNumValidStrategies; ++o) {
    uint8_t ord = kStrategyOrder[o];
    if (computed]])
edit(coeff_order.cc [=[
        for (size_t c = 0; c < 3; c++) {
          std::copy_n(natural_order.begin(), size, &order[CoeffOrderOffset(ord, c)]);
        }]=] [=[
        std::copy_n(natural_order.begin(), size, &order[offsets[3 * ord]]);]=])
edit(coeff_order.cc [=[&order[CoeffOrderOffset(ord, c)]]=] [=[&order[offsets[3 * ord + c]]]=])
edit(dec_frame.cc [[
          &dec_state_->shared_storage
               .coeff_orders[i * dec_state_->shared_storage.coeff_order_size],
]] [[
          &dec_state_->shared_storage.coeff_orders,
          dec_state_->shared_storage.coeff_order_offsets[i].data(),
]])
edit(dec_group.cc [[
                        const uint16_t* JXL_RESTRICT coeff_order,
]] [[
                        const uint16_t* JXL_RESTRICT coeff_order,
                        const uint32_t* JXL_RESTRICT order_offsets,
]])
edit(dec_group.cc [=[&coeff_order[CoeffOrderOffset(ord, c)];]=] [=[&coeff_order[order_offsets[3 * ord + c]];]=])
edit(dec_group.cc [=[&coeff_orders[pass * coeff_order_size], readers[pass],]=]
  [=[coeff_orders, order_offsets[pass].data(), readers[pass],]=])
edit(dec_group.cc [[
    this->coeff_order_size = dec_state->shared->coeff_order_size;
    this->coeff_orders =
        dec_state->shared->coeff_orders.data() + first_pass * coeff_order_size;
]] [[
    this->coeff_orders = dec_state->shared->coeff_orders.data();
    this->order_offsets = dec_state->shared->coeff_order_offsets.data() + first_pass;
]])
edit(dec_group.cc [[
  size_t coeff_order_size;
  const std::vector]] [[
  const std::array<uint32_t, 3 * kNumOrders>* JXL_RESTRICT order_offsets;
  const std::vector]])
# Of a frame of blocks the code of its DC is read no more when its tables are.
edit(dec_modular.h [[
  bool UsesFullImage() const { return use_full_image; }
]] [[
  bool UsesFullImage() const { return use_full_image; }
  // For frames that have no channels of their own.
  void LetGoOfCode() {
    if (!full_image.channel.empty()) return;
    Tree().swap(tree);
    code = ANSCode();
    std::vector<uint8_t>().swap(context_map);
  }
]])
edit(dec_frame.cc [[
    JXL_RETURN_IF_ERROR(dec_state_->shared_storage.matrices.EnsureComputed(]] [[
    modular_frame_decoder_.LetGoOfCode();
    JXL_RETURN_IF_ERROR(dec_state_->shared_storage.matrices.EnsureComputed(]])
# A block's 32-bit coefficients are dequantised where they stand; the others and what transforms need are two blocks, for vectors
# are at most four floats wide.
edit(dec_cache.cc [[max_block_area_ * 7 * sizeof(float)]] [[max_block_area_ * 5 * sizeof(float)]])
edit(dec_cache.cc [[reinterpret_cast<int32_t*>(scratch_space)]] [[reinterpret_cast<int32_t*>(dec_group_block)]])
edit(dec_group.cc [[
const float* JXL_RESTRICT biases, ACPtr qblock[3],
                 float* JXL_RESTRICT block) {]] [[
const float* JXL_RESTRICT biases, ACPtr qblock[3],
                 float* block) {
  static_assert(MaxLanes(D()) <= 4, "Two blocks of scratch are enough");]])
edit(dec_group.cc [[ACPtr qblock[3], float* JXL_RESTRICT block,]] [[ACPtr qblock[3], float* block,]])
