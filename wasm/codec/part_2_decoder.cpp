#include "codec/part_2_decoder.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/checked.hpp"
#include "codec/component_transform.hpp"
#include "codec/htj2k_block_decoder.hpp"
#include "codec/htj2k_decoder.hpp"
#include "codec/htj2k_plan.hpp"
#include "codec/htj2k_rows.hpp"
#include "codec/part_2_job.hpp"
#include "codec/part_2_library.hpp"
#include "codec/part_2_transform.hpp"

namespace sightline::codec {
namespace {

/// Multiplications of one frame: some seconds.
constexpr std::uint64_t kMostMultiplications = std::uint64_t{1} << 32;
/// What our decoder of mixed components takes, which is less than the plan does.
constexpr unsigned kMostReversibleBits = 28, kMostIrreversibleBits = 16;
constexpr std::size_t kRctComponents = 3;

/// RCT and ICT of components that differ are the library's.
bool has_equal_rct_components(std::vector<ComponentSize> const& coded) {
  return std::ranges::all_of(std::span(coded).first(kRctComponents), [&](ComponentSize each) {
    return each.bits == coded[0].bits && each.is_signed == coded[0].is_signed;
  });
}

/// Every tile is of one wavelet, of no more bits than are taken, and mixed as Part 2 has read it.
bool is_taken(HtPlan const& plan, Part2Header const& header) {
  unsigned most_bits = 0;
  for (ComponentSize const& each : header.coded)
    most_bits = std::max<unsigned>(most_bits, each.bits);
  for (HtTile const& tile : plan.tiles) {
    bool const is_reversible = tile.components.front().is_reversible;
    if (!std::ranges::all_of(
            tile.components,
            [&](HtComponent const& each) { return each.is_reversible == is_reversible; }) ||
        most_bits > (is_reversible ? kMostReversibleBits : kMostIrreversibleBits) ||
        tile.uses_mct != header.mix_of(tile.number).uses_rct ||
        (tile.uses_mct && !has_equal_rct_components(header.coded)))
      return false;
  }
  return true;
}

/// The rows of a tile, from those of the components that are needed to those of the frame.
template <class Wavelet>
class TileRows {
 public:
  TileRows(Part2Job const& job, ComponentMix const& mix, HtTile const& tile, HtRowSource& source)
      : job_(job),
        mix_(mix),
        source_(source),
        count_(tile.components.front().resolutions.back().area.cols()),
        wants_rct_(job.wants_rct(mix)),
        unmixer_(mix.stages, job.header.coded.size(), job.wanted),
        rows_(tile.components.size()),
        pulled_(tile.components.size()),
        rct_(wants_rct_ ? kRctComponents : 0, Row(count_ + kRowMargin)),
        values_(job.wanted.size(), Row(count_ + kRowMargin)) {
    for (std::size_t c = 0; c < rows_.size(); ++c) {
      if (!unmixer_.needs(c) && !(wants_rct_ && c < kRctComponents)) continue;
      rows_[c] =
          std::make_unique<HtResolutionRows<Wavelet>>(source, tile.components[c].resolutions);
    }
  }

