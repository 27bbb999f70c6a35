#pragma once
#include <string>

#include "dicom/instance.hpp"
#include "wire/manifest.hpp"

namespace sightline::server::testing {

/// An instance with every field away from its default.
inline dicom::Instance full_instance() {
  dicom::Instance i;
  i.patient = {"Müller^Jürgen=x=y", "ID-1", "19700102", "M"};
  i.study = {"1.2.3", "20240131", "101112", "Thorax", "ACC9", "S1", "Ref^Doc", "Hospital"};
  i.series = {"1.2.3.4", "CT", "Lung 1.0", "CHEST", "L", "Protocol", "1.2.9", -3};
  i.sop_class_uid = "1.2.840.10008.5.1.4.1.1.2", i.sop_instance_uid = "1.2.3.4.5",
  i.transfer_syntax_uid = "1.2.840.10008.1.2.1";
  i.instance_number = 7;
  i.image_type = "ORIGINAL\\PRIMARY", i.content_date = "20240131", i.content_time = "101113",
  i.acquisition_date = "20240130";
  i.acquisition_time = "1", i.image_laterality = "R", i.view_position = "CC",
  i.patient_orientation = "L\\P";
  i.burned_in_annotation = "NO", i.kvp = "120", i.exposure = "5", i.repetition_time = "4.5",
  i.echo_time = "2";
  i.magnetic_field_strength = "3", i.contrast_agent = "agent";
  i.frame_time_ms = 40.5, i.recommended_frame_rate = 25, i.frame_time_vector_ms = {0, 33.3, 33.4};
  i.has_pixels = true, i.unshowable_reason = "", i.number_of_frames = 2;
  i.format = {512, 513, 1, 16, 12, 11, true, 0, Photometric::monochrome1};
  i.pixel_aspect_ratio = {1, 2};
  i.lossy = {true, "10.2", "ISO_10918_1"};
  i.palette[1] = dicom::Lut{-5, 8, {1, 2, 65535}, "green"};
  dicom::DisplayPipeline d;
  d.rescale_slope = 0.5, d.rescale_intercept = -1024, d.rescale_type = "HU",
  d.modality_lut = dicom::Lut{0, 16, {9}, "m"};
  d.windows = {{40, 400, "soft"}, {-600, 1500, "lung"}},
  d.voi_function = dicom::VoiFunction::sigmoid;
  d.voi_luts = {dicom::Lut{1, 12, {3, 4}, "v"}}, d.presentation_inverse = true,
  d.padding_value = -2000, d.padding_range_limit = -1999;
  d.real_padding = std::array{-2.5, 1e300};
  d.real_world = {{0, 4095, 0.5, -1, "ADC", "um2/s"}, {-1, 1e9, 2, 0, "", ""}};
  i.display = {d, {}};
  dicom::FrameGeometry g;
  g.image_position = {{1.5, -2.5, 3}}, g.image_orientation = {{1, 0, 0, 0, 1, 0}},
  g.pixel_spacing = {{0.7, 0.8}};
  g.spacing_source = dicom::FrameGeometry::SpacingSource::imager_pixel_spacing;
  g.slice_thickness = 1, g.spacing_between_slices = 2, g.slice_location = 3;
  i.geometry = {g, {}};
  i.frame_bytes_big_endian = true, i.deflated = true;
  i.overlays = {{.group = 0x6002,
                 .rows = 3,
                 .cols = 4,
                 .origin_row = -2,
                 .origin_col = 5,
                 .number_of_frames = 6,
                 .image_frame_origin = 7,
                 .is_roi = true,
                 .bits_allocated = 16,
                 .bit_position = 15,
                 .label = "l",
                 .description = "d"}};
  i.mask = dicom::MaskModule{{{.kind = dicom::MaskOperation::Kind::reversed_interval,
                               .applicable_frames = {2, 5},
                               .mask_frames = {1, 3},
                               .contrast_averaging = 2,
                               .sub_pixel_shift = {0.5, -1.25},
                               .tid_offset = -3,
                               .explanation = "late arterial"}},
                             true,
                             "LOG"};
  i.shutter = {.rectangle = dicom::DisplayShutter::Rectangle{1, 2, 3, 4},
               .circle = dicom::DisplayShutter::Circle{5, 6, 7},
               .polygon = {{1, 1}, {2, 3}, {4, 5}},
               .overlay_group = 0x6000,
               .presentation_value = 8,
               .cielab = std::array<std::uint16_t, 3>{9, 10, 11}};
  i.suv_factor = 0.00042;
  i.viewing_order = {1, 0};
  i.phase = {1, 2, -3.5};
  i.concatenation_uid = "1.9.1";
  i.concatenation_frame_offset = 70;
  i.in_concatenation_number = 3;
  i.slide = {.cols = 50000,
             .rows = 40000,
             .focal_planes = 3,
             .paths = {{"1", "DAPI"}, {"2", "FITC"}},
             .tiles = {{-5, 6, 1, 2}, {7, 8, 0, 0}},
             .objective_power = 40,
             .volume_mm = std::array{15.5, 16.5},
             .absent_cielab = std::array<std::uint16_t, 3>{1, 2, 3},
             .pyramid_uid = "1.9.2"};
  return i;
}

/// A small instance of a study, as the index needs it.
inline dicom::Instance instance_of(std::string const& study, std::string const& series,
                                   std::string const& sop) {
  dicom::Instance i;
  i.study.study_instance_uid = study, i.series.series_instance_uid = series,
  i.sop_instance_uid = sop;
  i.study.study_date = "20240131", i.patient.name = "Doe^Jane", i.patient.id = "P1",
  i.series.modality = "CT";
  i.has_pixels = true, i.number_of_frames = 1, i.format.rows = i.format.cols = 4;
  return i;
}

/// 64 hex digits that stand for a file's digest.
inline std::string hash_of(unsigned number) {
  std::string digits = std::to_string(number);
  return std::string(64 - digits.size(), '0') + digits;
}

/// A stream with a given number of levels.
inline wire::StreamIndex stream_of(std::vector<std::uint32_t> ends, Errc failure = Errc::ok) {
  wire::StreamIndex stream;
  stream.encoding = codec::Encoding::htj2k, stream.level_ends = std::move(ends),
  stream.failure = failure;
  stream.has_digest = failure == Errc::ok, stream.digest.fill(std::byte{7}), stream.min = -5,
  stream.max = 6;
  if (!stream.has_digest) stream.digest.fill(std::byte{0});
  return stream;
}

}  // namespace sightline::server::testing
