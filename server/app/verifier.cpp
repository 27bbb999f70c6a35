#include "app/verifier.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <new>
#include <thread>

#include "base/sha256.hpp"
#include "dicom/instance.hpp"
#include "index/instance_codec.hpp"
#include "index/stream_codec.hpp"

namespace sightline::server {
namespace {

std::string in_pyramid(std::uint32_t frame) {
  return "frame " + std::to_string(frame + 1) + " of its pyramid ";
}

}  // namespace

Result<VerifyReport> Verifier::run() {
  report_ = {};
  auto const damage = store_.index().self_check();
  if (!damage) return std::unexpected(damage.error());
  for (auto const& sentence : *damage) {
    ++report_.findings;
    on_finding_("index: " + sentence);
  }
  if (auto const done = check_rows(); !done) return std::unexpected(done.error());
  if (auto const done = check_orphans(); !done) return std::unexpected(done.error());
  return report_;
}

Status Verifier::check_rows() {
  constexpr std::uint32_t kAtOnce = 256;
  for (std::int64_t after = 0;;) {
    auto const rows = store_.index().stored(after, kAtOnce);
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) return {};
    for (Seen const& seen : check_batch(*rows)) tell(seen);
    after = rows->back().row;
  }
}

std::vector<Verifier::Seen> Verifier::check_batch(std::vector<InstanceRow> const& rows) {
  std::vector<Seen> seen(rows.size());
  std::atomic<std::size_t> next = 0;
  auto const work = [&] {
    for (std::size_t at = next++; at < rows.size(); at = next++) {
      // Read, and held parsed: about twice the file.
      auto const share = budget_.take(2 * rows[at].size_bytes);
      try {
        check_row(rows[at], seen[at]);
      } catch (std::bad_alloc const&) {
        seen[at].found(rows[at].sha256_hex, "cannot be checked: there is not enough memory");
      }
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < std::min<std::size_t>(threads_, rows.size()); ++i)
    threads.emplace_back(work);
  threads.clear();
  return seen;
}

void Verifier::Seen::found(std::string const& hash, std::string const& what) {
  ++counts.findings;
  sentences.push_back("original " + hash + " " + what);
}

void Verifier::tell(Seen const& seen) {
  report_.originals += seen.counts.originals;
  report_.bytes += seen.counts.bytes;
  report_.rows += seen.counts.rows;
  report_.pyramids += seen.counts.pyramids;
  report_.pending += seen.counts.pending;
  report_.findings += seen.counts.findings;
  for (auto const& sentence : seen.sentences) on_finding_(sentence);
}

/// Counts as wrong only what still is: imports and removals go on meanwhile.
Status Verifier::check_orphans() {
  std::vector<std::string> without_row;
  Seen seen;
  auto const keep = [&](std::string const& hash) {
    if (!is_stored(hash)) without_row.push_back(hash);
  };
  if (auto const listed = store_.blobs().for_each(keep); !listed) return listed;
  wait_for_rows(without_row);
  for (auto const& hash : without_row)
    seen.found(hash, "is stored, but the index has no row for it");
  without_row.clear();
  if (auto const listed = store_.pyramids().for_each(keep); !listed) return listed;
  std::ranges::sort(without_row);
  for (auto const& hash : without_row) {
    if (!is_stored(hash) && store_.pyramids().contains(hash))
      seen.found(hash, "has a pyramid, but the index has no row for it");
  }
  tell(seen);
  return {};
}

/// An original that was written just now gets its row in a moment, if whoever writes it lives.
void Verifier::wait_for_rows(std::vector<std::string>& without_row) const {
  auto const is_settled = [this](std::string const& hash) {
    return is_stored(hash) || !store_.blobs().contains(hash);
  };
  auto const is_young = [this](std::string const& hash) {
    constexpr std::chrono::nanoseconds kYoung = std::chrono::minutes(1);
    auto const reader = store_.blobs().open(hash);
    auto const now = std::chrono::system_clock::now().time_since_epoch();
    return reader && now - std::chrono::nanoseconds((*reader)->written_ns()) < kYoung;
  };
  auto const deadline = std::chrono::steady_clock::now() + patience_;
  for (;;) {
    std::erase_if(without_row, is_settled);
    if (std::chrono::steady_clock::now() >= deadline || std::ranges::none_of(without_row, is_young))
      break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::ranges::sort(without_row);
}

void Verifier::check_row(InstanceRow const& row, Seen& seen) const {
  ++seen.counts.rows;
  auto const reader = store_.blobs().open(row.sha256_hex);
  if (!reader) {
    if (is_stored(row.sha256_hex)) seen.found(row.sha256_hex, "is in the index, but not stored");
    return;
  }
  auto const digest = (*reader)->digest();
  if (!digest) return seen.found(row.sha256_hex, "cannot be read");
  ++seen.counts.originals;
  seen.counts.bytes += (*reader)->size_bytes();
  if (*digest != row.sha256_hex)
    return seen.found(row.sha256_hex, "is damaged: its bytes are not those that were stored");
  if ((*reader)->size_bytes() != row.size_bytes)
    seen.found(row.sha256_hex, "has another size than its row says");
  auto const located = store_.index().locate(row.sha256_hex);
  if (!located) {
    if (located.error().code != Errc::not_found)
      seen.found(row.sha256_hex, "has a row that cannot be read");
    return;
  }
  RangedBytes ranges = (*reader)->ranges();
  auto parsed = dicom::read_instance(ranges);
  if (!parsed) return seen.found(row.sha256_hex, "is in the index, but cannot be parsed");
  parsed->frames.clear();
  if (encode_instance(*parsed) != encode_instance(located->instance) ||
      parsed->study.study_instance_uid != located->study_instance_uid)
    seen.found(row.sha256_hex, "has a row that says something else than the original");
  check_pyramid(row.sha256_hex, *located, seen);
}

void Verifier::check_pyramid(std::string const& hash, StreamLocation const& row, Seen& seen) const {
  if (row.pending) {
    ++seen.counts.pending;
    return;
  }
  if (row.streams.empty()) return;  // nothing to show
  ++seen.counts.pyramids;
  auto const table = store_.pyramids().read_table(hash);
  if (!table) {
    if (is_stored(hash)) seen.found(hash, "has no usable pyramid: " + table.error().detail);
  } else if (encode_streams(*table) != encode_streams(row.streams)) {
    seen.found(hash, "has a pyramid that is not the one the index knows");
  } else if (auto const compared = pool_ ? compare_pictures(hash, row) : Status{}; !compared) {
    seen.found(hash, compared.error().detail);
  }
}

Status Verifier::compare_pictures(std::string const& hash, StreamLocation const& row) const {
  auto const reader = store_.blobs().open(hash);
  if (!reader) return std::unexpected(reader.error());
  std::uint32_t frame = 0;
  std::vector<std::uint32_t> others;  // of other bytes: another encoder's, or damaged
  auto const done = pool_->build(**reader, [&](TranscodedFrame const& made) -> Status {
    if (frame >= row.streams.size()) return fail(Errc::corrupt, "its pyramid has too few frames");
    auto const& kept = row.streams[frame];
    if (kept.failure != made.index.failure || kept.digest != made.index.digest)
      return fail(Errc::digest_mismatch,
                  in_pyramid(frame) + "is of other values than the original");
    auto const bytes = read_stream(hash, row, frame);
    if (!bytes) return std::unexpected(bytes.error());
    if (*bytes != made.bytes || kept.level_ends != made.index.level_ends) others.push_back(frame);
    ++frame;
    return {};
  });
  if (!done) return done;
  if (frame != row.streams.size()) return fail(Errc::corrupt, "its pyramid has too many frames");
  for (std::uint32_t const other : others)
    if (auto const same = compare_values(hash, row, other); !same) return same;
  return {};
}

/// Two encodings of the same values need not be of the same bytes, not even by one encoder.
Status Verifier::compare_values(std::string const& hash, StreamLocation const& row,
                                std::uint32_t frame) const {
  auto const& kept = row.streams[frame];
  auto const bytes = read_stream(hash, row, frame);
  if (!bytes) return std::unexpected(bytes.error());
  if (kept.has_digest) {
    auto const decoded = pool_->decode(kept.encoding, row.instance.format, *bytes);
    if (decoded && !decoded->missing && sha256(decoded->block.bytes) == kept.digest) return {};
  }
  return fail(Errc::digest_mismatch, in_pyramid(frame) + "is not what the original holds");
}

Result<std::vector<std::byte>> Verifier::read_stream(std::string const& hash,
                                                     StreamLocation const& row,
                                                     std::uint32_t frame) const {
  auto const& ends = row.streams[frame].level_ends;
  auto bytes = store_.pyramids().read(hash, row.streams, frame, 0, ends.empty() ? 0 : ends.back());
  if (!bytes) return fail(Errc::io, in_pyramid(frame) + "cannot be read");
  return bytes;
}

bool Verifier::is_stored(std::string const& hash) const {
  auto const study = store_.index().find_hash(hash);
  return study && study->has_value();
}

}  // namespace sightline::server