  /// The next row of each sample.
  std::vector<std::int32_t const*> next() {
    for (std::size_t c = 0; c < rows_.size(); ++c)
      if (rows_[c]) pulled_[c] = rows_[c]->next();
    if (!mix_.stages.empty()) unmix();
    if (wants_rct_) undo_rct();
    std::vector<std::int32_t const*> ordered;
    for (std::size_t s = 0; s < values_.size(); ++s) ordered.push_back(values_of(s));
    return ordered;
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  using Sample = typename Wavelet::Sample;
  using Row = std::vector<std::int32_t>;

  void unmix() {
    for (std::size_t c = 0; c < rows_.size(); ++c) {
      if (!rows_[c]) continue;
      auto const room = unmixer_.input(c, count_);
      for (std::size_t i = 0; i < count_; ++i) room[i] = static_cast<double>(pulled_[c][i]);
    }
    unmixer_.apply(count_);
  }
  void undo_rct() {
    std::array<std::int32_t*, kRctComponents> const out{rct_[0].data(), rct_[1].data(),
                                                        rct_[2].data()};
    ComponentSize const size = job_.header.coded.front();
    to_values({size.bits, size.is_signed, true}, std::span(pulled_).first(kRctComponents), out,
              count_);
  }
  std::int32_t const* values_of(std::size_t sample) {
    std::uint16_t const component = job_.wanted[sample];
    Row& values = values_[sample];
    if (!mix_.stages.empty()) {
      auto const row = unmixer_.output(component);
      for (std::size_t i = 0; i < count_; ++i)
        values[i] = to_component(row[i], job_.header.outputs[component]);
      return values.data();
    }
    if (wants_rct_ && component < kRctComponents) return rct_[component].data();
    // Annex G of Part 1 shifts the level of what no transform has mixed.
    ComponentSize const size = job_.header.coded[component];
    std::array<std::int32_t*, 1> const out{values.data()};
    to_values({size.bits, size.is_signed, false}, std::span(&pulled_[component], 1), out, count_);
    return values.data();
  }

  Part2Job const& job_;
  ComponentMix const& mix_;
  HtRowSource& source_;
  std::size_t count_;
  bool wants_rct_;
  ComponentUnmixer unmixer_;
  std::vector<std::unique_ptr<HtResolutionRows<Wavelet>>> rows_;
  std::vector<Sample const*> pulled_;
  std::vector<Row> rct_, values_;
};

template <class Wavelet>
void decode_tile(Part2Job const& job, HtPlan const& plan, HtTile const& tile, HtRowSource& source,
                 SampleBlock& block) {
  TileRows<Wavelet> rows(job, job.header.mix_of(tile.number), tile, source);
  HtArea const area = tile.components.front().resolutions.back().area;
  std::size_t const bytes = block.bits_allocated / 8u;
  for (std::uint32_t y = area.y0; y < area.y1; ++y) {
    auto const values = rows.next();
    std::size_t const first =
        std::size_t{y - plan.shown.y0} * block.cols + (area.x0 - plan.shown.x0);
    store_samples(values, rows.count(), static_cast<unsigned>(bytes),
                  block.bytes.data() + first * values.size() * bytes);
  }
}

bool lies_inside(HtPlan const& plan, FrameShape const& shape) {
  for (HtTile const& tile : plan.tiles) {
    for (HtComponent const& component : tile.components) {
      HtArea const area = component.resolutions.back().area,
                   first = tile.components.front().resolutions.back().area;
      if (area.x0 != first.x0 || area.x1 != first.x1 || area.y0 != first.y0 ||
          area.y1 != first.y1 || area.x0 < plan.shown.x0 || area.y0 < plan.shown.y0 ||
          area.x1 - plan.shown.x0 > shape.cols || area.y1 - plan.shown.y0 > shape.rows)
        return false;
    }
  }
  return true;
}

struct Decoded {
  DecodedFrame frame;
  HtDecoded counts;
};

Decoded decode_planned(Part2Job const& job, HtPlan const& plan) {
  DecodedFrame frame = job.make_frame();
  HtBlockDecoder blocks;
  J2kBlockDecoder part_1_blocks;
  HtRowSource source{job.header.part_1, blocks, part_1_blocks};
  for (HtTile const& tile : plan.tiles) {
    if (tile.components.front().is_reversible) {
      decode_tile<InverseWavelet53>(job, plan, tile, source, frame.block);
    } else {
      decode_tile<InverseWavelet97>(job, plan, tile, source, frame.block);
    }
  }
  return {std::move(frame), {source.decoded_blocks, source.broken_blocks}};
}

bool is_too_costly(Part2Job const& job) {
  std::uint64_t most = 0;
  auto const add = [&](ComponentMix const& mix) {
    most = std::max(most, ComponentUnmixer(mix.stages, job.header.coded.size(), job.wanted).cost());
  };
  add(job.header.mix);
  for (auto const& [tile, mix] : job.header.mix_of_tile) add(mix);
  auto const cost = checked_product({most, job.shape.rows, job.shape.cols});
  return !cost || *cost > kMostMultiplications;
}

}  // namespace

Result<DecodedFrame> decode_part_2(DecodeRequest const& request, Limits const& limits,
                                   Jp2Codestream const& codestream, Part2Header const& header) {
  auto const job = prepare_part_2(request, limits, codestream, header);
  if (!job) return std::unexpected(job.error());
  if (is_too_costly(*job)) {
    Part2Header without = header;
    without.leave_stages({Errc::limit_exceeded, 0, "too many multiplications"});
    return decode_part_2(request, limits, codestream, without);
  }
  if (request.by_library && !header.has_stages()) return decode_part_2_by_library(request, *job);
  auto const plan = plan_what_is_there(header.part_1, job->structure, request.discard_levels);
  if (!plan || !is_taken(*plan, header)) return decode_part_2_by_library(request, *job);
  if (!lies_inside(*plan, job->shape)) return fail(Errc::corrupt, "tiles outside the image");
  auto [frame, counts] = decode_planned(*job, *plan);
  bool const is_full = request.discard_levels == 0;
  bool const is_cut = is_full && job->structure.is_cut;
  bool const is_whole = plan->is_complete && counts.broken_blocks == 0;
  if (is_whole && !is_cut) return std::move(frame);
  Errc const code = missing_code(job->structure);
  bool const has_nothing = !is_whole && counts.blocks == counts.broken_blocks;
  if (!is_full || has_nothing) return fail(code, "JPEG 2000 code-blocks");
  if (!frame.missing) frame.missing.emplace();
  frame.missing->code = code;
  return std::move(frame);
}

}  // namespace sightline::codec
