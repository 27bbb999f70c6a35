#include "wire/layers_json.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace sightline::wire {
namespace {

std::string integers(std::initializer_list<std::int64_t> values) {
  std::vector<std::string> items;
  for (std::int64_t const value : values) items.push_back(json::number(value));
  return json::array(items);
}

}  // namespace

json::Object overlay_json(dicom::OverlayPlane const& plane) {
  json::Object object;
  object.add("group", json::number(std::int64_t{plane.group}));
  object.add("rows", json::number(std::int64_t{plane.rows}));
  object.add("cols", json::number(std::int64_t{plane.cols}));
  if (plane.origin_row != 1 || plane.origin_col != 1)
    object.add("origin", integers({plane.origin_row, plane.origin_col}));
  if (plane.number_of_frames != 1)
    object.add("frames", json::number(std::int64_t{plane.number_of_frames}));
  if (plane.image_frame_origin != 0)
    object.add("imageFrameOrigin", json::number(std::int64_t{plane.image_frame_origin}));
  if (plane.is_roi) object.add("roi", json::boolean(true));
  object.add_text("label", plane.label);
  object.add_text("description", plane.description);
  return object;
}

json::Object mask_json(dicom::MaskOperation const& operation) {
  using Kind = dicom::MaskOperation::Kind;
  json::Object object;
  object.add_text("operation", operation.kind == Kind::average    ? "AVG_SUB"
                               : operation.kind == Kind::interval ? "TID"
                                                                  : "REV_TID");
  auto const add_frames = [&](std::string_view key, std::vector<std::uint32_t> const& frames) {
    std::vector<std::string> items;
    for (std::uint32_t const frame : frames) items.push_back(json::number(std::int64_t{frame}));
    if (!items.empty()) object.add(key, json::array(items));
  };
  add_frames("applicable", operation.applicable_frames);
  if (operation.kind == Kind::average) add_frames("masks", operation.mask_frames);
  if (operation.contrast_averaging != 1)
    object.add("averaging", json::number(std::int64_t{operation.contrast_averaging}));
  if (operation.sub_pixel_shift != std::array<double, 2>{})
    object.add("shift", json::array(std::vector{json::number(operation.sub_pixel_shift[0]),
                                                json::number(operation.sub_pixel_shift[1])}));
  if (operation.kind != Kind::average)
    object.add("offset", json::number(std::int64_t{operation.tid_offset}));
  object.add_text("explanation", operation.explanation);
  return object;
}

json::Object shutter_json(dicom::DisplayShutter const& shutter) {
  json::Object object;
  if (auto const& edges = shutter.rectangle)
    object.add("rectangle", integers({edges->left, edges->right, edges->upper, edges->lower}));
  if (auto const& circle = shutter.circle)
    object.add("circle", integers({circle->center_row, circle->center_col, circle->radius}));
  if (!shutter.polygon.empty()) {
    std::vector<std::string> vertices;
    for (auto const& [row, col] : shutter.polygon) vertices.push_back(integers({row, col}));
    object.add("polygon", json::array(vertices));
  }
  if (shutter.overlay_group)
    object.add("group", json::number(std::int64_t{*shutter.overlay_group}));
  if (shutter.presentation_value)
    object.add("value", json::number(std::int64_t{*shutter.presentation_value}));
  if (auto const& lab = shutter.cielab)
    object.add("lab", integers({(*lab)[0], (*lab)[1], (*lab)[2]}));
  return object;
}

}  // namespace sightline::wire
