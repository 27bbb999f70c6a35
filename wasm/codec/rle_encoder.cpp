#include "codec/rle_encoder.hpp"

#include <algorithm>
#include <cstdint>
#include <span>

#include "base/byte_writer.hpp"

namespace sightline::codec {
namespace {

constexpr std::size_t kHeaderWords = 16, kMostSegments = 15, kMostRun = 128;
/// A shorter run costs no less than the bytes themselves.
constexpr std::size_t kShortestRun = 3;

std::size_t run_at(std::span<std::byte const> row, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < row.size() && end - begin < kMostRun && row[end] == row[begin]) ++end;
  return end - begin;
}

/// Source: PS3.5 G.3.1.
void pack_row(std::span<std::byte const> row, ByteWriter& out) {
  for (std::size_t at = 0; at < row.size();) {
    std::size_t const run = run_at(row, at);
    if (run >= kShortestRun) {
      out.u8(static_cast<std::uint8_t>(257 - run));
      out.bytes(row.subspan(at, 1));
      at += run;
      continue;
    }
    std::size_t end = at;
    while (end < row.size() && end - at < kMostRun && run_at(row, end) < kShortestRun) ++end;
    out.u8(static_cast<std::uint8_t>(end - at - 1));
    out.bytes(row.subspan(at, end - at));
    at = end;
  }
}

}  // namespace

Result<std::vector<std::byte>> encode_rle(SampleBlock const& block) {
  std::size_t const sample_bytes = block.bits_allocated / 8;
  std::size_t const segments = sample_bytes * block.samples;
  if (block.bits_allocated % 8 != 0 || segments == 0 || segments > kMostSegments)
    return fail(Errc::unsupported, "no picture of RLE");
  if (block.bytes.size() != std::uint64_t{block.rows} * block.cols * segments)
    return fail(Errc::invalid_argument, "picture size");
  std::vector<std::uint32_t> offsets;
  ByteWriter body;
  std::vector<std::byte> row(block.cols);
  for (std::size_t segment = 0; segment < segments; ++segment) {
    offsets.push_back(static_cast<std::uint32_t>(4 * kHeaderWords + body.size()));
    // G.2: of each sample the most significant byte comes first.
    std::size_t const byte =
        segment / sample_bytes * sample_bytes + sample_bytes - 1 - segment % sample_bytes;
    for (std::size_t r = 0; r < block.rows; ++r) {
      std::size_t const first = r * block.cols * segments + byte;
      for (std::size_t c = 0; c < block.cols; ++c) row[c] = block.bytes[first + c * segments];
      pack_row(row, body);
    }
    if (body.size() % 2 != 0) body.u8(0);
  }
  ByteWriter out(4 * kHeaderWords + body.size());
  out.u32_le(static_cast<std::uint32_t>(segments));
  offsets.resize(kHeaderWords - 1);
  for (std::uint32_t const offset : offsets) out.u32_le(offset);
  out.bytes(body.view());
  return out.take();
}

}  // namespace sightline::codec
