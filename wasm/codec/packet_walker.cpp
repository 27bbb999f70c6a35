#include "codec/packet_walker.hpp"

#include <bit>
#include <numeric>

#include "codec/packet_bits.hpp"
#include "codec/precinct_layout.hpp"
#include "codec/tag_tree.hpp"

namespace sightline::codec {
namespace {

constexpr std::uint8_t kBypass = 0x01, kTerminateAll = 0x04, kHt = 0x40, kHtMixed = 0x80;
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
  if ((style & kTerminateAll) != 0) {
    most = 1;
  } else if ((style & kBypass) != 0) {
    most = previous == 0 ? 10 : (previous == 2 ? 1 : 2);
  }
  return std::min(most, left);
}

class Walker {
 public:
  Walker(MainHeader const& header, std::span<std::byte const> data)
      : header_(header), data_(data) {}

  [[nodiscard]] std::size_t position() const { return position_; }

  Status packet(Precinct const& precinct) {
    std::size_t const begin = position_;
    if (header_.allows_sop && next_is(marker::kSop)) position_ += 6;  // A.8.1
    PacketBits in(data_, std::min(position_, data_.size()));
    std::uint64_t body_bytes = 0;
    if (in.bit() != 0) {
      for (unsigned band = 0; band < precinct.bands; ++band) {
        BlockGrid const grid = precinct.grids[band];
        if (grid.cols == 0) continue;
        auto const bytes = blocks(in, grid, header_.styles[precinct.component].block_style);
        if (!bytes) return fail(bytes.error().code, bytes.error().detail, begin);
        body_bytes += *bytes;
      }
    }
    position_ = in.finish();
    if (in.failed()) return fail(Errc::truncated, "packet header", begin);
    if (header_.uses_eph && next_is(marker::kEph)) position_ += 2;  // A.8.2
    if (body_bytes > data_.size() - position_) return fail(Errc::truncated, "packet body", begin);
    position_ += static_cast<std::size_t>(body_bytes);
    return {};
  }

 private:
  [[nodiscard]] bool next_is(std::uint16_t code) const {
    return data_.size() - position_ >= 2 && data_[position_] == static_cast<std::byte>(code >> 8) &&
           data_[position_ + 1] == static_cast<std::byte>(code & 0xff);
  }

  /// One sub-band's part of a packet header. Returns the bytes that its code-blocks have in the
  /// body.
  Result<std::uint64_t> blocks(PacketBits& in, BlockGrid grid, std::uint8_t style) {
    auto read_bit = [&in] { return in.bit(); };
    inclusion_.reset(grid.cols, grid.rows);
    zero_planes_.reset(grid.cols, grid.rows);
    std::uint64_t bytes = 0;
    for (std::uint32_t row = 0; row < grid.rows; ++row) {
      for (std::uint32_t col = 0; col < grid.cols; ++col) {
        // B.10.4: with one layer a block is in the packet if its inclusion value is 0.
        if (!inclusion_.is_below(col, row, 1, read_bit)) continue;
        std::uint32_t planes = 0;
        while (!zero_planes_.is_below(col, row, planes + 1, read_bit)) {
          if (++planes > kMaxZeroPlanes) return fail(Errc::corrupt, "too many zero bit-planes");
        }
        auto const length = block_bytes(in, style);
        if (!length) return std::unexpected(length.error());
        bytes += *length;
        if (in.failed()) return fail(Errc::truncated, "packet header");
      }
    }
    return bytes;
  }

  /// Passes, Lblock and the lengths of one code-block's segments.
  Result<std::uint64_t> block_bytes(PacketBits& in, std::uint8_t style) {
    std::uint32_t passes = read_passes(in);
    unsigned length_bits = 3;  // B.10.7.1: Lblock starts at 3 for each code-block.
    while (in.bit() != 0) {
      if (++length_bits > kMaxLengthBits) return fail(Errc::corrupt, "Lblock out of range");
    }
    if ((style & kHt) != 0) return ht_bytes(in, passes, length_bits);
    std::uint64_t bytes = 0;
    std::uint32_t previous = 0;
    while (passes > 0) {
      std::uint32_t const count = segment_passes(style, previous, passes);
      unsigned const bits = length_bits + floor_log2(count);
      if (bits > kMaxLengthBits) return fail(Errc::corrupt, "segment length out of range");
      bytes += in.bits(bits);
      passes -= count;
      previous = count;
    }
    return bytes;
  }

  /// Placeholder passes come in threes before the cleanup pass, and widen its length field; the
  /// refinement passes (SigProp, MagRef) share one more segment. Source: 15444-15 B.2, B.3.
  static Result<std::uint64_t> ht_bytes(PacketBits& in, std::uint32_t passes,
                                        unsigned length_bits) {
    std::uint32_t const placeholders = (passes - 1) / 3 * 3;
    std::uint32_t const refinements = passes - placeholders - 1;
    unsigned const cleanup_bits = length_bits + floor_log2(placeholders + 1);
    if (cleanup_bits > kMaxLengthBits || length_bits + 1 > kMaxLengthBits) {
      return fail(Errc::corrupt, "segment length out of range");
    }
    std::uint64_t bytes = in.bits(cleanup_bits);
    if (refinements > 0) bytes += in.bits(length_bits + floor_log2(refinements));
    return bytes;
  }

  MainHeader const& header_;
  std::span<std::byte const> data_;
  std::size_t position_ = 0;
  TagTree inclusion_, zero_planes_;
};

Status check_walkable(MainHeader const& header, std::size_t data_bytes) {
  constexpr std::uint8_t kRpcl = 2;
  if (header.tiles != 1) return fail(Errc::unsupported, "several tiles");
  if (header.progression != kRpcl || header.has_poc) {
    return fail(Errc::unsupported, "progression is not RPCL");
  }
  if (header.layers != 1) return fail(Errc::unsupported, "several layers");
  if (header.has_packed_headers) return fail(Errc::unsupported, "packed packet headers");
  for (CodingStyle const& style : header.styles) {
    if ((style.block_style & kHtMixed) != 0) return fail(Errc::unsupported, "mixed code-blocks");
  }
  LayoutCost const cost = layout_cost(header, header.styles, single_tile_area(header));
  if (cost.precincts > kMaxPrecincts || cost.blocks > kMaxBlocks) {
    return fail(Errc::limit_exceeded, "too many precincts or code-blocks");
  }
  // An empty packet still has one byte.
  if (cost.precincts > data_bytes) return fail(Errc::truncated, "fewer bytes than packets");
  return {};
}

}  // namespace

std::uint64_t PacketIndex::resolution_bytes(std::size_t resolution) const {
  auto const& sizes = packet_bytes[resolution];
  return std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
}

Result<PacketIndex> walk_packets(MainHeader const& header, std::span<std::byte const> data) {
  if (data.size() > UINT32_MAX) return fail(Errc::limit_exceeded, "tile over 4 GiB");
  if (auto status = check_walkable(header, data.size()); !status) {
    return std::unexpected(status.error());
  }
  PacketIndex index;
  Walker walker(header, data);
  for (auto const& precincts : rpcl_precincts(header)) {
    auto& sizes = index.packet_bytes.emplace_back();
    sizes.reserve(precincts.size());
    for (Precinct const& precinct : precincts) {
      std::size_t const begin = walker.position();
      if (auto status = walker.packet(precinct); !status) return std::unexpected(status.error());
      sizes.push_back(static_cast<std::uint32_t>(walker.position() - begin));
    }
  }
  if (walker.position() != data.size()) {
    return fail(Errc::corrupt, "bytes after the last packet", walker.position());
  }
  return index;
}

}  // namespace sightline::codec
