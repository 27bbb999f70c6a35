#include "page/first_picture.hpp"

#include <vector>

#include "wire/manifest_order.hpp"

namespace sightline::server {

bool is_showable(StudyTable const& study, std::uint32_t frame) {
  wire::StreamIndex const* const stream = study.stream_of(frame);
  return stream != nullptr && stream->failure == Errc::ok && !stream->level_ends.empty();
}

std::optional<std::uint32_t> first_picture(StudyTable const& study) {
  std::vector<bool> by_position(study.manifest.instances.size());
  for (wire::SeriesOrder const& series : wire::order_manifest(study.manifest)) {
    for (std::size_t const instance : series.instances) by_position[instance] = series.by_position;
  }
  auto const count = static_cast<std::uint32_t>(study.frames.size());
  for (std::uint32_t begin = 0, end = 0; begin < count; begin = end) {
    std::string const& series = study.instance_of(begin).instance.series.series_instance_uid;
    bool has_streams = false;
    for (end = begin;
         end < count && study.instance_of(end).instance.series.series_instance_uid == series;
         ++end) {
      has_streams = has_streams || is_showable(study, end);
    }
    if (!has_streams) continue;
    std::size_t const opened = study.frames[begin].instance_index;
    std::uint32_t stack = begin;  // its end
    while (stack < end && (by_position[opened] || study.frames[stack].instance_index == opened))
      ++stack;
    dicom::Instance const& instance = study.manifest.instances[opened].instance;
    bool const is_stack = by_position[opened] || wire::is_volume(instance);
    std::uint32_t const place = is_stack ? (stack - begin) / 2 : 0;
    auto const order = wire::viewing_order(instance);
    std::uint32_t const first = begin + (place < order.size() ? order[place] : place);
    return is_showable(study, first) ? std::optional(first) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace sightline::server
