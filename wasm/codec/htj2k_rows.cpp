#include "codec/htj2k_rows.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

#include "codec/htj2k_region.hpp"
#include "codec/packet_reader.hpp"

namespace sightline::codec {
namespace {

/// A block decoder writes whole vectors, and whole pairs of rows.
constexpr std::size_t kStripMargin = 2 * kRowMargin;
/// Magnitudes with half a step are below 2^(planes + 2), those of broken HT code-blocks too.
constexpr int kNarrowPlanes = 13;

using Bytes = std::span<std::byte const>;

/// `more` behind `bytes`, in `joined`, whose capacity suffices: `bytes` are its last ones, or come
/// from elsewhere.
Bytes joined_to(Bytes bytes, Bytes more, std::vector<std::byte>& joined) {
  std::byte const* const end = joined.data() + joined.size();
  if (joined.empty() || bytes.data() + bytes.size() != end)
    joined.insert(joined.end(), bytes.begin(), bytes.end());
  joined.insert(joined.end(), more.begin(), more.end());
  return Bytes(joined).last(bytes.size() + more.size());
}

bool has_narrow_values(HtBand const& band) { return band.planes <= kNarrowPlanes; }

/// What is kept of a row of code-blocks: columns of whole ones, and the most rows that are needed.
struct StripShape {
  std::uint32_t first_col = 0, end_col = 0, rows = 0;
};

StripShape strip_shape(HtBand const& band) {
  HtBlockRange const range = needed_blocks(band);
  auto const edge = [&](std::uint32_t index) {
    std::uint64_t const at = (std::uint64_t{index} + (band.area.x0 >> band.block_width_exponent))
                             << band.block_width_exponent;
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(at, band.area.x0, band.area.x1));
  };
  StripShape shape{band.needed.x0, band.needed.x0};
  if (range.first_col < range.end_col) shape = {edge(range.first_col), edge(range.end_col)};
  unsigned const high = band.block_height_exponent;
  for (std::uint64_t y = band.needed.y0; y < band.needed.y1;) {
    std::uint64_t const end = std::min<std::uint64_t>(((y >> high) + 1) << high, band.needed.y1);
    shape.rows = std::max(shape.rows, static_cast<std::uint32_t>(end - y));
    y = end;
  }
  return shape;
}

}  // namespace

RowsBytes rows_bytes(HtComponent const& component, bool is_narrow) {
  constexpr std::size_t kSample = sizeof(std::int32_t), kObject = 256;
  static_assert(sizeof(float) == kSample);
  std::size_t const ring =
      component.is_reversible ? kRingRows<InverseWavelet53> : kRingRows<InverseWavelet97>;
  RowsBytes bytes;
  for (HtResolution const& resolution : component.resolutions) {
    bytes.rows += kObject;
    if (&resolution != &component.resolutions.front())
      bytes.rows += ring * (resolution.synthesized.cols() + 2 * kRowMargin) * kSample;
    for (HtBand const& band : resolution.bands) {
      StripShape const shape = strip_shape(band);
      std::size_t const cols = shape.end_col - shape.first_col, stride = cols + kStripMargin;
      bool const has_narrow = is_narrow && has_narrow_values(band);
      if (has_narrow) bytes.rows += cols * shape.rows * sizeof(std::int16_t);
      std::size_t const wide_rows = has_narrow ? 1 : std::size_t{shape.rows} + 1;
      bytes.rows += (stride * wide_rows + kStripMargin) * kSample + kObject;
      std::size_t const width =
          std::min<std::size_t>(cols, std::size_t{1} << band.block_width_exponent);
      std::size_t const height =
          std::min<std::size_t>(band.area.rows(), std::size_t{1} << band.block_height_exponent);
      bytes.block = std::max(bytes.block, (width + kStripMargin) * (height + 1) * kSample);
    }
  }
  return bytes;
}

