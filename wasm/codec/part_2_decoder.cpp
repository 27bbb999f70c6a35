#include "codec/part_2_decoder.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/checked.hpp"
#include "codec/coded_rows.hpp"
#include "codec/component_transform.hpp"
#include "codec/htj2k_block_decoder.hpp"
#include "codec/htj2k_decoder.hpp"
#include "codec/htj2k_plan.hpp"
#include "codec/htj2k_rows.hpp"
#include "codec/part_2_job.hpp"
#include "codec/part_2_strips.hpp"
#include "codec/part_2_transform.hpp"

namespace sightline::codec {
namespace {

/// Multiplications of one frame: some seconds.
constexpr std::uint64_t kMostMultiplications = std::uint64_t{1} << 32;
constexpr std::size_t kRctComponents = 3;

/// The rows of a tile, from those of the components that are needed to those of the frame.
class TileRows {
 public:
  TileRows(Part2Job const& job, HtTile const& tile, HtRowSource& source)
      : job_(job),
        weights_(job.weights_of(tile.number)),
        is_mixed_(!job.header.mix_of(tile.number).stages.empty()),
        count_(tile.components.front().resolutions.back().area.cols()),
        wants_rct_(tile.uses_mct && job.wants_rct_components()),
        unmixer_(weights_),
        rows_(tile.components.size()),
        rct_(wants_rct_ ? kRctComponents : 0, Row(count_ + kRowMargin)),
        room_(count_ + kRowMargin),
        values_(job.wanted.size(), Row(count_ + kRowMargin)) {
    for (std::uint16_t const c : weights_.inputs()) rows_[c].emplace(source, tile.components[c]);
    for (std::size_t c = 0; wants_rct_ && c < kRctComponents; ++c)
      if (!rows_[c]) rows_[c].emplace(source, tile.components[c]);
  }

