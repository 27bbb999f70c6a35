#pragma once
#include <cstddef>
#include <vector>

#include "dicomweb/pixel_source.hpp"
#include "small_archive.hpp"

namespace sightline::server::testing {

/// A pyramid in memory: of one instance, whatever its hash.
struct MemoryStreams {
  std::vector<std::vector<std::byte>> frames;
};

/// Decodes in this process. Lifetime: the arguments outlive it and what is made of it.
inline RetrieveSources sources_of(SmallArchive& archive, FrameDirectory& directory,
                                  MemoryStreams const& streams) {
  return {
      archive.index(), archive.blobs(), directory,
      [](codec::Encoding encoding, PixelFormat const& format, std::span<std::byte const> bytes) {
        return codec::decode_frame({encoding, format, bytes, 0});
      },
      [&streams](std::string const&, std::uint32_t frame, std::uint32_t first,
                 std::uint32_t last) -> Result<std::vector<std::byte>> {
        if (frame >= streams.frames.size() || last > streams.frames[frame].size())
          return fail(Errc::not_found);
        auto const begin = streams.frames[frame].begin();
        return std::vector<std::byte>(begin + first, begin + last);
      }};
}

}  // namespace sightline::server::testing
