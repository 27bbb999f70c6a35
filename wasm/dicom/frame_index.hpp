#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/byte_source.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/sample_block.hpp"
#include "dicom/data_set_outline.hpp"
#include "dicom/instance.hpp"
#include "dicom/transfer_syntax.hpp"

namespace sightline::dicom {

/// What is known before the frames are looked for.
struct FrameIndexRequest {
  ByteSource bytes;  ///< the data set; spans count from its beginning
  TransferSyntax syntax;
  PixelFormat format;  ///< one that can be shown (ImagePixel)
  std::optional<std::uint32_t>
      number_of_frames;  ///< (0028,0008); nothing when missing or not positive
};

struct FrameIndex {
  std::uint32_t number_of_frames = 0;  ///< what there is, not what is stated
  std::vector<FrameSpan> frames;  ///< number_of_frames entries, or none: they cannot be told apart
  bool full_resolution_422 = false;  ///< quirk: see quirks.hpp
};

/// Finds each frame's bytes; the outline has Pixel Data. Frames that a cut-off file does not hold
/// have an empty or shorter span. Errors: limit_exceeded, corrupt (the fragments are no fragments).
/// Threads: any. Source: PS3.5 8.1, A.4; PS3.3 C.7.6.3.1.8.
Result<FrameIndex> index_frames(FrameIndexRequest const& request, DataSetOutline const& outline,
                                Limits const& limits);

/// The stream of a video: all fragments, whatever the tables and Number of Frames say; without its
/// padding where the Extended Offset Table's lengths tell it. No fragments when there are none.
/// Errors: limit_exceeded, corrupt. Threads: any. Source: PS3.5 8.2.5 to 8.2.13, A.4; PS3.3
/// C.7.6.3.1.9.
Result<FrameSpan> find_video_stream(ByteSource const& bytes, DataSetOutline const& outline,
                                    Limits const& limits);

}  // namespace sightline::dicom
