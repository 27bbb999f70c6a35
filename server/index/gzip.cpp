#include "index/gzip.hpp"

#include <zlib.h>

#include <algorithm>
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

Result<std::string> gunzip(std::span<std::byte const> member, std::size_t max_bytes) {
  constexpr int kGzipWindowBits = 15 + 16;
  constexpr std::size_t kFirstBytes = 16 * 1024;
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindowBits) != Z_OK) return fail(Errc::out_of_memory, "zlib");
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<Bytef const*>(member.data()));
  stream.avail_in = static_cast<uInt>(member.size());
  std::string out;
  int outcome = Z_OK;
  while (outcome == Z_OK && out.size() < max_bytes) {
    std::size_t const held = out.size();
    out.resize(std::min(max_bytes, std::max(kFirstBytes, held * 2)));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + held);
    stream.avail_out = static_cast<uInt>(out.size() - held);
    outcome = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (outcome == Z_STREAM_END) return out;
  return outcome == Z_OK ? fail(Errc::limit_exceeded, "more than was expected")
                         : fail(Errc::corrupt, "not a gzip member");
}

}  // namespace sightline::server
