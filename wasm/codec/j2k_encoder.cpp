#include "codec/j2k_encoder.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>

#include "codec/block_values.hpp"
#include "codec/openjpeg_encoder.hpp"

namespace sightline::codec {
namespace {

constexpr int kMostResolutions = 6;

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
      image->comps[sample].data[i] = block_value(block, i * block.samples + sample);
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
  if (!has_encoded_shape(block)) return fail(Errc::unsupported, "no picture of JPEG 2000");
  if (!has_all_bytes(block)) return fail(Errc::invalid_argument, "picture size");
  OpjImage const image = make_image(block, block_precision(block, bits_stored));
  if (!image) return fail(Errc::out_of_memory, "JPEG 2000 encoder");
  auto bytes = run_openjpeg(make_parameters(block, is_rgb), *image, OPJ_CODEC_J2K);
  if (!bytes) return fail(Errc::unsupported, "JPEG 2000 encoder");
  return *std::move(bytes);
}

}  // namespace sightline::codec
