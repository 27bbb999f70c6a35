#include "index/instance_codec.hpp"

#include <bit>
#include <concepts>
#include <type_traits>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"

namespace sightline::server {
namespace {

/// 2 has what lies over the picture at its end, 3 the place in a concatenation behind it, 4 the
/// matrix of a slide behind that, 5 the padding of real numbers, 6 the masks of a subtraction, 7
/// the factor of standardized uptake values, 8 the number in a concatenation and the orders of
/// frames and pictures, 9 real world values; older archives have 1.
constexpr std::uint8_t kVersion = 9, kVersionOfOrders = 8, kVersionOfUptake = 7,
                       kVersionOfMasks = 6, kVersionOfRealPadding = 5, kVersionOfSlides = 4,
                       kVersionOfConcatenations = 3, kVersionOfLayers = 2, kOldestVersion = 1;
constexpr std::uint64_t kMaxOpticalPaths = 256;
constexpr std::uint64_t kMaxPhases = 8;
constexpr std::uint64_t kMaxOverlays = 16;  ///< groups 6000 … 601E

/// Both directions share one list of fields, so that they cannot differ; only these two classes
/// know which is which.
class Encoder {
 public:
  template <std::integral T>
  void value(T const& number) {
    if constexpr (sizeof(T) == 1) out.u8(static_cast<std::uint8_t>(number));
    if constexpr (sizeof(T) == 2) out.u16_le(static_cast<std::uint16_t>(number));
    if constexpr (sizeof(T) == 4) out.u32_le(static_cast<std::uint32_t>(number));
  }
  void value(double const& number) { out.u64_le(std::bit_cast<std::uint64_t>(number)); }
  void value(std::string const& text) {
    out.u32_le(static_cast<std::uint32_t>(text.size()));
    out.text(text);
  }
  template <class E>
    requires std::is_enum_v<E>
  void enumeration(E const& e, E) {
    out.u8(static_cast<std::uint8_t>(e));
  }
  template <class T>
  bool present(std::optional<T> const& optional) {
    out.u8(optional ? 1 : 0);
    return optional.has_value();
  }
  template <class T>
  void count(std::vector<T> const& list, std::uint64_t) {
    out.u32_le(static_cast<std::uint32_t>(list.size()));
  }

  ByteWriter out;
};

class Decoder {
 public:
  explicit Decoder(std::span<std::byte const> bytes) : in(bytes) {}

  template <std::integral T>
  void value(T& number) {
    if constexpr (std::same_as<T, bool>) {
      std::uint8_t const byte = in.u8();
      if (byte > 1) error = Errc::corrupt;
      number = byte == 1;
    } else if constexpr (sizeof(T) == 1) {
      number = static_cast<T>(in.u8());
    } else if constexpr (sizeof(T) == 2) {
      number = static_cast<T>(in.u16_le());
    } else {
      static_assert(sizeof(T) == 4);
      number = static_cast<T>(in.u32_le());
    }
  }
  void value(double& number) { number = std::bit_cast<double>(in.u64_le()); }
  void value(std::string& text) {
    std::uint32_t const length = in.u32_le();
    auto const bytes = in.bytes(length);
    text.assign(reinterpret_cast<char const*>(bytes.data()), bytes.size());
  }
  template <class E>
    requires std::is_enum_v<E>
  void enumeration(E& e, E last) {
    std::uint8_t const byte = in.u8();
    if (byte > static_cast<std::uint8_t>(last))
      error = Errc::corrupt;
    else
      e = static_cast<E>(byte);
  }
  template <class T>
  bool present(std::optional<T>& optional) {
    bool there = false;
    value(there);
    if (there) optional = T{};  // emplace() needs more of T than aggregates have for clang
    return there;
  }
  /// Every entry takes at least one byte, so what is left bounds the allocation up to sizeof(T).
  template <class T>
  void count(std::vector<T>& list, std::uint64_t most) {
    std::uint32_t const n = in.u32_le();
    if (n > most)
      error = Errc::limit_exceeded;
    else if (n > in.remaining())
      error = Errc::truncated;
    if (error == Errc::ok) list.resize(n);
  }

