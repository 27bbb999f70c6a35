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
/// Heights of strips that are tried beside the first one with room.
constexpr std::uint32_t kTries = 128;
/// As many times as the samples of its code-blocks, at most, are decoded.
constexpr std::uint64_t kMostRepeats = 16;
/// Of the three frames, for what is not counted; and the tables of the block decoders.
constexpr std::size_t kSlackBytes = 20 << 10, kHtBytes = 84 << 10, kPart1Bytes = 22 << 10;
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

/// What has been read of how components are mixed.
std::size_t bytes_of(Part2Header const& header) {
  std::size_t bytes = 0;
  auto const add = [&](ComponentMix const& mix) {
    for (TransformStage const& stage : mix.stages) {
      for (ComponentCollection const& each : stage.collections)
        bytes += sizeof(each) +
                 (each.matrix.capacity() + each.offsets.capacity()) * sizeof(double) +
                 (each.inputs.capacity() + each.outputs.capacity()) * sizeof(std::uint16_t);
    }
  };
  add(header.mix);
  for (auto const& [tile, mix] : header.mix_of_tile) add(mix);
  return bytes;
}

/// Of rows [y, y + rows) of a tile, as far as there are so many.
HtArea strip_at(HtArea const& area, std::uint32_t y, std::uint32_t rows) {
  return {area.x0, y, area.x1, y + std::min(rows, area.y1 - y)};
}

HtBand without_blocks(HtBand const& band) {
  HtBand shape;
  static_cast<HtBandRules&>(shape) = band;
  shape.area = band.area;
  shape.block_width_exponent = band.block_width_exponent;
  shape.block_height_exponent = band.block_height_exponent;
  shape.high = band.high;
  return shape;
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
  MixingBudget(ComponentWeights const& weights, HtTile const& tile, std::size_t room)
      : tile_(tile), weights_(weights), largest_(shape_of_largest()), left_(room) {}

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
    HtArea const& area = area_of(tile_);
    return decoded_in(strip_rows) <= kMostRepeats * area.cols() * area.rows();
  }
  /// Strips of about so many rows, which have room, that decode least. Two strips share less where
  /// one ends amid code-blocks: at their edge it needs the ones before, and the ones behind.
  [[nodiscard]] std::uint32_t quickest_near(std::uint32_t strip_rows) const {
    std::uint32_t const most = strip_rows + strip_rows / 7, least = strip_rows - strip_rows / 4;
    std::uint32_t const step = 1 + strip_rows / kTries;
    std::uint32_t found = strip_rows;
    std::uint64_t fewest = decoded_in(strip_rows);
    for (std::uint32_t rows = most; rows >= std::max(least, kFewestRows); rows -= step) {
      std::uint64_t const samples = decoded_in(rows);
      if (samples >= fewest || !has_room(rows)) continue;
      found = rows;
      fewest = samples;
    }
    return found;
  }

 private:
  [[nodiscard]] std::size_t kept_bytes(std::uint32_t rows) const {
    return weights_.samples() * sizeof(double) * area_of(tile_).cols() * rows;
  }
  [[nodiscard]] std::uint64_t decoded_in(std::uint32_t strip_rows) const {
    std::uint64_t samples = 0;
    visit_strips(strip_rows,
                 [&](HtComponent const& component) { samples += decoded_samples(component); });
    return samples;
  }
  /// The largest component that is needed, limited to each strip of so many rows.
  template <class Visit>
  void visit_strips(std::uint32_t strip_rows, Visit const& visit) const {
    HtComponent component = largest_;
    HtArea const& area = area_of(tile_);
    for (std::uint32_t y = area.y0; y < area.y1;) {
      HtArea const strip = strip_at(area, y, strip_rows);
      limit_to(strip, component.is_reversible, component.resolutions);
      visit(std::as_const(component));
      y = strip.y1;
    }
  }
  /// Of the components that are needed, without its code-blocks.
  [[nodiscard]] HtComponent shape_of_largest() const {
    HtComponent const* largest = &tile_.components[weights_.inputs().front()];
    std::size_t most = 0;
    for (std::uint16_t const c : weights_.inputs()) {
      std::size_t const bytes = rows_bytes(tile_.components[c], false).rows;
      if (bytes > most) largest = &tile_.components[c];
      most = std::max(most, bytes);
    }
    HtComponent shape{largest->is_reversible, {}};
    for (HtResolution const& from : largest->resolutions) {
      HtResolution& to = shape.resolutions.emplace_back();
      to.area = from.area;
      for (HtBand const& band : from.bands) to.bands.push_back(without_blocks(band));
    }
    return shape;
  }

  HtTile const& tile_;
  ComponentWeights const& weights_;
  HtComponent largest_;
  std::size_t left_;
};

}  // namespace

std::size_t room_for_rows(Part2Job const& job, HtPlan const& plan) {
  auto const frame = static_cast<std::size_t>(job.shape.bytes);
  std::size_t const room = 2 * frame + (frame < kSmallFrameBytes ? kTableBytes : 0);
  std::size_t const tables = (plan.is_ht ? kHtBytes : kPart1Bytes) + kSlackBytes;
  return room - std::min(room, bytes_of(plan) + bytes_of(job.header) + tables);
}

MixingWay choose_mixing(ComponentWeights const& weights, HtTile const& tile, std::size_t room) {
  if (weights.inputs().empty()) return {};
  MixingBudget const budget(weights, tile, room);
  for (bool const is_narrow : {false, true})
    if (budget.has_room_side_by_side(is_narrow)) return {0, is_narrow};
  std::uint32_t const all = area_of(tile).rows();
  MixingWay least{0, true};
  for (std::uint32_t rows = all; budget.is_quick(rows);) {
    if (budget.has_room(rows)) return {budget.quickest_near(rows), true};
    least.strip_rows = rows;
    if (rows <= kFewestRows) break;
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
