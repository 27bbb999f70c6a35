#include "page/gzip.hpp"

#include <zlib.h>

#include <limits>

namespace sightline::server {

Result<std::string> gzip(std::span<std::byte const> bytes, int level) {
  if (bytes.size() > std::numeric_limits<uInt>::max() / 2)
    return fail(Errc::limit_exceeded, "too large to compress at once");
  z_stream stream{};
  constexpr int kGzipWindowBits = 15 + 16, kMemoryLevel = 8;
  if (deflateInit2(&stream, level, Z_DEFLATED, kGzipWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return fail(Errc::out_of_memory, "zlib");
  }
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  // zlib takes its input by a pointer to non-const and does not write to it.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<Bytef const*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  int const outcome = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (outcome != Z_STREAM_END) return fail(Errc::out_of_memory, "zlib");
  return out;
}

}  // namespace sightline::server