template <class Sample>
HtBandRows<Sample>::HtBandRows(HtRowSource& source, HtBand const& band)
    : source_(source),
      band_(band),
      stride_(kStripMargin),
      is_narrow_(source.is_narrow && has_narrow_values(band)),
      row_(band.needed.y0) {
  StripShape const shape = strip_shape(band);
  first_col_ = shape.first_col;
  end_col_ = shape.end_col;
  strip_begin_ = strip_end_ = row_;
  stride_ += cols();
  if (is_narrow_) narrow_.resize(cols() * shape.rows);
  strip_.resize(stride_ * (is_narrow_ ? 1 : shape.rows + 1) + kStripMargin);
}

template <class Sample>
Sample* HtBandRows<Sample>::next() {
  if (row_ >= strip_end_ && row_ < band_.needed.y1) {
    std::uint32_t const index = row_ >> band_.block_height_exponent;
    std::uint64_t const end = (std::uint64_t{index} + 1) << band_.block_height_exponent;
    decode_strip(std::max(index << band_.block_height_exponent, band_.area.y0),
                 static_cast<std::uint32_t>(std::min<std::uint64_t>(end, band_.area.y1)));
  }
  std::size_t const row = row_ - strip_begin_;
  ++row_;
  std::size_t const unneeded = band_.needed.x0 - first_col_;
  if (!is_narrow_) return strip_.data() + row * stride_ + kRowMargin + unneeded;
  Sample* const out = strip_.data() + kRowMargin;
  std::int16_t const* const in = narrow_.data() + row * cols();
  for (std::size_t col = 0; col < cols(); ++col) {
    if constexpr (std::is_same_v<Sample, float>) {
      out[col] = static_cast<float>(in[col]) * band_.half_step;
    } else {
      out[col] = in[col];
    }
  }
  return out + unneeded;
}

/// One row of code-blocks, from left to right: what one writes past its right end is overwritten
/// by the next, or lies in the margin. Those of which not all rows are needed, and narrow ones, are
/// decoded beside the strip.
template <class Sample>
void HtBandRows<Sample>::decode_strip(std::uint32_t begin, std::uint32_t end) {
  strip_begin_ = std::max(begin, band_.needed.y0);
  strip_end_ = std::min(end, band_.needed.y1);
  bool const is_whole = strip_begin_ == begin && strip_end_ == end && !is_narrow_;
  std::size_t const room_stride =
      std::min<std::size_t>(cols(), std::size_t{1} << band_.block_width_exponent) + kStripMargin;
  std::vector<Sample> room(is_whole ? 0 : room_stride * (end - begin + 1u) + kStripMargin);
  Place const place{is_whole ? nullptr : room.data() + kRowMargin, room_stride,
                    is_narrow_ ? 1 : band_.half_step};
  std::uint32_t const first_row = band_.area.y0 >> band_.block_height_exponent;
  std::uint32_t const block_row = (begin >> band_.block_height_exponent) - first_row;
  std::uint32_t const block_col =
      (first_col_ >> band_.block_width_exponent) - (band_.area.x0 >> band_.block_width_exponent);
  HtCodedBlock const* coded =
      band_.blocks.data() + std::size_t{block_row} * band_.block_cols + block_col;
  for (std::uint32_t x = first_col_; x < end_col_; ++coded) {
    std::uint64_t const edge = ((std::uint64_t{x} >> band_.block_width_exponent) + 1)
                               << band_.block_width_exponent;
    auto const next_x = static_cast<std::uint32_t>(std::min<std::uint64_t>(edge, end_col_));
    if (is_whole) {
      Sample* const out = strip_.data() + kRowMargin + (x - first_col_);
      decode_block(*coded, next_x - x, end - begin, {out, stride_, band_.half_step});
    } else {
      decode_block(*coded, next_x - x, end - begin, place);
      keep_rows(place.out + (strip_begin_ - begin) * room_stride, room_stride, x, next_x - x);
    }
    x = next_x;
  }
}

/// Of a code-block at column x.
template <class Sample>
void HtBandRows<Sample>::keep_rows(Sample const* rows, std::size_t stride, std::uint32_t x,
                                   std::uint32_t width) {
  for (std::size_t row = 0; row < strip_end_ - strip_begin_; ++row, rows += stride) {
    std::size_t const col = x - first_col_;
    if (!is_narrow_) {
      std::copy_n(rows, width, strip_.data() + kRowMargin + row * stride_ + col);
      continue;
    }
    std::int16_t* const out = narrow_.data() + row * cols() + col;
    for (std::size_t n = 0; n < width; ++n) out[n] = static_cast<std::int16_t>(rows[n]);
  }
}