  /// The next row of each sample.
  std::vector<std::int32_t const*> next() {
    for (auto& rows : rows_)
      if (rows) rows->next();
    if (is_mixed_) unmix();
    if (wants_rct_ && rows_[0]->is_reversible()) undo_rct<std::int32_t>();
    if (wants_rct_ && !rows_[0]->is_reversible()) undo_rct<float>();
    std::vector<std::int32_t const*> ordered;
    for (std::size_t s = 0; s < values_.size(); ++s) ordered.push_back(values_of(s));
    return ordered;
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  using Row = std::vector<std::int32_t>;

  void unmix() {
    unmixer_.begin(count_);
    for (std::size_t input = 0; input < weights_.inputs().size(); ++input)
      add_row(unmixer_, input, 0, *rows_[weights_.inputs()[input]], count_);
  }
  /// The plan has seen to it that the three are of one wavelet. Each has its own level and range:
  /// of components that differ, as OpenJPEG has it.
  template <class Sample>
  void undo_rct() {
    std::array<Sample const*, kRctComponents> rows{};
    for (std::size_t c = 0; c < kRctComponents; ++c) rows[c] = rows_[c]->row<Sample>();
    for (std::size_t c = 0; c < kRctComponents; ++c) {
      ComponentSize const size = job_.header.coded[c];
      std::array<std::int32_t*, kRctComponents> out{};
      for (std::size_t k = 0; k < kRctComponents; ++k) out[k] = (k < c ? room_ : rct_[k]).data();
      to_values({size.bits, size.is_signed, true}, rows, out, count_);
      if (has_equal_rct_components()) return;
    }
  }
  [[nodiscard]] bool has_equal_rct_components() const {
    auto const& coded = job_.header.coded;
    return std::ranges::all_of(std::span(coded).first(kRctComponents), [&](ComponentSize each) {
      return each.bits == coded[0].bits && each.is_signed == coded[0].is_signed;
    });
  }
  void set_values(std::size_t component, Row& values) {
    ComponentSize const size = job_.header.coded[component];
    std::array<std::int32_t*, 1> const out{values.data()};
    ComponentTransform const transform{size.bits, size.is_signed, false};
    CodedRows const& rows = *rows_[component];
    if (rows.is_reversible()) {
      to_values(transform, std::array{rows.row<std::int32_t>()}, out, count_);
    } else {
      to_values(transform, std::array{rows.row<float>()}, out, count_);
    }
  }
  std::int32_t const* values_of(std::size_t sample) {
    std::uint16_t const component = job_.wanted[sample];
    Row& values = values_[sample];
    if (is_mixed_) {
      auto const row = unmixer_.output(sample);
      for (std::size_t i = 0; i < count_; ++i)
        values[i] = to_component(row[i], job_.header.outputs[component]);
      return values.data();
    }
    if (wants_rct_ && component < kRctComponents) return rct_[component].data();
    // Annex G of Part 1 shifts the level of what no transform has mixed.
    set_values(component, values);
    return values.data();
  }

  Part2Job const& job_;
  ComponentWeights const& weights_;
  bool is_mixed_;
  std::size_t count_;
  bool wants_rct_;
  ComponentUnmixer unmixer_;
  std::vector<std::optional<CodedRows>> rows_;
  std::vector<Row> rct_;
  Row room_;  ///< For what RCT gives of components that are of other depths.
  std::vector<Row> values_;
};

void decode_tile(Part2Job const& job, HtPlan const& plan, std::size_t room, HtTile& tile,
                 HtRowSource& source, SampleBlock& block) {
  bool const is_mixed = !job.header.mix_of(tile.number).stages.empty();
  bool const has_rct = tile.uses_mct && job.wants_rct_components();
  source.set_narrow_for(block.bytes.size(), block.bits_allocated / 8u);
  if (is_mixed && !has_rct) {
    MixingWay const way = choose_mixing(job.weights_of(tile.number), tile, room);
    source.is_narrow = way.is_narrow;
    if (way.strip_rows != 0)
      return decode_in_strips(job, plan, tile, way.strip_rows, source, block);
  }
  TileRows rows(job, tile, source);
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

Decoded decode_planned(Part2Job const& job, HtPlan& plan) {
  DecodedFrame frame = job.make_frame();
  HtBlockDecoder blocks;
  J2kBlockDecoder part_1_blocks;
  HtRowSource source{job.codestream, blocks, part_1_blocks};
  std::size_t const room = room_for_rows(job, plan);
  for (HtTile& tile : plan.tiles) decode_tile(job, plan, room, tile, source, frame.block);
  return {std::move(frame), {source.decoded_blocks, source.broken_blocks}};
}

/// Of any tile.
std::vector<bool> needed_components(Part2Job const& job) {
  std::size_t const coded = job.header.coded.size();
  std::vector<bool> needed(coded);
  auto const add = [&](ComponentWeights const& weights) {
    for (std::uint16_t const component : weights.inputs()) needed[component] = true;
  };
  add(job.weights);
  for (auto const& [tile, weights] : job.weights_of_tile) add(weights);
  if (job.wants_rct_components())
    std::fill_n(needed.begin(), std::min(coded, kRctComponents), true);
  return needed;
}

/// Why the transforms of some tile are not undone.
char const* refusal_of(Part2Job const& job, ComponentWeights const& weights) {
  auto const cost = checked_product({weights.cost(), job.shape.rows, job.shape.cols});
  if (!cost || *cost > kMostMultiplications) return "too many multiplications";
  return weights.are_sound() ? nullptr : "sums beyond double precision";
}
char const* refusal_of(Part2Job const& job) {
  if (!job.header.has_stages()) return nullptr;
  char const* refusal = refusal_of(job, job.weights);
  for (auto const& [tile, weights] : job.weights_of_tile)
    if (refusal == nullptr) refusal = refusal_of(job, weights);
  return refusal;
}

}  // namespace

Result<DecodedFrame> decode_part_2(DecodeRequest const& request, Limits const& limits,
                                   Jp2Codestream const& codestream, Part2Header const& header) {
  auto const job = prepare_part_2(request, limits, codestream, header);
  if (!job) return std::unexpected(job.error());
  if (char const* const refusal = refusal_of(*job)) {
    Part2Header without = header;
    without.leave_stages({Errc::limit_exceeded, 0, refusal});
    return decode_part_2(request, limits, codestream, without);
  }
  auto plan = plan_what_is_there(job->codestream, job->structure, request.discard_levels, {},
                                 needed_components(*job));
  if (!plan) return std::unexpected(error_of(plan.error(), job->structure));
  if (!lies_inside(*plan, job->shape)) return fail(Errc::corrupt, "tiles outside the image");
  auto [frame, counts] = decode_planned(*job, *plan);
  bool const is_cut = request.discard_levels == 0 && job->structure.is_cut;
  bool const is_whole = plan->is_complete && counts.broken_blocks == 0;
  if (is_whole && !is_cut) return std::move(frame);
  Errc const code = missing_code(job->structure);
  bool const has_nothing = !is_whole && counts.blocks == counts.broken_blocks;
  if (has_nothing) return fail(code, "JPEG 2000 code-blocks");
  if (!frame.missing) frame.missing.emplace();
  frame.missing->code = code;
  return std::move(frame);
}

}  // namespace sightline::codec
