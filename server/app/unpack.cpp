#include "app/unpack.hpp"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/byte_reader.hpp"

namespace sightline::server {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034B50;  // APPNOTE.TXT 4.3.7
constexpr std::uint64_t kLocalHeaderBytes = 30;
constexpr std::uint64_t kPieceBytes = 1 << 20;
// inflateInit2's
constexpr int kRawWindow = -MAX_WBITS, kGzipWindow = 16 + MAX_WBITS;

struct InflateEnd {
  void operator()(z_stream* stream) const { ::inflateEnd(stream); }
};

/// Inflates a part of a file, whose bytes are read a piece at a time.
class Inflater {
 public:
  Inflater(ByteSource const& file, std::uint64_t begin, std::uint64_t length)
      : file_(file), at_(begin), end_(begin + length), piece_(kPieceBytes) {}

  Status start(int window_bits) {
    if (::inflateInit2(&stream_, window_bits) != Z_OK)
      return fail(Errc::out_of_memory, "zlib could not start");
    owner_.reset(&stream_);
    return {};
  }
  /// The next bytes; none at the end of the stream. Lifetime: until the next call.
  Result<std::span<std::byte const>> next() {
    stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
    stream_.avail_out = static_cast<uInt>(piece_.size());
    while (!is_at_end_ && stream_.avail_out > 0) {
      if (Status const fed = feed(); !fed) return std::unexpected(fed.error());
      int const code = ::inflate(&stream_, Z_NO_FLUSH);
      if (code == Z_MEM_ERROR) return fail(Errc::out_of_memory, "zlib ran out of memory");
      is_at_end_ = code == Z_STREAM_END;
      if (code != Z_STREAM_END && code != Z_OK) return fail(Errc::corrupt, "it cannot be unpacked");
    }
    return std::span(piece_).first(piece_.size() - stream_.avail_out);
  }
  /// Whether there is input behind the stream: then it begins anew with that.
  bool begin_again() {
    if (stream_.avail_in == 0 && at_ == end_) return false;
    is_at_end_ = false;
    return ::inflateReset(&stream_) == Z_OK;
  }

 private:
  Status feed() {
    if (stream_.avail_in > 0) return {};
    auto const bytes = file_.view(at_, std::min(kPieceBytes, end_ - at_));
    if (Status const read = file_.status(); !read) return read;
    if (bytes.empty()) return fail(Errc::truncated, "its packed bytes end early");
    at_ += bytes.size();
    // zlib's interface is not const-correct; it does not write to its input.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<Bytef const*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    return {};
  }

  ByteSource file_;
  std::uint64_t at_, end_;
  std::vector<std::byte> piece_;
  z_stream stream_{};
  std::unique_ptr<z_stream, InflateEnd> owner_;
  bool is_at_end_ = false;
};

/// Gives on what a member holds, and compares it with what the directory states.
class CheckedMember {
 public:
  CheckedMember(ZipEntry const& entry, TakePiece const& take) : entry_(entry), take_(take) {}

  Status add(std::span<std::byte const> piece) {
    if (piece.size() > entry_.size_bytes - length_)
      return fail(Errc::corrupt, "it is longer than stated");
    length_ += piece.size();
    sum_ = ::crc32_z(sum_, reinterpret_cast<Bytef const*>(piece.data()), piece.size());
    return take_(piece);
  }
  Status end() const {
    if (length_ != entry_.size_bytes) return fail(Errc::corrupt, "it is shorter than stated");
    if (sum_ != entry_.crc32)
      return fail(Errc::corrupt, "its checksum in the ZIP file is another one");
    return {};
  }

 private:
  ZipEntry const& entry_;
  TakePiece const& take_;
  std::uint64_t length_ = 0;
  uLong sum_ = 0;
};

/// Where a member's packed bytes begin. Sizes are the central directory's: local headers may leave
/// them open (APPNOTE.TXT 4.4.4, bit 3).
Result<std::uint64_t> data_offset(ByteSource const& zip, ZipEntry const& entry) {
  ByteReader reader(zip.view(entry.header_offset, kLocalHeaderBytes));
  std::uint32_t const signature = reader.u32_le();
  reader.skip(22);
  std::uint64_t const name = reader.u16_le(), extra = reader.u16_le();
  if (Status const read = zip.status(); !read) return std::unexpected(read.error());
  if (reader.failed() || signature != kLocalHeader)
    return fail(Errc::corrupt, "it is not where the ZIP file's directory says");
  std::uint64_t const begin = entry.header_offset + kLocalHeaderBytes + name + extra;
  if (begin > zip.size() || entry.compressed_bytes > zip.size() - begin)
    return fail(Errc::truncated, "the ZIP file is cut off");
  return begin;
}

Status copy_stored(ByteSource const& zip, std::uint64_t begin, ZipEntry const& entry,
                   CheckedMember& member) {
  for (std::uint64_t at = 0; at < entry.compressed_bytes;) {
    auto const piece = zip.view(begin + at, std::min(kPieceBytes, entry.compressed_bytes - at));
    if (Status const read = zip.status(); !read) return read;
    if (piece.empty()) return fail(Errc::truncated, "the ZIP file is cut off");
    if (Status const added = member.add(piece); !added) return added;
    at += piece.size();
  }
  return {};
}

}  // namespace

bool is_gzip(ByteSource const& file, std::string_view name) {
  if (!has_ending(name, ".gz")) return false;
  ByteReader reader(file.view(0, 3));
  return reader.u16_le() == 0x8B1F && reader.u8() == Z_DEFLATED && !reader.failed();
}

Status unpack_gzip(ByteSource const& file, std::uint64_t most_bytes, TakePiece const& take) {
  Inflater inflater(file, 0, file.size());
  if (Status const started = inflater.start(kGzipWindow); !started) return started;
  std::uint64_t length = 0;
  do {
    for (;;) {
      auto const piece = inflater.next();
      if (!piece) return std::unexpected(piece.error());
      if (piece->empty()) break;
      if (piece->size() > most_bytes - length)
        return fail(Errc::limit_exceeded, "it is too large once it is unpacked");
      length += piece->size();
      if (Status const taken = take(*piece); !taken) return taken;
    }
  } while (inflater.begin_again());
  return {};
}

Status unpack_member(ByteSource const& zip, ZipEntry const& entry, TakePiece const& take) {
  auto const begin = data_offset(zip, entry);
  if (!begin) return std::unexpected(begin.error());
  CheckedMember member(entry, take);
  if (!entry.is_deflated) {
    if (Status const copied = copy_stored(zip, *begin, entry, member); !copied) return copied;
    return member.end();
  }
  Inflater inflater(zip, *begin, entry.compressed_bytes);
  if (Status const started = inflater.start(kRawWindow); !started) return started;
  for (;;) {
    auto const piece = inflater.next();
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) return member.end();
    if (Status const added = member.add(*piece); !added) return added;
  }
}

}  // namespace sightline::server
