#include "dicom/quirks.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/checked.hpp"
#include "dicom/image_pixel.hpp"

namespace sightline::dicom::quirks {
namespace {

unsigned byte_at(std::span<std::byte const> bytes, std::uint64_t offset) {
  return offset < bytes.size() ? std::to_integer<unsigned>(bytes[static_cast<std::size_t>(offset)])
                               : 0u;
}

char capital(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool element_follows(ElementScanner const& scanner, ElementHeader const& header) {
  if (header.undefined() || header.length_bytes > scanner.bytes().size() ||
      header.value_offset + header.length_bytes > scanner.bytes().size()) {
    return false;
  }
  std::uint64_t const end = header.value_offset + header.length_bytes;
  if (end == scanner.bytes().size()) return true;
  auto const next = scanner.header_at(end);
  return next && next->tag > header.tag && is_standard_vr(next->vr);
}

}  // namespace

bool has_zlib_header(std::span<std::byte const> deflated) {
  unsigned const method = byte_at(deflated, 0), flags = byte_at(deflated, 1);
  return (method & 0x0F) == 8 && method >> 4 <= 7 && (method << 8 | flags) % 31 == 0;
}

bool meta_is_implicit(ByteSource const& file, std::uint64_t offset) {
  auto const vr = file.view(offset + 4, 2);
  return !is_standard_vr({static_cast<char>(byte_at(vr, 0)), static_cast<char>(byte_at(vr, 1))});
}

ElementHeader repair_header(ElementScanner const& scanner, std::uint64_t offset,
                            ElementHeader const& read) {
  if (!scanner.encoding().explicit_vr || read.group() == 0xFFFE) return read;
  ElementHeader short_form = read, long_form = read, implicit_form = read;
  short_form.value_offset = offset + 8;
  short_form.length_bytes = scanner.u16_at(offset + 6);
  if (is_standard_vr(read.vr)) {
    bool const is_short = has_long_length(read.vr) && short_form.length_bytes != 0 &&
                          !element_follows(scanner, read) && element_follows(scanner, short_form);
    return is_short ? short_form : read;
  }
  long_form.value_offset = offset + 12;
  long_form.length_bytes = scanner.u32_at(offset + 8);
  implicit_form.value_offset = offset + 8;
  implicit_form.length_bytes = scanner.u32_at(offset + 4);
  for (ElementHeader const& form : {read, short_form, long_form, implicit_form}) {
    if (element_follows(scanner, form)) return form;
  }
  return read;
}

std::vector<std::uint64_t> unwrapped_offsets(std::span<std::uint32_t const> table) {
  std::vector<std::uint64_t> offsets;
  offsets.reserve(table.size());
  std::uint64_t base = 0;
  for (std::uint32_t const offset : table) {
    if (!offsets.empty() && base + offset < offsets.back()) base += std::uint64_t{1} << 32;
    offsets.push_back(base + offset);
  }
  return offsets;
}

void repair_bit_depths(PixelFormat& format) {
  if (format.bits_stored == 0 || format.bits_stored > format.bits_allocated)
    format.bits_stored = format.bits_allocated;
  if (format.high_bit >= format.bits_allocated || format.high_bit + 1 < format.bits_stored) {
    format.high_bit = static_cast<std::uint16_t>(format.bits_stored - 1);
  }
}

Photometric photometric_or_default(std::string_view text, std::uint16_t samples_per_pixel) {
  std::string name(text.substr(0, text.find('\\')));
  std::ranges::transform(name, name.begin(), capital);
  if (!text.empty()) return photometric_of(name);
  return samples_per_pixel == 3 ? Photometric::rgb : Photometric::monochrome2;
}

void settle_samples(std::uint64_t native_bytes, PixelFormat& format) {
  bool const is_grey = has_one_sample(format.photometric);
  if (format.photometric == Photometric::unknown || is_grey == (format.samples_per_pixel == 1))
    return;
  std::uint64_t const one = std::uint64_t{format.rows} * format.cols * (format.bits_allocated / 8u);
  for (std::uint16_t const samples : {std::uint16_t{1}, std::uint16_t{3}}) {
    std::uint64_t const all = samples * one;
    if (all == 0 || (native_bytes != all && native_bytes != all + all % 2)) continue;
    format.samples_per_pixel = samples;
    if (samples == 1 && !is_grey) format.photometric = Photometric::monochrome2;
    if (samples == 3 && is_grey) format.photometric = Photometric::rgb;
  }
}

bool is_full_resolution_422(PixelFormat const& format, std::uint64_t pixel_data_bytes,
                            std::uint32_t frames) {
  if (!is_422(format.photometric) && !is_420(format.photometric)) return false;
  auto const bytes =
      checked_product({format.rows, format.cols, 3u, format.bits_allocated / 8u, frames});
  return bytes && pixel_data_bytes >= *bytes;
}

void window_real_numbers(std::vector<DisplayPipeline>& display) {
  for (DisplayPipeline& each : display)
    if (each.voi_function == VoiFunction::linear) each.voi_function = VoiFunction::linear_exact;
}

bool turns_presentation(std::string_view presentation_lut_shape, std::string_view photometric) {
  return presentation_lut_shape == "INVERSE" && photometric != "MONOCHROME1";
}

std::string_view character_set_name(std::string_view text) {
  constexpr auto kNames = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"ISO 8859-1", "ISO_IR 100"},
      {"ISO-8859-1", "ISO_IR 100"},
      {"ISO8859-1", "ISO_IR 100"},
      {"ISO-8859-2", "ISO_IR 101"},
      {"ISO-8859-5", "ISO_IR 144"},
      {"ISO-8859-7", "ISO_IR 126"},
      {"ISO-8859-9", "ISO_IR 148"},
      {"ISO-8859-15", "ISO_IR 203"},
      {"LATIN1", "ISO_IR 100"},
      {"UTF-8", "ISO_IR 192"},
      {"UTF8", "ISO_IR 192"},
      {"ISO 10646", "ISO_IR 192"},
      {"GB2312", "GB18030"},
      {"ISO_IR 6", ""},
      {"US-ASCII", ""},
      {"GB18030", "GB18030"},
      {"GBK", "GBK"},
  });
  constexpr auto kRegistrations = std::to_array<std::string_view>({
      "ISO_IR 100",      "ISO_IR 101",      "ISO_IR 109",      "ISO_IR 110",      "ISO_IR 144",
      "ISO_IR 127",      "ISO_IR 126",      "ISO_IR 138",      "ISO_IR 148",      "ISO_IR 203",
      "ISO_IR 13",       "ISO_IR 166",      "ISO_IR 192",      "ISO 2022 IR 100", "ISO 2022 IR 101",
      "ISO 2022 IR 109", "ISO 2022 IR 110", "ISO 2022 IR 144", "ISO 2022 IR 127", "ISO 2022 IR 126",
      "ISO 2022 IR 138", "ISO 2022 IR 148", "ISO 2022 IR 203", "ISO 2022 IR 13",  "ISO 2022 IR 166",
      "ISO 2022 IR 87",  "ISO 2022 IR 159", "ISO 2022 IR 149", "ISO 2022 IR 58",  "ISO 2022 IR 6",
  });
  auto const* const known = std::ranges::find_if(kNames, [&](auto const& each) {
    return std::ranges::equal(each.first, text, {}, capital, capital);
  });
  if (known != kNames.end()) return known->second;
  if (std::ranges::find(kRegistrations, text) != kRegistrations.end()) return text;
  auto const letters = [](std::string_view name) {
    std::string kept;
    for (char const c : name)
      if (c != ' ' && c != '_' && c != '-') kept += capital(c);
    return kept;
  };
  std::string const wanted = letters(text);
  auto const* const spelt = std::ranges::find_if(
      kRegistrations, [&](std::string_view name) { return letters(name) == wanted; });
  return spelt != kRegistrations.end() ? *spelt : text;
}

}  // namespace sightline::dicom::quirks
