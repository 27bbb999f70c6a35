#include "base/error.hpp"

namespace sightline {

char const* errc_name(Errc code) {
  switch (code) {
    case Errc::ok: return "ok";
    case Errc::need_more_input: return "need_more_input";
    case Errc::truncated: return "truncated";
    case Errc::corrupt: return "corrupt";
    case Errc::unsupported: return "unsupported";
    case Errc::limit_exceeded: return "limit_exceeded";
    case Errc::not_dicom: return "not_dicom";
    case Errc::no_pixels: return "no_pixels";
    case Errc::invalid_argument: return "invalid_argument";
    case Errc::out_of_memory: return "out_of_memory";
    case Errc::not_found: return "not_found";
    case Errc::stale: return "stale";
    case Errc::digest_mismatch: return "digest_mismatch";
    case Errc::io: return "io";
    case Errc::module_died: return "module_died";
    case Errc::graphics: return "graphics";
    case Errc::pending: return "pending";
    case Errc::forbidden: return "forbidden";
    case Errc::no_space: return "no_space";
  }
  // A number from the wire or from disk that this build does not know.
  return "unknown";
}

}  // namespace sightline
