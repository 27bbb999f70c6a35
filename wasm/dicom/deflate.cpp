#include "dicom/deflate.hpp"

#include <zlib.h>

#include <limits>
#include <memory>

namespace sightline::dicom {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 18;
constexpr int kMemoryLevel = 8;

struct DeflateEnd {
  void operator()(z_stream* stream) const { deflateEnd(stream); }
};

}  // namespace

Result<std::vector<std::byte>> deflate_bytes(std::span<std::byte const> bytes) {
  if (bytes.size() > std::numeric_limits<uInt>::max())
    return fail(Errc::limit_exceeded, "the data set is too large");
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    return fail(Errc::out_of_memory, "zlib could not start");
  std::unique_ptr<z_stream, DeflateEnd> const end(&stream);
  // zlib's interface is not const-correct; it does not write to its input.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<Bytef const*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::vector<std::byte> output, chunk(kChunkBytes);
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    code = ::deflate(&stream, Z_FINISH);
    output.insert(output.end(), chunk.begin(),
                  chunk.end() - static_cast<std::ptrdiff_t>(stream.avail_out));
  }
  if (code != Z_STREAM_END) return fail(Errc::out_of_memory, "zlib ran out of memory");
  if (output.size() % 2 != 0) output.push_back(std::byte{0});
  return output;
}

}  // namespace sightline::dicom
