#include "tile/transcode_pool.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <utility>

#include "codec/frame_shape.hpp"
#include "dicom/icc_profile.hpp"
#include "index/stream_codec.hpp"
#include "tile/worker_process.hpp"
#include "tile/worker_protocol.hpp"

namespace sightline::server {
namespace {

using Clock = std::chrono::steady_clock;
constexpr unsigned kMostDeathsPerInstance = 3;
constexpr unsigned kInstancesPerWorker = 1000;
constexpr std::size_t kChunkBytes = 1 << 20;
constexpr std::chrono::seconds kStartTime{10};

/// A worker process whose sandbox holds.
struct Worker {
  std::unique_ptr<WorkerProcess> process;
  unsigned instances = 0;
  Clock::duration busy{};
};

Result<Reply> receive_reply(WorkerProcess& process, Clock::time_point deadline) {
  std::array<std::byte, kReplyBytes> bytes;
  if (auto const got = process.receive(bytes, deadline); !got) return std::unexpected(got.error());
  return parse_reply(bytes);
}

/// What a worker says has failed. Its detail is bounded, and made of printable ASCII before anyone
/// sees it.
Result<Error> receive_failure(WorkerProcess& process, Reply const& reply,
                              Clock::time_point deadline) {
  std::string detail(reply.b, ' ');
  auto const got =
      process.receive(std::as_writable_bytes(std::span(detail.data(), detail.size())), deadline);
  if (!got) return std::unexpected(got.error());
  std::ranges::replace_if(detail, [](char c) { return c < ' ' || c > '~'; }, '?');
  bool const known = reply.a >= 1 && reply.a <= static_cast<std::uint32_t>(Errc::forbidden);
  return Error{known ? static_cast<Errc>(reply.a) : Errc::corrupt, 0, std::move(detail)};
}

Result<TranscodedFrame> receive_frame(WorkerProcess& process, Reply const& reply,
                                      Clock::time_point deadline) {
  std::vector<std::byte> index(reply.a);
  if (auto const got = process.receive(index, deadline); !got) return std::unexpected(got.error());
  ByteReader in(index);
  auto stream = get_stream(in);
  if (!stream) return std::unexpected(stream.error());
  TranscodedFrame frame{std::move(*stream), std::vector<std::byte>(reply.b)};
  std::uint32_t const stated = frame.index.level_ends.empty() ? 0 : frame.index.level_ends.back();
  if (stated != reply.b || !in.at_end()) return fail(Errc::corrupt, "worker reply: frame");
  if (auto const got = process.receive(frame.bytes, deadline); !got)
    return std::unexpected(got.error());
  return frame;
}

/// Larger files are not sent whole: the worker asks for what it needs of them.
constexpr std::uint64_t kMostSentBytes = 64ull << 20;

/// Sends these bytes of the file piece by piece.
Status send_range(WorkerProcess& process, BlobReader const& file, std::uint64_t first,
                  std::uint64_t length, Clock::time_point deadline) {
  std::vector<std::byte> chunk(
      static_cast<std::size_t>(std::min<std::uint64_t>(kChunkBytes, length)));
  for (std::uint64_t at = 0; at < length; at += chunk.size()) {
    chunk.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kChunkBytes, length - at)));
    if (auto const read = file.read(first + at, chunk); !read) return read;
    if (auto const sent = process.send(chunk, deadline); !sent) return sent;
  }
  return {};
}

/// Answers a worker that asks for bytes of the file. Errors: corrupt (there are no such bytes).
Status answer_range(WorkerProcess& process, BlobReader const& file, std::uint32_t length,
                    Clock::time_point deadline) {
  std::array<std::byte, kRangeOffsetBytes> bytes;
  if (auto const got = process.receive(bytes, deadline); !got) return got;
  std::uint64_t const first = ByteReader(bytes).u64_le();
  if (first > file.size_bytes() || length > file.size_bytes() - first)
    return fail(Errc::corrupt, "worker reply: a range outside of the file");
  return send_range(process, file, first, length, deadline);
}

Status send_file(WorkerProcess& process, BlobReader const& file, std::uint32_t first_frame,
                 Clock::time_point deadline) {
  bool const by_ranges = file.size_bytes() > kMostSentBytes;
  Request const request{by_ranges ? WorkerJob::build_ranged : WorkerJob::build, first_frame,
                        file.size_bytes()};
  if (auto const sent = process.send(encode(request), deadline); !sent) return sent;
  return by_ranges ? Status{} : send_range(process, file, 0, file.size_bytes(), deadline);
}

/// A file of this size has the time of one instance, a larger one as many times more.
constexpr std::uint64_t kBytesPerTime = 128ull << 20;

