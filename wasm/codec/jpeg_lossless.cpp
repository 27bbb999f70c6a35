#include "codec/jpeg_lossless.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "codec/entropy_bits.hpp"
#include "codec/jpeg_difference_table.hpp"
#include "codec/jpeg_prediction.hpp"
#include "codec/jpeg_segments.hpp"

namespace sightline::codec {
namespace {

constexpr unsigned kMostSelection = 7;
/// Differences that are decoded without a look at the end of the bits.
constexpr std::size_t kUnit = 256;

/// Two differences to a load of 57 bits, where the first one is not of the longest. How many were
/// codes.
std::size_t read_differences(JpegBits& bits, JpegDifferenceTable const& table, std::uint16_t* out,
                             std::size_t count) {
  constexpr unsigned kMostBefore = 57 - JpegDifferenceTable::kMostBits;
  BitWindow const window = bits.window();
  std::size_t position = bits.position();
  std::size_t i = 0;
  while (i < count) {
    std::uint64_t const load = window.at(position);
    JpegDifference const first = table.find(load);
    if (first.bits == 0) [[unlikely]]
      break;
    position += first.bits;
    out[i++] = first.value;
    if (i == count) break;
    bool const is_near = first.bits <= kMostBefore;
    std::uint64_t const rest = is_near ? load << first.bits : window.at(position);
    JpegDifference const second = table.find(rest);
    if (second.bits == 0) [[unlikely]]
      break;
    position += second.bits;
    out[i++] = second.value;
  }
  bits.set_position(position);
  return i;
}

/// Samples of the codestream to those of the picture, `step` bytes from one to the next.
template <class Word>
void store(std::uint16_t const* in, std::size_t count, std::size_t every, std::byte* out,
           std::size_t step, unsigned shift, std::uint32_t mask) {
  for (std::size_t i = 0; i < count; ++i) {
    auto const value = static_cast<Word>((std::uint32_t{in[i * every]} << shift) & mask);
    std::memcpy(out + i * step, &value, sizeof(value));
  }
}

/// The samples of one scan after another.
class LosslessPicture {
 public:
  LosslessPicture(IjgJob const& job, JpegSegments const& segments)
      : job_(job), segments_(segments) {}

  /// False: the scan's header is none that a lossless picture can have.
  [[nodiscard]] bool begin_scan();
  /// After begin_scan(): the scan's samples, row by row.
  [[nodiscard]] IjgOutcome decode_scan();
  /// After decode_scan(): where the marker behind its bits is, if there is one.
  [[nodiscard]] std::optional<std::size_t> next_marker();

 private:
  [[nodiscard]] bool make_tables();
  [[nodiscard]] bool begin_interval();
  [[nodiscard]] bool read_row();
  [[nodiscard]] std::size_t read_unit(std::size_t first, std::size_t count);
  void predict_row(bool is_first);
  void store_row(std::size_t line) const;
  [[nodiscard]] Errc fault_code();

