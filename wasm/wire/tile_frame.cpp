#include "wire/tile_frame.hpp"

#include <utility>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/uid.hpp"
#include "base/utf8.hpp"

namespace sightline::wire {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kWantHeaderBytes = 12, kWantEntryBytes = 8;
constexpr std::uint8_t kMaxLevel = 32;  // ISO/IEC 15444-1 table A.15: at most 32 decompositions
constexpr std::int32_t kLastErrc = static_cast<std::int32_t>(Errc::no_space);

ByteWriter begin(MessageType type, std::size_t bytes) {
  ByteWriter writer(bytes);
  writer.u8(static_cast<std::uint8_t>(type));
  writer.u8(kVersion);
  return writer;
}

std::vector<std::byte> encode_message(Open const& open) {
  ByteWriter writer = begin(MessageType::open, 16 + open.study_instance_uid.size());
  writer.u16_le(open.slot);
  writer.u32_le(static_cast<std::uint32_t>(open.study_instance_uid.size()));
  writer.u64_le(open.revision);
  writer.text(open.study_instance_uid);
  return writer.take();
}

std::vector<std::byte> encode_message(Want const& want) {
  ByteWriter writer =
      begin(MessageType::want, kWantHeaderBytes + kWantEntryBytes * want.entries.size());
  writer.u16_le(0);
  writer.u32_le(want.epoch);
  writer.u32_le(static_cast<std::uint32_t>(want.entries.size()));
  for (WantEntry const& entry : want.entries) {
    writer.u32_le(entry.frame);
    writer.u16_le(entry.slot);
    writer.u8(entry.first_level);
    writer.u8(entry.last_level);
  }
  return writer.take();
}

std::vector<std::byte> encode_message(Close const& close) {
  ByteWriter writer = begin(MessageType::close, 4);
  writer.u16_le(close.slot);
  return writer.take();
}

std::vector<std::byte> encode_message(Opened const& opened) {
  ByteWriter writer = begin(MessageType::opened, 16);
  writer.u16_le(opened.slot);
  writer.u32_le(opened.frame_count);
  writer.u64_le(opened.revision);
  return writer.take();
}

ByteWriter tile_header(Tile const& tile, std::size_t reserve_bytes) {
  ByteWriter writer = begin(MessageType::tile, reserve_bytes);
  writer.u16_le(tile.slot);
  writer.u32_le(tile.epoch);
  writer.u32_le(tile.frame);
  writer.u8(tile.first_level);
  writer.u8(tile.last_level);
  writer.u16_le(0);
  writer.u32_le(tile.offset_bytes);
  writer.u32_le(static_cast<std::uint32_t>(tile.payload.size()));
  return writer;
}

std::vector<std::byte> encode_message(Tile const& tile) {
  ByteWriter writer = tile_header(tile, kTileHeaderBytes + tile.payload.size());
  writer.bytes(tile.payload);
  return writer.take();
}

std::vector<std::byte> encode_message(Refused const& refused) {
  std::string const text =
      to_valid_utf8(refused.detail.substr(0, kDefaultLimits.max_text_bytes / 3));
  ByteWriter writer = begin(MessageType::refused, 20 + text.size());
  writer.u16_le(refused.slot);
  writer.u32_le(refused.epoch);
  writer.u32_le(refused.frame);
  writer.u32_le(static_cast<std::uint32_t>(refused.code));
  writer.u32_le(static_cast<std::uint32_t>(text.size()));
  writer.text(text);
  return writer.take();
}

std::vector<std::byte> encode_message(Done const& done) {
  ByteWriter writer = begin(MessageType::done, 8);
  writer.u16_le(0);
  writer.u32_le(done.epoch);
  return writer.take();
}

std::vector<std::byte> encode_message(Changed const& changed) {
  ByteWriter writer = begin(MessageType::changed, 16);
  writer.u16_le(changed.slot);
  writer.u32_le(0);
  writer.u64_le(changed.revision);
  return writer.take();
}

std::string text_of(std::span<std::byte const> bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

/// What every parser ends with: nothing was missing, nothing is left over, and all of its own
/// checks held.
Status finish(ByteReader const& reader, bool well_formed) {
  if (reader.failed()) return fail(Errc::corrupt, "message too short", reader.position());
  if (!reader.at_end()) return fail(Errc::corrupt, "message too long", reader.position());
  if (!well_formed) return fail(Errc::corrupt, "a field has a value that it may not have");
  return {};
}

template <class Message>
Result<Message> finished(ByteReader const& reader, bool well_formed, Message message) {
  if (Status const status = finish(reader, well_formed); !status)
    return std::unexpected(status.error());
  return message;
}

bool levels_in_order(std::uint8_t first_level, std::uint8_t last_level) {
  return first_level <= last_level && last_level <= kMaxLevel;
}

Result<ClientMessage> parse_open(ByteReader reader) {
  Open open;
  open.slot = reader.u16_le();
  std::uint32_t const length = reader.u32_le();
  open.revision = reader.u64_le();
  if (!reader.failed() && (length < 1 || length > kMaxUidBytes))
    return fail(Errc::corrupt, "UID length out of range");
  open.study_instance_uid = text_of(reader.bytes(length));
  bool const is_named = is_uid(open.study_instance_uid);
  return finished<ClientMessage>(reader, is_named, std::move(open));
}

Result<ClientMessage> parse_want(ByteReader reader, Limits const& limits) {
  Want want;
  bool well_formed = reader.u16_le() == 0;
  want.epoch = reader.u32_le();
  std::uint32_t const count = reader.u32_le();
  if (!reader.failed() && count > limits.max_wants)
    return fail(Errc::limit_exceeded, "too many wants");
  if (reader.remaining() != kWantEntryBytes * count) {
    return fail(Errc::corrupt, "want-list length does not match its count", reader.position());
  }
  want.entries.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    WantEntry entry;
    entry.frame = reader.u32_le();
    entry.slot = reader.u16_le();
    entry.first_level = reader.u8();
    entry.last_level = reader.u8();
    well_formed = well_formed && levels_in_order(entry.first_level, entry.last_level);
    want.entries.push_back(entry);
  }
  return finished<ClientMessage>(reader, well_formed, std::move(want));
}

Result<ClientMessage> parse_close(ByteReader reader) {
  Close const close{reader.u16_le()};
  return finished<ClientMessage>(reader, true, close);
}

Result<ServerMessage> parse_opened(ByteReader reader) {
  Opened opened;
  opened.slot = reader.u16_le();
  opened.frame_count = reader.u32_le();
  opened.revision = reader.u64_le();
  return finished<ServerMessage>(reader, true, opened);
}

Result<ServerMessage> parse_tile(ByteReader reader, Limits const& limits) {
  Tile tile;
  tile.slot = reader.u16_le();
  tile.epoch = reader.u32_le();
  tile.frame = reader.u32_le();
  tile.first_level = reader.u8();
  tile.last_level = reader.u8();
  bool const reserved_is_zero = reader.u16_le() == 0;
  tile.offset_bytes = reader.u32_le();
  std::uint32_t const length = reader.u32_le();
  if (!reader.failed() && length > limits.max_frame_bytes) {
    return fail(Errc::limit_exceeded, "tile larger than a frame may be");
  }
  tile.payload = reader.bytes(length);
  bool const fits = length <= UINT32_MAX - tile.offset_bytes;
  bool const well_formed =
      reserved_is_zero && fits && levels_in_order(tile.first_level, tile.last_level);
  return finished<ServerMessage>(reader, well_formed, tile);
}

Result<ServerMessage> parse_refused(ByteReader reader, Limits const& limits) {
  Refused refused;
  refused.slot = reader.u16_le();
  refused.epoch = reader.u32_le();
  refused.frame = reader.u32_le();
  auto const code = static_cast<std::int32_t>(reader.u32_le());
  std::uint32_t const length = reader.u32_le();
  if (!reader.failed() && length > limits.max_text_bytes)
    return fail(Errc::limit_exceeded, "text too long");
  refused.detail = text_of(reader.bytes(length));
  bool const well_formed = code > 0 && code <= kLastErrc && is_valid_utf8(refused.detail);
  if (well_formed) refused.code = static_cast<Errc>(code);
  return finished<ServerMessage>(reader, well_formed, std::move(refused));
}

Result<ServerMessage> parse_done(ByteReader reader) {
  bool const reserved_is_zero = reader.u16_le() == 0;
  Done const done{reader.u32_le()};
  return finished<ServerMessage>(reader, reserved_is_zero, done);
}

Result<ServerMessage> parse_changed(ByteReader reader) {
  Changed changed;
  changed.slot = reader.u16_le();
  bool const reserved_is_zero = reader.u32_le() == 0;
  changed.revision = reader.u64_le();
  return finished<ServerMessage>(reader, reserved_is_zero, changed);
}

/// The type byte, once the version has been checked. Errors: corrupt.
Result<MessageType> read_type(ByteReader& reader) {
  auto const type = static_cast<MessageType>(reader.u8());
  bool const version_known = reader.u8() == kVersion;
  if (reader.failed()) return fail(Errc::corrupt, "message too short");
  if (!version_known) return fail(Errc::corrupt, "unknown version", 1);
  return type;
}

}  // namespace

