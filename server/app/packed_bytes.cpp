#include "app/packed_bytes.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sightline::server {

Status PackedBytes::read(std::uint64_t offset_bytes, std::span<std::byte> into) const {
  if (view_) {
    std::ranges::copy(view_->bytes().subspan(static_cast<std::size_t>(offset_bytes), into.size()),
                      into.begin());
    return {};
  }
  while (!into.empty()) {
    ssize_t const got =
        ::pread(fd_.get(), into.data(), into.size(), static_cast<off_t>(offset_bytes));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Errc::io, std::strerror(errno));
    if (got == 0) return fail(Errc::io, "the file became shorter while it was read");
    into = into.subspan(static_cast<std::size_t>(got));
    offset_bytes += static_cast<std::uint64_t>(got);
  }
  return {};
}

}  // namespace sightline::server
