#include "tile/pyramid_store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/limits.hpp"
#include "index/stream_codec.hpp"

namespace sightline::server {
namespace {

bool is_hash(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::uint32_t length_of(wire::StreamIndex const& stream) {
  return stream.level_ends.empty() ? 0 : stream.level_ends.back();
}

Status read_at(int fd, std::uint64_t offset_bytes, std::span<std::byte> into) {
  while (!into.empty()) {
    ssize_t const got = ::pread(fd, into.data(), into.size(), static_cast<off_t>(offset_bytes));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Errc::io, "cannot read a pyramid", offset_bytes);
    if (got == 0)
      return fail(Errc::truncated, "a pyramid is shorter than its table says", offset_bytes);
    into = into.subspan(static_cast<std::size_t>(got));
    offset_bytes += static_cast<std::uint64_t>(got);
  }
  return {};
}

Result<UniqueFd> open_file(std::filesystem::path const& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return fail(errno == ENOENT ? Errc::not_found : Errc::io, "cannot open a pyramid");
  return fd;
}

/// Temporaries whose writer is gone; one at work holds a lock.
void sweep(std::filesystem::path const& tmp) {
  std::error_code ec;
  for (auto const& entry : std::filesystem::directory_iterator(tmp, ec)) {
    UniqueFd const fd(::open(entry.path().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(entry.path().c_str());
  }
}

bool make_folder(std::filesystem::path const& folder) {
  return ::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST;
}

}  // namespace

PyramidStore::PyramidStore(std::filesystem::path root) : root_(std::move(root)) {
  // A failure shows at the first create().
  if (make_folder(root_) && make_folder(root_ / "tmp")) sweep(root_ / "tmp");
}

std::filesystem::path PyramidStore::path_of(std::string const& sha256_hex) const {
  return root_ / sha256_hex.substr(0, 2) / sha256_hex.substr(2, 2) / (sha256_hex + ".slp");
}

Result<std::unique_ptr<PyramidWriter>> PyramidStore::create(std::string const& sha256_hex) {
  if (!is_hash(sha256_hex)) return fail(Errc::invalid_argument, "not a hash");
  auto target = path_of(sha256_hex);
  auto const folder = target.parent_path();
  if (!make_folder(folder.parent_path()) || !make_folder(folder))
    return fail(Errc::io, "cannot create a pyramid folder");
  return PyramidWriter::open(root_ / "tmp", std::move(target));
}

Status PyramidStore::put(std::string const& sha256_hex,
                         std::vector<wire::StreamIndex> const& streams,
                         std::vector<std::vector<std::byte>> const& frame_streams) {
  if (streams.size() != frame_streams.size())
    return fail(Errc::invalid_argument, "one stream per frame");
  auto const writer = create(sha256_hex);
  if (!writer) return std::unexpected(writer.error());
  for (std::size_t i = 0; i < streams.size(); ++i) {
    if (auto const added = (*writer)->add(streams[i], frame_streams[i]); !added) return added;
  }
  return (*writer)->finish();
}

Result<std::vector<std::byte>> PyramidStore::read(std::string const& sha256_hex,
                                                  std::vector<wire::StreamIndex> const& streams,
                                                  std::uint32_t frame_index0, std::uint32_t first,
                                                  std::uint32_t last) const {
  if (!is_hash(sha256_hex) || frame_index0 >= streams.size())
    return fail(Errc::invalid_argument, "no such frame");
  if (first > last || last > length_of(streams[frame_index0]))
    return fail(Errc::invalid_argument, "range");
  std::uint64_t offset_bytes = first;
  for (std::uint32_t i = 0; i < frame_index0; ++i) offset_bytes += length_of(streams[i]);
  auto const fd = open_file(path_of(sha256_hex));
  if (!fd) return std::unexpected(fd.error());
  std::vector<std::byte> bytes(last - first);
  if (auto const done = read_at(fd->get(), offset_bytes, bytes); !done)
    return std::unexpected(done.error());
  return bytes;
}

Result<std::vector<wire::StreamIndex>> PyramidStore::read_table(
    std::string const& sha256_hex) const {
  if (!is_hash(sha256_hex)) return fail(Errc::invalid_argument, "not a hash");
  auto const fd = open_file(path_of(sha256_hex));
  if (!fd) return std::unexpected(fd.error());
  struct stat info{};
  if (::fstat(fd->get(), &info) != 0) return fail(Errc::io, "cannot read a pyramid");
  auto const size = static_cast<std::uint64_t>(info.st_size);
  std::array<std::byte, PyramidTrailer::kBytes> trailer_bytes;
  if (size < trailer_bytes.size()) return fail(Errc::truncated, "pyramid file");
  std::uint64_t const end = size - trailer_bytes.size();
  if (auto const done = read_at(fd->get(), end, trailer_bytes); !done)
    return std::unexpected(done.error());
  auto const trailer = PyramidTrailer::parse(trailer_bytes);
  if (!trailer) return std::unexpected(trailer.error());
  if (trailer->table_offset_bytes > end ||
      trailer->table_length_bytes != end - trailer->table_offset_bytes) {
    return fail(Errc::corrupt, "pyramid file: table");
  }
  std::vector<std::byte> table(trailer->table_length_bytes);
  if (auto const done = read_at(fd->get(), trailer->table_offset_bytes, table); !done)
    return std::unexpected(done.error());
  if (PyramidTrailer::digest_of(table) != trailer->table_digest)
    return fail(Errc::corrupt, "pyramid file: table's digest");
  return decode_streams(table);
}

Status PyramidStore::remove(std::string const& sha256_hex) {
  if (!is_hash(sha256_hex)) return fail(Errc::invalid_argument, "not a hash");
  if (::unlink(path_of(sha256_hex).c_str()) != 0 && errno != ENOENT)
    return fail(Errc::io, "cannot remove a pyramid");
  return {};
}

Status PyramidStore::for_each(
    std::function<void(std::string const& sha256_hex)> const& visit) const {
  std::error_code ec;
  auto it = std::filesystem::recursive_directory_iterator(root_, ec);
  for (; !ec && it != std::filesystem::recursive_directory_iterator(); it.increment(ec)) {
    std::string const name = it->path().stem().string();
    if (it.depth() == 2 && it->path().extension() == ".slp" && is_hash(name)) visit(name);
  }
  if (ec) return fail(Errc::io, "cannot list the pyramids");
  return {};
}

bool PyramidStore::contains(std::string const& sha256_hex) const {
  std::error_code ec;
  return is_hash(sha256_hex) && std::filesystem::is_regular_file(path_of(sha256_hex), ec);
}

}  // namespace sightline::server
