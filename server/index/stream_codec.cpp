#include "index/stream_codec.hpp"

#include <algorithm>
#include <utility>

#include "base/limits.hpp"

namespace sightline::server {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kSmallestEntryBytes = 15;
constexpr std::uint8_t kMostLevels = 33;  // ISO/IEC 15444-1 A.6.1: up to 32 decompositions

bool is_encoding(std::uint8_t value) {
  return value <= std::to_underlying(codec::Encoding::jpeg_xl);
}
bool is_errc(std::uint32_t value) { return value <= static_cast<std::uint32_t>(Errc::no_space); }

}  // namespace

void put_stream(ByteWriter& out, wire::StreamIndex const& stream) {
  out.u8(std::to_underlying(stream.encoding));
  out.u32_le(static_cast<std::uint32_t>(stream.failure));
  out.u32_le(static_cast<std::uint32_t>(stream.min));
  out.u32_le(static_cast<std::uint32_t>(stream.max));
  out.u8(stream.has_digest ? 1 : 0);
  if (stream.has_digest) out.bytes(stream.digest);
  out.u8(static_cast<std::uint8_t>(stream.level_ends.size()));
  for (std::uint32_t const end : stream.level_ends) out.u32_le(end);
}

Result<wire::StreamIndex> get_stream(ByteReader& in) {
  wire::StreamIndex stream;
  std::uint8_t const encoding = in.u8();
  std::uint32_t const failure = in.u32_le();
  stream.min = static_cast<std::int32_t>(in.u32_le());
  stream.max = static_cast<std::int32_t>(in.u32_le());
  std::uint8_t const has_digest = in.u8();
  if (has_digest > 1 || !is_encoding(encoding) || !is_errc(failure))
    return fail(Errc::corrupt, "stream entry", in.position());
  stream.encoding = static_cast<codec::Encoding>(encoding);
  stream.failure = static_cast<Errc>(failure);
  stream.has_digest = has_digest == 1;
  if (stream.has_digest) {
    auto const digest = in.bytes(stream.digest.size());
    std::ranges::copy(digest, stream.digest.begin());
  }
  std::uint8_t const levels = in.u8();
  if (levels > kMostLevels)
    return fail(Errc::limit_exceeded, "stream entry: levels", in.position());
  for (std::uint8_t i = 0; i < levels; ++i) {
    std::uint32_t const end = in.u32_le();
    if (!stream.level_ends.empty() && end < stream.level_ends.back())
      return fail(Errc::corrupt, "level ends fall", in.position());
    stream.level_ends.push_back(end);
  }
  if (auto const status = in.status("stream entry"); !status)
    return std::unexpected(status.error());
  return stream;
}

std::vector<std::byte> encode_streams(std::vector<wire::StreamIndex> const& streams) {
  ByteWriter out;
  out.u8(kVersion);
  out.u32_le(static_cast<std::uint32_t>(streams.size()));
  for (auto const& stream : streams) put_stream(out, stream);
  return out.take();
}

Result<std::vector<wire::StreamIndex>> decode_streams(std::span<std::byte const> bytes) {
  std::vector<wire::StreamIndex> streams;
  if (bytes.empty()) return streams;
  ByteReader in(bytes);
  if (in.u8() != kVersion) return fail(Errc::unsupported, "stream table of another version");
  std::uint32_t const count = in.u32_le();
  if (count > kDefaultLimits.max_frames) return fail(Errc::limit_exceeded, "stream table: frames");
  if (in.failed() || count > in.remaining() / kSmallestEntryBytes)
    return fail(Errc::truncated, "stream table");
  streams.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    auto stream = get_stream(in);
    if (!stream) return std::unexpected(stream.error());
    streams.push_back(std::move(*stream));
  }
  if (!in.at_end()) return fail(Errc::corrupt, "stream table: bytes left over", in.position());
  return streams;
}

}  // namespace sightline::server
