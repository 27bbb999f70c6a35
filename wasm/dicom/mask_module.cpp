#include "dicom/mask_module.hpp"

#include <algorithm>
#include <cmath>

#include "dicom/attributes.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kPixelIntensity = 0x00281040, kRecommendedMode = 0x00281090,
                        kMaskSubtraction = 0x00286100, kOperation = 0x00286101,
                        kApplicableFrames = 0x00286102, kMaskFrames = 0x00286110,
                        kContrastAveraging = 0x00286112, kShift = 0x00286114,
                        kTidOffset = 0x00286120, kExplanation = 0x00286190;
constexpr double kFarthestShift = 65535;

std::optional<MaskOperation::Kind> kind_of(Attributes const& item) {
  std::string const operation = item.code(kOperation);
  if (operation == "AVG_SUB") return MaskOperation::Kind::average;
  if (operation == "TID") return MaskOperation::Kind::interval;
  if (operation == "REV_TID") return MaskOperation::Kind::reversed_interval;
  return std::nullopt;
}

std::vector<std::uint32_t> frames_of(Attributes const& item, std::uint32_t tag) {
  std::vector<std::uint32_t> frames;
  for (double const number : item.numbers(tag)) {
    if (number < 1 || number > 65535 || frames.size() == kMaxMaskFrames) break;
    frames.push_back(static_cast<std::uint32_t>(number));
  }
  return frames;
}

std::optional<MaskOperation> read_operation(Attributes const& item) {
  auto const kind = kind_of(item);
  if (!kind) return std::nullopt;
  MaskOperation operation;
  operation.kind = *kind;
  operation.applicable_frames = frames_of(item, kApplicableFrames);
  if (operation.applicable_frames.size() % 2 != 0) operation.applicable_frames.pop_back();
  operation.mask_frames = frames_of(item, kMaskFrames);
  if (auto const averaging = item.integer(kContrastAveraging))
    operation.contrast_averaging = static_cast<std::uint32_t>(
        std::clamp(*averaging, 1, static_cast<std::int32_t>(kMaxMaskFrames)));
  auto const shift = item.numbers(kShift);
  bool const is_near = shift.size() == 2 && std::abs(shift[0]) <= kFarthestShift &&
                       std::abs(shift[1]) <= kFarthestShift;
  if (is_near) operation.sub_pixel_shift = {shift[0], shift[1]};
  operation.tid_offset = item.integer(kTidOffset).value_or(1);
  operation.explanation = item.text(kExplanation);
  bool const has_mask = operation.kind == MaskOperation::Kind::average
                            ? !operation.mask_frames.empty()
                            : operation.tid_offset != 0;
  bool const is_ranged = operation.kind != MaskOperation::Kind::reversed_interval ||
                         !operation.applicable_frames.empty();  // it counts from their first one
  if (!has_mask || !is_ranged) return std::nullopt;
  return operation;
}

}  // namespace

std::vector<MaskOperation> read_mask_operations(Attributes const& attributes) {
  std::vector<MaskOperation> operations;
  for (Attributes const& item : attributes.items(kMaskSubtraction)) {
    auto operation = read_operation(item);
    if (operation && operations.size() < kMaxMaskOperations)
      operations.push_back(std::move(*operation));
  }
  return operations;
}

std::optional<MaskedFrames> masked_frames(MaskOperation const& operation, std::uint32_t frame,
                                          std::uint32_t number_of_frames) {
  auto const& ranges = operation.applicable_frames;
  std::optional<std::uint32_t> first_of_range;
  for (std::size_t i = 0; i + 1 < ranges.size(); i += 2)
    if (!first_of_range && frame >= ranges[i] && frame <= ranges[i + 1]) first_of_range = ranges[i];
  if (frame < 1 || (!ranges.empty() && !first_of_range)) return std::nullopt;
  MaskedFrames frames;
  if (operation.kind == MaskOperation::Kind::average) {
    frames.masks = operation.mask_frames;
  } else {
    std::int64_t const from = operation.kind == MaskOperation::Kind::interval
                                  ? std::int64_t{frame}
                                  : 2 * std::int64_t{first_of_range.value_or(frame)} - frame;
    std::int64_t const mask = from - operation.tid_offset;
    if (mask < 1 || mask > number_of_frames) return std::nullopt;
    frames.masks = {static_cast<std::uint32_t>(mask)};
  }
  for (std::uint32_t i = 0; i < operation.contrast_averaging; ++i)
    frames.contrast.push_back(frame + i);
  auto const is_there = [&](std::uint32_t number) { return number <= number_of_frames; };
  if (!std::ranges::all_of(frames.contrast, is_there) ||
      !std::ranges::all_of(frames.masks, is_there))
    return std::nullopt;
  return frames;
}

std::optional<MaskModule> read_mask_module(Attributes const& attributes) {
  MaskModule module;
  module.operations = read_mask_operations(attributes);
  module.is_recommended = attributes.code(kRecommendedMode) == "SUB";
  module.pixel_intensity_relationship = attributes.code(kPixelIntensity);
  if (module == MaskModule{}) return std::nullopt;
  return module;
}

}  // namespace sightline::dicom
