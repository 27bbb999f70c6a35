#include "dicom/presentation_annotations.hpp"

#include <algorithm>
#include <utility>

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kReferencedImages = 0x00081140, kReferencedSopInstance = 0x00081155,
                        kReferencedFrames = 0x00081160, kAnnotations = 0x00700001,
                        kGraphicLayer = 0x00700002, kBoxUnits = 0x00700003,
                        kAnchorUnits = 0x00700004, kGraphicUnits = 0x00700005, kText = 0x00700006,
                        kTextObjects = 0x00700008, kGraphicObjects = 0x00700009,
                        kBoxTopLeft = 0x00700010, kBoxBottomRight = 0x00700011,
                        kJustification = 0x00700012, kAnchorPoint = 0x00700014,
                        kAnchorVisibility = 0x00700015, kNumberOfPoints = 0x00700021,
                        kGraphicData = 0x00700022, kGraphicType = 0x00700023,
                        kGraphicFilled = 0x00700024, kLayers = 0x00700060, kLayerOrder = 0x00700062,
                        kLayerGrayscale = 0x00700066, kLayerDescription = 0x00700068,
                        kCompoundGraphics = 0x00700209, kLineStyle = 0x00700232,
                        kFillStyle = 0x00700233, kPatternColor = 0x00700251,
                        kLineThickness = 0x00700253, kDashing = 0x00700254,
                        kLayerColor = 0x00700401;
/// Thicker than this is no line. Units: pixels.
constexpr double kThickestLine = 64;

std::optional<AnnotationUnits> units_of(std::string_view code) {
  if (code == "PIXEL") return AnnotationUnits::pixel;
  if (code == "DISPLAY") return AnnotationUnits::display;
  return std::nullopt;  // MATRIX of whole-slide images
}

std::optional<std::array<double, 2>> point_of(Attributes const& item, std::uint32_t tag) {
  auto const numbers = item.numbers(tag);
  if (numbers.size() < 2) return std::nullopt;
  return std::array{numbers[0], numbers[1]};
}

std::optional<std::array<std::uint16_t, 3>> color_of(Attributes const& item, std::uint32_t tag) {
  auto const words = item.words(tag).values;
  if (words.size() != 3) return std::nullopt;
  return std::array{words[0], words[1], words[2]};
}

std::optional<TextObject::Box> read_box(Attributes const& item) {
  auto const units = units_of(item.code(kBoxUnits));
  auto const top_left = point_of(item, kBoxTopLeft), bottom_right = point_of(item, kBoxBottomRight);
  if (!units || !top_left || !bottom_right) return std::nullopt;
  TextObject::Box box{*top_left, *bottom_right, *units};
  std::string const justification = item.code(kJustification);
  if (justification == "RIGHT") box.justification = TextObject::Box::Justification::right;
  if (justification == "CENTER") box.justification = TextObject::Box::Justification::center;
  return box;
}

std::optional<TextObject::Anchor> read_anchor(Attributes const& item) {
  auto const units = units_of(item.code(kAnchorUnits));
  auto const point = point_of(item, kAnchorPoint);
  if (!units || !point) return std::nullopt;
  return TextObject::Anchor{*point, *units, item.code(kAnchorVisibility) == "Y"};
}

std::optional<TextObject> read_text(Attributes const& item) {
  TextObject text{item.text(kText), read_box(item), read_anchor(item)};
  if (text.text.empty() || (!text.box && !text.anchor)) return std::nullopt;
  return text;
}

std::optional<GraphicObject::Type> type_of(std::string_view code) {
  if (code == "POINT") return GraphicObject::Type::point;
  if (code == "POLYLINE") return GraphicObject::Type::polyline;
  if (code == "INTERPOLATED") return GraphicObject::Type::interpolated;
  if (code == "CIRCLE") return GraphicObject::Type::circle;
  if (code == "ELLIPSE") return GraphicObject::Type::ellipse;
  return std::nullopt;
}

std::size_t fewest_points(GraphicObject::Type type) {
  switch (type) {
    case GraphicObject::Type::point: return 1;
    case GraphicObject::Type::polyline:
    case GraphicObject::Type::interpolated:
    case GraphicObject::Type::circle: return 2;
    case GraphicObject::Type::ellipse: return 4;
  }
  return 1;
}

