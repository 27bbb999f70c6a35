#include "tile/mp4_front.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace sightline::server {
namespace {

constexpr std::uint64_t kMostHeadBytes = 64u << 20;
constexpr int kMostBoxes = 4096, kMostDepth = 6;

std::uint64_t number_at(std::span<std::byte const> bytes, std::size_t at, std::size_t length) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < length; ++i)
    value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
  return value;
}
void put_number(std::span<std::byte> bytes, std::size_t at, std::size_t length,
                std::uint64_t value) {
  for (std::size_t i = length; i-- > 0; value >>= 8)
    bytes[at + i] = static_cast<std::byte>(value & 0xFF);
}

/// A box by its first 16 bytes; `rest`: from its beginning to the end of what it lies in.
struct Box {
  std::string_view type;
  std::uint64_t size = 0;
  std::size_t head = 8;
};
std::optional<Box> box_at(std::span<std::byte const> bytes, std::uint64_t rest) {
  if (bytes.size() < 8) return std::nullopt;
  Box box{{reinterpret_cast<char const*>(bytes.data()) + 4, 4}, number_at(bytes, 0, 4), 8};
  if (box.size == 0) box.size = rest;
  if (box.size == 1) {
    if (bytes.size() < 16) return std::nullopt;
    box.size = number_at(bytes, 8, 8);
    box.head = 16;
  }
  if (box.size < box.head || box.size > rest) return std::nullopt;
  return box;
}

/// Where what goes to another place goes: bytes from `first` up to `last` move by `by`.
struct Move {
  std::uint64_t first = 0, last = 0, by = 0;
};

/// Chunk offsets: "stco" of 4 bytes each, "co64" of 8.
bool move_chunks(std::span<std::byte> table, std::size_t width, Move const& move) {
  if (table.size() < 8) return false;
  std::uint64_t const count = number_at(table, 4, 4);
  if (count > (table.size() - 8) / width) return false;
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t const at = 8 + i * width;
    std::uint64_t const offset = number_at(table, at, width);
    if (offset >= move.first && offset < move.last) put_number(table, at, width, offset + move.by);
  }
  return true;
}
/// The tables within a box's content. False: it is broken.
bool move_tables(std::span<std::byte> content, Move const& move, int depth) {
  constexpr std::string_view kContainers[] = {"moov", "trak", "mdia", "minf", "stbl"};
  while (!content.empty()) {
    auto const box = box_at(content, content.size());
    if (!box) return content.size() < 8;
    auto const inside = content.subspan(box->head, static_cast<std::size_t>(box->size) - box->head);
    bool is_fine = true;
    if (box->type == "stco" || box->type == "co64")
      is_fine = move_chunks(inside, box->type == "stco" ? 4 : 8, move);
    else if (depth < kMostDepth &&
             std::ranges::find(kContainers, box->type) != std::end(kContainers))
      is_fine = move_tables(inside, move, depth + 1);
    if (!is_fine) return false;
    content = content.subspan(static_cast<std::size_t>(box->size));
  }
  return true;
}

/// Where the parts of the file are that change places.
struct Places {
  std::uint64_t front = 0;           ///< behind "ftyp"
  std::uint64_t head = 0, size = 0;  ///< "moov"; size 0: it is where it should be, or nowhere
};
Result<Places> find_places(VideoBytes const& stream) {
  Places places;
  bool has_data = false;
  std::uint64_t at = 0;
  for (int boxes = 0; boxes < kMostBoxes && at + 8 <= stream.length_bytes; ++boxes) {
    std::uint64_t const rest = stream.length_bytes - at;
    auto const head =
        stream.read(at, static_cast<std::uint32_t>(std::min<std::uint64_t>(16, rest)));
    if (!head) return std::unexpected(head.error());
    auto const box = box_at(*head, rest);
    if (!box) break;
    if (at == 0 && box->type == "ftyp") places.front = box->size;
    if (box->type == "mdat") has_data = true;
    if (box->type == "moov") {
      if (has_data && box->size <= kMostHeadBytes) places.head = at, places.size = box->size;
      break;
    }
    at += box->size;
  }
  return places;
}

}  // namespace

Result<VideoBytes> with_head_first(VideoBytes stream) {
  auto const places = find_places(stream);
  if (!places) return std::unexpected(places.error());
  if (places->size == 0) return stream;
  auto head = stream.read(places->head, static_cast<std::uint32_t>(places->size));
  if (!head) return std::unexpected(head.error());
  // A number of 4 bytes has room: streams of 1 GiB are decoded at most.
  if (stream.length_bytes > kMostVideoStreamBytes ||
      !move_tables(*head, {places->front, places->head, places->size}, 0))
    return stream;
  auto const moved = std::make_shared<std::vector<std::byte> const>(std::move(*head));
  VideoBytes made{stream.length_bytes, {}};
  made.read = [stream = std::move(stream), moved, place = *places](
                  std::uint64_t offset, std::uint32_t count) -> Result<std::vector<std::byte>> {
    std::vector<std::byte> out;
    while (out.size() < count) {
      std::uint64_t const at = offset + out.size(), left = count - out.size();
      if (at >= place.front && at < place.front + place.size) {
        auto const first = static_cast<std::size_t>(at - place.front);
        auto const part = std::span(*moved).subspan(
            first, static_cast<std::size_t>(std::min<std::uint64_t>(left, place.size - first)));
        out.insert(out.end(), part.begin(), part.end());
        continue;
      }
      // before the place nothing moves; up to where the head was, all lies further behind
      std::uint64_t const end = at < place.front               ? place.front
                                : at < place.head + place.size ? place.head + place.size
                                                               : offset + count;
      std::uint64_t const from =
          at >= place.front && at < place.head + place.size ? at - place.size : at;
      auto const part =
          stream.read(from, static_cast<std::uint32_t>(std::min<std::uint64_t>(left, end - at)));
      if (!part) return std::unexpected(part.error());
      out.insert(out.end(), part->begin(), part->end());
    }
    return out;
  };
  return made;
}

}  // namespace sightline::server
