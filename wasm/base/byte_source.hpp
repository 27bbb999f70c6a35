#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace sightline {

/// Bytes that are read by ranges, a window of them in memory: of a file that is walked from header
/// to header little more than the headers is read. Reading on where the last reading ended reads
/// ahead, up to 1 MiB; a leap reads what is asked for. The first error is kept, and from then on
/// there are no bytes. Threads: one.
class RangedBytes {
 public:
  /// Fills `into` with the bytes at `offset_bytes`; all of them exist.
  using Read = std::function<Status(std::uint64_t offset_bytes, std::span<std::byte> into)>;

  RangedBytes(std::uint64_t size_bytes, Read read) : size_(size_bytes), read_(std::move(read)) {}
  RangedBytes(RangedBytes const&) = delete;
  RangedBytes& operator=(RangedBytes const&) = delete;

  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// As many of these bytes as there are; none after an error. Lifetime: until the next call.
  std::span<std::byte const> view(std::uint64_t offset_bytes, std::uint64_t length_bytes);
  /// Errors: that of the first reading that failed; out_of_memory.
  [[nodiscard]] Status const& status() const { return status_; }

 private:
  [[nodiscard]] bool holds(std::uint64_t offset_bytes, std::uint64_t length_bytes) const;
  [[nodiscard]] std::uint64_t planned(std::uint64_t offset_bytes, std::uint64_t length_bytes);

  std::uint64_t size_;
  Read read_;
  std::vector<std::byte> window_;
  std::uint64_t window_offset_ = 0, ahead_bytes_ = 0;
  Status status_;
};

/// Bytes in memory, or those of a RangedBytes: what parses one parses the other. A copy costs
/// nothing. Lifetime: what it was made of must outlive it. Threads: as RangedBytes; any for memory.
class ByteSource {
 public:
  constexpr ByteSource() = default;
  /// Memory that is a span of bytes, or can be one.
  template <class Memory>
    requires(std::convertible_to<Memory const&, std::span<std::byte const>> &&
             !std::same_as<Memory, ByteSource>)
  constexpr ByteSource(Memory const& memory)  // NOLINT(google-explicit-constructor): as std::span
      : memory_(memory), size_(memory_.size()) {}
  ByteSource(RangedBytes& ranges)  // NOLINT(google-explicit-constructor): either is a source
      : ranges_(&ranges), size_(ranges.size()) {}

  [[nodiscard]] constexpr std::uint64_t size() const { return size_; }
  /// As many of these bytes as there are. Lifetime: until the next call, where they are not in
  /// memory.
  [[nodiscard]] std::span<std::byte const> view(std::uint64_t offset_bytes,
                                                std::uint64_t length_bytes) const {
    if (offset_bytes >= size_) return {};
    std::uint64_t const rest = size_ - offset_bytes;
    std::uint64_t const length = length_bytes < rest ? length_bytes : rest;
    if (ranges_ != nullptr) return ranges_->view(offset_bytes, length);
    return memory_.subspan(static_cast<std::size_t>(offset_bytes),
                           static_cast<std::size_t>(length));
  }
  /// All of them, where they are in memory.
  [[nodiscard]] std::optional<std::span<std::byte const>> memory() const {
    if (ranges_ != nullptr) return std::nullopt;
    return memory_.first(static_cast<std::size_t>(size_));
  }
  /// The same bytes without those from `length_bytes` on.
  [[nodiscard]] ByteSource first(std::uint64_t length_bytes) const {
    ByteSource shorter = *this;
    if (length_bytes < size_) shorter.size_ = length_bytes;
    return shorter;
  }
  /// Adds these bytes to `out`, piece by piece. Errors: truncated; those of the reading.
  Status append(std::uint64_t offset_bytes, std::uint64_t length_bytes,
                std::vector<std::byte>& out) const;
  /// Ok, or why bytes could not be read, which looks like their end meanwhile.
  [[nodiscard]] Status status() const { return ranges_ != nullptr ? ranges_->status() : Status{}; }

 private:
  std::span<std::byte const> memory_;
  RangedBytes* ranges_ = nullptr;
  std::uint64_t size_ = 0;
};

}  // namespace sightline
