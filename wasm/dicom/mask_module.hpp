#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sightline::dicom {

class Attributes;

/// How a mask is subtracted from frames of an image. Source: PS3.3 C.7.6.10, C.11.13.
struct MaskOperation {
  enum class Kind : std::uint8_t {
    average,           ///< AVG_SUB: the mean of the mask frames
    interval,          ///< TID: an earlier frame
    reversed_interval  ///< REV_TID: earlier and earlier frames
  } kind = Kind::average;
  /// Pairs of first and last frame, 1-based; empty: all that the operation can be done for.
  std::vector<std::uint32_t> applicable_frames;
  std::vector<std::uint32_t> mask_frames;   ///< 1-based, of `average`
  std::uint32_t contrast_averaging = 1;     ///< frames, the current one first
  std::array<double, 2> sub_pixel_shift{};  ///< of the mask: down by rows, right by columns
  std::int32_t tid_offset = 1;
  std::string explanation;
  bool operator==(MaskOperation const&) const = default;
};

/// What an image says of the subtraction of its own frames, and of what its values are.
struct MaskModule {
  std::vector<MaskOperation> operations;
  bool is_recommended = false;               ///< (0028,1090) is SUB
  std::string pixel_intensity_relationship;  ///< (0028,1040): LIN, LOG, DISP
  bool operator==(MaskModule const&) const = default;
};

/// Operations of an image or a state; more are left out.
inline constexpr std::size_t kMaxMaskOperations = 64;
/// Frames that one operation names.
inline constexpr std::size_t kMaxMaskFrames = 1024;

/// The operations of Mask Subtraction Sequence (0028,6100) that subtract; one that makes no sense
/// is left out. Threads: as Attributes. Source: PS3.3 C.7.6.10.
std::vector<MaskOperation> read_mask_operations(Attributes const& attributes);

/// Nothing where an image has neither operations nor a Pixel Intensity Relationship. Threads: as
/// Attributes. Source: PS3.3 C.7.6.10, C.8.7.1.1.2.
std::optional<MaskModule> read_mask_module(Attributes const& attributes);

/// The frames (1-based) of one subtraction; the means of both lists.
struct MaskedFrames {
  std::vector<std::uint32_t> contrast, masks;
  bool operator==(MaskedFrames const&) const = default;
};
/// What the operation means for a frame of an image; nothing where it does not apply, or needs
/// frames that there are not. Source: PS3.3 C.7.6.10.1.1.
std::optional<MaskedFrames> masked_frames(MaskOperation const& operation, std::uint32_t frame,
                                          std::uint32_t number_of_frames);

}  // namespace sightline::dicom
