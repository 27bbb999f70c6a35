#include "codec/jpegls_encoder.hpp"

#include <charls/intrface.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>

namespace sightline::codec {
namespace {

constexpr unsigned kFewestBits = 8;  ///< Below, CharLS's thresholds are not the standard's.

std::uint32_t word_at(SampleBlock const& block, std::size_t i) {
  if (block.bits_allocated == 8) return std::to_integer<std::uint32_t>(block.bytes[i]);
  return std::to_integer<std::uint32_t>(block.bytes[2 * i]) |
         std::to_integer<std::uint32_t>(block.bytes[2 * i + 1]) << 8;
}

/// The precision that holds every value: what lies above is zeros or, of a signed value, its sign.
unsigned precision_of(SampleBlock const& block, unsigned bits_stored) {
  unsigned const bits = std::clamp<unsigned>(bits_stored, kFewestBits, block.bits_allocated);
  if (bits == block.bits_allocated) return bits;
  unsigned const sign_bits = block.is_signed ? 1 : 0;
  std::uint32_t const ones = (1u << (block.bits_allocated - bits + sign_bits)) - 1;
  std::size_t const count = block.bytes.size() / (block.bits_allocated / 8u);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t const above = word_at(block, i) >> (bits - sign_bits);
    if (above != 0 && !(block.is_signed && above == ones)) return block.bits_allocated;
  }
  return bits;
}

/// The samples as bit patterns of the precision, in the order of the block.
std::vector<std::byte> patterns(SampleBlock const& block, unsigned precision) {
  std::vector<std::byte> bytes = block.bytes;
  std::uint32_t const mask = (1u << precision) - 1;
  if (block.bits_allocated == 8) {
    for (std::byte& each : bytes) each &= static_cast<std::byte>(mask);
    return bytes;
  }
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    bytes[i] &= static_cast<std::byte>(mask & 0xFF);
    bytes[i + 1] &= static_cast<std::byte>(mask >> 8);
  }
  return bytes;
}

/// The library takes a growing buffer of its own kind, and throws what its containers throw.
Errc run_library(std::vector<std::byte> const& input, JlsParameters& parameters,
                 std::vector<std::byte>& out) {
  std::size_t capacity = 2 * input.size() + 1024, written = 0;
  std::unique_ptr<BYTE[]> buffer(new (std::nothrow) BYTE[capacity]);
  if (!buffer) return Errc::out_of_memory;
  BYTE* raw = buffer.release();
  JLS_ERROR error = MemoryAllocationFailure;
  try {
    error = JpegLsEncode(&raw, &capacity, &written, input.data(), input.size(), &parameters);
  } catch (std::exception const&) {
    error = MemoryAllocationFailure;
  } catch (...) {
    error = InvalidJlsParameters;
  }
  buffer.reset(raw);
  if (error == MemoryAllocationFailure) return Errc::out_of_memory;
  if (error != OK) return Errc::unsupported;
  out.resize(written);
  std::memcpy(out.data(), raw, written);
  return Errc::ok;
}

}  // namespace

Result<std::vector<std::byte>> encode_jpegls(SampleBlock const& block, unsigned bits_stored) {
  bool const has_shape = (block.bits_allocated == 8 || block.bits_allocated == 16) &&
                         (block.samples == 1 || block.samples == 3) && block.rows > 0 &&
                         block.cols > 0 && block.rows <= 0xFFFF && block.cols <= 0xFFFF;
  if (!has_shape) return fail(Errc::unsupported, "no picture of JPEG-LS");
  if (block.bytes.size() !=
      std::uint64_t{block.rows} * block.cols * block.samples * (block.bits_allocated / 8u))
    return fail(Errc::invalid_argument, "picture size");
  unsigned const precision = precision_of(block, bits_stored);
  JlsParameters parameters{};
  parameters.width = static_cast<int>(block.cols);
  parameters.height = static_cast<int>(block.rows);
  parameters.bitspersample = static_cast<int>(precision);
  parameters.components = block.samples;
  parameters.ilv = block.samples == 1 ? ILV_NONE : ILV_LINE;
  std::vector<std::byte> stream;
  Errc const code = run_library(patterns(block, precision), parameters, stream);
  if (code != Errc::ok) return fail(code, "JPEG-LS encoder");
  return stream;
}

}  // namespace sightline::codec
