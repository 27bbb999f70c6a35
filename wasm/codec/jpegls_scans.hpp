#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/error.hpp"
#include "codec/jpegls_header.hpp"

namespace sightline::codec {

/// What there is of a stream.
struct JpegLsOutcome {
  Errc code = Errc::ok;     ///< corrupt or truncated: the first fault
  std::uint64_t lines = 0;  ///< in the order of the stream: rows, times components where scans are
                            ///< by plane; what follows them is anything
};

/// Decodes JPEG-LS to rows x cols x components (1 or 3) interleaved samples of `sample_bytes` (1, 2
/// or 4; at least the precision). `out` has that many bytes. Source: ISO/IEC 14495-1.
[[nodiscard]] JpegLsOutcome decode_jpegls_scans(JpegLsHeader const& header,
                                                std::span<std::byte const> bytes,
                                                std::size_t sample_bytes, std::span<std::byte> out);

}  // namespace sightline::codec
