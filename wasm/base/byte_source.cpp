#include "base/byte_source.hpp"

#include <algorithm>

namespace sightline {
namespace {

/// What a leap reads at least: an item's header and how its value begins.
constexpr std::uint64_t kLeapBytes = 64;
constexpr std::uint64_t kMostAhead = 1 << 20;
/// Skipping less than this reads on: one more reading costs more than the bytes between.
constexpr std::uint64_t kNear = 256 << 10;
constexpr std::uint64_t kFirstAhead = 4096;
constexpr std::uint64_t kPieceBytes = 1 << 20;

}  // namespace

bool RangedBytes::holds(std::uint64_t offset_bytes, std::uint64_t length_bytes) const {
  return offset_bytes >= window_offset_ && offset_bytes - window_offset_ <= window_.size() &&
         length_bytes <= window_.size() - (offset_bytes - window_offset_);
}

/// How much is read for these bytes.
std::uint64_t RangedBytes::planned(std::uint64_t offset_bytes, std::uint64_t length_bytes) {
  std::uint64_t const end = window_offset_ + window_.size();
  bool const goes_on = offset_bytes >= window_offset_ && offset_bytes <= end + kNear;
  if (window_.empty()) {
    ahead_bytes_ = kFirstAhead;
  } else {
    ahead_bytes_ = goes_on ? std::min(8 * ahead_bytes_, kMostAhead) : kLeapBytes;
  }
  return std::min(std::max(length_bytes, ahead_bytes_), size_ - offset_bytes);
}

std::span<std::byte const> RangedBytes::view(std::uint64_t offset_bytes,
                                             std::uint64_t length_bytes) {
  if (!status_ || offset_bytes >= size_) return {};
  std::uint64_t const length = std::min(length_bytes, size_ - offset_bytes);
  if (!holds(offset_bytes, length)) {
    std::uint64_t const wanted = planned(offset_bytes, length);
    if (wanted > window_.max_size()) {
      status_ = fail(Errc::out_of_memory, "no memory for a part of the file", offset_bytes);
      return {};
    }
    // Never the same memory again: what keeps a view too long is found by the sanitizers.
    std::vector<std::byte>().swap(window_);
    window_.resize(static_cast<std::size_t>(wanted));
    window_offset_ = offset_bytes;
    status_ = read_(offset_bytes, window_);
    if (!status_) return {};
  }
  return std::span<std::byte const>(window_).subspan(
      static_cast<std::size_t>(offset_bytes - window_offset_), static_cast<std::size_t>(length));
}

Status ByteSource::append(std::uint64_t offset_bytes, std::uint64_t length_bytes,
                          std::vector<std::byte>& out) const {
  if (offset_bytes > size_ || length_bytes > size_ - offset_bytes)
    return fail(Errc::truncated, "the file ends before these bytes", offset_bytes);
  if (length_bytes > out.max_size() - out.size())
    return fail(Errc::out_of_memory, "no memory for a part of the file", offset_bytes);
  out.reserve(out.size() + static_cast<std::size_t>(length_bytes));
  for (std::uint64_t done = 0; done < length_bytes;) {
    std::uint64_t const piece =
        ranges_ != nullptr ? std::min(kPieceBytes, length_bytes - done) : length_bytes - done;
    auto const part = view(offset_bytes + done, piece);
    if (part.size() != piece) {
      Status const read = status();
      return read ? fail(Errc::truncated, "the file ends before these bytes", offset_bytes) : read;
    }
    out.insert(out.end(), part.begin(), part.end());
    done += piece;
  }
  return {};
}

}  // namespace sightline
