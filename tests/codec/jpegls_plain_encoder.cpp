#include "jpegls_plain_encoder.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace sightline::test {
namespace {

using Row = std::vector<std::int32_t>;

constexpr int kRunLengths[32] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,  2,  3,  3,  3,  3,
                                 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15};

int log2_up(int value) {
  int bits = 0;
  while ((1 << bits) < value) ++bits;
  return bits;
}

/// A bit behind 0xFF is 0. A.1.
class Bits {
 public:
  void put(std::uint32_t value, int count) {
    for (int i = count - 1; i >= 0; --i) put_bit(value >> i & 1);
  }
  void put_bit(std::uint32_t bit) {
    byte_ = byte_ << 1 | bit;
    if (++filled_ < room_) return;
    bytes.push_back(static_cast<std::byte>(byte_));
    room_ = byte_ == 0xff ? 7 : 8;
    byte_ = 0;
    filled_ = 0;
  }
  void finish() {
    while (filled_ != 0) put_bit(0);
    // A byte of 0xFF is followed by one whose first bit is 0.
    if (room_ == 7) bytes.push_back(std::byte{0});
    room_ = 8;
  }
  void marker(unsigned code) {
    bytes.push_back(std::byte{0xff});
    bytes.push_back(static_cast<std::byte>(code));
  }
  void word(unsigned value) {
    bytes.push_back(static_cast<std::byte>(value >> 8));
    bytes.push_back(static_cast<std::byte>(value & 255));
  }
  std::vector<std::byte> bytes;

 private:
  std::uint32_t byte_ = 0;
  int filled_ = 0, room_ = 8;
};

struct Numbers {
  int most, near, range, qbpp, limit, t1, t2, t3;
  static constexpr int kReset = 64;
};

/// A.2.1, C.2.4.1.1.1.
Numbers numbers_of(PlainJpegLs const& options) {
  Numbers n{};
  n.most = options.max_value;
  n.near = options.near_lossless;
  n.range = (n.most + 2 * n.near) / (2 * n.near + 1) + 1;
  n.qbpp = log2_up(n.range);
  int const bpp = std::max(2, log2_up(n.most + 1));
  n.limit = 2 * (bpp + std::max(8, bpp));
  auto const clamp = [&](int value, int least) {
    return value > n.most || value < least ? least : value;
  };
  if (n.most >= 128) {
    int const factor = (std::min(n.most, 4095) + 128) / 256;
    n.t1 = clamp(factor * 1 + 2 + 3 * n.near, n.near + 1);
    n.t2 = clamp(factor * 4 + 3 + 5 * n.near, n.t1);
    n.t3 = clamp(factor * 17 + 4 + 7 * n.near, n.t2);
  } else {
    int const factor = 256 / (n.most + 1);
    n.t1 = clamp(std::max(2, 3 / factor + 3 * n.near), n.near + 1);
    n.t2 = clamp(std::max(3, 7 / factor + 5 * n.near), n.t1);
    n.t3 = clamp(std::max(4, 21 / factor + 7 * n.near), n.t2);
  }
  return n;
}

class Coder {
 public:
  Coder(Numbers const& numbers, Bits& bits) : n_(numbers), bits_(bits) { reset(); }

  void reset() {
    int const first = std::max(2, (n_.range + 32) / 64);
    for (int q = 0; q < 367; ++q) {
      a_[q] = first;
      b_[q] = c_[q] = 0;
      count_[q] = 1;
    }
    negative_[0] = negative_[1] = 0;
  }

  /// `above`: the line before; both have one value before them ([0]) and one behind.
  void line(Row const& source, Row& above, Row& now, int& run_index) {
    std::size_t const cols = source.size();
    now[0] = above[1];
    above[cols + 1] = above[cols];
    for (std::size_t x = 1; x <= cols;) {
      int const ra = now[x - 1], rb = above[x], rc = above[x - 1], rd = above[x + 1];
      int const d1 = rd - rb, d2 = rb - rc, d3 = rc - ra;
      bool const is_run =
          std::abs(d1) <= n_.near && std::abs(d2) <= n_.near && std::abs(d3) <= n_.near;
      if (!is_run) {
        regular(source[x - 1], ra, rb, rc, quantize(d1), quantize(d2), quantize(d3), now[x]);
        ++x;
        continue;
      }
      std::size_t length = 0;
      while (x + length <= cols && std::abs(source[x + length - 1] - ra) <= n_.near) {
        now[x + length] = ra;
        ++length;
      }
      x += length;
      bool const ends_line = x > cols;
      run(length, ends_line, run_index);
      if (ends_line) break;
      interruption(source[x - 1], ra, above[x], now[x], run_index);
      if (run_index > 0) --run_index;
      ++x;
    }
  }

