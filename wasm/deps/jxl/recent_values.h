// Part of libjxl as Sightline builds it (CMakeLists.txt says where it is put in): the values that
// were decoded last, which runs may repeat. As one window of 32 bits a value they are four
// megabytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "lib/jxl/base/bits.h"
#include "lib/jxl/memory_manager_internal.h"

namespace jxl {

/// The last 2^20 values in blocks, those of each in as few bits as its highest needs. Where no
/// value was is zero.
class RecentValues {
 public:
  RecentValues() = default;
  explicit RecentValues(JxlMemoryManager* memory_manager)
      : memory_manager_(memory_manager), last_(kBlock) {}

  /// False for a decoder that repeats none.
  bool IsUsed() const { return memory_manager_ != nullptr; }
  /// True where memory was not enough: values are wrong.
  bool IsBroken() const { return is_broken_; }

  /// Adds the value at `position`, the one after the last.
  void Add(uint32_t position, uint32_t value) {
    last_[position % kBlock] = value;
    if (position % kBlock == kBlock - 1) Pack(position / kBlock);
  }

  /// The value at `position`. `next`: where one is added next.
  uint32_t At(uint32_t position, uint32_t next) const {
    const size_t in_block = position % kBlock;
    if (position / kBlock == next / kBlock) return last_[in_block];
    const size_t block = position / kBlock % kBlocks;
    if (block >= blocks_.size()) return 0;
    const Block& from = blocks_[block];
    if (from.bits == 0) return 0;
    uint64_t word;
    memcpy(&word, from.bytes.get() + in_block * from.bits / 8, sizeof(word));
    return static_cast<uint32_t>(word >> in_block * from.bits % 8 &
                                 ((uint64_t{1} << from.bits) - 1));
  }

  /// Values are added from an earlier position on: those that they replace are lost.
  void Rewind() { is_broken_ = IsUsed(); }

 private:
  static constexpr size_t kBlock = 1024, kBlocks = (1 << 20) / kBlock;
  struct Block {
    MemoryManagerUniquePtr<uint8_t> bytes{nullptr, MemoryManagerDeleteHelper(nullptr)};
    size_t bits = 0;
  };

  void Pack(size_t number) {
    uint32_t all = 0;
    for (uint32_t value : last_) all |= value;
    const size_t index = number % kBlocks;
    if (blocks_.size() <= index) blocks_.resize(index + 1);
    Block& to = blocks_[index];
    const size_t bits = all == 0 ? 0 : FloorLog2Nonzero(all) + 1;
    if (bits != to.bits) {
      const size_t size = kBlock * bits / 8 + sizeof(uint64_t);  // a word can be read at each value
      to.bytes.reset();
      to.bytes = MemoryManagerUniquePtr<uint8_t>(
          bits == 0 ? nullptr : static_cast<uint8_t*>(MemoryManagerAlloc(memory_manager_, size)),
          MemoryManagerDeleteHelper(memory_manager_));
      is_broken_ |= bits != 0 && !to.bytes;
      to.bits = to.bytes ? bits : 0;
    }
    if (to.bits != 0) Write(to);
    std::fill(last_.begin(), last_.end(), 0);
  }

  void Write(Block& to) const {
    uint8_t* bytes = to.bytes.get();
    memset(bytes, 0, kBlock * to.bits / 8 + sizeof(uint64_t));
    for (size_t i = 0; i < kBlock; i++) {
      uint64_t word;
      memcpy(&word, bytes + i * to.bits / 8, sizeof(word));
      word |= static_cast<uint64_t>(last_[i]) << i * to.bits % 8;
      memcpy(bytes + i * to.bits / 8, &word, sizeof(word));
    }
  }

  JxlMemoryManager* memory_manager_ = nullptr;
  std::vector<uint32_t> last_;  // the values of the last block that is not whole
  std::vector<Block> blocks_;
  bool is_broken_ = false;
};

}  // namespace jxl
