#include "tile/pyramid_writer.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/sha256.hpp"
#include "blob/file_calls.hpp"
#include "index/stream_codec.hpp"

namespace sightline::server {
namespace {

constexpr std::uint32_t kTrailerMagic = 0x31504C53;  // "SLP1"
constexpr std::size_t kBufferBytes = 1 << 20;

Status sync_folder(std::filesystem::path const& folder) {
  UniqueFd const fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return fail(Errc::io, "cannot sync the pyramid folder");
  return {};
}

}  // namespace

std::vector<std::byte> PyramidTrailer::encode() const {
  ByteWriter out(kBytes);
  out.u64_le(table_offset_bytes);
  out.u32_le(table_length_bytes);
  out.u64_le(table_digest);
  out.u32_le(kVersion);
  out.u32_le(kTrailerMagic);
  return out.take();
}

Result<PyramidTrailer> PyramidTrailer::parse(std::span<std::byte const> bytes) {
  ByteReader in(bytes);
  PyramidTrailer trailer;
  trailer.table_offset_bytes = in.u64_le();
  trailer.table_length_bytes = in.u32_le();
  trailer.table_digest = in.u64_le();
  std::uint32_t const version = in.u32_le();
  if (in.u32_le() != kTrailerMagic || in.failed() || !in.at_end())
    return fail(Errc::corrupt, "not a pyramid file");
  if (version != kVersion) return fail(Errc::unsupported, "pyramid file of another version");
  return trailer;
}

std::uint64_t PyramidTrailer::digest_of(std::span<std::byte const> table) {
  auto const digest = sha256(table);
  return ByteReader(digest).u64_le();
}

Result<std::unique_ptr<PyramidWriter>> PyramidWriter::open(std::filesystem::path const& tmp,
                                                           std::filesystem::path target) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    std::string const name = random_name();
    if (name.empty()) break;
    std::filesystem::path path = tmp / name;
    UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd && errno != EEXIST) break;
    // As in the blob store: a sweep by another process may come before the lock.
    struct stat info{};
    if (!fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 || ::fstat(fd.get(), &info) != 0 ||
        info.st_nlink == 0)
      continue;
    return std::unique_ptr<PyramidWriter>(
        new PyramidWriter(std::move(path), std::move(target), std::move(fd)));
  }
  return fail(Errc::io, "cannot create a temporary pyramid file");
}

PyramidWriter::~PyramidWriter() {
  if (!finished_) ::unlink(temporary_.c_str());
}

Status PyramidWriter::add(wire::StreamIndex const& stream, std::span<std::byte const> bytes) {
  std::uint32_t const stated = stream.level_ends.empty() ? 0 : stream.level_ends.back();
  if (stated != bytes.size())
    return fail(Errc::invalid_argument, "level ends and stream differ in length");
  streams_.push_back(stream);
  return write(bytes);
}

Status PyramidWriter::write(std::span<std::byte const> bytes) {
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  size_bytes_ += bytes.size();
  return buffer_.size() < kBufferBytes ? Status{} : flush();
}

Status PyramidWriter::flush() {
  std::span<std::byte const> left = buffer_;
  while (!left.empty()) {
    ssize_t const written = ::write(fd_.get(), left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0)
      return is_full(errno) ? fail(Errc::no_space, "no space left for a pyramid")
                            : fail(Errc::io, "cannot write a pyramid");
    left = left.subspan(static_cast<std::size_t>(written));
  }
  buffer_.clear();
  return {};
}

Status PyramidWriter::finish() {
  PyramidTrailer trailer{.table_offset_bytes = size_bytes_};
  auto const table = encode_streams(streams_);
  trailer.table_length_bytes = static_cast<std::uint32_t>(table.size());
  trailer.table_digest = PyramidTrailer::digest_of(table);
  for (auto const& part : {table, trailer.encode()}) {
    if (auto const done = write(part); !done) return done;
  }
  if (auto const done = flush(); !done) return done;
  if (::fdatasync(fd_.get()) != 0) return fail(Errc::io, "cannot sync a pyramid");
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0)
    return fail(Errc::io, "cannot move a pyramid to its name");
  finished_ = true;
  return sync_folder(target_.parent_path());
}

}  // namespace sightline::server