 private:
  [[nodiscard]] int quantize(int d) const {
    if (d <= -n_.t3) return -4;
    if (d <= -n_.t2) return -3;
    if (d <= -n_.t1) return -2;
    if (d < -n_.near) return -1;
    if (d <= n_.near) return 0;
    if (d < n_.t1) return 1;
    if (d < n_.t2) return 2;
    if (d < n_.t3) return 3;
    return 4;
  }
  [[nodiscard]] int clip(int value) const { return std::clamp(value, 0, n_.most); }
  /// A.4.4.
  [[nodiscard]] int quantized(int error) const {
    if (n_.near == 0) return error;
    if (error > 0) return (error + n_.near) / (2 * n_.near + 1);
    return -(n_.near - error) / (2 * n_.near + 1);
  }
  /// A.4.5.
  [[nodiscard]] int reduced(int error) const {
    if (error < 0) error += n_.range;
    if (error >= (n_.range + 1) / 2) error -= n_.range;
    return error;
  }
  void golomb(int value, int k, int limit) {
    int const high = value >> k;
    if (high < limit - n_.qbpp - 1) {
      for (int i = 0; i < high; ++i) bits_.put_bit(0);
      bits_.put_bit(1);
      bits_.put(static_cast<std::uint32_t>(value), k);
      return;
    }
    for (int i = 0; i < limit - n_.qbpp - 1; ++i) bits_.put_bit(0);
    bits_.put_bit(1);
    bits_.put(static_cast<std::uint32_t>(value - 1), n_.qbpp);
  }
  void regular(int sample, int ra, int rb, int rc, int q1, int q2, int q3, int& out) {
    int q = (q1 * 9 + q2) * 9 + q3, sign = 1;
    if (q < 0) {
      q = -q;
      sign = -1;
    }
    int predicted = ra + rb - rc;
    if (rc >= std::max(ra, rb)) predicted = std::min(ra, rb);
    if (rc <= std::min(ra, rb)) predicted = std::max(ra, rb);
    predicted = clip(predicted + sign * c_[q]);
    int error = quantized(sign * (sample - predicted));
    out = clip(predicted + sign * error * (2 * n_.near + 1));
    error = reduced(error);
    int k = 0;
    while ((count_[q] << k) < a_[q]) ++k;
    int mapped = error >= 0 ? 2 * error : -2 * error - 1;
    if (n_.near == 0 && k == 0 && 2 * b_[q] <= -count_[q])
      mapped = error >= 0 ? 2 * error + 1 : -2 * (error + 1);
    golomb(mapped, k, n_.limit);
    b_[q] += error * (2 * n_.near + 1);
    a_[q] += std::abs(error);
    if (count_[q] == Numbers::kReset) {
      a_[q] >>= 1;
      b_[q] >>= 1;
      count_[q] >>= 1;
    }
    ++count_[q];
    if (b_[q] <= -count_[q]) {
      b_[q] += count_[q];
      if (c_[q] > -128) --c_[q];
      if (b_[q] <= -count_[q]) b_[q] = -count_[q] + 1;
    } else if (b_[q] > 0) {
      b_[q] -= count_[q];
      if (c_[q] < 127) ++c_[q];
      if (b_[q] > 0) b_[q] = 0;
    }
  }
  /// A.7.1.
  void run(std::size_t length, bool ends_line, int& run_index) {
    while (length >= std::size_t{1} << kRunLengths[run_index]) {
      bits_.put_bit(1);
      length -= std::size_t{1} << kRunLengths[run_index];
      if (run_index < 31) ++run_index;
    }
    if (ends_line) {
      if (length > 0) bits_.put_bit(1);
      return;
    }
    bits_.put_bit(0);
    bits_.put(static_cast<std::uint32_t>(length), kRunLengths[run_index]);
  }
  /// A.7.2.
  void interruption(int sample, int ra, int rb, int& out, int run_index) {
    int const type = std::abs(ra - rb) <= n_.near ? 1 : 0;
    int const predicted = type == 1 ? ra : rb;
    int const sign = type == 0 && ra > rb ? -1 : 1;
    int error = quantized(sign * (sample - predicted));
    out = clip(predicted + sign * error * (2 * n_.near + 1));
    error = reduced(error);
    int const q = 365 + type;
    int const temp = type == 0 ? a_[q] : a_[q] + (count_[q] >> 1);
    int k = 0;
    while ((count_[q] << k) < temp) ++k;
    bool map = false;
    if (k == 0 && error > 0 && 2 * negative_[type] < count_[q]) map = true;
    if (error < 0 && 2 * negative_[type] >= count_[q]) map = true;
    if (error < 0 && k != 0) map = true;
    int const mapped = 2 * std::abs(error) - type - (map ? 1 : 0);
    golomb(mapped, k, n_.limit - kRunLengths[run_index] - 1);
    if (error < 0) ++negative_[type];
    a_[q] += (mapped + 1 - type) >> 1;
    if (count_[q] == Numbers::kReset) {
      a_[q] >>= 1;
      count_[q] >>= 1;
      negative_[type] >>= 1;
    }
    ++count_[q];
  }

