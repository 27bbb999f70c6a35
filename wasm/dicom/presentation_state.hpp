#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "dicom/display_shutter.hpp"
#include "dicom/instance.hpp"
#include "dicom/mask_module.hpp"
#include "dicom/overlay_plane.hpp"

namespace sightline::dicom {

/// Images that a part of a presentation state means. Source: PS3.3 10.3 (Image SOP Instance
/// Reference Macro).
struct ReferencedImage {
  std::string sop_instance_uid;
  std::vector<std::uint32_t> frame_numbers;  ///< 1-based; empty: all
};
using ReferencedImages = std::vector<ReferencedImage>;  ///< empty: all that the state means

/// Windows, or a table, of some of the images. Source: PS3.3 C.11.8.
struct SoftcopyVoi {
  ReferencedImages images;
  std::vector<Window> windows;
  VoiFunction voi_function = VoiFunction::linear;
  std::optional<Lut> lut;  ///< then no window applies
};

/// What is to be seen, of some of the images. Source: PS3.3 C.10.4.
struct DisplayedArea {
  enum class Mode : std::uint8_t { scale_to_fit, true_size, magnify };
  ReferencedImages images;
  /// Column, row, 1-based pixels of the image; top left and bottom right as they appear, turned and
  /// mirrored. May lie outside of the image.
  std::array<std::int32_t, 2> top_left{1, 1}, bottom_right{1, 1};
  Mode mode = Mode::scale_to_fit;
  std::optional<double> magnification;                 ///< (0070,0103), of `magnify`
  std::optional<std::array<double, 2>> pixel_spacing;  ///< (0070,0101) mm between rows, columns
  std::optional<std::array<double, 2>> aspect_ratio;   ///< (0070,0102) vertical, horizontal
};

/// What the numbers of an annotation count. `pixel`: columns and rows of the image, 0\0 is the top
/// left corner of its first pixel. `display`: 0 … 1 of the displayed area as it appears.
enum class AnnotationUnits : std::uint8_t { pixel, display };

/// Source: PS3.3 C.10.5, Text Object Sequence (0070,0008).
struct TextObject {
  struct Box {
    std::array<double, 2> top_left{}, bottom_right{};  ///< x, y
    AnnotationUnits units = AnnotationUnits::pixel;
    enum class Justification : std::uint8_t {
      left,
      center,
      right
    } justification = Justification::left;
  };
  struct Anchor {
    std::array<double, 2> point{};  ///< x, y
    AnnotationUnits units = AnnotationUnits::pixel;
    bool visible = false;  ///< a line leads to it
  };
  std::string text;
  std::optional<Box> box;
  std::optional<Anchor> anchor;
};

/// How a line is drawn, or a closed shape filled. Source: PS3.3 C.10.5, Line and Fill Style
/// Sequences.
struct GraphicStyle {
  std::optional<std::array<std::uint16_t, 3>> line_cielab, fill_cielab;
  std::optional<double> line_thickness;  ///< (0070,0253)
  bool dashed = false;                   ///< (0070,0254)
};

/// Source: PS3.3 C.10.5, Graphic Object Sequence (0070,0009).
struct GraphicObject {
  enum class Type : std::uint8_t { point, polyline, interpolated, circle, ellipse };
  Type type = Type::polyline;
  AnnotationUnits units = AnnotationUnits::pixel;
  bool filled = false;
  std::vector<std::array<float, 2>> points;  ///< x, y
  GraphicStyle style;
};

/// Texts and shapes of one layer over some of the images. Source: PS3.3 C.10.5.
struct GraphicAnnotation {
  ReferencedImages images;
  std::string layer;
  std::vector<TextObject> texts;
  std::vector<GraphicObject> graphics;
};

/// Source: PS3.3 C.10.7.
struct GraphicLayer {
  std::string name, description;
  std::int32_t order = 0;                              ///< lower ones are drawn first
  std::optional<std::uint16_t> recommended_grayscale;  ///< P-value
  std::optional<std::array<std::uint16_t, 3>> recommended_cielab;
};

/// An overlay plane of the images that is shown, in a layer. Source: PS3.3 C.11.7.
struct OverlayActivation {
  std::uint16_t group = 0x6000;
  std::string layer;
};

/// A Grayscale, Color or Pseudo-Color Softcopy Presentation State: how somebody wants images to be
/// seen. Source: PS3.3 A.33, C.11.9 to C.11.12.
struct PresentationState {
  enum class Kind : std::uint8_t { grayscale, color, pseudo_color, xa_xrf };
  struct ReferencedSeries {
    std::string series_instance_uid;
    ReferencedImages images;
  };
  enum class LutShape : std::uint8_t { identity, inverse };

  Kind kind = Kind::grayscale;
  std::string sop_instance_uid, content_label, content_description, creation_date, creation_time,
      content_creator_name;
  std::vector<ReferencedSeries> series;  ///< (0008,1115): all that the state means

  /// (0028,3000), or rescale: replaces that of the images. A state without one means values as they
  /// are stored.
  std::optional<Lut> modality_lut;
  double rescale_slope = 1, rescale_intercept = 0;
  std::string rescale_type;
  bool has_modality_transform = false;

  std::vector<SoftcopyVoi> voi;  ///< none for an image: the identity over all values
  std::optional<LutShape> presentation_lut_shape;
  std::optional<Lut> presentation_lut;        ///< (2050,0010)
  std::array<std::optional<Lut>, 3> palette;  ///< of a pseudo-colour one
  std::int32_t rotation_deg = 0;              ///< (0070,0042) clockwise, after the flip
  bool horizontal_flip = false;               ///< (0070,0041)
  std::vector<DisplayedArea> areas;
  std::optional<DisplayShutter> shutter;
  std::vector<OverlayPlane> overlays;  ///< of the state itself
  std::vector<std::vector<std::byte>>
      overlay_bits;  ///< first frame of each, as dicom::overlay_bits
  std::vector<OverlayActivation> activations;
  std::vector<GraphicLayer> layers;
  std::vector<GraphicAnnotation> annotations;
  std::optional<MaskOperation> mask;  ///< (0028,6100)
  /// Parts that could not be read and were left out: a sentence for people; empty: none.
  std::string left_out;
};

/// Points of all graphics of a state together; more refuse it.
inline constexpr std::size_t kMaxGraphicPoints = std::size_t{1} << 18;
/// Text and graphic objects of a state together; more refuse it.
inline constexpr std::size_t kMaxGraphicObjects = 16384;
/// Bytes of all texts of a state together in UTF-8, and of its file; more refuse it.
inline constexpr std::size_t kMaxAnnotationTextBytes = std::size_t{1} << 20,
                             kMaxPresentationBytes = std::size_t{32} << 20;

/// Whether a SOP class is one of those that read_presentation_state reads. Source: PS3.4 B.5.
bool is_presentation_state(std::string_view sop_class_uid);

/// Whether a list means this frame (1-based); an empty list means each. Source: PS3.3 10.3.
bool refers_to(ReferencedImages const& images, std::string_view sop_instance_uid,
               std::uint32_t frame_number);

/// Whether the state is about this frame (1-based) at all. Source: PS3.3 C.11.11.
bool applies_to(PresentationState const& state, std::string_view sop_instance_uid,
                std::uint32_t frame_number);

/// Reads a presentation state held in memory. Errors: unsupported (another object), and as
/// read_instance; limit_exceeded (more than the limits above). Threads: any. Source: PS3.3
/// A.33, C.10, C.11.
Result<PresentationState> read_presentation_state(std::span<std::byte const> file,
                                                  Limits const& limits = kDefaultLimits);

}  // namespace sightline::dicom