bool is_ranged(BlobReader const& file) { return file.size_bytes() > kMostSentBytes; }

/// One instance on its way through one or, after a death or when it is large, several workers.
struct Job {
  BlobReader const& file;
  FrameSink const& sink;
  Clock::time_point deadline;         ///< of the worker
  Clock::time_point last_deadline{};  ///< of all of them
  Clock::time_point relieved_at{};    ///< then another worker goes on, if the file is large
  bool is_relieved = false;           ///< after run(): that is so
  std::uint32_t next_frame = 0;
  std::uint32_t number_of_frames = 0;
  bool parsed = false;
  bool worker_usable = false;  ///< after run(): it waits for the next request
  bool worker_died = false;    ///< after run(): it ended, overran or broke the protocol

  Status died(Error const& error) {
    worker_died = error.code != Errc::io;
    return fail(error.code == Errc::io ? Errc::io : Errc::module_died, error.detail);
  }

  Status run(WorkerProcess& process) {
    worker_usable = worker_died = is_relieved = false;
    if (auto const sent = send_file(process, file, next_frame, deadline); !sent)
      return died(sent.error());
    for (;;) {
      auto const reply = receive_reply(process, deadline);
      if (!reply) return died(reply.error());
      switch (reply->tag) {
        case ReplyTag::parsed:
          if (reply->a < next_frame) return died({Errc::corrupt, 0, "worker reply: frames"});
          number_of_frames = reply->a;
          parsed = true;
          break;
        case ReplyTag::frame: {
          auto frame = receive_frame(process, *reply, deadline);
          if (!frame) return died(frame.error());
          if (!parsed || next_frame >= number_of_frames)
            return died({Errc::corrupt, 0, "worker reply: too many frames"});
          if (auto const taken = sink(std::move(*frame)); !taken) return taken;
          ++next_frame;
          is_relieved =
              is_ranged(file) && next_frame < number_of_frames && Clock::now() >= relieved_at;
          if (is_relieved) return {};
          break;
        }
        case ReplyTag::end:
          if (!parsed || next_frame != number_of_frames)
            return died({Errc::corrupt, 0, "worker reply: too few frames"});
          worker_usable = true;
          return {};
        case ReplyTag::failed: {
          auto const error = receive_failure(process, *reply, deadline);
          if (!error) return died(error.error());
          worker_usable = true;
          return std::unexpected(*error);
        }
        case ReplyTag::range:
          if (!is_ranged(file)) return died({Errc::corrupt, 0, "worker reply: out of turn"});
          if (auto const sent = answer_range(process, file, reply->b, deadline); !sent)
            return died(sent.error());
          break;
        case ReplyTag::ready:
        case ReplyTag::table:
        case ReplyTag::decoded: return died({Errc::corrupt, 0, "worker reply: out of turn"});
      }
    }
  }
};

/// What is asked in one request and answered in one reply.
struct SmallJob {
  bool worker_usable = false, worker_died = false;  ///< after run(), as in Job

  std::unexpected<Error> died(Error const& error) {
    worker_died = true;
    return fail(Errc::module_died, error.detail);
  }

  /// Errors: module_died; what the worker says of the request, after which it can be used.
  Result<Reply> ask(WorkerProcess& process, std::span<std::byte const> opening,
                    std::span<std::byte const> bytes, Clock::time_point deadline) {
    for (std::span<std::byte const> const part : {opening, bytes}) {
      if (auto const sent = process.send(part, deadline); !sent) return died(sent.error());
    }
    auto reply = receive_reply(process, deadline);
    if (!reply) return died(reply.error());
    if (reply->tag != ReplyTag::failed) return reply;
    auto const error = receive_failure(process, *reply, deadline);
    if (!error) return died(error.error());
    worker_usable = true;
    return std::unexpected(*error);
  }
};

/// One frame that is decoded.
struct DecodeJob : SmallJob {
  DecodeJob(FrameHead const& its_head, std::span<std::byte const> its_bytes)
      : head(its_head), bytes(its_bytes) {}

  Result<codec::DecodedFrame> run(WorkerProcess& process, Clock::time_point deadline) {
    auto const shape = codec::frame_shape(head.format, kDefaultLimits);
    if (!shape) {
      worker_usable = true;
      return std::unexpected(shape.error());
    }
    auto opening = encode(Request{WorkerJob::decode, 0, kFrameHeadBytes + bytes.size()});
    auto const described = encode(head);
    opening.insert(opening.end(), described.begin(), described.end());
    auto const reply = ask(process, opening, bytes, deadline);
    if (!reply) return std::unexpected(reply.error());
    if (reply->tag != ReplyTag::decoded || reply->b != shape->bytes)
      return died({Errc::corrupt, 0, "worker reply: not the frame"});
    codec::DecodedFrame frame{codec::make_block(*shape, head.format.is_signed), reply->a == 1};
    if (auto const got = process.receive(frame.block.bytes, deadline); !got)
      return died(got.error());
    worker_usable = true;
    return frame;
  }

