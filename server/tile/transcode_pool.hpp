#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "blob/blob_store.hpp"
#include "codec/frame_decoder.hpp"
#include "color/profile_table.hpp"
#include "tile/pyramid_builder.hpp"

namespace sightline::server {

/// A pool of sandboxed worker processes (`sightline transcode-worker`): no network, no files
/// (seccomp), caps on memory and time. One that dies or overruns is replaced: the frame that it had
/// in hand gets module_died, and another worker goes on after it, at most twice per instance.
/// Workers are retired after a while, so that nothing builds up in them. Sets SIGPIPE to be ignored
/// for the whole program. Threads: any; build() blocks its caller.
class TranscodePool {
 public:
  struct Options {
    unsigned workers = 2;
    std::uint64_t memory_bytes = 3ull << 30;
    unsigned seconds_per_instance = 300;
    std::vector<std::string> command = {"/proc/self/exe", "transcode-worker"};
  };
  explicit TranscodePool(Options options);
  ~TranscodePool();
  TranscodePool(TranscodePool const&) = delete;
  TranscodePool& operator=(TranscodePool const&) = delete;

  /// Sends one file to a worker and hands its frames on as they come. Frames given to `frame`
  /// before an error stay valid. Errors: as dicom::read_instance; module_died; io (no worker can be
  /// started, or its sandbox does not hold); the sink's.
  Status build(BlobReader const& file, FrameSink const& frame);
  /// The same for bytes in memory.
  Result<Pyramid> build(std::span<std::byte const> file);

  /// Decodes one frame's bytes in a worker, to stored values; `format` as the data set says.
  /// Errors: as codec::decode_frame; module_died; io. Blocks its caller.
  Result<codec::DecodedFrame> decode(codec::Encoding encoding, PixelFormat const& format,
                                     std::span<std::byte const> bytes);

  /// Makes the table of a colour profile in a worker, without its name. Errors: as
  /// color::table_of_profile; module_died; io. Blocks its caller.
  Result<color::ProfileTable> color_table(std::span<std::byte const> profile, color::Space space);

  /// Workers that died or were killed so far.
  std::uint64_t deaths() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sightline::server
