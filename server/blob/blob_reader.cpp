#include "base/limits.hpp"
#include "blob/blob_store.hpp"

namespace sightline::server {

Result<std::vector<std::byte>> BlobReader::read_all() const {
  std::uint64_t const size = size_bytes();
  if (size > kDefaultLimits.max_instance_bytes)
    return fail(Errc::limit_exceeded, "object is too large to be read whole");
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  if (auto const done = read(0, bytes); !done) return std::unexpected(done.error());
  return bytes;
}

}  // namespace sightline::server
