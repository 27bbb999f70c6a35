#include "dicom/image_pixel.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/checked.hpp"
#include "dicom/data_set_outline.hpp"
#include "dicom/quirks.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kSamplesPerPixel = 0x00280002, kPhotometricInterpretation = 0x00280004,
                        kPlanarConfiguration = 0x00280006, kRows = 0x00280010,
                        kColumns = 0x00280011, kBitsAllocated = 0x00280100,
                        kBitsStored = 0x00280101, kHighBit = 0x00280102,
                        kPixelRepresentation = 0x00280103;

/// A code string as it may stand in a sentence: capitals, digits and _ only.
std::string quotable(std::string_view code) {
  std::string quoted;
  for (char const c : code.substr(0, 16)) {
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ' ') quoted += c;
  }
  return quoted;
}

std::string sizes_reason(PixelFormat const& format, bool rows_given, bool cols_given) {
  if (!rows_given || !cols_given)
    return "The number of rows or columns is missing or is no number.";
  if (format.rows == 0 || format.cols == 0) return "The picture has no rows or no columns.";
  return {};
}

std::string samples_reason(PixelFormat const& format, std::string_view photometric) {
  std::uint16_t const samples = format.samples_per_pixel;
  if (samples != 1 && samples != 3) {
    return "Pictures with " + std::to_string(samples) + " samples per pixel cannot be shown.";
  }
  if (format.photometric == Photometric::unknown) {
    return "Pictures of the kind \"" + quotable(photometric) + "\" cannot be shown.";
  }
  if (has_one_sample(format.photometric) != (samples == 1))
    return "The number of samples per pixel contradicts the kind of picture.";
  return {};
}

std::string bits_reason(PixelFormat const& format) {
  if (is_float(format)) {
    bool const is_grey = format.photometric == Photometric::monochrome1 ||
                         format.photometric == Photometric::monochrome2;
    return is_grey ? std::string() : "Colour pictures of real numbers cannot be shown.";
  }
  constexpr auto kShown = std::to_array<std::uint16_t>({1, 8, 16, 32});
  if (std::ranges::find(kShown, format.bits_allocated) == kShown.end()) {
    return "Pictures with " + std::to_string(format.bits_allocated) +
           " bits per sample cannot be shown.";
  }
  if (format.samples_per_pixel == 3 && format.bits_allocated == 1)
    return "Colour pictures with 1 bit per sample cannot be shown.";
  return {};
}

std::string frame_size_reason(PixelFormat const& format, Limits const& limits) {
  std::uint64_t const sample_bytes = std::max(1u, format.bits_allocated / 8u);
  auto const bytes =
      checked_product({format.rows, format.cols, format.samples_per_pixel, sample_bytes});
  if (!bytes || *bytes > limits.max_frame_bytes) {
    return "A picture of " + std::to_string(format.rows) + " x " + std::to_string(format.cols) +
           " pixels is larger than can be shown.";
  }
  return {};
}

/// The element says how wide its numbers are; what describes integers does not apply to them.
/// Source: PS3.3 C.7.6.24, C.7.6.25.
void set_real(std::uint32_t pixel_tag, PixelFormat& format) {
  format.bits_allocated = pixel_tag == kFloatPixelData ? 32 : 64;
  format.bits_stored = 0;
  format.high_bit = 0;
  format.is_signed = false;
}

}  // namespace

Photometric photometric_of(std::string_view text) {
  constexpr auto kNames = std::to_array<std::pair<std::string_view, Photometric>>({
      {"MONOCHROME1", Photometric::monochrome1},
      {"MONOCHROME2", Photometric::monochrome2},
      {"RGB", Photometric::rgb},
      {"PALETTE COLOR", Photometric::palette_color},
      {"YBR_FULL", Photometric::ybr_full},
      {"YBR_FULL_422", Photometric::ybr_full_422},
      {"YBR_PARTIAL_420", Photometric::ybr_partial_420},
      {"YBR_ICT", Photometric::ybr_ict},
      {"YBR_RCT", Photometric::ybr_rct},
      {"XYB", Photometric::rgb},  // within JPEG XL codestreams only: decoded, it is RGB
      {"YBR_PARTIAL_422", Photometric::ybr_partial_422},
  });
  auto const* const found =
      std::ranges::find(kNames, text, &std::pair<std::string_view, Photometric>::first);
  return found != kNames.end() ? found->second : Photometric::unknown;
}

std::uint64_t native_frame_bits(PixelFormat const& format) {
  std::uint64_t const samples = is_422(format.photometric) ? 2 : format.samples_per_pixel;
  std::uint64_t const bits =
      checked_product({format.rows, format.cols, samples, format.bits_allocated}).value_or(0);
  return is_420(format.photometric) ? bits / 2 : bits;  // 12 of 24
}

ImagePixel read_image_pixel(Attributes const& attributes, TransferSyntax const& syntax,
                            std::uint32_t pixel_tag, Limits const& limits,
                            std::uint64_t native_bytes) {
  ImagePixel image;
  PixelFormat& format = image.format;
  auto const rows = attributes.u16(kRows), cols = attributes.u16(kColumns);
  format.rows = rows.value_or(0);
  format.cols = cols.value_or(0);
  format.samples_per_pixel = attributes.u16(kSamplesPerPixel).value_or(1);
  format.bits_allocated = attributes.u16(kBitsAllocated).value_or(0);
  format.bits_stored = attributes.u16(kBitsStored).value_or(0);
  format.high_bit = attributes.u16(kHighBit).value_or(0xFFFF);
  format.is_signed = attributes.u16(kPixelRepresentation).value_or(0) == 1;
  if (pixel_tag == kFloatPixelData || pixel_tag == kDoubleFloatPixelData)
    set_real(pixel_tag, format);
  std::string const photometric = attributes.code(kPhotometricInterpretation);
  format.photometric = quirks::photometric_or_default(photometric, format.samples_per_pixel);
  quirks::settle_samples(native_bytes, format);
  // PS3.3 C.7.6.3.1.3: without meaning where the codestream orders the samples.
  bool const planar =
      format.samples_per_pixel == 3 && attributes.u16(kPlanarConfiguration).value_or(0) == 1;
  format.planar_configuration = planar ? 1 : 0;
  if (!is_float(format)) quirks::repair_bit_depths(format);
  for (std::string const& reason : {sizes_reason(format, rows.has_value(), cols.has_value()),
                                    samples_reason(format, photometric), bits_reason(format),
                                    frame_size_reason(format, limits)}) {
    if (image.unshowable_reason.empty()) image.unshowable_reason = reason;
  }
  if (image.unshowable_reason.empty() && !syntax.encapsulated &&
      (photometric == "XYB" || native_frame_bits(format) == 0)) {
    image.unshowable_reason =
        "Pictures of the kind \"" + quotable(photometric) + "\" cannot be shown.";
  }
  return image;
}

}  // namespace sightline::dicom