  ByteReader in;
  Errc error = Errc::ok;
};

/// T, or T const when encoding.
template <class Archive, class T>
using Field = std::conditional_t<std::same_as<Archive, Encoder>, T const, T>;

template <class Archive, class... Ts>
void values(Archive& a, Ts&... fields) {
  (a.value(fields), ...);
}

template <class Archive, class T>
void optional_value(Archive& a, T& optional) {
  if (a.present(optional)) a.value(*optional);
}

template <class Archive, class T>
void optional_array(Archive& a, T& optional) {
  if (!a.present(optional)) return;
  for (auto& element : *optional) a.value(element);
}

template <class Archive, class T>
void list_of_values(Archive& a, T& list, std::uint64_t most) {
  a.count(list, most);
  for (auto& element : list) a.value(element);
}

template <class Archive>
void lut(Archive& a, Field<Archive, dicom::Lut>& lut) {
  values(a, lut.first_mapped, lut.bits_per_entry);
  list_of_values(a, lut.entries, kDefaultLimits.max_lut_entries);
  a.value(lut.explanation);
}

template <class Archive>
void display(Archive& a, Field<Archive, dicom::DisplayPipeline>& display) {
  values(a, display.rescale_slope, display.rescale_intercept, display.rescale_type);
  if (a.present(display.modality_lut)) lut(a, *display.modality_lut);
  a.count(display.windows, kDefaultLimits.max_text_bytes);
  for (auto& window : display.windows) values(a, window.center, window.width, window.explanation);
  a.enumeration(display.voi_function, dicom::VoiFunction::sigmoid);
  a.count(display.voi_luts, kDefaultLimits.max_text_bytes);
  for (auto& each : display.voi_luts) lut(a, each);
  a.value(display.presentation_inverse);
  optional_value(a, display.padding_value);
  optional_value(a, display.padding_range_limit);
}

template <class Archive>
void geometry(Archive& a, Field<Archive, dicom::FrameGeometry>& geometry) {
  optional_array(a, geometry.image_position);
  optional_array(a, geometry.image_orientation);
  optional_array(a, geometry.pixel_spacing);
  a.enumeration(geometry.spacing_source, dicom::FrameGeometry::SpacingSource::us_region);
  optional_value(a, geometry.slice_thickness);
  optional_value(a, geometry.spacing_between_slices);
  optional_value(a, geometry.slice_location);
}

template <class Archive>
void pixel_format(Archive& a, Field<Archive, PixelFormat>& format) {
  values(a, format.rows, format.cols, format.samples_per_pixel, format.bits_allocated,
         format.bits_stored, format.high_bit, format.is_signed, format.planar_configuration);
  a.enumeration(format.photometric, Photometric::ybr_partial_422);
}

template <class Archive>
void overlay(Archive& a, Field<Archive, dicom::OverlayPlane>& plane) {
  values(a, plane.group, plane.rows, plane.cols, plane.origin_row, plane.origin_col,
         plane.number_of_frames, plane.image_frame_origin, plane.is_roi, plane.bits_allocated,
         plane.bit_position, plane.label, plane.description);
}

template <class Archive>
void shutter(Archive& a, Field<Archive, dicom::DisplayShutter>& shutter) {
  if (a.present(shutter.rectangle))
    values(a, shutter.rectangle->left, shutter.rectangle->right, shutter.rectangle->upper,
           shutter.rectangle->lower);
  if (a.present(shutter.circle))
    values(a, shutter.circle->center_row, shutter.circle->center_col, shutter.circle->radius);
  a.count(shutter.polygon, kDefaultLimits.max_text_bytes);
  for (auto& vertex : shutter.polygon) values(a, vertex[0], vertex[1]);
  optional_value(a, shutter.overlay_group);
  optional_value(a, shutter.presentation_value);
  optional_array(a, shutter.cielab);
}

/// What lies over the picture.
template <class Archive>
void layers(Archive& a, Field<Archive, dicom::Instance>& i) {
  a.count(i.overlays, kMaxOverlays);
  for (auto& each : i.overlays) overlay(a, each);
  if (a.present(i.shutter)) shutter(a, *i.shutter);
}

template <class Archive>
void text_modules(Archive& a, Field<Archive, dicom::Instance>& i) {
  values(a, i.patient.name, i.patient.id, i.patient.birth_date, i.patient.sex);
  values(a, i.study.study_instance_uid, i.study.study_date, i.study.study_time,
         i.study.study_description, i.study.accession_number, i.study.study_id,
         i.study.referring_physician_name, i.study.institution_name);
  values(a, i.series.series_instance_uid, i.series.modality, i.series.series_description,
         i.series.body_part_examined, i.series.laterality, i.series.protocol_name,
         i.series.frame_of_reference_uid);
  optional_value(a, i.series.series_number);
  values(a, i.sop_class_uid, i.sop_instance_uid, i.transfer_syntax_uid);
  optional_value(a, i.instance_number);
  values(a, i.image_type, i.content_date, i.content_time, i.acquisition_date, i.acquisition_time,
         i.image_laterality, i.view_position, i.patient_orientation, i.burned_in_annotation, i.kvp,
         i.exposure, i.repetition_time, i.echo_time, i.magnetic_field_strength, i.contrast_agent);
}

template <class Archive>
void instance(Archive& a, Field<Archive, dicom::Instance>& i) {
  text_modules(a, i);
  optional_value(a, i.frame_time_ms);
  optional_value(a, i.recommended_frame_rate);
  list_of_values(a, i.frame_time_vector_ms, kDefaultLimits.max_frames);
  values(a, i.has_pixels, i.unshowable_reason);
  pixel_format(a, i.format);
  a.value(i.number_of_frames);
  list_of_values(a, i.pixel_aspect_ratio, 16);
  values(a, i.lossy.lossy, i.lossy.ratio, i.lossy.method);
  for (auto& each : i.palette) {
    if (a.present(each)) lut(a, *each);
  }
  a.count(i.display, kDefaultLimits.max_frames);
  for (auto& each : i.display) display(a, each);
  a.count(i.geometry, kDefaultLimits.max_frames);
  for (auto& each : i.geometry) geometry(a, each);
  values(a, i.frame_bytes_big_endian, i.deflated);
}

template <class Archive>
void concatenation(Archive& a, Field<Archive, dicom::Instance>& i) {
  values(a, i.concatenation_uid, i.concatenation_frame_offset);
}

/// The matrix that the frames of a slide are tiles of.
template <class Archive>
void slide_matrix(Archive& a, Field<Archive, dicom::SlideMatrix>& matrix) {
  values(a, matrix.cols, matrix.rows, matrix.focal_planes);
  a.count(matrix.paths, kMaxOpticalPaths);
  for (auto& each : matrix.paths) values(a, each.identifier, each.description);
  a.count(matrix.tiles, kDefaultLimits.max_frames);
  for (auto& each : matrix.tiles) values(a, each.col, each.row, each.path, each.plane);
  optional_value(a, matrix.objective_power);
  optional_array(a, matrix.volume_mm);
  optional_array(a, matrix.absent_cielab);
  a.value(matrix.pyramid_uid);
}

/// Padding of real numbers, for each of what display() has.
template <class Archive>
void real_padding(Archive& a, Field<Archive, dicom::Instance>& i) {
  for (auto& each : i.display) optional_array(a, each.real_padding);
}

/// What stored values mean, for each of what display() has.
template <class Archive>
void real_world(Archive& a, Field<Archive, dicom::Instance>& i) {
  for (auto& display : i.display) {
    a.count(display.real_world, dicom::kMaxRealWorldMaps);
    for (auto& map : display.real_world)
      values(a, map.first, map.last, map.slope, map.intercept, map.label, map.unit);
  }
}

template <class Archive>
void slide(Archive& a, Field<Archive, dicom::Instance>& i) {
  if (a.present(i.slide)) slide_matrix(a, *i.slide);
}

/// What is subtracted from what.
template <class Archive>
void mask(Archive& a, Field<Archive, dicom::Instance>& i) {
  if (!a.present(i.mask)) return;
  a.count(i.mask->operations, dicom::kMaxMaskOperations);
  for (auto& each : i.mask->operations) {
    a.enumeration(each.kind, dicom::MaskOperation::Kind::reversed_interval);
    list_of_values(a, each.applicable_frames, dicom::kMaxMaskFrames);
    list_of_values(a, each.mask_frames, dicom::kMaxMaskFrames);
    values(a, each.contrast_averaging, each.sub_pixel_shift[0], each.sub_pixel_shift[1],
           each.tid_offset, each.explanation);
  }
  values(a, i.mask->is_recommended, i.mask->pixel_intensity_relationship);
}

/// What the pictures are put in order by.
template <class Archive>
void orders(Archive& a, Field<Archive, dicom::Instance>& i) {
  list_of_values(a, i.viewing_order, kDefaultLimits.max_frames);
  list_of_values(a, i.phase, kMaxPhases);
}

}  // namespace

std::vector<std::byte> encode_instance(dicom::Instance const& source) {
  Encoder encoder;
  encoder.out.u8(kVersion);
  instance(encoder, source);
  layers(encoder, source);
  concatenation(encoder, source);
  slide(encoder, source);
  real_padding(encoder, source);
  mask(encoder, source);
  optional_value(encoder, source.suv_factor);
  values(encoder, source.in_concatenation_number);
  orders(encoder, source);
  real_world(encoder, source);
  return encoder.out.take();
}

Result<dicom::Instance> decode_instance(std::span<std::byte const> bytes) {
  Decoder decoder(bytes);
  std::uint8_t const version = decoder.in.u8();
  if (version < kOldestVersion || version > kVersion)
    return fail(Errc::unsupported, "instance attributes of another version");
  dicom::Instance result;
  instance(decoder, result);
  if (version >= kVersionOfLayers) layers(decoder, result);
  if (version >= kVersionOfConcatenations) concatenation(decoder, result);
  if (version >= kVersionOfSlides) slide(decoder, result);
  if (version >= kVersionOfRealPadding) real_padding(decoder, result);
  if (version >= kVersionOfMasks) mask(decoder, result);
  if (version >= kVersionOfUptake) optional_value(decoder, result.suv_factor);
  if (version >= kVersionOfOrders) {
    values(decoder, result.in_concatenation_number);
    orders(decoder, result);
  }
  if (version >= kVersion) real_world(decoder, result);
  if (decoder.error != Errc::ok)
    return fail(decoder.error, "instance attributes", decoder.in.position());
  if (auto const status = decoder.in.status("instance attributes"); !status)
    return std::unexpected(status.error());
  if (!decoder.in.at_end())
    return fail(Errc::corrupt, "instance attributes: bytes left over", decoder.in.position());
  return result;
}

}  // namespace sightline::server
