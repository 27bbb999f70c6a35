#include "dicom/layer_references.hpp"

#include "base/limits.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kReferencedSopInstance = 0x00081155, kReferencedFrames = 0x00081160;
constexpr std::size_t kMaxImages = 100'000;
/// Frames that one reference names.
constexpr std::size_t kMaxFramesNamed = 10'000;

}  // namespace

std::optional<std::uint32_t> LayerReferences::number_of(std::string const& sop_instance_uid) {
  if (sop_instance_uid.empty()) return std::nullopt;
  if (auto const known = numbers_.find(sop_instance_uid); known != numbers_.end())
    return known->second;
  if (uids_.size() >= kMaxImages) return std::nullopt;
  auto const number = static_cast<std::uint32_t>(uids_.size());
  numbers_.emplace(sop_instance_uid, number);
  uids_.push_back(sop_instance_uid);
  return number;
}

std::string LayerReferences::entry(Attributes const& reference) {
  auto const number = number_of(reference.code(kReferencedSopInstance));
  if (!number) return {};
  std::string entry = "[" + std::to_string(*number);
  std::size_t named = 0;
  for (double const frame : reference.numbers(kReferencedFrames)) {
    if (!(frame >= 1 && frame <= kDefaultLimits.max_frames)) continue;
    if (++named > kMaxFramesNamed) break;
    entry += "," + std::to_string(static_cast<std::uint32_t>(frame));
  }
  return entry + "]";
}

void LayerReferences::write(JsonObject& object) const {
  JsonArray images = object.array("images");
  for (std::string const& uid : uids_) images.raw(json_quote(uid));
}

}  // namespace sightline::dicom
