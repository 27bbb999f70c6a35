#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/byte_source.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/sample_block.hpp"
#include "dicom/display_shutter.hpp"
#include "dicom/mask_module.hpp"
#include "dicom/overlay_plane.hpp"
#include "dicom/slide_matrix.hpp"

namespace sightline::dicom {

/// All text here is UTF-8 (converted from (0008,0005) Specific Character Set; bytes that cannot be
/// converted become U+FFFD), stripped of padding, never trusted: show by textContent only.

struct Patient {
  std::string name, id, birth_date, sex;
};  ///< PN keeps its =-separated groups.
struct Study {
  std::string study_instance_uid, study_date, study_time, study_description, accession_number,
      study_id;
  std::string referring_physician_name, institution_name;
};
struct Series {
  std::string series_instance_uid, modality, series_description, body_part_examined, laterality,
      protocol_name;
  std::string frame_of_reference_uid;
  std::optional<std::int32_t> series_number;
};

/// Where a frame lies in the patient. Source: PS3.3 C.7.6.2. Units: mm.
struct FrameGeometry {
  std::optional<std::array<double, 3>> image_position;  ///< (0020,0032)
  std::optional<std::array<double, 6>>
      image_orientation;  ///< (0020,0037) row cosines, then column cosines
  std::optional<std::array<double, 2>> pixel_spacing;  ///< {between rows, between columns}
  enum class SpacingSource : std::uint8_t {
    none,
    pixel_spacing,
    imager_pixel_spacing,
    us_region
  } spacing_source = SpacingSource::none;
  std::optional<double> slice_thickness, spacing_between_slices, slice_location;
  bool operator==(FrameGeometry const&) const = default;
};

/// A look-up table of the Modality, VOI or Palette kind. Source: PS3.3 C.11.1.1.1, C.11.2.1.1,
/// C.7.6.3.1.5.
struct Lut {
  std::int32_t first_mapped = 0;  ///< Interpreted by Pixel Representation.
  std::uint16_t bits_per_entry = 16;
  std::vector<std::uint16_t> entries;  ///< 1 … 65536
  std::string explanation;
  bool operator==(Lut const&) const = default;
};

enum class VoiFunction : std::uint8_t {
  linear = 0,
  linear_exact = 1,
  sigmoid = 2
};  ///< (0028,1056)

struct Window {
  double center = 0, width = 1;  ///< (0028,1050), (0028,1051) in modality units
  std::string explanation;       ///< (0028,1055)
  bool operator==(Window const&) const = default;
};

/// Stored values first … last to a physical quantity. Source: PS3.3 C.7.6.16.2.11.
struct RealWorldMap {
  double first = 0, last = 0, slope = 1, intercept = 0;
  std::string label;  ///< LUT Label (0040,9210)
  std::string unit;   ///< UCUM, the code value of Measurement Units Code Sequence (0040,08EA)
  bool operator==(RealWorldMap const&) const = default;
};
inline constexpr std::size_t kMaxRealWorldMaps = 4;

/// Stored values to P-values, as the data set describes it for one frame. Source: PS3.3 C.11.
struct DisplayPipeline {
  /// (0028,1053), (0028,1052); a slope of 0 is kept: quirks::usable_rescale_slope.
  double rescale_slope = 1, rescale_intercept = 0;
  std::string rescale_type;         ///< (0028,1054) HU, …; "HU" for CT when absent
  std::optional<Lut> modality_lut;  ///< (0028,3000): then slope/intercept do not apply
  std::vector<Window> windows;
  VoiFunction voi_function = VoiFunction::linear;
  std::vector<Lut> voi_luts;                  ///< (0028,3010)
  bool presentation_inverse = false;          ///< (2050,0020) = INVERSE
  std::optional<std::int32_t> padding_value;  ///< (0028,0120), interpreted by Pixel Representation
  std::optional<std::int32_t> padding_range_limit;  ///< (0028,0121)
  /// Of real numbers, first <= last: (0028,0122) and (0028,0124), or (0028,0123) and (0028,0125).
  std::optional<std::array<double, 2>> real_padding;
  std::vector<RealWorldMap> real_world;  ///< at most kMaxRealWorldMaps
  bool operator==(DisplayPipeline const&) const = default;
};

/// One frame's encoded bytes inside the file. A frame may lie in several fragments (PS3.5 A.4).
struct ByteSpan {
  std::uint64_t offset_bytes = 0, length_bytes = 0;
};
struct FrameSpan {
  std::vector<ByteSpan> fragments;
};

struct LossyHistory {
  bool lossy = false;
  std::string ratio, method;
};  ///< (0028,2110), (0028,2112), (0028,2114)

/// What Sightline knows of one SOP Instance without its pixels.
struct Instance {
  Patient patient;
  Study study;
  Series series;
  std::string sop_class_uid, sop_instance_uid, transfer_syntax_uid;
  std::optional<std::int32_t> instance_number;
  std::string image_type, content_date, content_time, acquisition_date, acquisition_time;
  std::string image_laterality, view_position,
      patient_orientation;  ///< (0020,0062), (0018,5101), (0020,0020)
  std::string burned_in_annotation;
  std::string kvp, exposure, repetition_time, echo_time, magnetic_field_strength, contrast_agent;
  std::optional<double> frame_time_ms, recommended_frame_rate;  ///< (0018,1063), (0008,2144)
  std::vector<double> frame_time_vector_ms;                     ///< (0018,1065)

