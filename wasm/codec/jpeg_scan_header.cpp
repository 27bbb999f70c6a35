#include "codec/jpeg_scan_header.hpp"

#include <algorithm>

#include "base/byte_reader.hpp"

namespace sightline::codec {
namespace {

constexpr std::uint8_t kSof0 = 0xc0, kSof1 = 0xc1, kDht = 0xc4, kSos = 0xda, kDqt = 0xdb,
                       kDri = 0xdd, kApp0 = 0xe0, kApp15 = 0xef, kCom = 0xfe;

bool read_quantization(ByteReader in, JpegScanHeader& header) {
  while (!in.at_end()) {
    std::uint8_t const which = in.u8();
    if (which > 3) return false;  // 16-bit tables, too, which no 8-bit picture needs
    for (auto& step : header.quantization[which]) step = in.u8();
    if (in.failed()) return false;
    header.has_quantization[which] = true;
  }
  return true;
}

bool read_huffman(ByteReader in, JpegScanHeader& header) {
  while (!in.at_end()) {
    std::uint8_t const which = in.u8();
    std::array<std::uint8_t, 16> counts{};
    std::size_t total = 0;
    for (auto& count : counts) total += count = in.u8();
    if (in.failed() || (which & 0xec) != 0 || total > 256 || total > in.remaining()) return false;
    std::vector<std::uint8_t> symbols(total);
    for (auto& symbol : symbols) symbol = in.u8();
    bool const is_dc = which >> 4 == 0;
    if (!(is_dc ? header.dc : header.ac)[which & 3u].assign(counts, symbols, is_dc)) return false;
  }
  return true;
}

bool read_frame(ByteReader in, JpegScanHeader& header) {
  if (!header.components.empty() || in.u8() != 8) return false;
  header.rows = in.u16_be();
  header.cols = in.u16_be();
  std::size_t const count = in.u8();
  if ((count != 1 && count != 3) || in.remaining() != 3 * count) return false;
  for (std::size_t i = 0; i < count; ++i) {
    JpegComponent component;
    component.id = in.u8();
    std::uint8_t const factors = in.u8();
    component.across = factors >> 4;
    component.down = factors & 15;
    component.quantization = in.u8();
    if (component.quantization > 3) return false;
    bool const is_new = std::ranges::none_of(
        header.components, [&](JpegComponent const& other) { return other.id == component.id; });
    if (!is_new || component.across == 0 || component.down == 0 || component.across > 4 ||
        component.down > 4)
      return false;
    header.components.push_back(component);
  }
  return header.rows > 0 && header.cols > 0;
}

/// All components in one scan, in the frame's order, and all of their coefficients.
bool read_scan(ByteReader in, JpegScanHeader& header) {
  std::size_t const count = header.components.size();
  if (count == 0 || in.u8() != count || in.remaining() != 2 * count + 3) return false;
  for (JpegComponent& component : header.components) {
    if (in.u8() != component.id) return false;
    std::uint8_t const tables = in.u8();
    component.dc = tables >> 4;
    component.ac = tables & 15;
    if (component.dc > 3 || component.ac > 3 || !header.dc[component.dc].is_set() ||
        !header.ac[component.ac].is_set() || !header.has_quantization[component.quantization])
      return false;
  }
  return in.u8() == 0 && in.u8() == 63 && in.u8() == 0;
}

/// One segment but SOS. False: what is left to the library.
bool read_segment(std::uint8_t code, ByteReader in, JpegScanHeader& header) {
  switch (code) {
    case kSof0:
    case kSof1: return read_frame(in, header);
    case kDqt: return read_quantization(in, header);
    case kDht: return read_huffman(in, header);
    case kDri: header.restart_interval = in.u16_be(); return !in.failed() && in.at_end();
    default: return (code >= kApp0 && code <= kApp15) || code == kCom;
  }
}

}  // namespace

std::optional<JpegScanHeader> read_jpeg_scan_header(std::span<std::byte const> bytes) {
  ByteReader in(bytes);
  if (in.u16_be() != 0xffd8) return std::nullopt;
  JpegScanHeader header;
  while (true) {
    std::uint8_t const prefix = in.u8();
    std::uint8_t const code = in.u8();
    std::uint16_t const length = in.u16_be();
    if (in.failed() || prefix != 0xff || length < 2) return std::nullopt;
    ByteReader const body(in.bytes(length - 2u));
    if (in.failed()) return std::nullopt;
    if (code == kSos) {
      if (!read_scan(body, header)) return std::nullopt;
      header.bits_at = in.position();
      return header;
    }
    if (!read_segment(code, body, header)) return std::nullopt;
  }
}

}  // namespace sightline::codec
