#include "codec/jpeg_prediction.hpp"

namespace sightline::codec {
namespace {

/// Table H.1. Samples are 0 to 65535; halves are rounded down, those of negative numbers too.
template <unsigned Selection>
std::int32_t predict(std::int32_t left, std::int32_t above, std::int32_t corner) {
  switch (Selection) {
    case 1: return left;
    case 2: return above;
    case 3: return corner;
    case 4: return left + above - corner;
    case 5: return left + ((above - corner) >> 1);
    case 6: return above + ((left - corner) >> 1);
    default: return (left + above) >> 1;
  }
}

template <unsigned Selection, bool IsDense>
void add(JpegLine line, std::uint16_t const* above) {
  std::size_t const step = IsDense ? 1 : line.step;
  auto const sum = [](std::int32_t a, std::int32_t b) { return static_cast<std::uint16_t>(a + b); };
  std::int32_t corner = above[0];
  std::int32_t left = line.samples[0] = sum(line.samples[0], corner);
  std::size_t const end = line.count * step;
  for (std::size_t at = step; at < end; at += step) {
    std::int32_t const over = above[at];
    left = line.samples[at] = sum(line.samples[at], predict<Selection>(left, over, corner));
    corner = over;
  }
}

template <unsigned Selection>
void add(JpegLine line, std::uint16_t const* above) {
  if (line.step == 1) {
    add<Selection, true>(line, above);
  } else {
    add<Selection, false>(line, above);
  }
}

}  // namespace

void add_initial_prediction(JpegLine line, std::uint16_t initial) {
  std::uint16_t left = initial;
  std::size_t const end = line.count * line.step;
  for (std::size_t at = 0; at < end; at += line.step)
    left = line.samples[at] = static_cast<std::uint16_t>(line.samples[at] + left);
}

void add_prediction(JpegLine line, std::uint16_t const* above, unsigned selection) {
  switch (selection) {
    case 1: return add<1>(line, above);
    case 2: return add<2>(line, above);
    case 3: return add<3>(line, above);
    case 4: return add<4>(line, above);
    case 5: return add<5>(line, above);
    case 6: return add<6>(line, above);
    default: return add<7>(line, above);
  }
}

}  // namespace sightline::codec
