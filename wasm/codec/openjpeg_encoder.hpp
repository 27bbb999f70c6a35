#pragma once
#include <openjpeg.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace sightline::codec {

struct OpjImageDeleter {
  void operator()(opj_image_t* image) const { opj_image_destroy(image); }
};
using OpjImage = std::unique_ptr<opj_image_t, OpjImageDeleter>;

/// What the library writes for an image; nothing when it refuses, or has no memory.
/// Threads: any. Source: ISO/IEC 15444-1.
std::optional<std::vector<std::byte>> run_openjpeg(opj_cparameters_t parameters, opj_image_t& image,
                                                   OPJ_CODEC_FORMAT format);

}  // namespace sightline::codec
