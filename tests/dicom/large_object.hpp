#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/byte_source.hpp"
#include "data_set_builder.hpp"

namespace sightline::dicom_test {

/// A file of any size that lies nowhere: bytes where they were put, zeros between. Counts what is
/// read of it.
class SparseFile {
 public:
  SparseFile() = default;
  SparseFile(SparseFile const&) = delete;
  SparseFile& operator=(SparseFile const&) = delete;

  void add(Bytes bytes);
  void add_zeros(std::uint64_t count) { size_ += count; }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  Status read(std::uint64_t offset, std::span<std::byte> into);
  /// A source of its own; begins to count anew. Lifetime: until the next call.
  ByteSource source();

  std::uint64_t readings = 0, bytes_read = 0;
  std::uint64_t fails_from = UINT64_MAX;  ///< reading these bytes fails

 private:
  std::map<std::uint64_t, Bytes> parts_;
  std::uint64_t size_ = 0;
  std::unique_ptr<RangedBytes> ranges_;
};

enum class OffsetTable : std::uint8_t { none, basic, extended };

/// An object of 70 frames, 4.4 GiB: 67 of 64 MiB that are zeros but for a mark at each end, then
/// three small ones (frame i is large_frame_bytes(i)). Of two fragments each where `split` says so.
struct LargeObject {
  static constexpr std::uint32_t kFrames = 70, kBigFrames = 67;
  static constexpr std::uint64_t kBigBytes = 64ull << 20;
  OffsetTable table = OffsetTable::none;
  bool split = false;
  std::int64_t wrong_by = 0;  ///< added to one entry of the table
};
void write_large_object(LargeObject const& object, SparseFile& file);
Bytes small_frame(std::uint32_t index0);

}  // namespace sightline::dicom_test
