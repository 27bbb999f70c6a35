#include "j2k_encoder.hpp"

#include <utility>
#include <vector>

#include "codec/openjpeg_encoder.hpp"

namespace sightline::test {
namespace {

codec::OpjImage make_image(Picture const& picture) {
  std::vector<opj_image_cmptparm_t> components(picture.samples());
  for (auto& component : components) {
    component.dx = component.dy = 1;
    component.w = picture.cols();
    component.h = picture.rows();
    component.prec = picture.format.bits_stored;
    component.sgnd = picture.format.is_signed ? 1 : 0;
  }
  codec::OpjImage image(
      opj_image_create(picture.samples(), components.data(),
                       picture.samples() == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY));
  image->x1 = picture.cols();
  image->y1 = picture.rows();
  for (std::size_t i = 0; i < picture.values.size(); ++i) {
    image->comps[i % picture.samples()].data[i / picture.samples()] = picture.values[i];
  }
  return image;
}

opj_cparameters_t make_parameters(J2kOptions const& options) {
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.irreversible = options.is_reversible ? 0 : 1;
  parameters.numresolution = options.resolutions;
  parameters.tcp_numlayers = options.layers;
  for (int layer = 0; layer < options.layers; ++layer) {
    // The last layer holds everything; the others ever less.
    int const left = options.layers - 1 - layer;
    parameters.tcp_rates[layer] = left > 0                ? static_cast<float>(10 * left)
                                  : options.rate > 0      ? options.rate
                                  : options.is_reversible ? 0.0f
                                                          : 8.0f;
  }
  parameters.cp_disto_alloc = 1;
  parameters.tcp_mct = options.uses_mct ? 1 : 0;
  parameters.cblockw_init = parameters.cblockh_init = options.block_size;
  parameters.mode = options.block_style;
  parameters.prog_order = static_cast<OPJ_PROG_ORDER>(options.progression);
  if (options.tile_size > 0) {
    parameters.tile_size_on = OPJ_TRUE;
    parameters.cp_tdx = parameters.cp_tdy = options.tile_size;
  }
  if (options.by_resolution) {
    parameters.tp_on = 1;
    parameters.tp_flag = 'R';
  }
  if (options.precinct_size > 0) {
    parameters.csty |= 1;
    parameters.res_spec = options.resolutions;
    for (int i = 0; i < options.resolutions; ++i) {
      parameters.prcw_init[i] = parameters.prch_init[i] = options.precinct_size;
    }
  }
  if (!options.component_matrix.empty()) {
    std::vector<float> matrix = options.component_matrix;
    std::vector<std::int32_t> offsets = options.component_offsets;
    opj_set_MCT(&parameters, matrix.data(), offsets.data(),
                static_cast<OPJ_UINT32>(offsets.size()));
  }
  if (options.changes_progression) {
    parameters.numpocs = 2;
    for (OPJ_UINT32 i = 0; i < 2; ++i) {
      opj_poc_t& change = parameters.POC[i];
      change.tile = 1;
      change.resno0 = i == 0 ? 0 : static_cast<OPJ_UINT32>(options.resolutions / 2);
      change.resno1 = i == 0 ? static_cast<OPJ_UINT32>(options.resolutions / 2)
                             : static_cast<OPJ_UINT32>(options.resolutions);
      change.layno1 = static_cast<OPJ_UINT32>(options.layers);
      change.compno1 = 16384;
      change.prg1 = i == 0 ? static_cast<OPJ_PROG_ORDER>(options.progression) : OPJ_LRCP;
    }
  }
  if (options.roi_shift > 0) {
    parameters.roi_compno = 1;
    parameters.roi_shift = options.roi_shift;
  }
  if (options.sop) parameters.csty |= 2;
  if (options.eph) parameters.csty |= 4;
  return parameters;
}

}  // namespace

std::vector<std::byte> encode_j2k(Picture const& picture, J2kOptions const& options) {
  auto const image = make_image(picture);
  // the library takes the matrix over
  auto bytes = codec::run_openjpeg(make_parameters(options), *image,
                                   options.jp2 ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
  return bytes ? *std::move(bytes) : std::vector<std::byte>();
}

}  // namespace sightline::test
