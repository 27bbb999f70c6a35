// The 16-bit build of the library: its names are macros, so each build has a file of its own.
#include <cstdio>

extern "C" {
#include <ijg/jerror16.h>
#include <ijg/jpeglib16.h>
}

#include "codec/jpeg_ijg_session.inc"

namespace sightline::codec {

IjgOutcome decode_ijg16(IjgJob const& job) { return run_ijg_session(job); }

}  // namespace sightline::codec
