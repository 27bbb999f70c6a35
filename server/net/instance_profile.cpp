#include "net/instance_profile.hpp"

#include <algorithm>
#include <cstdint>

#include "dicom/icc_profile.hpp"

namespace sightline::server {

Result<std::vector<std::byte>> profile_in(BlobReader const& reader) {
  constexpr std::uint64_t kFirstBytes = std::uint64_t{256} << 10;
  for (std::uint64_t const most : {kFirstBytes, dicom::kIccProfileWithinBytes}) {
    std::uint64_t const size = std::min(most, reader.size_bytes());
    std::vector<std::byte> beginning(static_cast<std::size_t>(size));
    if (Status const read = reader.read(0, beginning); !read) return std::unexpected(read.error());
    auto profile = dicom::read_icc_profile(beginning);
    bool const needs_more = !profile && profile.error().code == Errc::truncated;
    if (!needs_more || size == reader.size_bytes()) return profile;
  }
  return fail(Errc::limit_exceeded, "what stands before the colour profile is too large");
}

}  // namespace sightline::server
