#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "app/unpack.hpp"
#include "app/zip_directory.hpp"

namespace {
constexpr std::uint64_t kMostUnpacked = 8 << 20;
}

/// A ZIP file that an import is given, read by ranges as one of the disk is: its members have the
/// length that is stated or are refused, and together they are no more than their bytes can be.
/// Then the same bytes as a gzip file.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline;
  auto const input = std::as_bytes(std::span(data, size));
  RangedBytes ranges(size, [&](std::uint64_t offset, std::span<std::byte> into) -> Status {
    if (offset > size || into.size() > size - offset) std::abort();
    std::ranges::copy(input.subspan(static_cast<std::size_t>(offset), into.size()), into.begin());
    return {};
  });
  std::uint64_t sum = 0;
  auto const count = [&](std::span<std::byte const> piece) -> Status {
    sum += piece.size();
    if (sum > kMostUnpacked) return fail(Errc::no_space);  // as a full disk: ends the unpacking
    return {};
  };
  if (auto const entries = server::read_zip_directory(ranges); entries) {
    for (auto const& entry : *entries) {
      if (!entry.refusal.empty()) continue;
      std::uint64_t const before = sum;
      bool const is_whole = server::unpack_member(ranges, entry, count).has_value();
      if (sum - before > entry.size_bytes) std::abort();
      if (is_whole && sum - before != entry.size_bytes) std::abort();
    }
    if (sum > 1032 * size) std::abort();
  }
  sum = 0;
  constexpr std::uint64_t kMost = 1 << 22;
  (void)server::unpack_gzip(input, kMost, count);
  if (sum > kMost) std::abort();
  return 0;
}
