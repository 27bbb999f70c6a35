#include <algorithm>
#include <cstdlib>

#include "wire/tile_frame.hpp"

/// Messages of sightline.tiles.v1 in both directions: what is read, is written as it came.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline::wire;
  auto const bytes = std::as_bytes(std::span(data, size));
  if (auto const message = parse_client_message(bytes)) {
    if (!std::ranges::equal(encode(*message), bytes)) std::abort();
  }
  if (auto const message = parse_server_message(bytes)) {
    if (!std::ranges::equal(encode(*message), bytes)) std::abort();
  }
  return 0;
}
