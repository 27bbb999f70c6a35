#include "dicom/voi.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "dicom/lut.hpp"
#include "dicom/quirks.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kPhotometricInterpretation = 0x00280004, kPaddingValue = 0x00280120,
                        kPaddingRangeLimit = 0x00280121, kFloatPaddingValue = 0x00280122,
                        kDoublePaddingValue = 0x00280123, kFloatPaddingLimit = 0x00280124,
                        kDoublePaddingLimit = 0x00280125, kWindowCenter = 0x00281050,
                        kWindowWidth = 0x00281051, kRescaleIntercept = 0x00281052,
                        kRescaleSlope = 0x00281053, kRescaleType = 0x00281054,
                        kWindowExplanation = 0x00281055, kVoiLutFunction = 0x00281056,
                        kModalityLutSequence = 0x00283000, kVoiLutSequence = 0x00283010,
                        kModalityLutType = 0x00283004, kPresentationLutShape = 0x20500020;

/// Nobody chooses among more; each frame may repeat them.
constexpr std::size_t kMaxWindows = 1000;

std::vector<std::string> split_values(std::string const& text) {
  std::vector<std::string> values;
  std::size_t begin = 0;
  while (true) {
    std::size_t const end = text.find('\\', begin);
    values.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
    if (end == std::string::npos) return values;
    begin = end + 1;
  }
}

std::vector<Window> read_windows(Attributes const& attributes) {
  auto const centers = attributes.each_number(kWindowCenter),
             widths = attributes.each_number(kWindowWidth);
  auto const explanations = split_values(attributes.text(kWindowExplanation));
  std::vector<Window> windows;
  for (std::size_t i = 0; i < std::min({centers.size(), widths.size(), kMaxWindows}); ++i) {
    // PS3.3 C.11.2.1.2: the width is positive. A window without one says nothing and is left out,
    // as is half a one; those that are whole keep their explanations.
    auto const &center = centers[i], &width = widths[i];
    if (!center || !width || !(*width > 0)) continue;
    windows.push_back({*center, *width, i < explanations.size() ? explanations[i] : std::string()});
  }
  return windows;
}

VoiFunction function_of(std::string_view text) {
  if (text == "SIGMOID") return VoiFunction::sigmoid;
  return text == "LINEAR_EXACT" ? VoiFunction::linear_exact : VoiFunction::linear;
}

/// PS3.3 C.11.2.1.1: what comes out of a Modality LUT is unsigned; else it is signed when stored
/// values are, or when the rescale can make negative values.
bool voi_input_is_signed(DisplayPipeline const& display, DisplayContext const& context) {
  if (display.modality_lut) return false;
  return context.is_signed || display.rescale_intercept < 0;
}

std::optional<std::int32_t> read_stored_value(Attributes const& attributes, std::uint32_t tag,
                                              bool is_signed) {
  Words const words = attributes.words(tag);
  if (words.values.empty()) return std::nullopt;
  std::uint16_t const value = words.values.front();
  return is_signed ? static_cast<std::int16_t>(value) : std::int32_t{value};
}

/// The limit may lie on either side of the value. Source: PS3.3 C.7.6.24, C.7.6.25.
std::optional<std::array<double, 2>> read_real_padding(Attributes const& attributes,
                                                       unsigned real_bits) {
  bool const is_double = real_bits == 64;
  auto const value = attributes.number(is_double ? kDoublePaddingValue : kFloatPaddingValue);
  if (!value) return std::nullopt;
  auto const limit =
      attributes.number(is_double ? kDoublePaddingLimit : kFloatPaddingLimit).value_or(*value);
  return std::array{std::min(*value, limit), std::max(*value, limit)};
}

}  // namespace

void read_modality_lut(Attributes const& attributes, DisplayContext const& context,
                       DisplayPipeline& display) {
  if (auto const item = attributes.first_item(kModalityLutSequence)) {
    if (auto lut = read_lut(*item, context.is_signed)) {
      display.modality_lut = std::move(lut);
      display.rescale_slope = 1;
      display.rescale_intercept = 0;
      display.rescale_type = item->text(kModalityLutType);
      return;
    }
  }
  auto const rescale_slope = attributes.number(kRescaleSlope),
             rescale_intercept = attributes.number(kRescaleIntercept);
  if (!rescale_slope && !rescale_intercept) return;
  display.rescale_slope = rescale_slope.value_or(1);
  display.rescale_intercept = rescale_intercept.value_or(0);
  display.rescale_type = attributes.text(kRescaleType);
  // PS3.3 C.11.1.1.2: required unless it is HU of a CT.
  if (display.rescale_type.empty() && context.modality == "CT") display.rescale_type = "HU";
  if (display.rescale_slope == 0) display.rescale_type.clear();  // quirk usable_rescale_slope
  display.modality_lut.reset();
}

void read_voi_lut(Attributes const& attributes, DisplayContext const& context,
                  DisplayPipeline& display) {
  auto windows = read_windows(attributes);
  std::vector<Lut> luts;
  for (Attributes const& item : attributes.items(kVoiLutSequence)) {
    if (auto lut = read_lut(item, voi_input_is_signed(display, context)))
      luts.push_back(std::move(*lut));
  }
  if (windows.empty() && luts.empty()) return;
  display.windows = std::move(windows);
  display.voi_luts = std::move(luts);
  display.voi_function = function_of(attributes.code(kVoiLutFunction));
}

DisplayPipeline read_display(Attributes const& attributes, DisplayContext const& context) {
  DisplayPipeline display;
  read_modality_lut(attributes, context, display);
  read_voi_lut(attributes, context, display);
  display.presentation_inverse = quirks::turns_presentation(
      attributes.code(kPresentationLutShape), attributes.code(kPhotometricInterpretation));
  if (context.real_bits != 0) {
    display.real_padding = read_real_padding(attributes, context.real_bits);
    return display;
  }
  display.padding_value = read_stored_value(attributes, kPaddingValue, context.is_signed);
  if (display.padding_value)
    display.padding_range_limit =
        read_stored_value(attributes, kPaddingRangeLimit, context.is_signed);
  return display;
}

}  // namespace sightline::dicom
