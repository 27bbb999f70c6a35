#include "codec/packet_reader.hpp"

#include <algorithm>
#include <bit>

namespace sightline::codec {
namespace {

constexpr unsigned kMaxLengthBits = 32;
/// Bit-planes of 38-bit samples with gains and guard bits stay below it. Table A.11, E-2.
constexpr std::uint32_t kMaxZeroPlanes = 75;
/// Of 75 bit-planes; it leaves table D.9's order of segments as it was.
constexpr std::uint32_t kMostPasses = 10 + 3 * 75;

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

bool has_marker(std::span<std::byte const> bytes, std::size_t at, std::uint16_t code) {
  return bytes.size() - at >= 2 && bytes[at] == static_cast<std::byte>(code >> 8) &&
         bytes[at + 1] == static_cast<std::byte>(code & 0xff);
}

/// Placeholder passes come in threes before the cleanup pass, and widen its length field; the
/// refinement passes (SigProp, MagRef) share one more segment, to which later layers may add:
/// `done` passes are there. Source: 15444-15 B.2, B.3.
Status read_ht_lengths(PacketBits& in, unsigned length_bits, std::uint32_t done,
                       PacketBlock& block) {
  if (done > 0) {
    // Another cleanup pass would begin a set of its own.
    if (done % 3 == 0 || block.passes > 3 - done % 3)
      return fail(Errc::unsupported, "several HT sets");
    if (length_bits + 1 > kMaxLengthBits) return fail(Errc::corrupt, "segment length out of range");
    block.second_bytes = in.bits(length_bits + floor_log2(block.passes));
    return {};
  }
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

std::uint32_t segment_room(std::uint8_t style, std::uint32_t done) {
  constexpr std::uint32_t kBeforeBypass = 10;
  if ((style & block_style::kTerminateAll) != 0) return 1;
  if ((style & block_style::kBypass) == 0) return UINT32_MAX;
  if (done < kBeforeBypass) return kBeforeBypass - done;
  // Two raw passes, then a cleanup pass.
  return (done - kBeforeBypass) % 3 == 0 ? 2 : 1;
}

void PrecinctState::reset(Precinct const& precinct) {
  std::size_t nodes = 0;
  for (std::size_t n = 0; n < precinct.bands; ++n) {
    BlockGrid const grid = precinct.grids[n];
    if (grid.cols != 0) nodes += TagTree(grid.cols, grid.rows).nodes();
  }
  nodes_.assign(nodes, Node{});
}

Status PacketReader::packet(Precinct const& precinct) {
  only_layer_.reset(precinct);
  return packet(precinct, 0, only_layer_);
}

Status PacketReader::packet(Precinct const& precinct, std::uint32_t layer, PrecinctState& state) {
  std::size_t const begin = position_;
  blocks_.clear();
  segments_.clear();
  if (coding_.allows_sop && has_marker(data_, position_, marker::kSop))  // A.8.1
    position_ = std::min(position_ + 6, data_.size());
  if (auto status = read_header(precinct, layer, state); !status) {
    blocks_.clear();
    return fail(status.error().code, status.error().detail, begin);
  }
  for (std::size_t n = 0; n < blocks_.size(); ++n) {
    PacketBlock& block = blocks_[n];
    std::uint64_t const bytes = block.first_bytes + block.second_bytes;
    if (bytes > data_.size() - position_) {
      blocks_.resize(n);
      return fail(Errc::truncated, "packet body", begin);
    }
    block.offset_bytes = position_;
    position_ += static_cast<std::size_t>(bytes);
  }
  return {};
}

/// The packet's header, where headers are.
Status PacketReader::read_header(Precinct const& precinct, std::uint32_t layer,
                                 PrecinctState& state) {
  auto const headers = has_packed_headers_ ? headers_ : data_;
  std::size_t& header_end = has_packed_headers_ ? header_position_ : position_;
  PacketBits in(headers, header_end);
  if (in.bit() != 0) {
    std::uint8_t const style = coding_.styles[precinct.component].block_style;
    std::span<PrecinctState::Node> nodes = state.nodes_;
    for (std::uint8_t band = 0; band < precinct.bands; ++band) {
      BlockGrid const grid = precinct.grids[band];
      if (grid.cols == 0) continue;
      std::size_t const count = TagTree(grid.cols, grid.rows).nodes();
      if (auto status = read_band(in, band, grid, style, layer, nodes.first(count)); !status)
        return status;
      nodes = nodes.subspan(count);
    }
  }
  header_end = in.finish();
  if (in.failed()) return fail(Errc::truncated, "packet header");
  if (!coding_.uses_eph) return {};
  // A.8.2: each has it, or none, for some writers announce what they do not write.
  bool const has_eph = has_marker(headers, header_end, marker::kEph);
  if (!has_eph && has_seen_eph_) return fail(Errc::corrupt, "packet header without EPH");
  has_seen_eph_ = has_eph;
  if (has_eph) header_end += 2;
  return {};
}

/// One sub-band's part of a packet header.
Status PacketReader::read_band(PacketBits& in, std::uint8_t band, BlockGrid grid,
                               std::uint8_t style, std::uint32_t layer,
                               std::span<PrecinctState::Node> nodes) {
  using Node = PrecinctState::Node;
  constexpr std::uint8_t kFirstLengthBits = 3;
  auto read_bit = [&in] { return in.bit(); };
  auto const inclusion = [&](std::size_t at) -> auto& { return nodes[at].inclusion; };
  auto const zero_planes = [&](std::size_t at) -> auto& { return nodes[at].zero_planes; };
  TagTree const tree(grid.cols, grid.rows);
  Node* known = nodes.data() + tree.first_leaf();
  for (std::uint32_t row = 0; row < grid.rows; ++row) {
    for (std::uint32_t col = 0; col < grid.cols; ++col, ++known) {
      // B.10.4: a block's inclusion value is the first layer that brings something of it.
      bool const is_here = known->length_bits != 0
                               ? in.bit() != 0
                               : tree.is_below(col, row, layer + 1, inclusion, read_bit);
      if (!is_here) continue;
      PacketBlock block;
      if (known->length_bits == 0) {
        known->length_bits = kFirstLengthBits;
        while (!tree.is_below(col, row, block.zero_planes + 1, zero_planes, read_bit)) {
          if (++block.zero_planes > kMaxZeroPlanes) {
            return fail(Errc::corrupt, "too many zero bit-planes");
          }
        }
      }
      block.band = band;
      block.col = col;
      block.row = row;
      block.zero_planes = known->zero_planes.value;
      if (auto status = read_lengths(in, style, *known, block); !status) return status;
      if (in.failed()) return fail(Errc::truncated, "packet header");
      blocks_.push_back(block);
    }
  }
  return {};
}

/// Passes, Lblock and the lengths of one code-block's segments.
Status PacketReader::read_lengths(PacketBits& in, std::uint8_t style, PrecinctState::Node& known,
                                  PacketBlock& block) {
  block.passes = read_passes(in);
  while (in.bit() != 0) {
    if (++known.length_bits > kMaxLengthBits) return fail(Errc::corrupt, "Lblock out of range");
  }
  if ((style & block_style::kHt) != 0) {
    auto status = read_ht_lengths(in, known.length_bits, known.passes, block);
    // Where the cleanup pass has not come yet, the lengths of later layers are others.
    if (status && coding_.layers > 1 && known.passes == 0 && block.first_bytes == 0)
      return fail(Errc::unsupported, "HT placeholders without a cleanup pass");
    known.passes = static_cast<std::uint8_t>(std::min(known.passes + block.passes, kMostPasses));
    return status;
  }
  block.first_segment = segments_.size();
  for (std::uint32_t left = block.passes; left > 0;) {
    std::uint32_t const count = std::min(left, segment_room(style, known.passes));
    unsigned const bits = known.length_bits + floor_log2(count);
    if (bits > kMaxLengthBits) return fail(Errc::corrupt, "segment length out of range");
    segments_.push_back({count, in.bits(bits)});
    block.first_bytes += segments_.back().bytes;
    left -= count;
    // More passes than a block can have: which they are does not matter.
    known.passes = static_cast<std::uint8_t>(std::min(known.passes + count, kMostPasses));
  }
  block.segment_count = segments_.size() - block.first_segment;
  return {};
}

}  // namespace sightline::codec
