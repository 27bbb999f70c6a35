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
  std::size_t across = 1;   ///< blocks of an MCU
  std::size_t stride = 0;   ///< samples of a row, whole MCUs
  std::size_t columns = 0;  ///< of them in the picture
  std::int32_t prediction = 0;
  std::vector<std::uint8_t> samples;  ///< eight rows
  std::vector<std::uint8_t>
      doubled;  ///< one row at the picture's width, of a component of half of it
};

class Picture {
 public:
  Picture(JpegScanHeader const& header, IjgJob const& job)
      : header_(header),
        job_(job),
        bits_(job.bytes.subspan(header.bits_at), header.components.size() * 2 * kMostBlockBits) {
    bool const is_grey = header.components.size() == 1;
    std::size_t const most = is_grey ? 1 : header.components[0].across;
    mcus_ = (header.cols + kSide * most - 1) / (kSide * most);
    for (JpegComponent const& component : header.components) {
      Plane plane;
      plane.tables.dc = &header.dc[component.dc];
      plane.tables.ac = &header.ac[component.ac];
      std::ranges::copy(header.quantization[component.quantization], plane.tables.steps.begin());
      plane.across = is_grey ? 1 : component.across;
      plane.stride = mcus_ * plane.across * kSide;
      plane.columns = (header.cols * plane.across + most - 1) / most;
      plane.samples.resize(plane.stride * kSide);
      if (plane.across < most) plane.doubled.resize(2 * plane.columns);
      planes_.push_back(std::move(plane));
    }
  }

  [[nodiscard]] bool decode() {
    for (std::size_t row = 0; row < header_.rows; row += kSide) {
      for (std::size_t mcu = 0; mcu < mcus_; ++mcu) {
        if (!begin_interval() || !decode_mcu(mcu)) return false;
      }
      std::size_t const end = std::min<std::size_t>(row + kSide, header_.rows);
      for (std::size_t line = row; line < end; ++line) store(line, line - row);
    }
    return true;
  }

 private:
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
      for (std::size_t x = 0; x < plane.across; ++x) {
        std::uint8_t* const out = plane.samples.data() + (mcu * plane.across + x) * kSide;
        if (!decode_jpeg_block(bits_, plane.tables, plane.prediction, block_, out, plane.stride))
          return false;
      }
    }
    return !bits_.has_overrun();
  }

  /// A row of a component, as wide as the picture.
  std::uint8_t* full_row(Plane& plane, std::size_t row) {
    std::uint8_t* const samples = plane.samples.data() + row * plane.stride;
    if (plane.doubled.empty()) return samples;
    upsample_across(samples, plane.columns, plane.doubled.data());
    return plane.doubled.data();
  }

  void store(std::size_t line, std::size_t row) {
    std::size_t const count = header_.cols;
    std::byte* const out = job_.out + line * count * planes_.size() * job_.out_sample_bytes;
    std::uint8_t* const first = full_row(planes_[0], row);
    if (planes_.size() == 1) return store_grey(first, count, job_.out_sample_bytes, out);
    std::uint8_t* const second = full_row(planes_[1], row);
    std::uint8_t* const third = full_row(planes_[2], row);
    if (job_.converts_to_rgb) ybr_to_rgb(first, second, third, count);
    store_colour(first, second, third, count, job_.out_sample_bytes, out);
  }

  JpegScanHeader const& header_;
  IjgJob const& job_;
  JpegBits bits_;
  std::size_t mcus_ = 0;  ///< in a row
  std::vector<Plane> planes_;
  alignas(16) DctBlock block_{};
  std::uint32_t in_interval_ = 0;
  unsigned next_restart_ = 0;
};

/// One component has one order of blocks, whatever its factors; of three, the first may have twice
/// the columns of the others.
bool has_known_factors(std::vector<JpegComponent> const& components) {
  if (components.size() == 1) return true;
  return components[0].across <= 2 &&
         std::ranges::all_of(components,
                             [](JpegComponent const& each) { return each.down == 1; }) &&
         components[1].across == 1 && components[2].across == 1;
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
