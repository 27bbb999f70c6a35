#include "codec/jpegls_header.hpp"

#include <algorithm>

#include "base/byte_reader.hpp"

namespace sightline::codec {
namespace {

constexpr std::uint8_t kSof55 = 0xf7, kLse = 0xf8, kSos = 0xda, kDri = 0xdd, kApp8 = 0xe8;

Status read_sof(ByteReader& in, JpegLsHeader& header) {
  header.precision = in.u8();
  header.rows = in.u16_be();
  header.cols = in.u16_be();
  header.components = in.u8();
  if (in.failed() || header.precision < 2 || header.precision > 16 || header.cols == 0 ||
      header.components == 0) {
    return fail(Errc::corrupt, "JPEG-LS SOF out of range");
  }
  header.rows_follow = header.rows == 0;
  return {};
}

/// Preset parameters. Source: C.2.4.1.1, table C.1.
Status read_lse(ByteReader& in, JpegLsHeader& header) {
  std::uint8_t const id = in.u8();
  if (id == 2 || id == 3) return fail(Errc::unsupported, "JPEG-LS mapping table");
  if (id != 1) return fail(Errc::unsupported, "JPEG-LS LSE");
  unsigned const max_value = in.u16_be();
  unsigned const t1 = in.u16_be(), t2 = in.u16_be(), t3 = in.u16_be(), reset = in.u16_be();
  if (in.failed()) return fail(Errc::corrupt, "JPEG-LS LSE is too short");
  unsigned const top = header.precision == 0 ? 65535u : (1u << header.precision) - 1;
  unsigned const most = max_value == 0 ? top : max_value;
  bool const ascends = (t1 == 0 || t2 == 0 || t1 <= t2) && (t2 == 0 || t3 == 0 || t2 <= t3) &&
                       (t1 == 0 || t3 == 0 || t1 <= t3);
  if (most > top || std::max({t1, t2, t3}) > most || !ascends ||
      (reset != 0 && (reset < 3 || reset > std::max(255u, most)))) {
    return fail(Errc::corrupt, "JPEG-LS LSE out of range");
  }
  for (std::size_t i = 0; auto const preset : {max_value, t1, t2, t3, reset}) {
    header.presets[i++] = static_cast<std::uint16_t>(preset);
  }
  return {};
}

/// C.2.5: a number of 2, 3 or 4 bytes, of lines: those of a scan are its minimum coded units.
Status read_dri(ByteReader& in, JpegLsHeader& header) {
  if (in.remaining() < 2 || in.remaining() > 4) return fail(Errc::corrupt, "JPEG-LS DRI");
  std::uint32_t lines = 0;
  while (!in.at_end()) lines = lines << 8 | in.u8();
  header.restart_lines = lines;
  return {};
}

/// HP's colour transforms: "mrfx" and a number. Other APP8 are nobody's.
Status read_app8(ByteReader& in, JpegLsHeader& header) {
  if (in.remaining() != 5 || in.u32_be() != 0x6d726678) return {};
  std::uint8_t const transform = in.u8();
  if (transform > 3) return fail(Errc::unsupported, "JPEG-LS colour transform");
  header.transform = static_cast<JpegLsHeader::Transform>(transform);
  return {};
}

Status read_sos(ByteReader& in, JpegLsHeader& header) {
  if (header.precision == 0) return fail(Errc::corrupt, "JPEG-LS SOS before SOF");
  std::uint8_t const components = in.u8();
  in.skip(std::uint64_t{2} * components);
  unsigned const near_lossless = in.u8();
  std::uint8_t const interleave = in.u8();
  if (in.failed()) return fail(Errc::corrupt, "JPEG-LS SOS is too short");
  // C.2.3: NEAR is at most min(255, MAXVAL / 2). LSE may stand before SOF.
  unsigned const all_bits = (1u << header.precision) - 1;
  unsigned const top = header.presets[0] == 0 ? all_bits : header.presets[0];
  if (top > all_bits || interleave > 2 || near_lossless > std::min(255u, top / 2)) {
    return fail(Errc::corrupt, "JPEG-LS SOS out of range");
  }
  unsigned const in_scan = interleave == 0 ? 1 : header.components;
  if (components != in_scan) return fail(Errc::unsupported, "JPEG-LS scan of some components");
  header.interleave = static_cast<JpegLsHeader::Interleave>(interleave);
  header.near_lossless = static_cast<std::uint8_t>(near_lossless);
  return {};
}

}  // namespace

Result<JpegLsHeader> read_jpegls_header(std::span<std::byte const> bytes) {
  ByteReader in(bytes);
  if (in.u16_be() != 0xffd8) {
    return fail(in.failed() ? Errc::truncated : Errc::corrupt, "JPEG-LS without SOI");
  }
  JpegLsHeader header;
  while (true) {
    std::size_t const offset = in.position();
    std::uint8_t const prefix = in.u8();
    std::uint8_t const code = in.u8();
    std::uint16_t const length = in.u16_be();
    if (!in.failed() && (prefix != 0xff || length < 2)) {
      return fail(Errc::corrupt, "JPEG-LS marker", offset);
    }
    ByteReader body(in.bytes(length < 2 ? 0u : length - 2u));
    if (in.failed()) return fail(Errc::truncated, "JPEG-LS header", offset);
    Status status;
    switch (code) {
      case kSof55: status = read_sof(body, header); break;
      case kLse: status = read_lse(body, header); break;
      case kDri: status = read_dri(body, header); break;
      case kSos:
        status = read_sos(body, header);
        header.first_scan = offset;
        if (status) return header;
        break;
      case kApp8: status = read_app8(body, header); break;
      default: break;  // APPn, COM: nothing that changes a pixel is trusted from there.
    }
    if (!status) return fail(status.error().code, status.error().detail, offset);
  }
}

}  // namespace sightline::codec
