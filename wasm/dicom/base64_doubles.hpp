#pragma once
#include <bit>
#include <cstdint>
#include <span>
#include <string>

#include "base/base64.hpp"
#include "base/byte_writer.hpp"

namespace sightline::dicom {

/// Numbers as they stand in JSON where there are many: base64 of 64-bit floats, little-endian, in
/// quotation marks. Errors: none. Source: docs/wire_format.md; RFC 4648.
inline std::string base64_of_doubles(std::span<double const> values) {
  ByteWriter bytes(8 * values.size());
  for (double const value : values) bytes.u64_le(std::bit_cast<std::uint64_t>(value));
  return '"' + base64(bytes.view()) + '"';
}

}  // namespace sightline::dicom
