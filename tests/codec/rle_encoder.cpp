#include "rle_encoder.hpp"

#include "base/byte_writer.hpp"

namespace sightline::test {
namespace {

std::size_t run_length(std::span<std::byte const> row, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < row.size() && end - begin < 128 && row[end] == row[begin]) ++end;
  return end - begin;
}

void pack_row(std::span<std::byte const> row, ByteWriter& out) {
  std::size_t position = 0;
  while (position < row.size()) {
    std::size_t const run = run_length(row, position);
    if (run >= 3) {
      out.u8(static_cast<std::uint8_t>(257 - run));
      out.bytes(row.subspan(position, 1));
      position += run;
      continue;
    }
    std::size_t end = position;
    while (end < row.size() && end - position < 128 && run_length(row, end) < 3) ++end;
    out.u8(static_cast<std::uint8_t>(end - position - 1));
    out.bytes(row.subspan(position, end - position));
    position = end;
  }
}

}  // namespace

std::vector<std::byte> encode_rle(Picture const& picture) {
  std::vector<std::byte> const block = block_bytes(picture);
  std::size_t const sample_bytes = picture.format.bits_allocated / 8;
  std::size_t const pixel_bytes = sample_bytes * picture.samples();
  ByteWriter header, body;
  header.u32_le(static_cast<std::uint32_t>(pixel_bytes));
  for (std::size_t plane = 0; plane < pixel_bytes; ++plane) {
    header.u32_le(static_cast<std::uint32_t>(64 + body.size()));
    std::size_t const offset =
        plane / sample_bytes * sample_bytes + sample_bytes - 1 - plane % sample_bytes;
    for (std::size_t row = 0; row < picture.rows(); ++row) {
      std::vector<std::byte> bytes;
      for (std::size_t col = 0; col < picture.cols(); ++col) {
        bytes.push_back(block[(row * picture.cols() + col) * pixel_bytes + offset]);
      }
      pack_row(bytes, body);
    }
    if (body.size() % 2 != 0) body.u8(0);
  }
  while (header.size() < 64) header.u32_le(0);
  header.bytes(body.view());
  return header.take();
}

}  // namespace sightline::test