 private:
  FrameHead const& head;
  std::span<std::byte const> bytes;
};

/// One colour profile that becomes a table.
struct ProfileJob : SmallJob {
  ProfileJob(std::span<std::byte const> its_profile, color::Space its_space)
      : profile(its_profile), space(its_space) {}

  Result<color::ProfileTable> run(WorkerProcess& process, Clock::time_point deadline) {
    auto opening = encode(Request{WorkerJob::profile, 0, kProfileHeadBytes + profile.size()});
    ByteWriter head(kProfileHeadBytes);
    head.u32_le(static_cast<std::uint32_t>(space));
    opening.insert(opening.end(), head.view().begin(), head.view().end());
    auto const reply = ask(process, opening, profile, deadline);
    if (!reply) return std::unexpected(reply.error());
    return receive_table(process, *reply, deadline);
  }

 private:
  Result<color::ProfileTable> receive_table(WorkerProcess& process, Reply const& reply,
                                            Clock::time_point deadline) {
    color::ProfileTable table;
    table.space = space;
    table.side = reply.a;
    table.is_identity = reply.a == 0;
    std::size_t const light = std::size_t{reply.a} * reply.a * reply.a * 3,
                      floats = reply.b / sizeof(float);
    bool const is_whole = reply.tag == ReplyTag::table && reply.b % (3 * sizeof(float)) == 0 &&
                          floats >= light && table.is_identity == (floats == 0);
    if (!is_whole) return died({Errc::corrupt, 0, "worker reply: not a table"});
    table.light.resize(light);
    table.curves.resize(floats - light);
    table.curve_entries = static_cast<std::uint32_t>(table.curves.size() / 3);
    for (std::span<float> const part : {std::span(table.curves), std::span(table.light)}) {
      auto const got = process.receive(std::as_writable_bytes(part), deadline);
      if (!got) return died(got.error());
    }
    auto const is_number = [](float value) { return std::isfinite(value); };
    bool const is_usable = std::ranges::all_of(table.curves, is_number) &&
                           std::ranges::all_of(table.light, is_number) &&
                           (table.is_identity || pixel::check_color_table(table.table()));
    if (!is_usable) return died({Errc::corrupt, 0, "worker reply: not a table"});
    worker_usable = true;
    return table;
  }

  std::span<std::byte const> profile;
  color::Space space;
};

class MemoryReader final : public BlobReader {
 public:
  std::int64_t written_ns() const override { return 0; }
  explicit MemoryReader(std::span<std::byte const> bytes) : bytes_(bytes) {}
  std::uint64_t size_bytes() const override { return bytes_.size(); }
  Status read(std::uint64_t offset_bytes, std::span<std::byte> into) const override {
    if (offset_bytes > bytes_.size() || into.size() > bytes_.size() - offset_bytes)
      return fail(Errc::truncated, "read past the end");
    std::ranges::copy(bytes_.subspan(static_cast<std::size_t>(offset_bytes), into.size()),
                      into.begin());
    return {};
  }

 private:
  std::span<std::byte const> bytes_;
};

}  // namespace

struct TranscodePool::Impl {
  explicit Impl(Options chosen) : options(std::move(chosen)) {}

  /// Waits for a free place and takes an idle worker, or starts one.
  Result<Worker> take() {
    std::unique_lock lock(mutex);
    freed.wait(lock, [this] { return busy < std::max(1u, options.workers); });
    ++busy;
    if (!idle.empty()) {
      Worker worker = std::move(idle.back());
      idle.pop_back();
      return worker;
    }
    lock.unlock();
    auto started = start();
    if (!started) release();
    return started;
  }

  Result<Worker> start() {
    auto process = WorkerProcess::start(options.command);
    if (!process) return std::unexpected(process.error());
    auto const deadline = Clock::now() + kStartTime;
    Hello const hello{options.seconds_per_instance * 4, options.memory_bytes};
    if (auto const sent = (*process)->send(encode(hello), deadline); !sent)
      return fail(Errc::io, "a worker process does not start");
    auto const reply = receive_reply(**process, deadline);
    if (!reply) return fail(Errc::io, "a worker process does not start");
    if (reply->tag == ReplyTag::failed) {
      auto const error = receive_failure(**process, *reply, deadline);
      return fail(Errc::io, "a worker's sandbox does not hold: " +
                                (error ? error->detail : std::string("no reason given")));
    }
    if (reply->tag != ReplyTag::ready) return fail(Errc::io, "a worker process does not start");
    return Worker{std::move(*process), 0, {}};
  }

