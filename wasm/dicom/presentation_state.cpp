#include "dicom/presentation_state.hpp"

#include <algorithm>
#include <utility>

#include "dicom/attributes.hpp"
#include "dicom/data_set_outline.hpp"
#include "dicom/lut.hpp"
#include "dicom/palette.hpp"
#include "dicom/part10_reader.hpp"
#include "dicom/presentation_annotations.hpp"
#include "dicom/quirks.hpp"
#include "dicom/voi.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kSopClass = 0x00080016, kSopInstance = 0x00080018,
                        kReferencedSeries = 0x00081115, kSeriesInstance = 0x0020000E,
                        kRescaleIntercept = 0x00281052, kRescaleSlope = 0x00281053,
                        kModalityLut = 0x00283000, kSoftcopyVoi = 0x00283110,
                        kMaskSubtraction = 0x00286100, kFlip = 0x00700041, kRotation = 0x00700042,
                        kAreaTopLeft = 0x00700052, kAreaBottomRight = 0x00700053,
                        kDisplayedAreas = 0x0070005A, kContentLabel = 0x00700080,
                        kContentDescription = 0x00700081, kCreationDate = 0x00700082,
                        kCreationTime = 0x00700083, kCreatorName = 0x00700084,
                        kSizeMode = 0x00700100, kPixelSpacing = 0x00700101,
                        kPixelAspectRatio = 0x00700102, kMagnification = 0x00700103,
                        kPresentationLut = 0x20500010, kPresentationLutShape = 0x20500020;
constexpr std::uint16_t kActivationLayer = 0x1001;

/// What the outline keeps for a presentation state beside what it keeps for an image, ascending.
constexpr auto kStateTags = std::to_array<std::uint32_t>(
    {0x00081115, 0x00283110, 0x00286100, 0x00700001, 0x00700041, 0x00700042, 0x0070005A, 0x00700060,
     0x00700080, 0x00700081, 0x00700082, 0x00700083, 0x00700084, 0x20500010});
static_assert(std::ranges::is_sorted(kStateTags));
/// Bits of the state's own overlays together: they travel with the rest of it.
constexpr std::size_t kMaxOverlayBytes = std::size_t{4} << 20;
/// References of a state together; more are left out.
constexpr std::size_t kMaxReferences = 100'000;

std::optional<PresentationState::Kind> kind_of(std::string_view sop_class_uid) {
  using Kind = PresentationState::Kind;
  constexpr std::string_view kRoot = "1.2.840.10008.5.1.4.1.1.11.";
  if (!sop_class_uid.starts_with(kRoot)) return std::nullopt;
  std::string_view const last = sop_class_uid.substr(kRoot.size());
  if (last == "1") return Kind::grayscale;
  if (last == "2") return Kind::color;
  if (last == "3") return Kind::pseudo_color;
  if (last == "5") return Kind::xa_xrf;
  return std::nullopt;
}

void read_label(Attributes const& attributes, PresentationState& state) {
  state.sop_instance_uid = attributes.code(kSopInstance);
  state.content_label = attributes.code(kContentLabel);
  state.content_description = attributes.text(kContentDescription);
  state.creation_date = attributes.code(kCreationDate);
  state.creation_time = attributes.code(kCreationTime);
  state.content_creator_name = attributes.text(kCreatorName);
}

void read_series(Attributes const& attributes, PresentationState& state) {
  std::size_t left = kMaxReferences;
  for (Attributes const& item : attributes.items(kReferencedSeries)) {
    PresentationState::ReferencedSeries series{item.code(kSeriesInstance),
                                               read_referenced_images(item)};
    if (series.images.size() > left) {
      series.images.resize(left);
      state.left_out = "It means more images than can be taken.";
    }
    left -= series.images.size();
    state.series.push_back(std::move(series));
  }
}

/// Tables here map what images hold, of which the state does not say whether it is signed: the
/// descriptor's own VR does.
void read_pipeline(Attributes const& attributes, PresentationState& state) {
  DisplayPipeline display;
  read_modality_lut(attributes, {}, display);
  state.modality_lut = std::move(display.modality_lut);
  state.rescale_slope = quirks::usable_rescale_slope(display.rescale_slope);
  if (display.rescale_slope == 0) state.left_out = "Its Rescale Slope is 0, and is taken as 1.";
  state.rescale_intercept = display.rescale_intercept;
  state.rescale_type = std::move(display.rescale_type);
  state.has_modality_transform = state.modality_lut || attributes.has(kRescaleSlope) ||
                                 attributes.has(kRescaleIntercept) || attributes.has(kModalityLut);
  for (Attributes const& item : attributes.items(kSoftcopyVoi)) {
    DisplayPipeline values;
    values.rescale_intercept = state.rescale_intercept;
    read_voi_lut(item, {}, values);
    SoftcopyVoi voi{read_referenced_images(item), std::move(values.windows), values.voi_function,
                    std::nullopt};
    if (!values.voi_luts.empty()) voi.lut = std::move(values.voi_luts.front());
    if (voi.lut || !voi.windows.empty()) state.voi.push_back(std::move(voi));
  }
  std::string const shape = attributes.code(kPresentationLutShape);
  if (shape == "INVERSE") state.presentation_lut_shape = PresentationState::LutShape::inverse;
  if (shape == "IDENTITY") state.presentation_lut_shape = PresentationState::LutShape::identity;
  if (auto const item = attributes.first_item(kPresentationLut))
    state.presentation_lut = read_lut(*item, false);
  if (state.kind == PresentationState::Kind::pseudo_color)
    state.palette = read_palette(attributes, false);
}

