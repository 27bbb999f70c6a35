#pragma once
#include <cstdint>
#include <string_view>
#include <variant>

namespace sightline::server {

/// Bytes [first, last) of a representation.
struct ByteRange {
  std::uint64_t first = 0, last = 0;
  bool operator==(ByteRange const&) const = default;
};
struct WholeBody {
  bool operator==(WholeBody const&) const = default;
};
struct UnsatisfiableRange {
  bool operator==(UnsatisfiableRange const&) const = default;
};
using RangeChoice = std::variant<WholeBody, ByteRange, UnsatisfiableRange>;

/// What a Range header asks of `length_bytes` bytes. One range is honoured; several are refused
/// (their overlaps are an old way to make a server work); another unit or bad syntax is ignored, as
/// RFC 9110 14.2 says. Empty header: WholeBody.
RangeChoice choose_range(std::string_view range_header, std::uint64_t length_bytes);

}  // namespace sightline::server
