#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "tile/tile_service.hpp"
#include "wire/tile_frame.hpp"

namespace sightline::server {

/// Bytes [first, last) of a frame's stream.
struct StreamRange {
  std::uint32_t first = 0, last = 0;
};
/// Where the levels of a want lie; nullopt when there is no such frame, stream or level
/// (TileService::read says which).
std::optional<StreamRange> stream_range(StudyTable const& study, wire::WantEntry const& entry);

/// The server's side of `sightline.tiles.v1` without a socket: messages in, the next thing to do
/// out. It holds one want-list and hands out one tile at a time, so a newer list takes effect after
/// at most one tile. Memory: the list (Limits::max_wants), a handle per open study, and replies of
/// which each slot has at most one of a kind. Threads: one (the session's strand). Source:
/// docs/wire_format.md, "Socket".
class TileSession {
 public:
  explicit TileSession(std::size_t max_open_studies) : max_open_studies_(max_open_studies) {}

  /// Nothing to do until receive() or revision_seen().
  struct Wait {};
  /// Send this whole message.
  struct Send {
    std::vector<std::byte> message;
  };
  /// Look the study up, then call study_loaded.
  struct LoadStudy {
    std::uint16_t slot = 0;
    std::uint64_t ticket = 0;
    std::string study_instance_uid;
  };
  /// Read this tile, then send it if is_current(), or call tile_failed.
  struct LoadTile {
    StudyHandle study;
    wire::WantEntry entry;
    std::uint32_t epoch = 0;
    std::uint64_t ticket = 0;
  };
  using Step = std::variant<Wait, Send, LoadStudy, LoadTile>;

  /// Takes one message. Errors: invalid_argument (epoch does not grow), limit_exceeded (too many
  /// studies): the client broke the protocol, close with 1002.
  Status receive(wire::ClientMessage&& message);

  /// The next step. Order: replies, studies to open, revisions to announce, wants in their order,
  /// done.
  Step next();

  void study_loaded(LoadStudy const& request, Result<StudyHandle> study);
  /// False when a newer want-list came or the study was closed while the tile was read: drop it.
  bool is_current(LoadTile const& tile) const;
  /// Queues `refused` for this frame, if it is still wanted.
  void tile_failed(LoadTile const& tile, Error const& error);

  /// The open studies, to be asked for newer revisions; and what was found.
  struct Watched {
    std::uint16_t slot = 0;
    std::uint64_t ticket = 0;
    std::string study_instance_uid;
  };
  std::vector<Watched> watched() const;
  /// Queues `changed` when the revision is newer than any that the client was told of.
  void revision_seen(Watched const& watched, std::uint64_t revision);

 private:
  struct Slot {
    std::string study_instance_uid;
    std::uint64_t ticket = 0;  ///< differs for each open, so that late answers are recognised
    std::uint64_t client_revision = 0;
    std::uint64_t told_revision = 0;
    StudyHandle study;  ///< null: not loaded yet, or stale
    bool is_stale = false;
    bool announce = false;
  };

  Status open(wire::Open&& message);
  Status want(wire::Want&& message);
  void close(wire::Close const& message);
  void reply(wire::ServerMessage const& message);
  Step next_want();

  std::size_t max_open_studies_;
  std::uint64_t last_ticket_ = 0;
  std::map<std::uint16_t, Slot> slots_;
  std::deque<std::vector<std::byte>> replies_;
  std::vector<wire::WantEntry> wants_;
  std::size_t position_ = 0;  ///< first entry of wants_ that was not handed out
  std::uint32_t epoch_ = 0;
  bool has_epoch_ = false;
  bool done_sent_ = true;
  std::set<std::uint16_t> refused_slots_;  ///< told once per epoch that the whole study is not open
};

}  // namespace sightline::server
