#include "codec/jpeg_baseline.hpp"

#include <algorithm>
#include <vector>

#include "codec/jpeg_blocks.hpp"
#include "codec/jpeg_rows.hpp"
#include "codec/jpeg_scan_header.hpp"

namespace sightline::codec {
namespace {

constexpr std::size_t kSide = 8;  ///< of a block

/// One component's samples of a row of MCUs.
struct Plane {
  JpegBlockTables tables;
  std::size_t across = 1, down = 1;  ///< blocks of an MCU
  std::size_t stride = 0;            ///< samples of a row, whole MCUs
  std::size_t columns = 0;           ///< of them in the picture
  std::int32_t prediction = 0;
  std::vector<std::uint8_t> samples;
  std::vector<std::uint8_t> before;   ///< the row above them
  std::vector<std::uint8_t> doubled;  ///< one row at the picture's width, of a smaller component

  [[nodiscard]] std::uint8_t* row(std::size_t index) { return samples.data() + index * stride; }
};

class Picture {
 public:
  Picture(JpegScanHeader const& header, IjgJob const& job)
      : header_(header),
        job_(job),
        bits_(job.bytes.subspan(header.bits_at), kMostMcuBlocks * kMostBlockBits) {
    bool const is_grey = header.components.size() == 1;
    std::size_t const most = is_grey ? 1 : header.components[0].across;
    is_halved_ = !is_grey && header.components[0].down == 2;
    mcus_ = (header.cols + kSide * most - 1) / (kSide * most);
    for (JpegComponent const& component : header.components) {
      Plane plane;
      plane.tables.dc = &header.dc[component.dc];
      plane.tables.ac = &header.ac[component.ac];
      std::ranges::copy(header.quantization[component.quantization], plane.tables.steps.begin());
      plane.across = is_grey ? 1 : component.across;
      plane.down = is_grey ? 1 : component.down;
      plane.stride = mcus_ * plane.across * kSide;
      plane.columns = (header.cols * plane.across + most - 1) / most;
      plane.samples.resize(plane.stride * kSide * plane.down);
      if (plane.across < most) plane.doubled.resize(2 * plane.columns);
      if (is_halved_) plane.before.resize(plane.stride);
      planes_.push_back(std::move(plane));
    }
  }

  [[nodiscard]] bool decode() {
    std::size_t const step = is_halved_ ? 2 * kSide : kSide;
    for (std::size_t line = 0; line < header_.rows; line += step) {
      for (std::size_t mcu = 0; mcu < mcus_; ++mcu) {
        if (!begin_interval() || !decode_mcu(mcu)) return false;
      }
      if (is_halved_) {
        store_halved(line);
        continue;
      }
      std::size_t const count = std::min<std::size_t>(kSide, header_.rows - line);
      for (std::size_t row = 0; row < count; ++row) store_whole(line + row, row);
    }
    return true;
  }

 private:
  static constexpr std::size_t kMostMcuBlocks = 6;

  /// E.2.4: a restart marker, where one is due; they count from 0 to 7.
  bool begin_interval() {
    if (header_.restart_interval == 0) return true;
    if (in_interval_ < header_.restart_interval) {
      ++in_interval_;
      return true;
    }
    in_interval_ = 1;
    constexpr unsigned kFirst = 0xd0;
    if (bits_.bits_left() >= 8 || !bits_.has_marker()) return false;
    std::byte const code = job_.bytes[header_.bits_at + bits_.marker() + 1];
    if (std::to_integer<unsigned>(code) != kFirst + next_restart_) return false;
    next_restart_ = (next_restart_ + 1) % 8;
    bits_.skip_marker();
    for (Plane& plane : planes_) plane.prediction = 0;
    return true;
  }

  bool decode_mcu(std::size_t mcu) {
    bits_.begin_unit();
    for (Plane& plane : planes_) {
      for (std::size_t y = 0; y < plane.down; ++y) {
        for (std::size_t x = 0; x < plane.across; ++x) {
          std::uint8_t* const out = plane.row(y * kSide) + (mcu * plane.across + x) * kSide;
          if (!decode_jpeg_block(bits_, plane.tables, plane.prediction, block_, out, plane.stride))
            return false;
        }
      }
    }
    return !bits_.has_overrun();
  }

