#include "codec/packet_reader.hpp"

#include <algorithm>
#include <bit>

namespace sightline::codec {
namespace {

constexpr unsigned kMaxLengthBits = 32;
/// Bit-planes of 38-bit samples with gains and guard bits stay below it. Table A.11, E-2.
constexpr std::uint32_t kMaxZeroPlanes = 75;

unsigned floor_log2(std::uint32_t value) {
  return static_cast<unsigned>(std::bit_width(value)) - 1;
}

/// Table B.4.
std::uint32_t read_passes(PacketBits& in) {
  if (in.bit() == 0) return 1;
  if (in.bit() == 0) return 2;
  std::uint32_t value = in.bits(2);
  if (value < 3) return 3 + value;
  value = in.bits(5);
  if (value < 31) return 6 + value;
  return 37 + in.bits(7);
}

/// Passes in the next code-word segment. Source: B.10.7.2, table D.9.
std::uint32_t segment_passes(std::uint8_t style, std::uint32_t previous, std::uint32_t left) {
  std::uint32_t most = left;
  if ((style & block_style::kTerminateAll) != 0) {
    most = 1;
  } else if ((style & block_style::kBypass) != 0) {
    most = previous == 0 ? 10 : (previous == 2 ? 1 : 2);
  }
  return std::min(most, left);
}

/// Placeholder passes come in threes before the cleanup pass, and widen its length field; the
/// refinement passes (SigProp, MagRef) share one more segment. Source: 15444-15 B.2, B.3.
Status read_ht_lengths(PacketBits& in, unsigned length_bits, PacketBlock& block) {
  std::uint32_t const placeholders = (block.passes - 1) / 3 * 3;
  std::uint32_t const refinements = block.passes - placeholders - 1;
  unsigned const cleanup_bits = length_bits + floor_log2(placeholders + 1);
  if (cleanup_bits > kMaxLengthBits || length_bits + 1 > kMaxLengthBits) {
    return fail(Errc::corrupt, "segment length out of range");
  }
  block.first_bytes = in.bits(cleanup_bits);
  if (refinements > 0) block.second_bytes = in.bits(length_bits + floor_log2(refinements));
  return {};
}

}  // namespace

Status PacketReader::packet(Precinct const& precinct) {
  std::size_t const begin = position_;
  blocks_.clear();
  if (header_.allows_sop && next_is(marker::kSop)) position_ += 6;  // A.8.1
  PacketBits in(data_, std::min(position_, data_.size()));
  if (in.bit() != 0) {
    std::uint8_t const style = header_.styles[precinct.component].block_style;
    for (std::uint8_t band = 0; band < precinct.bands; ++band) {
      BlockGrid const grid = precinct.grids[band];
      if (grid.cols == 0) continue;
      if (auto status = read_band(in, band, grid, style); !status) {
        return fail(status.error().code, status.error().detail, begin);
      }
    }
  }
  position_ = in.finish();
  if (in.failed()) return fail(Errc::truncated, "packet header", begin);
  if (header_.uses_eph && next_is(marker::kEph)) position_ += 2;  // A.8.2
  for (PacketBlock& block : blocks_) {
    std::uint64_t const bytes = block.first_bytes + block.second_bytes;
    if (bytes > data_.size() - position_) return fail(Errc::truncated, "packet body", begin);
    block.offset_bytes = position_;
    position_ += static_cast<std::size_t>(bytes);
  }
  return {};
}

bool PacketReader::next_is(std::uint16_t code) const {
  return data_.size() - position_ >= 2 && data_[position_] == static_cast<std::byte>(code >> 8) &&
         data_[position_ + 1] == static_cast<std::byte>(code & 0xff);
}

/// One sub-band's part of a packet header.
Status PacketReader::read_band(PacketBits& in, std::uint8_t band, BlockGrid grid,
                               std::uint8_t style) {
  auto read_bit = [&in] { return in.bit(); };
  inclusion_.reset(grid.cols, grid.rows);
  zero_planes_.reset(grid.cols, grid.rows);
  for (std::uint32_t row = 0; row < grid.rows; ++row) {
    for (std::uint32_t col = 0; col < grid.cols; ++col) {
      // B.10.4: with one layer a block is in the packet if its inclusion value is 0.
      if (!inclusion_.is_below(col, row, 1, read_bit)) continue;
      PacketBlock block;
      block.band = band;
      block.col = col;
      block.row = row;
      while (!zero_planes_.is_below(col, row, block.zero_planes + 1, read_bit)) {
        if (++block.zero_planes > kMaxZeroPlanes) {
          return fail(Errc::corrupt, "too many zero bit-planes");
        }
      }
      if (auto status = read_lengths(in, style, block); !status) return status;
      if (in.failed()) return fail(Errc::truncated, "packet header");
      blocks_.push_back(block);
    }
  }
  return {};
}

/// Passes, Lblock and the lengths of one code-block's segments.
Status PacketReader::read_lengths(PacketBits& in, std::uint8_t style, PacketBlock& block) {
  block.passes = read_passes(in);
  unsigned length_bits = 3;  // B.10.7.1: Lblock starts at 3 for each code-block.
  while (in.bit() != 0) {
    if (++length_bits > kMaxLengthBits) return fail(Errc::corrupt, "Lblock out of range");
  }
  if ((style & block_style::kHt) != 0) return read_ht_lengths(in, length_bits, block);
  std::uint32_t passes = block.passes, previous = 0;
  while (passes > 0) {
    std::uint32_t const count = segment_passes(style, previous, passes);
    unsigned const bits = length_bits + floor_log2(count);
    if (bits > kMaxLengthBits) return fail(Errc::corrupt, "segment length out of range");
    block.first_bytes += in.bits(bits);
    passes -= count;
    previous = count;
  }
  return {};
}

}  // namespace sightline::codec
