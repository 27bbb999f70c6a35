#include "jpeg_lossless_plain_encoder.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace sightline::test {
namespace {

constexpr std::size_t kCategories = 17;
using Counts = std::array<unsigned, 16>;
using Planes = std::vector<std::vector<std::uint16_t>>;

Counts counts_of(JpegCodes codes) {
  switch (codes) {
    case JpegCodes::short_first: return {0, 1, 5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    case JpegCodes::long_first: return {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2};
    default: return {0, 0, 0, 0, 17};
  }
}

/// In the order of their codes.
std::array<unsigned, kCategories> symbols_of(JpegCodes codes) {
  std::array<unsigned, kCategories> symbols{};
  for (unsigned i = 0; i < kCategories; ++i)
    symbols[i] = codes == JpegCodes::long_first ? 16 - i : i;
  return symbols;
}

struct Code {
  unsigned bits = 0, length = 0;
};

/// By category. C.2.
std::array<Code, kCategories> make_codes(JpegCodes which) {
  std::array<Code, kCategories> codes{};
  auto const symbols = symbols_of(which);
  std::size_t at = 0;
  unsigned next = 0;
  for (unsigned length = 1; length <= 16; ++length) {
    for (unsigned i = 0; i < counts_of(which)[length - 1]; ++i)
      codes[symbols[at++]] = {next++, length};
    next *= 2;
  }
  return codes;
}

class Writer {
 public:
  void byte(unsigned value) { bytes.push_back(static_cast<std::byte>(value)); }
  void word(unsigned value) {
    byte(value >> 8 & 255);
    byte(value & 255);
  }
  void marker(unsigned code) {
    byte(0xff);
    byte(code);
  }
  void bit(unsigned value) {
    held_ = held_ * 2 + value;
    if (++count_ < 8) return;
    byte(held_);
    if (held_ == 0xff) byte(0);
    held_ = count_ = 0;
  }
  void bits(unsigned value, unsigned count) {
    while (count-- > 0) bit(value >> count & 1);
  }
  void flush() {
    while (count_ != 0) bit(1);
  }
  std::vector<std::byte> bytes;

 private:
  unsigned held_ = 0, count_ = 0;
};

JpegCodes other(JpegCodes codes) {
  return codes == JpegCodes::flat ? JpegCodes::short_first : JpegCodes::flat;
}

struct Encoder {
  Planes const& planes;
  std::uint32_t rows, cols;
  PlainJpegLossless const& options;
  Writer out = {};

  int sample(std::size_t component, std::uint32_t row, std::uint32_t col) const {
    return planes[component][std::size_t{row} * cols + col] >> options.point_transform;
  }

  /// H.1.2.1, table H.1.
  int prediction(std::size_t component, std::uint32_t row, std::uint32_t col) const {
    bool const is_first =
        row == 0 || (options.restart_rows != 0 && row % options.restart_rows == 0);
    if (is_first && col == 0) return 1 << (options.precision - options.point_transform - 1);
    if (is_first) return sample(component, row, col - 1);
    int const above = sample(component, row - 1, col);
    if (col == 0) return above;
    int const left = sample(component, row, col - 1);
    int const corner = sample(component, row - 1, col - 1);
    auto const half = [](int value) { return (value - (value & 1)) / 2; };
    switch (options.predictor) {
      case 1: return left;
      case 2: return above;
      case 3: return corner;
      case 4: return left + above - corner;
      case 5: return left + half(above - corner);
      case 6: return above + half(left - corner);
      default: return half(left + above);
    }
  }

  /// H.1.2.2: modulo 2^16, from -32767 to 32768.
  void put_difference(int difference, JpegCodes which) {
    int value = difference % 65536;
    if (value > 32768) value -= 65536;
    if (value < -32767) value += 65536;
    unsigned category = 0;
    while (std::abs(value) >= 1 << category) ++category;
    Code const code = make_codes(which)[category];
    out.bits(code.bits, code.length);
    if (category == 16) return;
    out.bits(static_cast<unsigned>(value < 0 ? value + (1 << category) - 1 : value), category);
  }

  JpegCodes codes_of(std::size_t component) const {
    return options.tables_differ && component % 2 == 1 ? other(options.codes) : options.codes;
  }

  void put_table(unsigned index, JpegCodes which) {
    out.marker(0xc4);
    out.word(2 + 17 + kCategories);
    out.byte(index);
    for (unsigned const count : counts_of(which)) out.byte(count);
    for (unsigned const symbol : symbols_of(which)) out.byte(symbol);
  }

  void put_frame() {
    out.marker(0xd8);
    put_table(2, options.codes);
    if (options.tables_differ) put_table(0, other(options.codes));
    out.marker(0xc3);
    out.word(static_cast<unsigned>(8 + 3 * planes.size()));
    out.byte(options.precision);
    out.word(rows);
    out.word(cols);
    out.byte(static_cast<unsigned>(planes.size()));
    for (unsigned i = 0; i < planes.size(); ++i) {
      out.byte(10 + i);
      out.byte(0x11);
      out.byte(0);
    }
    if (options.restart_rows == 0) return;
    out.marker(0xdd);
    out.word(4);
    out.word(options.restart_rows * cols);
  }

  void put_fill() {
    for (unsigned i = 0; i < options.fill_bytes; ++i) out.byte(0xff);
  }

  void put_scan(std::vector<std::size_t> const& components) {
    out.marker(0xda);
    out.word(static_cast<unsigned>(6 + 2 * components.size()));
    out.byte(static_cast<unsigned>(components.size()));
    for (std::size_t const component : components) {
      out.byte(static_cast<unsigned>(10 + component));
      out.byte(options.tables_differ && component % 2 == 1 ? 0x00 : 0x20);
    }
    out.byte(options.predictor);
    out.byte(0);
    out.byte(options.point_transform);
    for (std::uint32_t row = 0; row < rows; ++row) {
      if (options.restart_rows != 0 && row > 0 && row % options.restart_rows == 0) {
        out.flush();
        put_fill();
        out.marker(0xd0 + (row / options.restart_rows - 1) % 8);
      }
      for (std::uint32_t col = 0; col < cols; ++col) {
        for (std::size_t const component : components) {
          int const difference = sample(component, row, col) - prediction(component, row, col);
          put_difference(difference, codes_of(component));
        }
      }
    }
    out.flush();
    put_fill();
  }
};

}  // namespace

std::vector<std::byte> encode_plain_jpeg_lossless(Planes const& planes, std::uint32_t rows,
                                                  std::uint32_t cols,
                                                  PlainJpegLossless const& options) {
  Encoder encoder{planes, rows, cols, options};
  encoder.put_frame();
  std::vector<std::size_t> order(planes.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  if (options.last_component_first) std::ranges::reverse(order);
  if (options.by_component) {
    for (std::size_t const component : order) encoder.put_scan({component});
  } else {
    encoder.put_scan(order);
  }
  if (options.has_end) encoder.out.marker(0xd9);
  return encoder.out.bytes;
}

}  // namespace sightline::test
