#include "codec/j2k_encoder.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>

#include "codec/openjpeg_encoder.hpp"

namespace sightline::codec {
namespace {

constexpr int kMostResolutions = 6;

std::int32_t value_at(SampleBlock const& block, std::size_t i) {
  if (block.bits_allocated == 8) {
    auto const byte = std::to_integer<std::uint8_t>(block.bytes[i]);
    return block.is_signed ? std::bit_cast<std::int8_t>(byte) : std::int32_t{byte};
  }
  auto const word =
      static_cast<std::uint16_t>(std::to_integer<unsigned>(block.bytes[2 * i]) |
                                 std::to_integer<unsigned>(block.bytes[2 * i + 1]) << 8);
  return block.is_signed ? std::bit_cast<std::int16_t>(word) : std::int32_t{word};
}

/// What holds every value.
unsigned precision_of(SampleBlock const& block, unsigned bits_stored) {
  unsigned const bits = std::clamp<unsigned>(bits_stored, 1, block.bits_allocated);
  std::int32_t const low = block.is_signed ? -(1 << (bits - 1)) : 0;
  std::int32_t const high = block.is_signed ? (1 << (bits - 1)) - 1 : (1 << bits) - 1;
  std::size_t const count = block.bytes.size() / (block.bits_allocated / 8u);
  for (std::size_t i = 0; i < count; ++i) {
    std::int32_t const value = value_at(block, i);
    if (value < low || value > high) return block.bits_allocated;
  }
  return bits;
}

OpjImage make_image(SampleBlock const& block, unsigned precision) {
  std::array<opj_image_cmptparm_t, 3> components{};
  for (auto& component : components) {
    component.dx = component.dy = 1;
    component.w = block.cols;
    component.h = block.rows;
    component.prec = precision;
    component.sgnd = block.is_signed ? 1 : 0;
  }
  OpjImage image(opj_image_create(block.samples, components.data(),
                                  block.samples == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY));
  if (!image) return image;
  image->x1 = block.cols;
  image->y1 = block.rows;
  std::size_t const pixels = std::size_t{block.rows} * block.cols;
  for (std::uint16_t sample = 0; sample < block.samples; ++sample)
    for (std::size_t i = 0; i < pixels; ++i)
      image->comps[sample].data[i] = value_at(block, i * block.samples + sample);
  return image;
}

opj_cparameters_t make_parameters(SampleBlock const& block, bool is_rgb) {
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.tcp_rates[0] = 0;
  parameters.cp_disto_alloc = 1;
  parameters.irreversible = 0;
  parameters.tcp_mct = block.samples == 3 && is_rgb ? 1 : 0;
  // The library wants the smallest side to have a sample at each resolution.
  auto const most = static_cast<int>(std::bit_width(std::min(block.rows, block.cols)));
  parameters.numresolution = std::min(kMostResolutions, most);
  return parameters;
}

}  // namespace

Result<std::vector<std::byte>> encode_j2k(SampleBlock const& block, unsigned bits_stored,
                                          bool is_rgb) {
  bool const has_shape = (block.bits_allocated == 8 || block.bits_allocated == 16) &&
                         (block.samples == 1 || block.samples == 3) && block.rows > 0 &&
                         block.cols > 0;
  if (!has_shape) return fail(Errc::unsupported, "no picture of JPEG 2000");
  if (block.bytes.size() !=
      std::uint64_t{block.rows} * block.cols * block.samples * (block.bits_allocated / 8u))
    return fail(Errc::invalid_argument, "picture size");
  OpjImage const image = make_image(block, precision_of(block, bits_stored));
  if (!image) return fail(Errc::out_of_memory, "JPEG 2000 encoder");
  auto bytes = run_openjpeg(make_parameters(block, is_rgb), *image, OPJ_CODEC_J2K);
  if (!bytes) return fail(Errc::unsupported, "JPEG 2000 encoder");
  return *std::move(bytes);
}

}  // namespace sightline::codec
