#include "net/tile_session.hpp"

#include <algorithm>

namespace sightline::server {
namespace {

constexpr std::uint32_t kWholeStudy = 0xFFFFFFFF;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

}  // namespace

std::optional<StreamRange> stream_range(StudyTable const& study, wire::WantEntry const& entry) {
  if (entry.frame >= study.frames.size()) return std::nullopt;
  wire::StreamIndex const* const stream = study.stream_of(entry.frame);
  if (stream == nullptr || entry.last_level >= stream->level_ends.size() ||
      entry.first_level > entry.last_level) {
    return std::nullopt;
  }
  std::uint32_t const first =
      entry.first_level == 0 ? 0 : stream->level_ends[entry.first_level - 1U];
  std::uint32_t const last = stream->level_ends[entry.last_level];
  if (first > last) return std::nullopt;
  return StreamRange{first, last};
}

Status TileSession::receive(wire::ClientMessage&& message) {
  return std::visit(
      Overloaded{[this](wire::Open& open_message) { return open(std::move(open_message)); },
                 [this](wire::Want& want_message) { return want(std::move(want_message)); },
                 [this](wire::Close& close_message) {
                   close(close_message);
                   return Status{};
                 }},
      message);
}

Status TileSession::open(wire::Open&& message) {
  if (!slots_.contains(message.slot) && slots_.size() >= max_open_studies_) {
    return fail(Errc::limit_exceeded, "too many open studies");
  }
  Slot slot;
  slot.study_instance_uid = std::move(message.study_instance_uid);
  slot.client_revision = message.revision;
  slot.ticket = ++last_ticket_;
  slots_.insert_or_assign(message.slot, std::move(slot));
  return {};
}

Status TileSession::want(wire::Want&& message) {
  if (has_epoch_ && message.epoch <= epoch_)
    return fail(Errc::invalid_argument, "the epoch does not grow");
  has_epoch_ = true;
  epoch_ = message.epoch;
  wants_ = std::move(message.entries);
  position_ = 0;
  done_sent_ = false;
  refused_slots_.clear();
  return {};
}

void TileSession::close(wire::Close const& message) {
  slots_.erase(message.slot);
  auto const waiting = wants_.begin() + static_cast<std::ptrdiff_t>(position_);
  auto const gone = [&](wire::WantEntry const& entry) { return entry.slot == message.slot; };
  wants_.erase(std::remove_if(waiting, wants_.end(), gone), wants_.end());
}

void TileSession::reply(wire::ServerMessage const& message) {
  replies_.push_back(wire::encode(message));
}

TileSession::Step TileSession::next() {
  if (!replies_.empty()) {
    Send send{std::move(replies_.front())};
    replies_.pop_front();
    return send;
  }
  // Tickets grow, so the smallest one is the study that was asked for first.
  auto oldest = slots_.end();
  for (auto it = slots_.begin(); it != slots_.end(); ++it) {
    if (it->second.study || it->second.is_stale) continue;
    if (oldest == slots_.end() || it->second.ticket < oldest->second.ticket) oldest = it;
  }
  if (oldest != slots_.end()) {
    return LoadStudy{oldest->first, oldest->second.ticket, oldest->second.study_instance_uid};
  }
  for (auto& [number, slot] : slots_) {
    if (!slot.announce) continue;
    slot.announce = false;
    return Send{wire::encode(wire::Changed{number, slot.told_revision})};
  }
  return next_want();
}

TileSession::Step TileSession::next_want() {
  while (position_ < wants_.size()) {
    wire::WantEntry const entry = wants_[position_++];
    auto const hit = slots_.find(entry.slot);
    if (hit == slots_.end()) {
      if (!refused_slots_.insert(entry.slot).second) continue;
      return Send{wire::encode(wire::Refused{epoch_, kWholeStudy, entry.slot, Errc::not_found,
                                             "the study is not open"})};
    }
    if (hit->second.is_stale) continue;  // it was answered by `changed`, and by nothing else
    return LoadTile{hit->second.study, entry, epoch_, hit->second.ticket};
  }
  if (done_sent_) return Wait{};
  done_sent_ = true;
  return Send{wire::encode(wire::Done{epoch_})};
}

void TileSession::study_loaded(LoadStudy const& request, Result<StudyHandle> study) {
  auto const hit = slots_.find(request.slot);
  if (hit == slots_.end() || hit->second.ticket != request.ticket)
    return;  // closed or opened again meanwhile
  Slot& slot = hit->second;
  if (!study) {
    reply(wire::Refused{0, kWholeStudy, request.slot, study.error().code,
                        errc_name(study.error().code)});
    slots_.erase(hit);
    return;
  }
  std::uint64_t const revision = (*study)->revision();
  slot.told_revision = revision;
  if (revision != slot.client_revision) {
    slot.is_stale = true;
    reply(wire::Changed{request.slot, revision});
    return;
  }
  slot.study = std::move(*study);
  reply(
      wire::Opened{request.slot, revision, static_cast<std::uint32_t>(slot.study->frames.size())});
}

bool TileSession::is_current(LoadTile const& tile) const {
  auto const hit = slots_.find(tile.entry.slot);
  return tile.epoch == epoch_ && hit != slots_.end() && hit->second.ticket == tile.ticket;
}

void TileSession::tile_failed(LoadTile const& tile, Error const& error) {
  if (!is_current(tile)) return;
  reply(wire::Refused{tile.epoch, tile.entry.frame, tile.entry.slot, error.code,
                      errc_name(error.code)});
}

std::vector<TileSession::Watched> TileSession::watched() const {
  std::vector<Watched> out;
  for (auto const& [number, slot] : slots_) {
    if (slot.study) out.push_back({number, slot.ticket, slot.study_instance_uid});
  }
  return out;
}

void TileSession::revision_seen(Watched const& watched, std::uint64_t revision) {
  auto const hit = slots_.find(watched.slot);
  if (hit == slots_.end() || hit->second.ticket != watched.ticket) return;
  if (revision <= hit->second.told_revision) return;
  hit->second.told_revision = revision;
  hit->second.announce = true;
}

}  // namespace sightline::server
