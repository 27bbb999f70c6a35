#pragma once
#include <cstddef>
#include <vector>

#include "codec/frame_decoder.hpp"

namespace sightline::test {

/// What CharLS makes of a whole JPEG-LS stream, as decode_frame would give it; empty where it
/// refuses. Only for streams that are known to be sound: CharLS 1 reads outside of its tables where
/// an error is larger than any encoder writes.
std::vector<std::byte> decode_jpegls_by_charls(codec::DecodeRequest const& request);

}  // namespace sightline::test