std::vector<std::byte> encode(ClientMessage const& message) {
  return std::visit([](auto const& one) { return encode_message(one); }, message);
}

std::vector<std::byte> encode(ServerMessage const& message) {
  return std::visit([](auto const& one) { return encode_message(one); }, message);
}

std::vector<std::byte> encode_tile_header(Tile const& tile) {
  return tile_header(tile, kTileHeaderBytes).take();
}

Result<ClientMessage> parse_client_message(std::span<std::byte const> bytes, Limits const& limits) {
  ByteReader reader(bytes);
  auto const type = read_type(reader);
  if (!type) return std::unexpected(type.error());
  switch (*type) {
    case MessageType::open: return parse_open(reader);
    case MessageType::want: return parse_want(reader, limits);
    case MessageType::close: return parse_close(reader);
    default: return fail(Errc::corrupt, "unknown message type");
  }
}

Result<ServerMessage> parse_server_message(std::span<std::byte const> bytes, Limits const& limits) {
  ByteReader reader(bytes);
  auto const type = read_type(reader);
  if (!type) return std::unexpected(type.error());
  switch (*type) {
    case MessageType::opened: return parse_opened(reader);
    case MessageType::tile: return parse_tile(reader, limits);
    case MessageType::refused: return parse_refused(reader, limits);
    case MessageType::done: return parse_done(reader);
    case MessageType::changed: return parse_changed(reader);
    default: return fail(Errc::corrupt, "unknown message type");
  }
}

}  // namespace sightline::wire
