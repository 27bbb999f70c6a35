#include <cstdlib>

#include "codec/codestream.hpp"

/// The codestream rewriter: what it makes, it must be able to read back to the same levels.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline::codec;
  auto const bytes = std::as_bytes(std::span(data, size));
  (void)read_codestream_info(bytes);
  (void)index_levels(bytes);
  auto const leveled = level_codestream(bytes);
  if (leveled) {
    auto const ends = index_levels(leveled->bytes);
    if (!ends || *ends != leveled->level_ends) std::abort();
  }
  return 0;
}
