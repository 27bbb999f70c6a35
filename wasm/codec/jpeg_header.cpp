#include "codec/jpeg_header.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/byte_reader.hpp"

namespace sightline::codec {
namespace {

/// Full progression in 12 bits with 3 components needs some 40; a script with more is hostile.
constexpr unsigned kMaxScans = 256;
constexpr std::uint8_t kApp14 = 0xee;

enum class SegmentKind { frame, unsupported_frame, scan, standalone, other };

SegmentKind kind_of(std::uint8_t code) {
  switch (code) {
    case 0xc0:
    case 0xc1:
    case 0xc2:
    case 0xc3: return SegmentKind::frame;
    case 0xc5:
    case 0xc6:
    case 0xc7:
    case 0xc9:
    case 0xca:
    case 0xcb:
    case 0xcd:
    case 0xce:
    case 0xcf: return SegmentKind::unsupported_frame;
    case 0xda: return SegmentKind::scan;
    case 0x01:
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3:
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8: return SegmentKind::standalone;
    default: return SegmentKind::other;
  }
}

/// B.2.2: Ci, Hi and Vi, Tqi of each component. What a cut header does not have says nothing.
void read_components(ByteReader in, JpegHeader& header) {
  std::array<std::uint8_t, 3> ids{};
  std::uint8_t first_factors = 0;
  for (std::size_t i = 0; i < header.components && in.remaining() >= 3; ++i) {
    std::uint8_t const id = in.u8(), factors = in.u8();
    in.skip(1);
    if (i < ids.size()) ids[i] = id;
    if (i == 0) first_factors = factors;
    header.is_subsampled = header.is_subsampled || factors != first_factors;
  }
  header.says_rgb = header.components == 3 && ids[0] == 'R' && ids[1] == 'G' && ids[2] == 'B';
}

/// Adobe's APP14: "Adobe", version, two words of flags, transform (0: the samples are as they
/// were).
bool is_adobe_without_transform(std::span<std::byte const> body) {
  constexpr std::string_view kName = "Adobe";
  constexpr std::size_t kTransform = 11;
  if (body.size() <= kTransform || body[kTransform] != std::byte{0}) return false;
  return std::ranges::equal(body.first(kName.size()), std::as_bytes(std::span(kName)));
}

Result<JpegHeader> read_frame_header(std::uint8_t code, std::span<std::byte const> body) {
  ByteReader in(body);
  JpegHeader header;
  header.precision = in.u8();
  header.rows = in.u16_be();
  header.cols = in.u16_be();
  header.components = in.u8();
  header.is_lossless = code == 0xc3;
  if (in.failed()) return fail(Errc::corrupt, "SOF is too short");
  read_components(in, header);
  // B.2.2: rows 0 means that DNL follows the first scan; no DICOM writer is known to do it.
  if (header.rows == 0) return fail(Errc::unsupported, "JPEG with DNL");
  bool const depth_is_legal = header.is_lossless ? header.precision >= 2 && header.precision <= 16
                                                 : header.precision == 8 || header.precision == 12;
  if (header.cols == 0 || header.components == 0 || !depth_is_legal) {
    return fail(Errc::corrupt, "SOF out of range");
  }
  return header;
}

/// Entropy-coded data never holds FF DA: a plain count of it bounds the scans from above.
bool has_too_many_scans(std::span<std::byte const> bytes) {
  unsigned scans = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
    if (bytes[i] == std::byte{0xff} && bytes[i + 1] == std::byte{0xda} && ++scans > kMaxScans) {
      return true;
    }
  }
  return false;
}

}  // namespace

Result<JpegHeader> read_jpeg_header(std::span<std::byte const> bytes) {
  ByteReader in(bytes);
  if (in.u16_be() != 0xffd8) {
    return fail(in.failed() ? Errc::truncated : Errc::corrupt, "JPEG without SOI");
  }
  bool is_untransformed = false;
  while (true) {
    std::size_t const offset = in.position();
    std::uint8_t const prefix = in.u8();
    std::uint8_t code = in.u8();
    while (!in.failed() && code == 0xff) code = in.u8();  // B.1.1.2: fill bytes
    if (in.failed()) return fail(Errc::truncated, "JPEG header", offset);
    if (prefix != 0xff || code == 0) return fail(Errc::corrupt, "JPEG marker", offset);
    SegmentKind const kind = kind_of(code);
    if (kind == SegmentKind::standalone) continue;
    if (kind == SegmentKind::scan) return fail(Errc::corrupt, "SOS before SOF", offset);
    std::uint16_t const length = in.u16_be();
    if (!in.failed() && length < 2) return fail(Errc::corrupt, "JPEG segment length", offset);
    auto const body = in.bytes(length < 2 ? 0u : length - 2u);
    if (in.failed()) return fail(Errc::truncated, "JPEG header", offset);
    if (kind == SegmentKind::unsupported_frame) {
      return fail(Errc::unsupported, "hierarchical or arithmetic JPEG", offset);
    }
    if (code == kApp14 && is_adobe_without_transform(body)) is_untransformed = true;
    if (kind != SegmentKind::frame) continue;
    if (has_too_many_scans(in.rest())) return fail(Errc::limit_exceeded, "many JPEG scans");
    auto header = read_frame_header(code, body);
    if (header && is_untransformed && header->components == 3) header->says_rgb = true;
    return header;
  }
}

}  // namespace sightline::codec