template <class Sample>
void HtBandRows<Sample>::decode_block(HtCodedBlock const& coded, std::uint32_t width,
                                      std::uint32_t height, Place const& to) {
  auto const clear = [&] {
    for (std::size_t row = 0; row < height; ++row) std::fill_n(to.out + row * to.stride, width, 0);
  };
  // An HT segment without bytes codes nothing.
  if (coded.passes == 0 || (band_.is_ht() && coded.first_bytes == 0)) return clear();
  ++source_.decoded_blocks;
  if (!band_.is_ht()) return decode_part_1(coded, width, height, to);
  HtBlock block;
  block.width = width;
  block.height = height;
  block.cleanup = source_.codestream.subspan(coded.offset_bytes, coded.first_bytes);
  block.refinement = refinement_of(coded);
  block.passes = coded.passes;
  block.plane = static_cast<unsigned>(band_.planes) - coded.zero_planes;
  block.most_bits = coded.zero_planes + 2u;
  block.is_stripe_causal = (band_.block_style & block_style::kStripeCausal) != 0;
  bool is_good = false;
  if constexpr (std::is_same_v<Sample, float>) {
    is_good = source_.blocks.decode(block, to.half_step, to.out, to.stride);
  } else {
    is_good = source_.blocks.decode(block, to.out, to.stride);
  }
  if (is_good) return;
  ++source_.broken_blocks;
  clear();
}

/// The bytes of the refinement passes in one piece, for layers may have divided them.
template <class Sample>
std::span<std::byte const> HtBandRows<Sample>::refinement_of(HtCodedBlock const& coded) {
  Bytes const first =
      source_.codestream.subspan(coded.offset_bytes + coded.first_bytes, coded.refinement_bytes);
  if (coded.next_piece == 0) return first;
  auto& joined = source_.joined_bytes;
  joined.assign(first.begin(), first.end());
  for (std::uint32_t at = coded.next_piece; at != 0; at = band_.pieces[at].next) {
    Bytes const more =
        source_.codestream.subspan(band_.pieces[at].offset_bytes, band_.pieces[at].bytes);
    joined.insert(joined.end(), more.begin(), more.end());
  }
  return joined;
}

/// The bytes of each code-word segment in one piece, for layers may have divided them.
template <class Sample>
void HtBandRows<Sample>::list_segments(HtCodedBlock const& coded) {
  auto& segments = source_.segments;
  auto& joined = source_.joined_bytes;
  std::size_t total = coded.first_bytes;
  for (std::uint32_t at = coded.next_piece; at != 0; at = band_.pieces[at].next)
    total += band_.pieces[at].bytes;
  segments.clear();
  joined.clear();
  joined.reserve(total);  // so that what points to it stays
  std::uint32_t done = 0, room = 0;
  J2kPiece const first{coded.offset_bytes, coded.first_bytes, coded.next_piece, coded.first_passes};
  J2kPiece const* piece = &first;
  while (true) {
    auto const bytes = source_.codestream.subspan(piece->offset_bytes, piece->bytes);
    if (room == 0) {
      room = segment_room(band_.block_style, done);
      segments.push_back({bytes, 0});
    } else {
      segments.back().bytes = joined_to(segments.back().bytes, bytes, joined);
    }
    segments.back().passes += piece->passes;
    done += piece->passes;
    room -= piece->passes;
    if (piece->next == 0) return;
    piece = &band_.pieces[piece->next];
  }
}

template <class Sample>
void HtBandRows<Sample>::decode_part_1(HtCodedBlock const& coded, std::uint32_t width,
                                       std::uint32_t height, Place const& to) {
  J2kBlock block;
  block.width = width;
  block.height = height;
  list_segments(coded);
  block.segments = source_.segments;
  block.planes = static_cast<unsigned>(band_.planes) - coded.zero_planes;
  block.band = band_.high;
  block.roi_shift = band_.roi_shift;
  block.style = band_.block_style;
  if constexpr (std::is_same_v<Sample, float>) {
    source_.part_1_blocks.decode(block, to.half_step, to.out, to.stride);
  } else {
    source_.part_1_blocks.decode(block, to.out, to.stride);
  }
}