  IjgJob const& job_;
  JpegSegments const& segments_;
  JpegScan scan_;
  std::vector<JpegDifferenceTable> tables_;
  std::vector<std::size_t> table_of_;  ///< by the scan's component
  std::optional<JpegBits> bits_;
  std::vector<std::uint16_t> row_, above_;  ///< the scan's components interleaved
  std::size_t rows_in_interval_ = 0;        ///< 0: one interval
  unsigned next_restart_ = 0;
  bool has_bad_code_ = false;
};

bool LosslessPicture::begin_scan() {
  scan_ = segments_.scan();
  unsigned const interval = segments_.restart_interval();
  // H.1.1: intervals are whole rows.
  if (scan_.start < 1 || scan_.start > kMostSelection || scan_.end != 0 || scan_.high != 0 ||
      scan_.low >= segments_.precision() || interval % job_.cols != 0)
    return false;
  rows_in_interval_ = interval / job_.cols;
  next_restart_ = 0;
  if (!make_tables()) return false;
  bits_.emplace(job_.bytes.subspan(scan_.bits_at), kUnit * JpegDifferenceTable::kMostBits);
  row_.assign(std::size_t{job_.cols} * scan_.components.size(), 0);
  above_ = row_;
  return true;
}

/// One for each that the scan names.
bool LosslessPicture::make_tables() {
  tables_.clear();
  table_of_.clear();
  std::vector<std::uint8_t> names;
  for (JpegScan::Component const& component : scan_.components) {
    auto const name = std::ranges::find(names, component.table);
    table_of_.push_back(static_cast<std::size_t>(name - names.begin()));
    if (name != names.end()) continue;
    if (component.table >= JpegSegments::kTables) return false;
    JpegCodeCounts const& codes = segments_.table(component.table);
    if (!codes.is_set || !tables_.emplace_back().assign(codes.counts, codes.symbols)) return false;
    names.push_back(component.table);
  }
  return true;
}

IjgOutcome LosslessPicture::decode_scan() {
  for (std::uint32_t line = 0; line < job_.rows; ++line) {
    bool const begins_interval = rows_in_interval_ != 0 && line % rows_in_interval_ == 0;
    std::swap(row_, above_);
    if ((begins_interval && line > 0 && !begin_interval()) || !read_row())
      return {fault_code(), line, false};
    predict_row(line == 0 || begins_interval);
    store_row(line);
  }
  return {Errc::ok, job_.rows, false};
}

std::optional<std::size_t> LosslessPicture::next_marker() {
  if (!bits_->seek_marker()) return std::nullopt;
  return scan_.bits_at + bits_->marker();
}

/// E.2.4: the next of the restart markers, which count from 0 to 7. Bytes before it are passed
/// over, as the library does.
bool LosslessPicture::begin_interval() {
  constexpr unsigned kFirst = 0xd0;
  if (!bits_->seek_marker()) return false;
  std::byte const code = job_.bytes[scan_.bits_at + bits_->marker() + 1];
  if (std::to_integer<unsigned>(code) != kFirst + next_restart_) return false;
  next_restart_ = (next_restart_ + 1) % 8;
  bits_->skip_marker();
  return true;
}

/// How many of these differences of the row were codes.
std::size_t LosslessPicture::read_unit(std::size_t first, std::size_t count) {
  if (tables_.size() == 1)
    return read_differences(*bits_, tables_.front(), row_.data() + first, count);
  std::size_t const components = table_of_.size();
  for (std::size_t i = first; i < first + count; ++i) {
    JpegDifferenceTable const& table = tables_[table_of_[i % components]];
    if (read_differences(*bits_, table, row_.data() + i, 1) == 0) return i - first;
  }
  return count;
}

bool LosslessPicture::read_row() {
  for (std::size_t first = 0; first < row_.size(); first += kUnit) {
    std::size_t const count = std::min(kUnit, row_.size() - first);
    bits_->begin_unit();
    has_bad_code_ = read_unit(first, count) < count;
    if (has_bad_code_ || bits_->has_overrun()) return false;
  }
  return true;
}

void LosslessPicture::predict_row(bool is_first) {
  std::size_t const components = scan_.components.size();
  for (std::size_t i = 0; i < components; ++i) {
    JpegLine const line{row_.data() + i, job_.cols, components};
    if (is_first) {
      unsigned const bits = segments_.precision() - scan_.low - 1u;
      add_initial_prediction(line, static_cast<std::uint16_t>(1u << bits));
    } else {
      add_prediction(line, above_.data() + i, scan_.start);
    }
  }
}

/// The library's samples have 8 bits where the stream has no more, else 16.
void LosslessPicture::store_row(std::size_t line) const {
  std::size_t const all = job_.components, components = scan_.components.size();
  std::uint32_t const mask = segments_.precision() <= 8 ? 0xff : 0xffff;
  std::byte* const out = job_.out->data() + line * job_.cols * all * job_.out_sample_bytes;
  if (all == 1 && job_.out_sample_bytes == 2 && mask == 0xffff && scan_.low == 0) {
    std::memcpy(out, row_.data(), 2 * row_.size());
    return;
  }
  std::size_t const step = all * job_.out_sample_bytes;
  for (std::size_t i = 0; i < components; ++i) {
    std::uint16_t const* const in = row_.data() + i;
    std::byte* const to = out + scan_.components[i].index * std::size_t{job_.out_sample_bytes};
    switch (job_.out_sample_bytes) {
      case 1: store<std::uint8_t>(in, job_.cols, components, to, step, scan_.low, mask); break;
      case 2: store<std::uint16_t>(in, job_.cols, components, to, step, scan_.low, mask); break;
      default: store<std::uint32_t>(in, job_.cols, components, to, step, scan_.low, mask); break;
    }
  }
}

/// Truncated: bits are missing, and no marker says that they end. (The library also says so of
/// wrong bits within the few bytes that it looks ahead.)
Errc LosslessPicture::fault_code() {
  std::size_t const left = bits_->bits_left();
  if (bits_->has_marker()) return Errc::corrupt;
  bool const is_there =
      has_bad_code_ && left != SIZE_MAX && left >= JpegDifferenceTable::kMostCodeBits;
  return is_there ? Errc::corrupt : Errc::truncated;
}

bool has_own_factors(std::vector<JpegFrameComponent> const& components) {
  return components.size() > 1 &&
         std::ranges::any_of(components, [](JpegFrameComponent const& each) {
           return each.across != 1 || each.down != 1;
         });
}

/// Several scans: each whole, each component in one of them, and EOI.
std::optional<IjgOutcome> decode_scans(JpegSegments& segments, LosslessPicture& picture,
                                       IjgJob const& job) {
  std::vector<bool> is_there(job.components);
  while (true) {
    if (!picture.begin_scan() || picture.decode_scan().code != Errc::ok) return std::nullopt;
    for (JpegScan::Component const& component : segments.scan().components)
      is_there[component.index] = true;
    auto const marker = picture.next_marker();
    if (!marker) return std::nullopt;
    segments.seek(*marker);
    JpegSegments::Found const found = segments.next();
    if (found == JpegSegments::Found::fault) return std::nullopt;
    if (found == JpegSegments::Found::scan) continue;
    bool const is_whole = std::ranges::find(is_there, false) == is_there.end();
    if (!is_whole || segments.has_run_out()) return std::nullopt;
    return IjgOutcome{Errc::ok, job.rows, false};
  }
}

}  // namespace

std::optional<IjgOutcome> decode_jpeg_lossless(IjgJob const& job) {
  JpegSegments segments(job.bytes);
  bool const has_scan = segments.next() == JpegSegments::Found::scan;
  if (!has_scan || segments.rows() != job.rows || segments.cols() != job.cols ||
      segments.components().size() != job.components)
    return IjgOutcome{segments.fault_code(), 0, false};
  if (has_own_factors(segments.components())) return std::nullopt;
  LosslessPicture picture(job, segments);
  if (segments.scan().components.size() < job.components)
    return decode_scans(segments, picture, job);
  if (!picture.begin_scan()) return IjgOutcome{segments.fault_code(), 0, false};
  return picture.decode_scan();
}

}  // namespace sightline::codec
