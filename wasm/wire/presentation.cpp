#include "wire/presentation.hpp"

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "base/base64.hpp"
#include "base/byte_writer.hpp"
#include "wire/json_writer.hpp"
#include "wire/layers_json.hpp"
#include "wire/lut_json.hpp"

namespace sightline::wire {
namespace {

using dicom::PresentationState;

template <class T, class ToJson>
std::string list(std::vector<T> const& values, ToJson to_json) {
  std::vector<std::string> items;
  items.reserve(values.size());
  for (T const& value : values) items.push_back(to_json(value));
  return json::array(items);
}

std::string integer(std::int64_t value) { return json::number(value); }

template <class Range>
std::string numbers(Range const& values) {
  std::vector<std::string> items;
  for (auto const value : values) items.push_back(json::number(static_cast<double>(value)));
  return json::array(items);
}

template <class T>
void add_numbers(json::Object& object, std::string_view key, std::optional<T> const& values) {
  if (values) object.add(key, numbers(*values));
}

void add_number(json::Object& object, std::string_view key, std::optional<double> const& value) {
  if (value) object.add(key, json::number(*value));
}

void add_flag(json::Object& object, std::string_view key, bool value) {
  if (value) object.add(key, json::boolean(true));
}

std::string images_json(dicom::ReferencedImages const& images) {
  return list(images, [](dicom::ReferencedImage const& image) {
    std::vector<std::string> parts{json::quote(image.sop_instance_uid)};
    for (std::uint32_t const frame : image.frame_numbers) parts.push_back(integer(frame));
    return json::array(parts);
  });
}

void add_images(json::Object& object, dicom::ReferencedImages const& images) {
  if (!images.empty()) object.add("images", images_json(images));
}

std::string_view kind_text(PresentationState::Kind kind) {
  switch (kind) {
    case PresentationState::Kind::grayscale: return "GRAYSCALE";
    case PresentationState::Kind::color: return "COLOR";
    case PresentationState::Kind::pseudo_color: return "PSEUDO_COLOR";
    case PresentationState::Kind::xa_xrf: return "XA_XRF";
  }
  return "GRAYSCALE";
}

std::string series_json(PresentationState::ReferencedSeries const& series) {
  json::Object object;
  object.add_text("seriesInstanceUID", series.series_instance_uid);
  add_images(object, series.images);
  return object.text();
}

std::string modality_json(PresentationState const& state) {
  json::Object object;
  if (state.modality_lut) object.add("lut", lut_json(*state.modality_lut));
  if (state.rescale_slope != 1) object.add("slope", json::number(state.rescale_slope));
  if (state.rescale_intercept != 0) object.add("intercept", json::number(state.rescale_intercept));
  object.add_text("type", state.rescale_type);
  return object.text();
}

std::string voi_json(dicom::SoftcopyVoi const& voi) {
  json::Object object;
  add_images(object, voi.images);
  if (!voi.windows.empty()) object.add("windows", windows_json(voi.windows));
  if (voi.voi_function == dicom::VoiFunction::linear_exact)
    object.add_text("function", "LINEAR_EXACT");
  if (voi.voi_function == dicom::VoiFunction::sigmoid) object.add_text("function", "SIGMOID");
  if (voi.lut) object.add("lut", lut_json(*voi.lut));
  return object.text();
}

void add_pipeline(json::Object& object, PresentationState const& state) {
  if (state.has_modality_transform) object.add("modality", modality_json(state));
  if (!state.voi.empty()) object.add("voi", list(state.voi, voi_json));
  if (state.presentation_lut_shape) {
    bool const inverse = *state.presentation_lut_shape == PresentationState::LutShape::inverse;
    object.add_text("shape", inverse ? "INVERSE" : "IDENTITY");
  }
  if (state.presentation_lut) object.add("presentationLut", lut_json(*state.presentation_lut));
  if (state.palette[0] && state.palette[1] && state.palette[2]) {
    object.add("palette",
               json::array(std::vector{lut_json(*state.palette[0]), lut_json(*state.palette[1]),
                                       lut_json(*state.palette[2])}));
  }
}

std::string area_json(dicom::DisplayedArea const& area) {
  json::Object object;
  add_images(object, area.images);
  object.add("topLeft", numbers(area.top_left));
  object.add("bottomRight", numbers(area.bottom_right));
  if (area.mode == dicom::DisplayedArea::Mode::true_size) object.add_text("mode", "TRUE SIZE");
  if (area.mode == dicom::DisplayedArea::Mode::magnify) object.add_text("mode", "MAGNIFY");
  add_number(object, "magnification", area.magnification);
  add_numbers(object, "spacing", area.pixel_spacing);
  add_numbers(object, "aspect", area.aspect_ratio);
  return object.text();
}

void add_geometry(json::Object& object, PresentationState const& state) {
  if (state.rotation_deg != 0) object.add("rotation", integer(state.rotation_deg));
  add_flag(object, "flip", state.horizontal_flip);
  if (!state.areas.empty()) object.add("areas", list(state.areas, area_json));
  if (state.shutter) object.add("shutter", shutter_json(*state.shutter).text());
}

void add_overlays(json::Object& object, PresentationState const& state) {
  if (!state.overlays.empty()) {
    std::vector<std::string> items;
    for (std::size_t i = 0; i < state.overlays.size() && i < state.overlay_bits.size(); ++i) {
      json::Object plane = overlay_json(state.overlays[i]);
      plane.add("bits", json::quote(base64(state.overlay_bits[i])));
      items.push_back(plane.text());
    }
    object.add("overlays", json::array(items));
  }
  if (state.activations.empty()) return;
  object.add("activations", list(state.activations, [](dicom::OverlayActivation const& one) {
               return json::array(std::vector{integer(one.group), json::quote(one.layer)});
             }));
}

std::string layer_json(dicom::GraphicLayer const& layer) {
  json::Object object;
  object.add_text("name", layer.name);
  object.add_text("description", layer.description);
  if (layer.order != 0) object.add("order", integer(layer.order));
  if (layer.recommended_grayscale) object.add("gray", integer(*layer.recommended_grayscale));
  add_numbers(object, "lab", layer.recommended_cielab);
  return object.text();
}

void add_units(json::Object& object, std::string_view key, dicom::AnnotationUnits units) {
  if (units == dicom::AnnotationUnits::display) object.add_text(key, "DISPLAY");
}

std::string text_json(dicom::TextObject const& text) {
  json::Object object;
  object.add_text("text", text.text);
  if (auto const& box = text.box) {
    using Justification = dicom::TextObject::Box::Justification;
    object.add("box", numbers(std::array{box->top_left[0], box->top_left[1], box->bottom_right[0],
                                         box->bottom_right[1]}));
    add_units(object, "boxUnits", box->units);
    if (box->justification == Justification::center) object.add_text("justification", "CENTER");
    if (box->justification == Justification::right) object.add_text("justification", "RIGHT");
  }
  if (auto const& anchor = text.anchor) {
    object.add("anchor", numbers(anchor->point));
    add_units(object, "anchorUnits", anchor->units);
    add_flag(object, "anchorVisible", anchor->visible);
  }
  return object.text();
}

std::string_view type_text(dicom::GraphicObject::Type type) {
  switch (type) {
    case dicom::GraphicObject::Type::point: return "POINT";
    case dicom::GraphicObject::Type::polyline: return "POLYLINE";
    case dicom::GraphicObject::Type::interpolated: return "INTERPOLATED";
    case dicom::GraphicObject::Type::circle: return "CIRCLE";
    case dicom::GraphicObject::Type::ellipse: return "ELLIPSE";
  }
  return "POLYLINE";
}

std::string graphic_json(dicom::GraphicObject const& graphic) {
  ByteWriter points(8 * graphic.points.size());
  for (auto const& point : graphic.points)
    for (float const value : point) points.u32_le(std::bit_cast<std::uint32_t>(value));
  json::Object object;
  object.add_text("type", type_text(graphic.type));
  add_units(object, "units", graphic.units);
  add_flag(object, "filled", graphic.filled);
  object.add("points", json::quote(base64(points.view())));
  add_numbers(object, "lineLab", graphic.style.line_cielab);
  add_numbers(object, "fillLab", graphic.style.fill_cielab);
  add_number(object, "thickness", graphic.style.line_thickness);
  add_flag(object, "dashed", graphic.style.dashed);
  return object.text();
}

std::string annotation_json(dicom::GraphicAnnotation const& annotation) {
  json::Object object;
  add_images(object, annotation.images);
  object.add_text("layer", annotation.layer);
  if (!annotation.texts.empty()) object.add("texts", list(annotation.texts, text_json));
  if (!annotation.graphics.empty()) object.add("graphics", list(annotation.graphics, graphic_json));
  return object.text();
}

}  // namespace

std::string encode_presentation(PresentationState const& state) {
  json::Object object;
  object.add_text("format", "sightline.presentation.v1");
  object.add_text("kind", kind_text(state.kind));
  object.add_text("sopInstanceUID", state.sop_instance_uid);
  object.add_text("label", state.content_label);
  object.add_text("description", state.content_description);
  object.add_text("date", state.creation_date);
  object.add_text("time", state.creation_time);
  object.add_text("creator", state.content_creator_name);
  object.add("series", list(state.series, series_json));
  add_pipeline(object, state);
  add_geometry(object, state);
  add_overlays(object, state);
  if (!state.layers.empty()) object.add("layers", list(state.layers, layer_json));
  if (!state.annotations.empty())
    object.add("annotations", list(state.annotations, annotation_json));
  if (state.mask) object.add("mask", mask_json(*state.mask).text());
  object.add_text("leftOut", state.left_out);
  return object.text();
}

}  // namespace sightline::wire
