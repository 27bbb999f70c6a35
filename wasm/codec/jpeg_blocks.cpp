#include "codec/jpeg_blocks.hpp"

namespace sightline::codec {
namespace {

/// Figure A.6: the place in the block of each zigzag index.
constexpr std::array<std::uint8_t, 64> kPlaces = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

/// A block's coefficients as they come in.
struct Coefficients {
  DctBlock& block;
  JpegBlockTables const& tables;
  std::uint64_t squares = 0;
  unsigned index = 0;

  void put(std::int32_t value) {
    std::int32_t const scaled = value * tables.steps[index];
    block[kPlaces[index]] = static_cast<std::int16_t>(scaled);
    squares += static_cast<std::uint64_t>(std::int64_t{scaled} * scaled);
  }
};

enum class Step { more, done, broken };

/// A symbol of AC coefficients: what it steps over, and one value.
inline Step take(JpegSymbol symbol, Coefficients& coefficients) {
  if (symbol == 0) return Step::broken;
  coefficients.index += jpeg_symbol_skip(symbol) + 1;
  if (coefficients.index > 63)
    return coefficients.index > kJpegEndOfBlock ? Step::done : Step::broken;
  coefficients.put(jpeg_symbol_value(symbol));
  return coefficients.index == 63 ? Step::done : Step::more;
}

/// Two symbols to a load.
bool read_ac(JpegHuffmanTable const& table, BitWindow window, std::size_t& position,
             std::uint64_t bits, Coefficients& coefficients) {
  while (true) {
    JpegSymbol const first = table.find(bits);
    position += jpeg_symbol_bits(first);
    if (Step const step = take(first, coefficients); step != Step::more) return step == Step::done;
    bits = window.at(position);
    JpegSymbol const second = table.find(bits);
    position += jpeg_symbol_bits(second);
    if (Step const step = take(second, coefficients); step != Step::more) return step == Step::done;
    bits <<= jpeg_symbol_bits(second);
  }
}

}  // namespace

bool decode_jpeg_block(JpegBits& bits, JpegBlockTables const& tables, std::int32_t& prediction,
                       DctBlock& block, std::uint8_t* out, std::size_t stride) {
  BitWindow const window = bits.window();
  std::size_t position = bits.position();
  std::uint64_t const start = window.at(position);
  JpegSymbol const first = tables.dc->find(start);
  if (first == 0) return false;
  position += jpeg_symbol_bits(first);
  prediction += jpeg_symbol_value(first);
  constexpr std::int32_t kMostPrediction = 32767;
  if (prediction < -kMostPrediction || prediction > kMostPrediction) return false;
  Coefficients coefficients{block, tables};
  coefficients.put(prediction);
  bool const is_good =
      read_ac(*tables.ac, window, position, start << jpeg_symbol_bits(first), coefficients);
  bits.set_position(position);
  if (!is_good || coefficients.squares > kMostDctSquares) return false;
  std::int16_t const level = block[0];
  if (coefficients.squares == static_cast<std::uint64_t>(std::int64_t{level} * level)) {
    inverse_dct_flat(level, out, stride);
    block[0] = 0;
    return true;
  }
  inverse_dct(block, out, stride);
  block.fill(0);
  return true;
}

}  // namespace sightline::codec
