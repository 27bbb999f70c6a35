#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "local/archive.hpp"

/// Up to eight files of a reader's computer, each behind the two bytes of its length: whatever they
/// are, each is taken or refused, each study that is there has a manifest, and frames that are read
/// by ranges lie inside their files.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline;
  auto input = std::as_bytes(std::span(data, size));
  local::Archive archive;
  std::vector<std::span<std::byte const>> files;
  for (int number = 0; number < 8 && input.size() >= 2; ++number) {
    std::size_t const stated =
        std::to_integer<std::size_t>(input[0]) | std::to_integer<std::size_t>(input[1]) << 8;
    auto const file = input.subspan(2, std::min(stated, input.size() - 2));
    input = input.subspan(2 + file.size());
    if (archive.add(file, std::string(63, '0') + static_cast<char>('0' + number)))
      files.push_back(file);
  }
  for (auto const& study : archive.studies())
    if (!archive.manifest(study.study_instance_uid)) std::abort();
  for (std::uint32_t instance = 0; instance < files.size(); ++instance) {
    for (std::uint32_t frame = 0; frame < archive.frame_count(instance) && frame < 3; ++frame) {
      auto const location = archive.locate(instance, frame);
      if (!location) std::abort();
      (void)archive.frame_bytes(instance, frame, files[instance]);
      if (!location->is_plain) continue;
      for (auto const& span : location->span.fragments)
        if (span.offset_bytes > files[instance].size() ||
            span.length_bytes > files[instance].size() - span.offset_bytes)
          std::abort();
    }
  }
  return 0;
}
