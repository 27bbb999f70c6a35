#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/limits.hpp"
#include "base/sample_block.hpp"
#include "codec/frame_decoder.hpp"
#include "pixel/color_profile.hpp"

/// What passes through the two pipes between the server and a transcoding worker. Little-endian.
/// The server trusts no length that a worker states.
///
/// server -> worker:  hello { u32 magic, u32 cpu_seconds, u64 memory_bytes }, once, before anything
/// hostile
///                    request { u32 magic, u32 job, u32 first_frame, u64 length }, then `length`
///                    bytes: a file to build, a frame_head and the frame to decode, or
///                    a u32 colour space and the colour profile; of
///                    build_ranged none: the worker asks for ranges, and is sent them
/// worker -> server:  reply { u8 tag, u32 a, u32 b }, followed by as many bytes as the tag says
namespace sightline::server {

inline constexpr std::uint32_t kWorkerMagic = 0x31574C53;  // "SLW1"
inline constexpr std::size_t kHelloBytes = 16, kRequestBytes = 20, kReplyBytes = 9;
inline constexpr std::size_t kFrameHeadBytes = 24, kProfileHeadBytes = 4;

enum class WorkerJob : std::uint32_t {
  build = 1,         ///< all frames of a file, as they will be streamed
  decode = 2,        ///< one frame, to stored values
  build_ranged = 3,  ///< as build, of a file that is read by ranges
  profile = 4,       ///< a colour profile, to the table that a picture is drawn by
};

enum class ReplyTag : std::uint8_t {
  ready = 'R',    ///< the sandbox holds
  parsed = 'P',   ///< a = number of frames
  frame = 'F',    ///< a bytes of put_stream, b bytes of the frame's stream
  end = 'E',      ///< all frames were sent
  range = 'G',    ///< b bytes of the file, from the u64 on that follows, are to be sent
  decoded = 'D',  ///< a = 1 when its colour is RGB, b bytes of values, as frame_shape says
  table = 'T',    ///< a = nodes along a side, 0: no table; b bytes of floats, curves then light
  failed = 'X',   ///< a = Errc, b bytes of detail
};

inline constexpr std::size_t kRangeOffsetBytes = 8;
inline constexpr std::uint32_t kMostIndexBytes = 1024;
inline constexpr std::uint32_t kMostDetailBytes = 1024;
inline constexpr std::uint32_t kMostTableBytes =
    (pixel::kColorCurveEntries +
     pixel::kMaxColorTableSide * pixel::kMaxColorTableSide * pixel::kMaxColorTableSide) *
    3 * sizeof(float);
/// An HTJ2K stream is bounded by its encoder, any other by the file that it came from.
inline constexpr std::uint64_t kMostStreamBytes = 2 * kDefaultLimits.max_frame_bytes;

struct Hello {
  std::uint32_t cpu_seconds = 0;
  std::uint64_t memory_bytes = 0;
};
struct Request {
  WorkerJob job = WorkerJob::build;
  std::uint32_t first_frame = 0;  ///< of a file to build
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
  out.u32_le(static_cast<std::uint32_t>(request.job));
  out.u32_le(request.first_frame);
  out.u64_le(request.length_bytes);
  return out.take();
}

/// What stands before the bytes of a frame to decode: its encoding and the Image Pixel Module.
struct FrameHead {
  codec::Encoding encoding = codec::Encoding::unknown;
  PixelFormat format;
};

inline std::vector<std::byte> encode(FrameHead const& head) {
  PixelFormat const& format = head.format;
  ByteWriter out(kFrameHeadBytes);
  out.u8(static_cast<std::uint8_t>(head.encoding));
  out.u8(static_cast<std::uint8_t>(format.photometric));
  out.u16_le(format.is_signed ? 1 : 0);
  out.u32_le(format.rows);
  out.u32_le(format.cols);
  out.u16_le(format.samples_per_pixel);
  out.u16_le(format.bits_allocated);
  out.u16_le(format.bits_stored);
  out.u16_le(format.high_bit);
  out.u32_le(format.planar_configuration);
  return out.take();
}

/// Reads it as it was sent: the decoders check the numbers. Errors: truncated.
inline Result<FrameHead> parse_frame_head(std::span<std::byte const> bytes) {
  ByteReader in(bytes);
  FrameHead head;
  PixelFormat& format = head.format;
  head.encoding = static_cast<codec::Encoding>(in.u8());
  format.photometric = static_cast<Photometric>(in.u8());
  format.is_signed = in.u16_le() == 1;
  format.rows = in.u32_le();
  format.cols = in.u32_le();
  format.samples_per_pixel = in.u16_le();
  format.bits_allocated = in.u16_le();
  format.bits_stored = in.u16_le();
  format.high_bit = in.u16_le();
  format.planar_configuration = static_cast<std::uint16_t>(in.u32_le());
  if (in.failed()) return fail(Errc::truncated, "worker request: frame");
  return head;
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
  Request const request{static_cast<WorkerJob>(in.u32_le()), in.u32_le(), in.u64_le()};
  if (in.failed()) return fail(Errc::truncated, "worker request");
  if (request.job != WorkerJob::build && request.job != WorkerJob::decode &&
      request.job != WorkerJob::build_ranged && request.job != WorkerJob::profile)
    return fail(Errc::corrupt, "worker request: job");
  bool const is_ranged = request.job == WorkerJob::build_ranged;
  if (request.length_bytes >
      (is_ranged ? kDefaultLimits.max_instance_bytes : kDefaultLimits.max_whole_bytes))
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
    case ReplyTag::range:
      if (reply.b > kDefaultLimits.max_frame_bytes)
        return fail(Errc::limit_exceeded, "worker reply: range");
      return reply;
    case ReplyTag::decoded:
      if (reply.a > 1 || reply.b > kDefaultLimits.max_frame_bytes)
        return fail(Errc::limit_exceeded, "worker reply: decoded");
      return reply;
    case ReplyTag::table:
      if (reply.a > pixel::kMaxColorTableSide || reply.b > kMostTableBytes)
        return fail(Errc::limit_exceeded, "worker reply: table");
      return reply;
    case ReplyTag::failed:
      if (reply.b > kMostDetailBytes) return fail(Errc::limit_exceeded, "worker reply: detail");
      return reply;
  }
  return fail(Errc::corrupt, "worker reply");
}

}  // namespace sightline::server
