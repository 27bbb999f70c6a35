#include "wire/manifest_instance.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

#include "base/base64.hpp"
#include "base/byte_writer.hpp"
#include "wire/layers_json.hpp"
#include "wire/lut_json.hpp"
#include "wire/manifest_order.hpp"
#include "wire/stored_range.hpp"

namespace sightline::wire {
namespace {

template <class T>
std::string numbers(T const& values) {
  std::vector<std::string> items;
  for (auto const value : values) {
    if constexpr (std::is_integral_v<std::decay_t<decltype(value)>>) {
      items.push_back(json::number(static_cast<std::int64_t>(value)));
    } else {
      items.push_back(json::number(value));
    }
  }
  return json::array(items);
}

void add_number(json::Object& object, std::string_view key, std::optional<double> const& value) {
  if (value) object.add(key, json::number(*value));
}
void add_integer(json::Object& object, std::string_view key, std::int64_t value) {
  object.add(key, json::number(value));
}
void add_flag(json::Object& object, std::string_view key, bool value) {
  if (value) object.add(key, json::boolean(true));
}

std::string_view photometric_text(Photometric photometric) {
  switch (photometric) {
    case Photometric::monochrome1: return "MONOCHROME1";
    case Photometric::monochrome2: return "MONOCHROME2";
    case Photometric::rgb: return "RGB";
    case Photometric::palette_color: return "PALETTE COLOR";
    case Photometric::ybr_full: return "YBR_FULL";
    case Photometric::ybr_full_422: return "YBR_FULL_422";
    case Photometric::ybr_partial_420: return "YBR_PARTIAL_420";
    case Photometric::ybr_ict: return "YBR_ICT";
    case Photometric::ybr_rct: return "YBR_RCT";
    case Photometric::ybr_partial_422: return "YBR_PARTIAL_422";
    case Photometric::unknown: return "";
  }
  return "";
}

template <class Range>
std::string luts_json(Range const& luts) {
  std::vector<std::string> items;
  for (dicom::Lut const& lut : luts) items.push_back(lut_json(lut));
  return json::array(items);
}

std::string real_world_json(std::vector<dicom::RealWorldMap> const& maps) {
  std::vector<std::string> items;
  for (dicom::RealWorldMap const& map : maps) {
    json::Object object;
    object.add("range", numbers(std::array{map.first, map.last}));
    object.add("slope", json::number(map.slope));
    object.add("intercept", json::number(map.intercept));
    object.add_text("label", map.label);
    object.add_text("unit", map.unit);
    items.push_back(object.text());
  }
  return json::array(items);
}

json::Object display_json(dicom::DisplayPipeline const& display) {
  json::Object object;
  if (display.rescale_slope != 1) object.add("slope", json::number(display.rescale_slope));
  if (display.rescale_intercept != 0)
    object.add("intercept", json::number(display.rescale_intercept));
  object.add_text("type", display.rescale_type);
  if (display.modality_lut) object.add("modalityLut", lut_json(*display.modality_lut));
  if (!display.windows.empty()) object.add("windows", windows_json(display.windows));
  if (display.voi_function == dicom::VoiFunction::linear_exact)
    object.add_text("voiFunction", "LINEAR_EXACT");
  if (display.voi_function == dicom::VoiFunction::sigmoid)
    object.add_text("voiFunction", "SIGMOID");
  if (!display.voi_luts.empty()) object.add("voiLuts", luts_json(display.voi_luts));
  add_flag(object, "inverse", display.presentation_inverse);
  if (display.padding_value) {
    std::int32_t const first = *display.padding_value,
                       last = display.padding_range_limit.value_or(first);
    object.add("padding", numbers(std::array{std::min(first, last), std::max(first, last)}));
  }
  if (display.real_padding) object.add("padding", numbers(*display.real_padding));
  if (!display.real_world.empty()) object.add("real", real_world_json(display.real_world));
  return object;
}

std::string_view spacing_source_text(dicom::FrameGeometry::SpacingSource source) {
  using Source = dicom::FrameGeometry::SpacingSource;
  switch (source) {
    case Source::pixel_spacing: return "PixelSpacing";
    case Source::imager_pixel_spacing: return "ImagerPixelSpacing";
    case Source::us_region: return "UltrasoundRegion";
    case Source::none: return "";
  }
  return "";
}

json::Object geometry_json(dicom::FrameGeometry const& geometry) {
  json::Object object;
  if (geometry.image_position) object.add("position", numbers(*geometry.image_position));
  if (geometry.image_orientation) object.add("orientation", numbers(*geometry.image_orientation));
  if (geometry.pixel_spacing) object.add("spacing", numbers(*geometry.pixel_spacing));
  object.add_text("spacingSource", spacing_source_text(geometry.spacing_source));
  add_number(object, "thickness", geometry.slice_thickness);
  add_number(object, "between", geometry.spacing_between_slices);
  add_number(object, "location", geometry.slice_location);
  return object;
}

/// One object for all frames (left out when it has nothing to say), or an array with one per frame.
template <class T>
void add_per_frame(json::Object& object, std::string_view key, std::vector<T> const& values,
                   json::Object (*to_json)(T const&)) {
  if (values.size() == 1) {
    json::Object const one = to_json(values.front());
    if (!one.empty()) object.add(key, one.text());
  } else if (values.size() > 1) {
    std::vector<std::string> items;
    for (T const& value : values) items.push_back(to_json(value).text());
    object.add(key, json::array(items));
  }
}

void add_format(json::Object& object, PixelFormat const& format) {
  add_integer(object, "rows", format.rows);
  add_integer(object, "cols", format.cols);
  if (format.samples_per_pixel != 1) add_integer(object, "samples", format.samples_per_pixel);
  add_integer(object, "bitsAllocated", format.bits_allocated);
  add_integer(object, "bitsStored", format.bits_stored);
  add_integer(object, "highBit", format.high_bit);
  add_flag(object, "signed", format.is_signed);
  if (format.planar_configuration != 0) add_integer(object, "planar", format.planar_configuration);
  object.add_text("photometric", photometric_text(format.photometric));
}

void add_texts(json::Object& object, dicom::Instance const& instance) {
  object.add_text("imageType", instance.image_type);
  object.add_text("imageLaterality", instance.image_laterality);
  object.add_text("viewPosition", instance.view_position);
  object.add_text("patientOrientation", instance.patient_orientation);
  object.add_text("burnedIn", instance.burned_in_annotation);
  object.add_text("contentDate", instance.content_date);
  object.add_text("contentTime", instance.content_time);
  object.add_text("acquisitionDate", instance.acquisition_date);
  object.add_text("acquisitionTime", instance.acquisition_time);
  object.add_text("kvp", instance.kvp);
  object.add_text("exposure", instance.exposure);
  object.add_text("repetitionTime", instance.repetition_time);
  object.add_text("echoTime", instance.echo_time);
  object.add_text("magneticFieldStrength", instance.magnetic_field_strength);
  object.add_text("contrastAgent", instance.contrast_agent);
}

std::string lossy_json(dicom::LossyHistory const& lossy) {
  json::Object object;
  object.add_text("ratio", lossy.ratio);
  object.add_text("method", lossy.method);
  return object.text();
}

/// What lies over the picture.
void add_layers(json::Object& object, dicom::Instance const& instance) {
  if (!instance.overlays.empty()) {
    std::vector<std::string> items;
    for (dicom::OverlayPlane const& plane : instance.overlays)
      items.push_back(overlay_json(plane).text());
    object.add("overlays", json::array(items));
  }
  if (instance.shutter) object.add("shutter", shutter_json(*instance.shutter).text());
  if (!instance.mask) return;
  if (!instance.mask->operations.empty()) {
    std::vector<std::string> items;
    for (auto const& operation : instance.mask->operations)
      items.push_back(mask_json(operation).text());
    object.add("masks", json::array(items));
  }
  add_flag(object, "subtract", instance.mask->is_recommended);
  object.add_text("intensity", instance.mask->pixel_intensity_relationship);
}

std::string slide_json(dicom::Instance const& instance) {
  dicom::SlideMatrix const& matrix = *instance.slide;
  json::Object object;
  add_integer(object, "cols", matrix.cols);
  add_integer(object, "rows", matrix.rows);
  if (matrix.focal_planes != 1) add_integer(object, "planes", matrix.focal_planes);
  std::vector<std::string> paths;
  for (auto const& path : matrix.paths)
    paths.push_back(
        json::array(std::array{json::quote(path.identifier), json::quote(path.description)}));
  object.add("paths", json::array(paths));
  if (!matrix.tiles.empty()) {
    ByteWriter places, layers;
    for (auto const& tile : matrix.tiles) {
      places.u32_le(static_cast<std::uint32_t>(tile.col));
      places.u32_le(static_cast<std::uint32_t>(tile.row));
      layers.u8(tile.path);
      layers.u8(tile.plane);
    }
    object.add("tiles", json::quote(base64(places.view())));
    bool const is_layered = std::ranges::any_of(
        matrix.tiles, [](auto const& tile) { return tile.path != 0 || tile.plane != 0; });
    if (is_layered) object.add("layers", json::quote(base64(layers.view())));
  }
  object.add_text("concatenation", instance.concatenation_uid);
  if (instance.in_concatenation_number != 0)
    add_integer(object, "part", instance.in_concatenation_number);
  if (instance.concatenation_frame_offset != 0)
    add_integer(object, "offset", instance.concatenation_frame_offset);
  add_number(object, "objective", matrix.objective_power);
  if (matrix.volume_mm) object.add("volume", numbers(*matrix.volume_mm));
  if (matrix.absent_cielab) object.add("absent", numbers(*matrix.absent_cielab));
  object.add_text("pyramid", matrix.pyramid_uid);
  return object.text();
}

void add_picture(json::Object& object, dicom::Instance const& instance) {
  add_format(object, instance.format);
  add_number(object, "frameTimeMs", instance.frame_time_ms);
  if (!instance.frame_time_vector_ms.empty())
    object.add("frameTimesMs", numbers(instance.frame_time_vector_ms));
  add_number(object, "recommendedFrameRate", instance.recommended_frame_rate);
  if (instance.lossy.lossy) object.add("lossy", lossy_json(instance.lossy));
  if (instance.pixel_aspect_ratio.size() == 2)
    object.add("pixelAspectRatio", numbers(instance.pixel_aspect_ratio));
  add_per_frame(object, "display", instance.display, display_json);
  add_per_frame(object, "geometry", instance.geometry, geometry_json);
  add_flag(object, "volume", is_volume(instance));
  if (auto const order = viewing_order(instance); !order.empty())
    object.add("order", numbers(order));
  if (instance.palette[0] && instance.palette[1] && instance.palette[2]) {
    object.add("palette", luts_json(std::array{*instance.palette[0], *instance.palette[1],
                                               *instance.palette[2]}));
  }
  add_number(object, "suv", instance.suv_factor);
  add_layers(object, instance);
  if (instance.slide) object.add("slide", slide_json(instance));
}

template <class Get>
std::string per_stream(std::span<StreamIndex const> streams, Get get) {
  std::vector<std::string> items;
  for (StreamIndex const& stream : streams) items.push_back(get(stream));
  return json::array(items);
}

/// One number when all frames are encoded alike, else one per frame.
std::string encodings(std::span<StreamIndex const> streams) {
  auto const get = [](StreamIndex const& s) {
    return json::number(static_cast<std::int64_t>(s.encoding));
  };
  bool const alike = std::ranges::all_of(
      streams, [&](StreamIndex const& s) { return s.encoding == streams[0].encoding; });
  return alike ? get(streams[0]) : per_stream(streams, get);
}

std::string digests(std::span<StreamIndex const> streams) {
  ByteWriter bytes(sizeof(Sha256Digest) * streams.size());
  for (StreamIndex const& stream : streams)
    bytes.bytes(stream.has_digest ? stream.digest : Sha256Digest{});
  return json::quote(base64url(bytes.view()));
}

std::string failures(std::span<StreamIndex const> streams) {
  json::Object object;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    if (streams[i].failure != Errc::ok)
      object.add(std::to_string(i), json::quote(errc_name(streams[i].failure)));
  }
  return object.text();
}

std::string streams_json(std::span<StreamIndex const> streams, PixelFormat const& format) {
  auto const any = [&](auto test) { return std::ranges::any_of(streams, test); };
  json::Object object;
  object.add("encoding", encodings(streams));
  object.add("ends",
             per_stream(streams, [](StreamIndex const& s) { return numbers(s.level_ends); }));
  if (any([](StreamIndex const& s) { return s.has_digest; }))
    object.add("digests", digests(streams));
  if (any([](StreamIndex const& s) { return s.min != 0; })) {
    object.add("min", per_stream(streams, [&](StreamIndex const& s) {
                 return json::number(stored_value(s.min, format));
               }));
  }
  if (any([](StreamIndex const& s) { return s.max != 0; })) {
    object.add("max", per_stream(streams, [&](StreamIndex const& s) {
                 return json::number(stored_value(s.max, format));
               }));
  }
  if (any([](StreamIndex const& s) { return s.failure != Errc::ok; }))
    object.add("failed", failures(streams));
  return object.text();
}

}  // namespace