template <class Wavelet>
HtResolutionRows<Wavelet>::HtResolutionRows(HtRowSource& source,
                                            std::span<HtResolution const> resolutions)
    : here_(resolutions.back().synthesized),
      cols_(here_.cols()),
      unshown_cols_(resolutions.back().shown.x0 - here_.x0),
      next_row_(resolutions.back().shown.y0),
      next_odd_(here_.y0 | 1) {
  for (HtBand const& band : resolutions.back().bands) {
    bands_.push_back(std::make_unique<HtBandRows<Sample>>(source, band));
  }
  if (resolutions.size() == 1) return;
  below_ = std::make_unique<HtResolutionRows>(source, resolutions.first(resolutions.size() - 1));
  low_cols_ = resolutions[resolutions.size() - 2].shown.cols();
  high_cols_ = cols_ - low_cols_;
  stride_ = cols_ + 2 * kRowMargin;
  ring_.resize(kRingRows<Wavelet> * stride_);
}

template <class Wavelet>
typename Wavelet::Sample* HtResolutionRows<Wavelet>::next() {
  if (below_ == nullptr) return bands_[0]->next();
  std::uint64_t const y = next_row_++;
  // The last step goes kSteps rows back, and the one before it is the last for a low-pass row.
  std::uint64_t const needed = y + Wavelet::kSteps - (y % 2 == 0 ? 1 : 0);
  while (next_odd_ <= needed) load_pair();
  return row_at(y) + unshown_cols_;
}

/// The horizontal half of the synthesis.
template <class Wavelet>
void HtResolutionRows<Wavelet>::load(std::uint64_t y) {
  bool const is_high = (y & 1) != 0;
  bool const is_alone = here_.rows() == 1;
  HalfRows<Sample> halves;
  // Only the one or the other of the rows may be asked for: each has its own place.
  halves.low = is_high ? bands_[1]->next() : below_->next();
  halves.high = is_high ? bands_[2]->next() : bands_[0]->next();
  halves.low_count = low_cols_;
  halves.high_count = high_cols_;
  halves.starts_high = (here_.x0 & 1) != 0;
  RowRole const role = is_alone ? RowRole::alone : (is_high ? RowRole::high : RowRole::low);
  if (cols_ != 0) Wavelet::join(halves, role, row_at(y));
  if (is_alone && is_high) Wavelet::halve(row_at(y), cols_);
}

/// Loads two rows, a low- and a high-pass one, and lifts what has its neighbours.
template <class Wavelet>
void HtResolutionRows<Wavelet>::load_pair() {
  std::uint64_t const odd = next_odd_;
  next_odd_ += 2;
  for (std::uint64_t const y : {odd - 1, odd}) {
    if (y >= here_.y0 && y < here_.y1) load(y);
  }
  if (here_.rows() == 1) return;
  if (odd > here_.y0 + Wavelet::kSteps && odd < here_.y1) {
    std::array<Sample*, Wavelet::kSteps + 2> rows{};
    for (std::size_t n = 0; n < rows.size(); ++n) rows[n] = row_at(odd - n);
    Wavelet::lift_all(rows.data(), cols_);
    return;
  }
  for (unsigned n = 1; n <= Wavelet::kSteps; ++n) {
    if (odd < n) continue;
    std::uint64_t const y = odd - n;
    if (y < here_.y0 || y >= here_.y1) continue;
    // Beyond the first and last rows their neighbours are mirrored.
    std::uint64_t const before = y > here_.y0 ? y - 1 : y + 1;
    std::uint64_t const after = y + 1 < here_.y1 ? y + 1 : y - 1;
    Wavelet::lift(n, row_at(y), row_at(before), row_at(after), cols_);
  }
}

template class HtBandRows<std::int32_t>;
template class HtBandRows<float>;
template class HtResolutionRows<InverseWavelet53>;
template class HtResolutionRows<InverseWavelet97>;

}  // namespace sightline::codec
