#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"

namespace sightline {

/// A comment behind SIZ that says which frame is meant, of a JPEG 2000 codestream whose components
/// are several frames: dicom writes it into what a decoder is given, codec reads it. To every other
/// decoder it is a comment. Source: ISO/IEC 15444-1 A.9.2 (COM).
inline constexpr std::string_view kFrameMarkText = "sightline frame ";

namespace frame_mark_detail {
inline constexpr std::uint32_t kSocAndSiz = 0xFF4FFF51;
inline constexpr std::uint16_t kCom = 0xFF64;
/// Of COM's segment behind its marker: its length, Rcom, the text and the frame.
inline constexpr std::size_t kSegmentBytes = 2 + 2 + kFrameMarkText.size() + 4;
}  // namespace frame_mark_detail
/// What a mark adds to a codestream.
inline constexpr std::size_t kFrameMarkBytes = 2 + frame_mark_detail::kSegmentBytes;

/// The codestream with a mark of the frame (0-based); as it is when it does not begin as one. One
/// that has room for kFrameMarkBytes more is not copied.
inline std::vector<std::byte> mark_frame(std::vector<std::byte> codestream, std::uint32_t frame) {
  using namespace frame_mark_detail;
  ByteReader in(codestream);
  bool const begins = in.u32_be() == kSocAndSiz;
  std::size_t const siz_bytes = in.u16_be();
  std::size_t const place = 4 + siz_bytes;
  if (!begins || in.failed() || place > codestream.size()) return codestream;
  ByteWriter mark;
  mark.u16_be(kCom);
  mark.u16_be(static_cast<std::uint16_t>(kSegmentBytes));
  mark.u16_be(0);  // Rcom: binary
  mark.text(kFrameMarkText);
  mark.u32_be(frame);
  auto const bytes = mark.view();
  codestream.reserve(codestream.size() + bytes.size());  // insert() alone takes as much again
  codestream.insert(codestream.begin() + static_cast<std::ptrdiff_t>(place), bytes.begin(),
                    bytes.end());
  return codestream;
}

/// The frame of the mark; nothing without one.
inline std::optional<std::uint32_t> marked_frame(std::span<std::byte const> codestream) {
  using namespace frame_mark_detail;
  ByteReader in(codestream);
  if (in.u32_be() != kSocAndSiz) return std::nullopt;
  std::size_t const siz_bytes = in.u16_be();
  in.seek(4 + siz_bytes);
  if (in.u16_be() != kCom || in.u16_be() != kSegmentBytes || in.u16_be() != 0) return std::nullopt;
  for (char const letter : kFrameMarkText)
    if (in.u8() != static_cast<std::uint8_t>(letter)) return std::nullopt;
  std::uint32_t const frame = in.u32_be();
  return in.failed() ? std::nullopt : std::optional(frame);
}

}  // namespace sightline