  bool has_pixels = false;  ///< Pixel Data (7FE0,0010), Float or Double Float Pixel Data is there.
  std::string unshowable_reason;  ///< Empty when frames can be shown; else a sentence for people.
  PixelFormat format;
  std::uint32_t number_of_frames = 0;  ///< 0 without pixels
  std::vector<double>
      pixel_aspect_ratio;  ///< (0028,0034) {vertical, horizontal} when given without spacing
  LossyHistory lossy;
  std::array<std::optional<Lut>, 3> palette;  ///< red, green, blue

  /// One entry when it holds for all frames (classic objects), else number_of_frames entries
  /// (enhanced ones).
  std::vector<DisplayPipeline> display;
  std::vector<FrameGeometry> geometry;

  std::vector<OverlayPlane> overlays;     ///< by group
  std::optional<DisplayShutter> shutter;  ///< of all frames
  std::optional<MaskModule> mask;         ///< subtraction of its own frames
  std::optional<double> suv_factor;       ///< of PET: modality values to SUV by body weight, g/ml
  /// Frames, 0-based, in the order in which they are looked at; empty: as they are stored.
  std::vector<std::uint32_t> viewing_order;
  /// Of a single picture: what tells it from others of the same place (frame_order.hpp); empty:
  /// nothing.
  std::vector<double> phase;

  std::vector<FrameSpan> frames;  ///< number_of_frames entries, or empty when they cannot be told
                                  ///< apart; of a video one, which is the stream of all of them
  /// Concatenation UID (0020,9161): one instance in parts; In-concatenation Number (0020,9162) of
  /// this one, from 1 (0: not said), and Concatenation Frame Offset Number (0020,9228): frames of
  /// the parts before it. Source: PS3.3 C.7.6.16.2.2.4.
  std::string concatenation_uid;
  std::uint16_t in_concatenation_number = 0;
  std::uint32_t concatenation_frame_offset = 0;
  std::optional<SlideMatrix> slide;     ///< the frames are tiles of this
  bool frame_bytes_big_endian = false;  ///< native pixels of Explicit VR Big Endian, or GE's own
  bool deflated = false;  ///< spans point into the inflated data set, not into the file
};

/// Reads a Part 10 file (or a bare data set without preamble, Implicit/Explicit LE). Of one that is
/// read by ranges it reads the attributes and, unless an Extended Offset Table tells the frames,
/// the headers of the fragments. Errors: not_dicom, truncated, corrupt, limit_exceeded,
/// out_of_memory, those of the reading; a file without pixels is not an error. Threads: as
/// ByteSource. Source: PS3.10 7, PS3.5 7, A.4.
Result<Instance> read_instance(ByteSource file, Limits const& limits = kDefaultLimits);

/// Bytes of one frame (0-based), fragments joined. `file` is what read_instance was given; for a
/// deflated data set, deflated frames or bits_allocated = 1 it does what is needed. Errors:
/// not_found, truncated (the file ends before the frame), limit_exceeded, those of the reading. A
/// frame that the file does not hold whole has fewer bytes; its decoder says what that means.
Result<std::vector<std::byte>> frame_bytes(ByteSource file, Instance const& instance,
                                           std::uint32_t frame_index0,
                                           Limits const& limits = kDefaultLimits);

/// What the decoder of codec::encoding_of takes, made of the joined fragments of one frame: they
/// themselves, native samples where each frame is deflated (as many as come out of it), or the
/// codestream with a mark of the frame where it holds several (base/frame_mark.hpp). Errors:
/// corrupt, limit_exceeded. Source: PS3.5 A.4.4, A.4.13.
Result<std::vector<std::byte>> decoder_input(Instance const& instance, std::uint32_t frame_index0,
                                             std::vector<std::byte> fragments,
                                             Limits const& limits = kDefaultLimits);

}  // namespace sightline::dicom
