#include "bind/page_file.hpp"

#include <emscripten.h>

#include <span>

// Fills `length` bytes at `into` with those of the file at `offset`; 0, or anything else when they
// cannot be read. A float64 holds every offset of a file.
// clang-format off
EM_JS(int, sl_read_range, (double offset, unsigned length, void* into), {
  return Module["readRange"](offset, length >>> 0, into >>> 0);
});
// clang-format on

namespace sightline::bind {
namespace {

Status read(std::uint64_t offset_bytes, std::span<std::byte> into) {
  int const code = sl_read_range(static_cast<double>(offset_bytes),
                                 static_cast<unsigned>(into.size()), into.data());
  return code == 0 ? Status{} : fail(Errc::io, "the file could not be read");
}

}  // namespace

PageFile::PageFile(double size_bytes)
    : ranges_(size_bytes >= 0 ? static_cast<std::uint64_t>(size_bytes) : 0, read) {}

}  // namespace sightline::bind