std::uint32_t frame_count(dicom::Instance const& instance) {
  return instance.has_pixels ? instance.number_of_frames : 0;
}

json::Object instance_json(ManifestInstance const& instance) {
  dicom::Instance const& parsed = instance.instance;
  std::uint32_t const frames = frame_count(parsed);
  bool const shown = frames > 0 && parsed.unshowable_reason.empty();
  json::Object object;
  object.add_text("sopInstanceUID", parsed.sop_instance_uid);
  object.add_text("sopClassUID", parsed.sop_class_uid);
  object.add_text("transferSyntaxUID", parsed.transfer_syntax_uid);
  if (parsed.instance_number) add_integer(object, "instanceNumber", *parsed.instance_number);
  object.add_text("hash", instance.sha256_hex);
  add_flag(object, "conflict", instance.conflict);
  if (frames > 0) add_integer(object, "frames", frames);
  object.add_text("reason", parsed.unshowable_reason);
  add_texts(object, parsed);
  if (frames > 0) add_picture(object, parsed);
  add_flag(object, "pending", instance.pending);
  add_flag(object, "local", instance.is_local);
  bool const streamed = shown && !instance.pending && instance.streams.size() == frames;
  // A file's own page holds all of it anyway.
  bool const is_apart = parsed.slide && frames > kMostStreamsInManifest && !instance.is_local;
  if (streamed && is_apart)
    add_integer(object, "streamsApart", kStreamsPerPart);
  else if (streamed)
    object.add("streams", streams_json(instance.streams, parsed.format));
  return object;
}

std::string encode_streams_part(std::span<StreamIndex const> streams) {
  return streams_json(streams, {});  // of a slide: bytes
}

}  // namespace sightline::wire