  /// Rows of which every component has its own.
  void store_whole(std::size_t line, std::size_t row) {
    if (planes_.size() == 1) {
      store_grey(planes_[0].row(row), header_.cols, job_.out_sample_bytes, line_at(line));
      return;
    }
    for (std::size_t i = 1; i < planes_.size(); ++i) {
      Plane& plane = planes_[i];
      if (!plane.doubled.empty())
        upsample_across(plane.row(row), plane.columns, plane.doubled.data());
    }
    store_pixels(line, planes_[0].row(row));
  }

  /// Rows that share one of the second and third component's with another, and need its neighbour
  /// on their own side: the last row waits for those below.
  void store_halved(std::size_t first_line) {
    std::size_t const rows = std::min<std::size_t>(2 * kSide, header_.rows - first_line);
    std::size_t const last = (header_.rows + 1u) / 2 - 1 - first_line / 2;
    if (first_line > 0) {
      for (std::size_t i = 1; i < planes_.size(); ++i)
        upsample_both(planes_[i].before.data(), planes_[i].row(0), planes_[i].columns,
                      planes_[i].doubled.data());
      store_pixels(first_line - 1, planes_[0].before.data());
    }
    for (std::size_t row = 0; row < rows; ++row) {
      std::size_t const near = row / 2;
      bool const is_lower = row % 2 == 1;
      if (is_lower && near == kSide - 1 && near != last) break;
      for (std::size_t i = 1; i < planes_.size(); ++i) {
        Plane& plane = planes_[i];
        std::uint8_t const* far = plane.row(near);
        if (is_lower && near != last) far = plane.row(near + 1);
        if (!is_lower && near > 0) far = plane.row(near - 1);
        if (!is_lower && near == 0 && first_line > 0) far = plane.before.data();
        upsample_both(plane.row(near), far, plane.columns, plane.doubled.data());
      }
      store_pixels(first_line + row, planes_[0].row(row));
    }
    for (Plane& plane : planes_)
      std::copy_n(plane.row(plane.down * kSide - 1), plane.stride, plane.before.data());
  }

  /// Three components' samples of a line, `first` and what was doubled of the others.
  void store_pixels(std::size_t line, std::uint8_t* first) {
    std::size_t const count = header_.cols;
    std::size_t const row = line % kSide;
    std::uint8_t* const second =
        planes_[1].doubled.empty() ? planes_[1].row(row) : planes_[1].doubled.data();
    std::uint8_t* const third =
        planes_[2].doubled.empty() ? planes_[2].row(row) : planes_[2].doubled.data();
    if (job_.converts_to_rgb) ybr_to_rgb(first, second, third, count);
    store_colour(first, second, third, count, job_.out_sample_bytes, line_at(line));
  }

  [[nodiscard]] std::byte* line_at(std::size_t line) const {
    return job_.out->data() + line * header_.cols * planes_.size() * job_.out_sample_bytes;
  }

  JpegScanHeader const& header_;
  IjgJob const& job_;
  JpegBits bits_;
  bool is_halved_ = false;  ///< the second and third component have half of the rows
  std::size_t mcus_ = 0;    ///< in a row
  std::vector<Plane> planes_;
  alignas(16) DctBlock block_{};
  std::uint32_t in_interval_ = 0;
  unsigned next_restart_ = 0;
};

/// One component has one order of blocks, whatever its factors; of three, the first may have twice
/// the columns of the others, or twice both.
bool has_known_factors(std::vector<JpegComponent> const& components) {
  if (components.size() == 1) return true;
  JpegComponent const& first = components[0];
  bool const is_known = (first.across == 1 && first.down == 1) ||
                        (first.across == 2 && (first.down == 1 || first.down == 2));
  return is_known &&
         std::all_of(components.begin() + 1, components.end(),
                     [](JpegComponent const& each) { return each.across == 1 && each.down == 1; });
}

}  // namespace

bool decode_jpeg_baseline(IjgJob const& job) {
  auto const header = read_jpeg_scan_header(job.bytes);
  if (!header || header->rows != job.rows || header->cols != job.cols ||
      header->components.size() != job.components || !has_known_factors(header->components))
    return false;
  return Picture(*header, job).decode();
}

}  // namespace sightline::codec