  Numbers n_;
  Bits& bits_;
  int a_[367], b_[367], c_[367], count_[367], negative_[2];
};

void write_header(Bits& out, PlainJpegLs const& options, std::uint32_t rows, std::uint32_t cols,
                  std::size_t components, Numbers const& n) {
  out.marker(0xd8);
  out.marker(0xf7);
  out.word(static_cast<unsigned>(8 + 3 * components));
  out.bytes.push_back(static_cast<std::byte>(options.precision));
  out.word(options.rows_by_dnl ? 0 : rows);
  out.word(cols);
  out.bytes.push_back(static_cast<std::byte>(components));
  for (std::size_t i = 1; i <= components; ++i)
    for (std::size_t const each : {i, std::size_t{0x11}, std::size_t{0}})
      out.bytes.push_back(static_cast<std::byte>(each));
  out.marker(0xf8);
  out.word(13);
  out.bytes.push_back(std::byte{1});
  int const stated = options.states_thresholds ? 1 : 0;
  for (int const each : {n.most, stated * n.t1, stated * n.t2, stated * n.t3, Numbers::kReset})
    out.word(static_cast<unsigned>(each));
  if (options.restart_lines == 0) return;
  out.marker(0xdd);
  out.word(options.dri.empty() ? 4 : static_cast<unsigned>(2 + options.dri.size()));
  if (options.dri.empty()) out.word(static_cast<unsigned>(options.restart_lines));
  for (std::uint8_t const each : options.dri) out.bytes.push_back(std::byte{each});
}

void write_scan_header(Bits& out, PlainJpegLs const& options, std::size_t first,
                       std::size_t components) {
  out.marker(0xda);
  out.word(static_cast<unsigned>(6 + 2 * components));
  out.bytes.push_back(static_cast<std::byte>(components));
  for (std::size_t i = 0; i < components; ++i) {
    out.bytes.push_back(static_cast<std::byte>(first + i + 1));
    out.bytes.push_back(std::byte{0});
  }
  out.bytes.push_back(static_cast<std::byte>(options.near_lossless));
  out.bytes.push_back(static_cast<std::byte>(components > 1 ? 1 : 0));
  out.bytes.push_back(std::byte{0});
}

}  // namespace

std::vector<std::byte> encode_plain_jpegls(std::vector<std::vector<std::int32_t>> const& planes,
                                           std::uint32_t rows, std::uint32_t cols,
                                           PlainJpegLs const& options,
                                           std::vector<std::vector<std::int32_t>>* coded) {
  Numbers const n = numbers_of(options);
  Bits out;
  write_header(out, options, rows, cols, planes.size(), n);
  if (coded != nullptr) coded->assign(planes.size(), {});
  std::size_t const together = options.by_line ? planes.size() : 1;
  for (std::size_t first = 0; first < planes.size(); first += together) {
    write_scan_header(out, options, first, together);
    Coder coder(n, out);
    std::vector<Row> above(together, Row(cols + 2)), now(together, Row(cols + 2));
    std::vector<int> run_index(together);
    for (std::uint32_t row = 0; row < rows; ++row) {
      auto const interval = static_cast<std::uint32_t>(options.restart_lines);
      if (interval != 0 && row != 0 && row % interval == 0) {
        out.finish();
        out.marker(0xd0 + (row / interval - 1) % 8);
        coder.reset();
        above.assign(together, Row(cols + 2));
        now.assign(together, Row(cols + 2));
        run_index.assign(together, 0);
      }
      for (std::size_t c = 0; c < together; ++c) {
        auto const from = planes[first + c].begin() + static_cast<std::ptrdiff_t>(row * cols);
        coder.line(Row(from, from + cols), above[c], now[c], run_index[c]);
        if (coded != nullptr)
          (*coded)[first + c].insert((*coded)[first + c].end(), now[c].begin() + 1,
                                     now[c].end() - 1);
        std::swap(above[c], now[c]);
      }
    }
    out.finish();
    if (first == 0 && options.rows_by_dnl) {
      out.marker(0xdc);
      out.word(4);
      out.word(rows);
    }
  }
  out.marker(0xd9);
  return out.bytes;
}

}  // namespace sightline::test
