#include "tile/transcode_worker.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>

#include "base/byte_writer.hpp"
#include "color/profile_table.hpp"
#include "index/stream_codec.hpp"
#include "tile/sandbox.hpp"
#include "tile/worker_protocol.hpp"

namespace sightline::server {
namespace {

enum class Input : std::uint8_t { whole, ended, broken };

Input read_exactly(std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    ssize_t const got = ::read(STDIN_FILENO, into.data() + done, into.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return done == 0 && got == 0 ? Input::ended : Input::broken;
    done += static_cast<std::size_t>(got);
  }
  return Input::whole;
}

Status write_all(std::span<std::byte const> bytes) {
  while (!bytes.empty()) {
    ssize_t const written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return fail(Errc::io, "the server is gone");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Status send_frame(TranscodedFrame const& frame) {
  ByteWriter index;
  put_stream(index, frame.index);
  Reply const reply{ReplyTag::frame, static_cast<std::uint32_t>(index.size()),
                    static_cast<std::uint32_t>(frame.bytes.size())};
  if (auto const done = write_all(encode(reply)); !done) return done;
  if (auto const done = write_all(index.view()); !done) return done;
  return write_all(frame.bytes);
}

Status send_failure(Error const& error) {
  auto const length = std::min<std::size_t>(error.detail.size(), kMostDetailBytes);
  Reply const reply{ReplyTag::failed, static_cast<std::uint32_t>(error.code),
                    static_cast<std::uint32_t>(length)};
  if (auto const done = write_all(encode(reply)); !done) return done;
  return write_all(std::as_bytes(std::span(error.detail.data(), length)));
}

Status build_and_send(ByteSource file, std::uint32_t first_frame, FrameBuilder const& builder) {
  auto const parsed = [](std::uint32_t frames) {
    return write_all(encode(Reply{ReplyTag::parsed, frames, 0}));
  };
  try {
    return builder(file, first_frame, parsed,
                   [](TranscodedFrame const& frame) { return send_frame(frame); });
  } catch (std::bad_alloc const&) {
    return fail(Errc::out_of_memory, "a transcoding worker ran out of memory");
  }
}

Status decode_and_send(std::span<std::byte const> payload) {
  auto const head = parse_frame_head(payload);
  if (!head) return std::unexpected(head.error());
  try {
    auto const decoded =
        codec::decode_frame({head->encoding, head->format, payload.subspan(kFrameHeadBytes), 0});
    if (!decoded) return std::unexpected(decoded.error());
    // Zeros in place of pixels would pass for pixels in an object that is made of them.
    if (decoded->missing) return fail(decoded->missing->code, "the frame is not whole");
    auto const& values = decoded->block.bytes;
    Reply const reply{ReplyTag::decoded, decoded->block_is_rgb ? 1u : 0u,
                      static_cast<std::uint32_t>(values.size())};
    if (auto const done = write_all(encode(reply)); !done) return done;
    return write_all(values);
  } catch (std::bad_alloc const&) {
    return fail(Errc::out_of_memory, "a transcoding worker ran out of memory");
  }
}

/// Bytes of the file that the server holds.
Status ask_for_range(std::uint64_t offset_bytes, std::span<std::byte> into) {
  auto question = encode(Reply{ReplyTag::range, 0, static_cast<std::uint32_t>(into.size())});
  ByteWriter offset(kRangeOffsetBytes);
  offset.u64_le(offset_bytes);
  question.insert(question.end(), offset.view().begin(), offset.view().end());
  if (auto const asked = write_all(question); !asked) return asked;
  return read_exactly(into) == Input::whole ? Status{} : fail(Errc::io, "the server is gone");
}

bool tell_end(Status const& built) {
  return (built ? write_all(encode(Reply{ReplyTag::end, 0, 0})) : send_failure(built.error()))
      .has_value();
}

Status convert_and_send(std::span<std::byte const> payload) {
  ByteReader head(payload);
  std::uint32_t const space = head.u32_le();
  if (head.failed() || space > static_cast<std::uint32_t>(color::Space::romm_rgb))
    return fail(Errc::corrupt, "worker request: profile");
  try {
    auto const made = color::table_of_profile(
        payload.subspan(kProfileHeadBytes), color::kSampledSide, static_cast<color::Space>(space));
    if (!made) return std::unexpected(made.error());
    auto const curves = std::as_bytes(std::span(made->curves)),
               light = std::as_bytes(std::span(made->light));
    Reply const reply{ReplyTag::table, made->side,
                      static_cast<std::uint32_t>(curves.size() + light.size())};
    if (auto const done = write_all(encode(reply)); !done) return done;
    if (auto const done = write_all(curves); !done) return done;
    return write_all(light);
  } catch (std::bad_alloc const&) {
    return fail(Errc::out_of_memory, "a transcoding worker ran out of memory");
  }
}

/// One request, answered. False: the conversation is over.
bool answer(Request const& request, FrameBuilder const& builder) {
  if (request.job == WorkerJob::build_ranged) {
    RangedBytes ranges(request.length_bytes, ask_for_range);
    auto const built = build_and_send(ranges, request.first_frame, builder);
    return ranges.status() && tell_end(built);
  }
  std::vector<std::byte> file;
  try {
    file.resize(static_cast<std::size_t>(request.length_bytes));
  } catch (std::bad_alloc const&) {
    return false;  // the bytes that follow cannot be skipped cheaply: the server starts another
                   // worker
  }
  if (read_exactly(file) != Input::whole) return false;
  if (request.job == WorkerJob::decode) {
    auto const decoded = decode_and_send(file);
    return (decoded ? decoded : send_failure(decoded.error())).has_value();
  }
  if (request.job == WorkerJob::profile) {
    auto const converted = convert_and_send(file);
    return (converted ? converted : send_failure(converted.error())).has_value();
  }
  return tell_end(build_and_send(file, request.first_frame, builder));
}

}  // namespace

int serve_transcode_requests(FrameBuilder const& builder) {
  std::array<std::byte, kHelloBytes> hello_bytes;
  if (read_exactly(hello_bytes) != Input::whole) return 2;
  auto const hello = parse_hello(hello_bytes);
  if (!hello) return 2;
  if (auto const inside = enter_sandbox({hello->memory_bytes, hello->cpu_seconds}); !inside) {
    (void)send_failure(inside.error());
    return 3;
  }
  if (!write_all(encode(Reply{ReplyTag::ready, 0, 0}))) return 2;
  for (;;) {
    std::array<std::byte, kRequestBytes> request_bytes;
    auto const input = read_exactly(request_bytes);
    if (input == Input::ended) return 0;
    auto const request = parse_request(request_bytes);
    if (input != Input::whole || !request || !answer(*request, builder)) return 2;
  }
}

int run_transcode_worker() { return serve_transcode_requests(build_frames); }

}  // namespace sightline::server
