#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/limits.hpp"

/// What passes through the two pipes between the server and a transcoding worker. Little-endian.
/// The server trusts no length that a worker states.
///
/// server -> worker:  hello { u32 magic, u32 cpu_seconds, u64 memory_bytes }, once, before anything
/// hostile
///                    request { u32 magic, u32 first_frame, u64 length }, the file's bytes
/// worker -> server:  reply { u8 tag, u32 a, u32 b }, followed by a + b bytes where the tag says so
namespace sightline::server {

inline constexpr std::uint32_t kWorkerMagic = 0x31574C53;  // "SLW1"
inline constexpr std::size_t kHelloBytes = 16, kRequestBytes = 16, kReplyBytes = 9;

enum class ReplyTag : std::uint8_t {
  ready = 'R',   ///< the sandbox holds
  parsed = 'P',  ///< a = number of frames
  frame = 'F',   ///< a bytes of put_stream, b bytes of the frame's stream
  end = 'E',     ///< all frames were sent
  failed = 'X',  ///< a = Errc, b bytes of detail
};

inline constexpr std::uint32_t kMostIndexBytes = 1024;
inline constexpr std::uint32_t kMostDetailBytes = 1024;
/// An HTJ2K stream is bounded by its encoder, any other by the file that it came from.
inline constexpr std::uint64_t kMostStreamBytes = 2 * kDefaultLimits.max_frame_bytes;

struct Hello {
  std::uint32_t cpu_seconds = 0;
  std::uint64_t memory_bytes = 0;
};
struct Request {
  std::uint32_t first_frame = 0;
  std::uint64_t length_bytes = 0;
};
struct Reply {
  ReplyTag tag = ReplyTag::failed;
  std::uint32_t a = 0, b = 0;
};

inline std::vector<std::byte> encode(Hello const& hello) {
  ByteWriter out(kHelloBytes);
  out.u32_le(kWorkerMagic);
  out.u32_le(hello.cpu_seconds);
  out.u64_le(hello.memory_bytes);
  return out.take();
}

inline std::vector<std::byte> encode(Request const& request) {
  ByteWriter out(kRequestBytes);
  out.u32_le(kWorkerMagic);
  out.u32_le(request.first_frame);
  out.u64_le(request.length_bytes);
  return out.take();
}

inline std::vector<std::byte> encode(Reply const& reply) {
  ByteWriter out(kReplyBytes);
  out.u8(static_cast<std::uint8_t>(reply.tag));
  out.u32_le(reply.a);
  out.u32_le(reply.b);
  return out.take();
}

inline Result<Hello> parse_hello(std::span<std::byte const> bytes) {
  ByteReader in(bytes);
  if (in.u32_le() != kWorkerMagic) return fail(Errc::corrupt, "worker hello");
  Hello const hello{in.u32_le(), in.u64_le()};
  if (in.failed()) return fail(Errc::truncated, "worker hello");
  return hello;
}

inline Result<Request> parse_request(std::span<std::byte const> bytes) {
  ByteReader in(bytes);
  if (in.u32_le() != kWorkerMagic) return fail(Errc::corrupt, "worker request");
  Request const request{in.u32_le(), in.u64_le()};
  if (in.failed()) return fail(Errc::truncated, "worker request");
  if (request.length_bytes > kDefaultLimits.max_instance_bytes)
    return fail(Errc::limit_exceeded, "worker request");
  return request;
}

/// Errors: truncated, corrupt (unknown tag), limit_exceeded (what follows is longer than anything
/// honest).
inline Result<Reply> parse_reply(std::span<std::byte const> bytes) {
  ByteReader in(bytes);
  Reply const reply{static_cast<ReplyTag>(in.u8()), in.u32_le(), in.u32_le()};
  if (in.failed()) return fail(Errc::truncated, "worker reply");
  switch (reply.tag) {
    case ReplyTag::ready:
    case ReplyTag::end: return reply;
    case ReplyTag::parsed:
      if (reply.a > kDefaultLimits.max_frames)
        return fail(Errc::limit_exceeded, "worker reply: frames");
      return reply;
    case ReplyTag::frame:
      if (reply.a > kMostIndexBytes || reply.b > kMostStreamBytes)
        return fail(Errc::limit_exceeded, "worker reply: frame");
      return reply;
    case ReplyTag::failed:
      if (reply.b > kMostDetailBytes) return fail(Errc::limit_exceeded, "worker reply: detail");
      return reply;
  }
  return fail(Errc::corrupt, "worker reply");
}

}  // namespace sightline::server