GraphicStyle read_style(Attributes const& item) {
  GraphicStyle style;
  if (auto const line = item.first_item(kLineStyle)) {
    style.line_cielab = color_of(*line, kPatternColor);
    auto const thickness = line->number(kLineThickness);
    if (thickness && *thickness > 0) style.line_thickness = std::min(*thickness, kThickestLine);
    style.dashed = line->code(kDashing) == "DASHED";
  }
  if (auto const fill = item.first_item(kFillStyle))
    style.fill_cielab = color_of(*fill, kPatternColor);
  return style;
}

/// `points_left`: how many points the state may still have; counted down. Errors: limit_exceeded.
Result<std::optional<GraphicObject>> read_graphic(Attributes const& item,
                                                  std::size_t& points_left) {
  auto const units = units_of(item.code(kGraphicUnits));
  auto const type = type_of(item.code(kGraphicType));
  if (!units || !type) return std::nullopt;
  auto const numbers = item.numbers(kGraphicData);
  std::size_t count = numbers.size() / 2;
  // Fewer are stated than there are: the others are not meant. PS3.3 C.10.5.
  if (auto const stated = item.integer(kNumberOfPoints); stated && *stated > 0)
    count = std::min(count, static_cast<std::size_t>(*stated));
  if (count < fewest_points(*type)) return std::nullopt;
  if (count > points_left) return fail(Errc::limit_exceeded, "too many points of graphics");
  points_left -= count;
  GraphicObject graphic{*type, *units, item.code(kGraphicFilled) == "Y", {}, read_style(item)};
  graphic.points.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    graphic.points.push_back(
        {static_cast<float>(numbers[2 * i]), static_cast<float>(numbers[2 * i + 1])});
  return graphic;
}

void read_layers(Attributes const& attributes, PresentationState& state) {
  for (Attributes const& item : attributes.items(kLayers)) {
    if (state.layers.size() >= kMaxGraphicObjects) return;
    state.layers.push_back({item.code(kGraphicLayer), item.text(kLayerDescription),
                            item.integer(kLayerOrder).value_or(0), item.u16(kLayerGrayscale),
                            color_of(item, kLayerColor)});
  }
}

}  // namespace

ReferencedImages read_referenced_images(Attributes const& item) {
  ReferencedImages images;
  for (Attributes const& reference : item.items(kReferencedImages)) {
    ReferencedImage image{reference.code(kReferencedSopInstance), {}};
    if (image.sop_instance_uid.empty()) continue;
    for (double const number : reference.numbers(kReferencedFrames)) {
      if (number >= 1 && number <= kDefaultLimits.max_frames)
        image.frame_numbers.push_back(static_cast<std::uint32_t>(number));
    }
    images.push_back(std::move(image));
  }
  return images;
}

Status read_annotations(Attributes const& attributes, PresentationState& state) {
  read_layers(attributes, state);
  std::size_t points_left = kMaxGraphicPoints, objects_left = kMaxGraphicObjects,
              text_left = kMaxAnnotationTextBytes;
  auto const is_left_out = [&state](bool is_read) {
    if (!is_read) state.left_out = "Some graphics or texts could not be read.";
    return !is_read;
  };
  for (Attributes const& item : attributes.items(kAnnotations)) {
    GraphicAnnotation annotation{read_referenced_images(item), item.code(kGraphicLayer), {}, {}};
    auto const texts = item.items(kTextObjects), graphics = item.items(kGraphicObjects);
    // PS3.3 C.10.5.1.3: what draws them without knowing them stands beside them, or they are lost.
    is_left_out(!item.first_item(kCompoundGraphics) || !texts.empty() || !graphics.empty());
    if (texts.size() + graphics.size() + 1 > objects_left)
      return fail(Errc::limit_exceeded, "too many graphics");
    objects_left -= texts.size() + graphics.size() + 1;
    for (Attributes const& each : texts) {
      auto text = read_text(each);
      if (is_left_out(text.has_value())) continue;
      if (text->text.size() > text_left) return fail(Errc::limit_exceeded, "too much text");
      text_left -= text->text.size();
      annotation.texts.push_back(std::move(*text));
    }
    for (Attributes const& each : graphics) {
      auto graphic = read_graphic(each, points_left);
      if (!graphic) return std::unexpected(graphic.error());
      std::optional<GraphicObject>& read = graphic.value();
      if (!is_left_out(read.has_value())) annotation.graphics.push_back(std::move(*read));
    }
    state.annotations.push_back(std::move(annotation));
  }
  return {};
}

}  // namespace sightline::dicom
