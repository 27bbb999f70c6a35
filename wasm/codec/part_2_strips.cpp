#include "codec/part_2_strips.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "codec/coded_rows.hpp"
#include "codec/component_transform.hpp"
#include "codec/htj2k_region.hpp"
#include "codec/part_2_transform.hpp"

namespace sightline::codec {
namespace {

constexpr std::uint32_t kFewestRows = 16;
/// As many times as the samples of its code-blocks, at most, are decoded.
constexpr std::uint64_t kMostRepeats = 16;
/// Of the three frames, for what is not counted; and the tables of the block decoders.
constexpr std::size_t kSlackBytes = 16 << 10, kHtBytes = 84 << 10, kPart1Bytes = 22 << 10;
/// Small frames may take their tables beside the three.
constexpr std::size_t kTableBytes = 144 << 10;

HtArea const& area_of(HtTile const& tile) {
  return tile.components.front().resolutions.back().area;
}

std::size_t bytes_of(HtPlan const& plan) {
  std::size_t bytes = 0;
  for (HtTile const& tile : plan.tiles) {
    for (HtComponent const& component : tile.components) {
      bytes += sizeof(component);
      for (HtResolution const& resolution : component.resolutions) {
        bytes += sizeof(resolution) + resolution.bands.capacity() * sizeof(HtBand);
        for (HtBand const& band : resolution.bands)
          bytes += band.blocks.capacity() * sizeof(HtCodedBlock) +
                   band.pieces.capacity() * sizeof(J2kPiece);
      }
    }
  }
  return bytes;
}

/// Of rows [y, y + rows) of a tile, as far as there are so many.
HtArea strip_at(HtArea const& area, std::uint32_t y, std::uint32_t rows) {
  return {area.x0, y, area.x1, y + std::min(rows, area.y1 - y)};
}

/// Of the code-blocks that what is needed of a component touches, in whole columns of the bands.
std::uint64_t decoded_samples(HtComponent const& component) {
  std::uint64_t samples = 0;
  for (HtResolution const& resolution : component.resolutions) {
    for (HtBand const& band : resolution.bands) {
      HtBlockRange const range = needed_blocks(band);
      std::uint64_t const rows = std::uint64_t{range.end_row - range.first_row}
                                 << band.block_height_exponent;
      samples += std::min<std::uint64_t>(rows, band.area.rows()) * band.area.cols();
    }
  }
  return samples;
}

/// What a way takes, held against what there is.
class MixingBudget {
 public:
  MixingBudget(Part2Job const& job, HtPlan const& plan, HtTile const& tile)
      : tile_(tile), weights_(job.weights_of(tile.number)) {
    std::size_t const frame = static_cast<std::size_t>(job.shape.bytes);
    std::size_t const tables = frame < kSmallFrameBytes ? kTableBytes : 0;
    std::size_t const fixed = bytes_of(plan) + (plan.is_ht ? kHtBytes : kPart1Bytes) + kSlackBytes;
    left_ = 2 * frame + tables - std::min(2 * frame + tables, fixed);
  }

  [[nodiscard]] bool has_room_side_by_side(bool is_narrow) const {
    std::size_t bytes = kept_bytes(1), block = 0;
    for (std::uint16_t const c : weights_.inputs()) {
      RowsBytes const component = rows_bytes(tile_.components[c], is_narrow);
      bytes += component.rows;
      block = std::max(block, component.block);
    }
    return bytes + (is_narrow ? block : 0) <= left_;
  }
  [[nodiscard]] bool has_room(std::uint32_t strip_rows) const {
    std::size_t most = 0;
    visit_strips(strip_rows, [&](HtComponent const& component) {
      RowsBytes const bytes = rows_bytes(component, true);
      most = std::max(most, bytes.rows + bytes.block);
    });
    return most + kept_bytes(strip_rows) <= left_;
  }
  /// Whether so many rows at once repeat little enough.
  [[nodiscard]] bool is_quick(std::uint32_t strip_rows) const {
    std::uint64_t samples = 0;
    visit_strips(strip_rows,
                 [&](HtComponent const& component) { samples += decoded_samples(component); });
    HtArea const& area = area_of(tile_);
    return samples <= kMostRepeats * area.cols() * area.rows();
  }

