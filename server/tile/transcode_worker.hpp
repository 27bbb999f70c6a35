#pragma once
#include <functional>

#include "tile/pyramid_builder.hpp"

namespace sightline::server {

/// Has the shape of build_frames.
using FrameBuilder = std::function<Status(ByteSource file, std::uint32_t first_frame,
                                          ParsedSink const& parsed, FrameSink const& frame)>;

/// Reads the server's hello, enters the sandbox, says so, and then answers requests on descriptors
/// 0 and 1 with what `builder` makes until the input ends. Returns the exit code.
int serve_transcode_requests(FrameBuilder const& builder);

/// Entry of the hidden subcommand `transcode-worker`: the same with build_frames.
int run_transcode_worker();

}  // namespace sightline::server
