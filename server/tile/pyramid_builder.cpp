#include "tile/pyramid_builder.hpp"

#include <utility>

#include "dicom/instance.hpp"

namespace sightline::server {

Status build_frames(ByteSource file, std::uint32_t first_frame, ParsedSink const& parsed,
                    FrameSink const& frame) {
  auto const instance = dicom::read_instance(file);
  if (!instance) return std::unexpected(instance.error());
  if (auto const told = parsed(instance->number_of_frames); !told) return told;
  for (std::uint32_t f = first_frame; f < instance->number_of_frames; ++f) {
    auto encoded = dicom::frame_bytes(file, *instance, f);
    auto made = encoded ? transcode_frame(*instance, f, std::move(*encoded))
                        : failed_frame(encoded.error().code);
    if (auto const taken = frame(std::move(made)); !taken) return taken;
  }
  return {};
}

Result<Pyramid> build_pyramid(std::span<std::byte const> file) {
  Pyramid pyramid;
  auto const keep = [&pyramid](TranscodedFrame frame) -> Status {
    pyramid.streams.push_back(std::move(frame.index));
    pyramid.frame_streams.push_back(std::move(frame.bytes));
    return {};
  };
  if (auto const built = build_frames(
          file, 0, [](std::uint32_t) { return Status{}; }, keep);
      !built) {
    return std::unexpected(built.error());
  }
  return pyramid;
}

}  // namespace sightline::server