 private:
  [[nodiscard]] std::size_t kept_bytes(std::uint32_t rows) const {
    return weights_.samples() * sizeof(double) * area_of(tile_).cols() * rows;
  }
  /// The largest component that is needed, limited to each strip of so many rows.
  template <class Visit>
  void visit_strips(std::uint32_t strip_rows, Visit const& visit) const {
    HtComponent component = largest();
    HtArea const& area = area_of(tile_);
    for (std::uint32_t y = area.y0; y < area.y1;) {
      HtArea const strip = strip_at(area, y, strip_rows);
      limit_to(strip, component.is_reversible, component.resolutions);
      visit(std::as_const(component));
      y = strip.y1;
    }
  }
  [[nodiscard]] HtComponent const& largest() const {
    std::size_t most = 0, found = 0;
    for (std::uint16_t const c : weights_.inputs()) {
      std::size_t const bytes = rows_bytes(tile_.components[c], false).rows;
      if (bytes > most) found = c;
      most = std::max(most, bytes);
    }
    return tile_.components[found];
  }

  HtTile const& tile_;
  ComponentWeights const& weights_;
  std::size_t left_ = 0;
};

}  // namespace

MixingWay choose_mixing(Part2Job const& job, HtPlan const& plan, HtTile const& tile) {
  if (job.weights_of(tile.number).inputs().empty()) return {};
  MixingBudget const budget(job, plan, tile);
  for (bool const is_narrow : {false, true})
    if (budget.has_room_side_by_side(is_narrow)) return {0, is_narrow};
  std::uint32_t const all = area_of(tile).rows();
  MixingWay least{0, true};
  for (std::uint32_t rows = all; budget.is_quick(rows);) {
    least.strip_rows = rows;
    if (budget.has_room(rows) || rows <= kFewestRows) break;
    rows = std::max(kFewestRows, rows - (rows + 7) / 8);
  }
  return least;
}

void decode_in_strips(Part2Job const& job, HtPlan const& plan, HtTile& tile,
                      std::uint32_t strip_rows, HtRowSource& source, SampleBlock& block) {
  HtArea const area = area_of(tile);
  std::size_t const cols = area.cols(), bytes = block.bits_allocated / 8u;
  ComponentWeights const& weights = job.weights_of(tile.number);
  ComponentUnmixer unmixer(weights);
  std::vector<std::int32_t> room(job.wanted.size() * (cols + kRowMargin));
  std::vector<std::int32_t const*> values;
  for (std::size_t s = 0; s < job.wanted.size(); ++s)
    values.push_back(room.data() + s * (cols + kRowMargin));
  for (std::uint32_t y0 = area.y0; y0 < area.y1;) {
    HtArea const strip = strip_at(area, y0, strip_rows);
    unmixer.begin(cols * strip.rows());
    for (std::size_t input = 0; input < weights.inputs().size(); ++input) {
      HtComponent& component = tile.components[weights.inputs()[input]];
      limit_to(strip, component.is_reversible, component.resolutions);
      CodedRows rows(source, component);
      for (std::size_t row = 0; row < strip.rows(); ++row) {
        rows.next();
        add_row(unmixer, input, row * cols, rows, cols);
      }
    }
    for (std::uint32_t y = strip.y0; y < strip.y1; ++y) {
      for (std::size_t s = 0; s < values.size(); ++s) {
        auto const mixed = unmixer.output(s).subspan((y - strip.y0) * cols, cols);
        std::int32_t* const out = room.data() + s * (cols + kRowMargin);
        for (std::size_t i = 0; i < cols; ++i)
          out[i] = to_component(mixed[i], job.header.outputs[job.wanted[s]]);
      }
      std::size_t const first =
          std::size_t{y - plan.shown.y0} * block.cols + (area.x0 - plan.shown.x0);
      store_samples(values, cols, static_cast<unsigned>(bytes),
                    block.bytes.data() + first * values.size() * bytes);
    }
    y0 = strip.y1;
  }
}

}  // namespace sightline::codec
