#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/error.hpp"

namespace sightline::codec {

/// A codestream, bare or out of a JP2 file, and which of its components each colour is.
struct Jp2Codestream {
  std::span<std::byte const> bytes;
  std::array<std::uint8_t, 3> component_of_sample = {0, 1, 2};
};

/// DICOM wants the bare codestream (PS3.5 A.4.4), but files with the JP2 wrapper exist. Of its
/// boxes only the channel definition changes a stored value: it may say that the components are not
/// in the order R, G, B. Errors: corrupt, truncated. Source: ISO/IEC 15444-1 I.4, I.5.3.6, I.5.4.
Result<Jp2Codestream> find_codestream(std::span<std::byte const> bytes);

}  // namespace sightline::codec
