// The 8-bit build of the library: its names are macros, so each build has a file of its own.
#include <cstdio>

extern "C" {
#include <ijg/jerror8.h>
#include <ijg/jpeglib8.h>
}

#include "codec/jpeg_ijg_session.inc"

namespace sightline::codec {

IjgOutcome decode_ijg8(IjgJob const& job) { return run_ijg_session(job); }

}  // namespace sightline::codec
