#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"

/// The messages of `sightline.tiles.v1`. docs/wire_format.md is the specification;
/// tests/fixtures/wire has golden and negative messages that this code and web/source/wire.ts must
/// both read. All integers little-endian.
namespace sightline::wire {

inline constexpr std::string_view kSubprotocol = "sightline.tiles.v1";

enum class MessageType : std::uint8_t {
  open = 0x01,
  want = 0x02,
  close = 0x03,
  opened = 0x81,
  tile = 0x82,
  refused = 0x83,
  done = 0x84,
  changed = 0x85,
};

/// Client: use `slot` for this study from now on. `revision` is the manifest's.
struct Open {
  std::uint16_t slot = 0;
  std::uint64_t revision = 0;
  std::string study_instance_uid;
};
/// Client: levels first_level..last_level of one frame, in one tile. Frames are numbered through
/// the manifest.
struct WantEntry {
  std::uint32_t frame = 0;
  std::uint16_t slot = 0;
  std::uint8_t first_level = 0, last_level = 0;
};
/// Client: everything that is wanted now, most wanted first. Replaces all earlier lists.
struct Want {
  std::uint32_t epoch = 0;
  std::vector<WantEntry> entries;
};
/// Client: the study is no longer looked at.
struct Close {
  std::uint16_t slot = 0;
};
/// Server: answer to Open.
struct Opened {
  std::uint16_t slot = 0;
  std::uint64_t revision = 0;
  std::uint32_t frame_count = 0;
};
/// Server: bytes [offset_bytes, offset_bytes + payload.size()) of the frame's stream = levels
/// first..last.
struct Tile {
  std::uint32_t epoch = 0, frame = 0, offset_bytes = 0;
  std::uint16_t slot = 0;
  std::uint8_t first_level = 0, last_level = 0;
  std::span<std::byte const> payload;
};
/// Server: this frame (or study: frame = 0xFFFFFFFF) cannot be sent.
struct Refused {
  std::uint32_t epoch = 0, frame = 0;
  std::uint16_t slot = 0;
  Errc code = Errc::ok;
  std::string detail;
};
/// Server: everything of this epoch has been sent.
struct Done {
  std::uint32_t epoch = 0;
};
/// Server: the study has a newer revision; fetch the manifest again and open again.
struct Changed {
  std::uint16_t slot = 0;
  std::uint64_t revision = 0;
};

using ClientMessage = std::variant<Open, Want, Close>;
using ServerMessage = std::variant<Opened, Tile, Refused, Done, Changed>;

std::vector<std::byte> encode(ClientMessage const& message);
std::vector<std::byte> encode(ServerMessage const& message);
/// Only the header of a Tile: the payload follows it on the socket without a copy.
std::vector<std::byte> encode_tile_header(Tile const& tile);
inline constexpr std::size_t kTileHeaderBytes = 24;

/// Errors: corrupt (unknown type, wrong length, levels out of order), limit_exceeded. Lifetime:
/// Tile::payload points into `bytes`.
Result<ClientMessage> parse_client_message(std::span<std::byte const> bytes,
                                           Limits const& limits = kDefaultLimits);
Result<ServerMessage> parse_server_message(std::span<std::byte const> bytes,
                                           Limits const& limits = kDefaultLimits);

}  // namespace sightline::wire
