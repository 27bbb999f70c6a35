#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace sightline {

/// The closed list of what can go wrong, on the wire, in the ABI and in the page.
/// Do not renumber: the values are written to disk and sent to browsers (web/shared/errc.ts mirrors
/// them; tests/web/errc.test.ts compares both files).
enum class Errc : std::int32_t {
  ok = 0,
  need_more_input = 1,   ///< A prefix is fine so far; call again with more bytes.
  truncated = 2,         ///< The input ended before the object was whole.
  corrupt = 3,           ///< The input breaks its own format's rules.
  unsupported = 4,       ///< Legal, but this build does not do it (a transfer syntax, a photometric
                         ///< interpretation).
  limit_exceeded = 5,    ///< Legal, but larger than sightline::Limits allow.
  not_dicom = 6,         ///< Neither Part 10 nor a bare data set.
  no_pixels = 7,         ///< A DICOM object without pixel data.
  invalid_argument = 8,  ///< The caller broke the function's contract.
  out_of_memory = 9,
  not_found = 10,
  stale = 11,            ///< The study has changed since the manifest was made.
  digest_mismatch = 12,  ///< Decoded values differ from the original's.
  io = 13,               ///< A file or socket failed.
  module_died = 14,  ///< A decoding worker (process or WASM instance) trapped or ran out of time.
  graphics = 15,     ///< OpenGL refused: no context, shader or texture.
  pending = 16,      ///< The pyramid is not built yet; ask again.
  forbidden = 17,
  no_space = 18,  ///< The disk is full; what was stored before is safe and can be read.
};

/// Stable lower-case name of a code ("limit_exceeded"). Never null.
char const* errc_name(Errc code);

/// One failure. `detail` is for people; it never carries patient data, paths or pixel values.
struct Error {
  Errc code = Errc::ok;
  std::uint64_t offset_bytes = 0;  ///< Where in the input, when known.
  std::string detail;
};

template <class T>
using Result = std::expected<T, Error>;
using Status = std::expected<void, Error>;

/// `return fail(Errc::corrupt, "tile-part without SOD", pos);`
inline std::unexpected<Error> fail(Errc code, std::string detail = {},
                                   std::uint64_t offset_bytes = 0) {
  return std::unexpected<Error>(Error{code, offset_bytes, std::move(detail)});
}

}  // namespace sightline