std::optional<std::array<double, 2>> positive_pair(Attributes const& item, std::uint32_t tag) {
  auto const numbers = item.numbers(tag);
  if (numbers.size() != 2 || !(numbers[0] > 0) || !(numbers[1] > 0)) return std::nullopt;
  return std::array{numbers[0], numbers[1]};
}

std::optional<std::array<std::int32_t, 2>> corner_of(Attributes const& item, std::uint32_t tag) {
  constexpr double kFarthest = 1 << 20;
  auto const numbers = item.numbers(tag);
  if (numbers.size() != 2) return std::nullopt;
  for (double const number : numbers)
    if (number < -kFarthest || number > kFarthest) return std::nullopt;
  return std::array{static_cast<std::int32_t>(numbers[0]), static_cast<std::int32_t>(numbers[1])};
}

void read_areas(Attributes const& attributes, PresentationState& state) {
  for (Attributes const& item : attributes.items(kDisplayedAreas)) {
    auto const top_left = corner_of(item, kAreaTopLeft),
               bottom_right = corner_of(item, kAreaBottomRight);
    if (!top_left || !bottom_right || state.areas.size() >= kMaxGraphicObjects) {
      state.left_out = "Some displayed areas could not be read.";
      continue;
    }
    DisplayedArea area;
    area.images = read_referenced_images(item);
    area.top_left = *top_left;
    area.bottom_right = *bottom_right;
    std::string const mode = item.code(kSizeMode);
    if (mode == "TRUE SIZE") area.mode = DisplayedArea::Mode::true_size;
    if (mode == "MAGNIFY") area.mode = DisplayedArea::Mode::magnify;
    auto const magnification = item.number(kMagnification);
    if (magnification && *magnification > 0) area.magnification = magnification;
    area.pixel_spacing = positive_pair(item, kPixelSpacing);
    area.aspect_ratio = positive_pair(item, kPixelAspectRatio);
    state.areas.push_back(std::move(area));
  }
}

void read_geometry(Attributes const& attributes, PresentationState& state) {
  auto const rotation = attributes.integer(kRotation).value_or(0);
  if (rotation == 90 || rotation == 180 || rotation == 270) state.rotation_deg = rotation;
  state.horizontal_flip = attributes.code(kFlip) == "Y";
  read_areas(attributes, state);
  state.shutter = read_display_shutter(attributes);
}

Status read_overlays(Attributes const& attributes, std::span<std::byte const> bytes,
                     DataSetOutline const& outline, bool big_endian, PresentationState& state) {
  for (unsigned group = kFirstOverlayGroup; group <= kLastOverlayGroup; group += 2) {
    auto layer = attributes.code(std::uint32_t{group} << 16 | kActivationLayer);
    if (!layer.empty())
      state.activations.push_back({static_cast<std::uint16_t>(group), std::move(layer)});
  }
  std::size_t bytes_left = kMaxOverlayBytes;
  for (OverlayPlane& plane : read_overlay_planes(attributes, outline, nullptr)) {
    auto bits = own_overlay_bits(bytes, outline, big_endian, plane, 0);
    if (!bits) return std::unexpected(bits.error());
    if (bits->size() > bytes_left) return fail(Errc::limit_exceeded, "overlays are too large");
    bytes_left -= bits->size();
    state.overlays.push_back(std::move(plane));
    state.overlay_bits.push_back(std::move(*bits));
  }
  return {};
}

}  // namespace

bool is_presentation_state(std::string_view sop_class_uid) {
  return kind_of(sop_class_uid).has_value();
}

bool refers_to(ReferencedImages const& images, std::string_view sop_instance_uid,
               std::uint32_t frame_number) {
  return images.empty() || std::ranges::any_of(images, [&](ReferencedImage const& image) {
           return image.sop_instance_uid == sop_instance_uid &&
                  (image.frame_numbers.empty() ||
                   std::ranges::find(image.frame_numbers, frame_number) !=
                       image.frame_numbers.end());
         });
}

bool applies_to(PresentationState const& state, std::string_view sop_instance_uid,
                std::uint32_t frame_number) {
  return std::ranges::any_of(state.series, [&](auto const& series) {
    return !series.images.empty() && refers_to(series.images, sop_instance_uid, frame_number);
  });
}

Result<PresentationState> read_presentation_state(std::span<std::byte const> file,
                                                  Limits const& limits) {
  Limits bounded = limits;  // of the file, and of what is inflated
  bounded.max_instance_bytes =
      std::min<std::uint64_t>(limits.max_instance_bytes, kMaxPresentationBytes);
  auto const part10 = read_part10(file, bounded);
  if (!part10) return std::unexpected(part10.error());
  auto const bytes = part10->data_set(file);
  auto const outline =
      outline_data_set(bytes, part10->data_set_offset, part10->syntax.elements, limits, kStateTags);
  if (!outline) return std::unexpected(outline.error());
  auto const data_set = DataSet::parse(outline->kept, part10->syntax.elements, limits);
  if (!data_set) return std::unexpected(data_set.error());
  Attributes const attributes = data_set->attributes();

  auto const kind = kind_of(attributes.code(kSopClass));
  if (!kind) return fail(Errc::unsupported, "not a presentation state");
  PresentationState state;
  state.kind = *kind;
  read_label(attributes, state);
  read_series(attributes, state);
  read_pipeline(attributes, state);
  read_geometry(attributes, state);
  if (auto operations = read_mask_operations(attributes); !operations.empty())
    state.mask = std::move(operations.front());
  else if (attributes.has(kMaskSubtraction))
    state.left_out = "Its mask subtraction could not be read.";
  if (Status const read = read_annotations(attributes, state); !read)
    return std::unexpected(read.error());
  if (Status const read =
          read_overlays(attributes, bytes, *outline, part10->syntax.elements.big_endian, state);
      !read)
    return std::unexpected(read.error());
  return state;
}

}  // namespace sightline::dicom
