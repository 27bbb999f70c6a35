#include "dicom/inflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <memory>

#include "dicom/quirks.hpp"

namespace sightline::dicom {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 18;

struct InflateEnd {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

/// Feeds zlib, whose counters are 32-bit, from a span that may be larger.
class Inflater {
 public:
  explicit Inflater(std::span<std::byte const> input) : input_(input) {}

  bool start(int window_bits) {
    if (inflateInit2(&stream_, window_bits) != Z_OK) return false;
    end_.reset(&stream_);
    return true;
  }
  /// One step into `output`; returns zlib's code and sets the number of bytes made.
  int step(std::span<std::byte> output, std::size_t& made) {
    if (stream_.avail_in == 0) {
      std::size_t const count = std::min<std::size_t>(input_.size() - position_, 1u << 30);
      // zlib's interface is not const-correct; it does not write to its input.
      stream_.next_in =
          const_cast<Bytef*>(reinterpret_cast<Bytef const*>(input_.data() + position_));
      stream_.avail_in = static_cast<uInt>(count);
      position_ += count;
    }
    stream_.next_out = reinterpret_cast<Bytef*>(output.data());
    stream_.avail_out = static_cast<uInt>(output.size());
    int const code = ::inflate(&stream_, Z_NO_FLUSH);
    made = output.size() - stream_.avail_out;
    return code;
  }
  [[nodiscard]] bool input_used_up() const {
    return stream_.avail_in == 0 && position_ == input_.size();
  }

 private:
  std::span<std::byte const> input_;
  std::size_t position_ = 0;
  z_stream stream_{};
  std::unique_ptr<z_stream, InflateEnd> end_;
};

Result<std::vector<std::byte>> inflate_with(int window_bits, std::span<std::byte const> deflated,
                                            std::uint64_t max_bytes, std::uint64_t wanted_bytes) {
  Inflater inflater(deflated);
  if (!inflater.start(window_bits)) return fail(Errc::out_of_memory, "zlib could not start");
  std::vector<std::byte> output;
  std::vector<std::byte> chunk(kChunkBytes);
  while (wanted_bytes == 0 || output.size() < wanted_bytes) {
    std::size_t made = 0;
    int const code = inflater.step(chunk, made);
    if (made > max_bytes - output.size())
      return fail(Errc::limit_exceeded, "the inflated data set is too large");
    output.insert(output.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(made));
    if (code == Z_STREAM_END) break;
    if (code == Z_MEM_ERROR) return fail(Errc::out_of_memory, "zlib ran out of memory");
    if (code != Z_OK && code != Z_BUF_ERROR) {
      if (output.empty()) return fail(Errc::corrupt, "the deflated data set is damaged");
      break;
    }
    if (made == 0 && inflater.input_used_up()) break;
  }
  return output;
}

}  // namespace

Result<std::vector<std::byte>> inflate_bytes(std::span<std::byte const> deflated,
                                             std::uint64_t max_bytes, std::uint64_t wanted_bytes) {
  int const window_bits = quirks::has_zlib_header(deflated) ? MAX_WBITS : -MAX_WBITS;
  return inflate_with(window_bits, deflated, max_bytes, wanted_bytes);
}

}  // namespace sightline::dicom