  /// Gives the place back, and the worker too when it can still be used.
  void give_back(Worker worker, bool usable) {
    // Its processor time is capped over its whole life, at four times the cap of one instance.
    bool const young = worker.instances < kInstancesPerWorker &&
                       worker.busy < std::chrono::seconds(options.seconds_per_instance);
    if (usable && young) {
      std::lock_guard const lock(mutex);
      idle.push_back(std::move(worker));
    }
    release();
  }

  void release() {
    {
      std::lock_guard const lock(mutex);
      --busy;
    }
    freed.notify_one();
  }

  Status run_once(Job& job) {
    auto worker = take();
    if (!worker) return std::unexpected(worker.error());
    auto const started = Clock::now();
    std::chrono::seconds const time(options.seconds_per_instance);
    if (job.next_frame == 0 && !job.parsed)
      job.last_deadline = started + time * (1 + job.file.size_bytes() / kBytesPerTime);
    if (job.is_relieved || job.deadline == Clock::time_point{}) {
      job.deadline = std::min(started + time, job.last_deadline);
      job.relieved_at = started + time / 2;
    }
    auto const done = job.run(*worker->process);
    worker->busy += Clock::now() - started;
    ++worker->instances;
    if (job.worker_died) ++deaths;
    give_back(std::move(*worker), job.worker_usable);
    return done;
  }

  /// A DecodeJob or a ProfileJob.
  template <class Small>
  auto run_small(Small& job) -> decltype(job.run(std::declval<WorkerProcess&>(), Clock::now())) {
    auto worker = take();
    if (!worker) return std::unexpected(worker.error());
    auto const started = Clock::now();
    auto made =
        job.run(*worker->process, started + std::chrono::seconds(options.seconds_per_instance));
    worker->busy += Clock::now() - started;
    ++worker->instances;
    if (job.worker_died) ++deaths;
    give_back(std::move(*worker), job.worker_usable);
    return made;
  }

  Options options;
  std::mutex mutex;
  std::condition_variable freed;
  unsigned busy = 0;
  std::vector<Worker> idle;
  std::atomic<std::uint64_t> deaths = 0;
};

TranscodePool::TranscodePool(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {
  std::signal(SIGPIPE, SIG_IGN);
}

TranscodePool::~TranscodePool() = default;

Status TranscodePool::build(BlobReader const& file, FrameSink const& frame) {
  Job job{.file = file, .sink = frame, .deadline = {}};
  for (unsigned death = 1;;) {
    auto const done = impl_->run_once(job);
    if (done && job.is_relieved) continue;
    bool const may_go_on = job.worker_died && job.parsed && job.next_frame < job.number_of_frames &&
                           death++ < kMostDeathsPerInstance && Clock::now() < job.deadline;
    if (done || !may_go_on) return done;
    if (auto const taken = frame(failed_frame(Errc::module_died)); !taken) return taken;
    if (++job.next_frame == job.number_of_frames) return {};
  }
}

Result<Pyramid> TranscodePool::build(std::span<std::byte const> file) {
  Pyramid pyramid;
  auto const keep = [&pyramid](TranscodedFrame frame) -> Status {
    pyramid.streams.push_back(std::move(frame.index));
    pyramid.frame_streams.push_back(std::move(frame.bytes));
    return {};
  };
  if (auto const built = build(MemoryReader(file), keep); !built)
    return std::unexpected(built.error());
  return pyramid;
}

Result<codec::DecodedFrame> TranscodePool::decode(codec::Encoding encoding,
                                                  PixelFormat const& format,
                                                  std::span<std::byte const> bytes) {
  if (bytes.size() > kDefaultLimits.max_frame_bytes)
    return fail(Errc::limit_exceeded, "the frame is too large");
  FrameHead const head{encoding, format};
  DecodeJob job(head, bytes);
  return impl_->run_small(job);
}

Result<color::ProfileTable> TranscodePool::color_table(std::span<std::byte const> profile,
                                                       color::Space space) {
  if (profile.size() > dicom::kMaxIccProfileBytes)
    return fail(Errc::limit_exceeded, "the colour profile is too large");
  ProfileJob job(profile, space);
  return impl_->run_small(job);
}

std::uint64_t TranscodePool::deaths() const { return impl_->deaths; }

}  // namespace sightline::server
