// What decoding a frame allocates at most, its own samples included: at most three of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <functional>
#include <optional>
#include <string>

#include "../color/profiles.hpp"
#include "base/frame_mark.hpp"
#include "codec/frame_decoder.hpp"
#include "counted_memory.hpp"
#include "htj2k_coder.hpp"
#include "j2k_encoder.hpp"
#include "jpeg_encoder.hpp"
#include "jpegls_encoder.hpp"
#include "jxl_encoder.hpp"
#include "packet_rearranger.hpp"
#include "part_2_writer.hpp"
#include "picture.hpp"
#include "rle_encoder.hpp"
#include "stream_joiner.hpp"

namespace sightline::codec {
namespace {

using test::Picture;
using Bytes = std::vector<std::byte>;

/// A picture of few values, as a made one is, would be coded by their numbers.
constexpr char kNoPalette[] = "-d 0 -e 3 -X 0 -Y 0 --modular_palette_colors=0";

/// Tables and rows beside three of a small frame: docs/decode_speed.md, "Small frames".
constexpr std::size_t kTableBytes = 144 << 10;
/// Of JPEG XL with transforms of 64 x 64.
constexpr std::size_t kLargeTransformBytes = 256 << 10;
constexpr std::size_t kHtTableBytes = 160 << 10;

struct Case {
  std::string name;
  Encoding encoding;
  std::uint16_t samples;
  unsigned bits;
  std::function<Bytes(Picture const&)> encode;
  std::uint32_t side = 800;
  std::size_t table_bytes = kTableBytes;  ///< of a small frame
};

Case j2k(std::string name, std::uint16_t samples, unsigned bits, test::J2kOptions options) {
  return {std::move(name), Encoding::j2k, samples, bits,
          [options](Picture const& picture) { return test::encode_j2k(picture, options); }};
}

test::J2kOptions const kDicomBlocks{.resolutions = 6, .block_size = 64};

/// libjxl's tables and groups of 256 x 256 are large beside a small frame.
constexpr std::uint32_t kJxlSide = 1500;

Case jxl(std::string name, std::uint16_t samples, unsigned bits, std::string options,
         std::uint32_t side = kJxlSide) {
  return {std::move(name),
          Encoding::jpeg_xl,
          samples,
          bits,
          [options](Picture const& picture) { return test::encode_jxl(picture, options); },
          side};
}

/// A picture of that size and of 30000 colours, which a palette is made of.
Picture of_30000_colours(Picture picture) {
  for (std::size_t pixel = 0; pixel < picture.values.size() / 3; ++pixel) {
    auto const colour = static_cast<std::int32_t>(pixel * 11 % 30000);
    picture.values[3 * pixel] = colour % 32 * 8;
    picture.values[3 * pixel + 1] = colour / 32 % 32 * 8;
    picture.values[3 * pixel + 2] = colour / 1024 * 8;
  }
  return picture;
}

/// A picture that names a profile of 200 KB, nearly all of it behind its tags.
Bytes with_large_profile(Picture const& picture) {
  constexpr std::size_t kProfileBytes = 200000;
  color::Profiles const& profiles = color::Profiles::get();
  Bytes profile = profiles.read("p3");
  std::uint32_t noise = 1;
  while (profile.size() < kProfileBytes) {
    noise = noise * 1664525 + 1013904223;
    profile.push_back(static_cast<std::byte>(noise >> 24));
  }
  for (std::size_t i = 0; i < 4; ++i)  // its length
    profile[i] = static_cast<std::byte>(kProfileBytes >> (24 - 8 * i));
  std::string const path = profiles.path("large");
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<char const*>(profile.data()), kProfileBytes);
  return test::encode_jxl(picture, "-d 0 -e 3 -x icc_pathname=" + path);
}

Case jpegls(std::string name, std::uint16_t samples, unsigned bits, int interleave, int near) {
  return {std::move(name), Encoding::jpeg_ls, samples, bits,
          [=](Picture const& picture) { return test::encode_jpegls(picture, interleave, near); }};
}

Case htj2k(std::string name, std::uint16_t samples, unsigned bits, test::Htj2kOptions options) {
  return {std::move(name),
          Encoding::htj2k,
          samples,
          bits,
          [options](Picture const& picture) { return test::encode_htj2k(picture, options); },
          800,
          kHtTableBytes};
}

Case at_512(Case each) {
  each.name += "_512";
  each.side = 512;
  return each;
}

/// Of each of those streams what the joint says.
Case joint(std::string name, std::vector<Case> cases, test::Joint how) {
  Case each = cases.front();
  each.name = std::move(name);
  each.encode = [cases, how](Picture const& picture) {
    std::vector<Bytes> streams;
    for (Case const& one : cases) streams.push_back(one.encode(picture));
    return test::joined(streams, how);
  };
  return each;
}

Case rearranged(Case each, test::Rearrangement how) {
  each.encode = [how, encode = each.encode](Picture const& picture) {
    return test::rearranged(encode(picture), how);
  };
  return each;
}

/// With a segment more at the end of the main header.
Case with_segment(Case each, std::uint16_t code, Bytes const& body) {
  each.encode = [code, body, encode = each.encode](Picture const& picture) {
    return test::with_segment(encode(picture), code, body);
  };
  return each;
}

/// Its samples as they are after a matrix, which changes nothing.
Case mixed(Case each) {
  each.encode = [encode = each.encode](Picture const& picture) {
    return test::with_part_2(
        encode(picture), {.arrays = {{.kind = 0, .values = {1, 0, 0, 0, 1, 0, 0, 0, 1}},
                                     {.type = 2, .kind = 0, .values = {128, 128, 128}}},
                          .stages = {{{.inputs = {0, 1, 2}, .outputs = {0, 1, 2}, .offset = 1}}},
                          .depths = {7, 7, 7}});
  };
  return each;
}

/// The last of so many frames that are components of one codestream. Source: PS3.5 A.4.4.
Case of_frames(std::uint16_t count, Case each) {
  each.encode = [count, encode = each.encode](Picture const& picture) {
    Picture all = picture;
    all.format.samples_per_pixel = count;
    all.values.clear();
    for (std::int32_t const value : picture.values) {
      all.values.insert(all.values.end(), count - 1u, value ^ 1);
      all.values.push_back(value);
    }
    return mark_frame(encode(all), count - 1u);
  };
  return each;
}

Picture as_components(Picture const& picture, std::uint16_t count) {
  Picture all = picture;
  all.format.samples_per_pixel = count;
  all.values.clear();
  for (std::size_t i = 0; i < picture.values.size(); ++i) {
    for (std::uint16_t c = 0; c < count; ++c)
      all.values.push_back(picture.values[i] ^ static_cast<std::int32_t>((i * (c + 1u)) % 7));
  }
  return all;
}

std::vector<unsigned> first_indices(std::uint16_t count) {
  std::vector<unsigned> all(count);
  for (unsigned i = 0; i < count; ++i) all[i] = i;
  return all;
}

/// The second of as many frames as there are components, each of which is of all of them.
Case unmixed(std::uint16_t count, Case each) {
  each.encode = [count, encode = each.encode, bits = each.bits](Picture const& picture) {
    std::vector<unsigned> const all = first_indices(count);
    std::vector<double> matrix(std::size_t{count} * count);
    for (std::size_t i = 0; i < matrix.size(); ++i)
      matrix[i] = (static_cast<double>(i * 37 % 101) - 50) / (100.0 * count);
    std::vector<std::uint8_t> const depths(count, static_cast<std::uint8_t>(bits - 1));
    Bytes const coded = encode(as_components(picture, count));
    return mark_frame(test::with_part_2(coded, {.arrays = {{.kind = 3, .values = matrix}},
                                                .stages = {{{.inputs = all, .outputs = all}}},
                                                .depths = depths}),
                      1);
  };
  return each;
}

/// The last of those that are made of those before them, after other stages.
Case made_in(std::vector<std::vector<test::Part2Collection>> stages, std::uint16_t count,
             Case each) {
  std::vector<unsigned> const all = first_indices(count);
  stages.push_back({{.type = 0, .inputs = all, .outputs = all}});
  each.encode = [=, encode = each.encode, bits = each.bits](Picture const& picture) {
    std::vector<double> const factors(std::size_t{count} * (count - 1u) / 2, 0.25);
    std::vector<double> matrix(std::size_t{count} * count, 0.125);
    for (std::size_t i = 0; i < count; ++i) matrix[i * (count + 1u)] = 1;
    std::vector<std::uint8_t> const depths(count, static_cast<std::uint8_t>(bits - 1));
    Bytes const coded = encode(as_components(picture, count));
    return mark_frame(
        test::with_part_2(coded, {.arrays = {{.type = 0, .kind = 3, .values = factors},
                                             {.kind = 3, .values = matrix}},
                                  .stages = stages,
                                  .depths = depths}),
        count - 1u);
  };
  return each;
}
Case depending(std::uint16_t count, Case each) { return made_in({}, count, std::move(each)); }
Case in_two_stages(std::uint16_t count, Case each) {
  std::vector<unsigned> const all = first_indices(count);
  return made_in({{{.inputs = all, .outputs = all}}}, count, std::move(each));
}

/// Two thirds of it.
Case cut(Case each) {
  each.name += "_cut";
  each.encode = [encode = each.encode](Picture const& picture) {
    Bytes bytes = encode(picture);
    bytes.resize(bytes.size() * 2 / 3);
    return bytes;
  };
  return each;
}

/// With a byte changed in each 4096: code-blocks and packet headers that are broken.
Case broken(Case each) {
  each.name += "_broken";
  each.encode = [encode = each.encode](Picture const& picture) {
    Bytes bytes = encode(picture);
    for (std::size_t i = 4096; i < bytes.size(); i += 4096) bytes[i] ^= std::byte{0x5a};
    return bytes;
  };
  return each;
}

template <class Encode>
Case jpeg(std::string name, std::uint16_t samples, unsigned bits, Encode encode,
          test::JpegOptions options) {
  return {std::move(name), Encoding::jpeg, samples, bits,
          [=](Picture const& picture) { return encode(picture, options); }};
}

/// A layer more in each third of them, and of all orders.
std::vector<Progression> many_progressions() {
  std::vector<Progression> runs;
  for (std::uint8_t i = 0; i < 42; ++i)
    runs.push_back({.order = static_cast<std::uint8_t>(i % 5),
                    .end_component = 1,
                    .end_layer = static_cast<std::uint16_t>(1 + i / 14)});
  return runs;
}

std::vector<Case> cases() {
  auto const bytes_of = [](std::initializer_list<int> values) {
    Bytes bytes;
    for (int const value : values) bytes.push_back(static_cast<std::byte>(value));
    return bytes;
  };
  return {
      {"native_16", Encoding::native, 1, 16, test::block_bytes},
      {"rle_16", Encoding::rle, 1, 16, test::encode_rle},
      {"rle_rgb", Encoding::rle, 3, 8, test::encode_rle},
      jpeg("jpeg_8", 1, 8, test::encode_jpeg8, {}),
      jpeg("jpeg_422", 3, 8, test::encode_jpeg8, {.ycc = true, .chroma_step = 2}),
      jpeg("jpeg_12", 1, 12, test::encode_jpeg12, {}),
      jpeg("jpeg_lossless_16", 1, 16, test::encode_jpeg16, {.lossless = true}),
      jpeg("jpeg_lossless_rgb", 3, 8, test::encode_jpeg8, {.lossless = true}),
      jpegls("jpegls_16", 1, 16, 0, 0),
      jpegls("jpegls_near_12", 1, 12, 0, 2),
      jpegls("jpegls_planes", 3, 8, 0, 0),
      jpegls("jpegls_samples", 3, 8, 2, 0),
      j2k("j2k_16", 1, 16, {.by_resolution = true}),
      j2k("j2k_tiles", 1, 12, {.tile_size = 256}),
      j2k("j2k_layers", 1, 12, {.layers = 3}),
      j2k("j2k_lossy", 1, 12, {.is_reversible = false}),
      j2k("j2k_rgb", 3, 8, {.uses_mct = true}),
      j2k("j2k_region_of_interest", 3, 8, {.roi_shift = 12}),
      j2k("j2k_24", 1, 24, {}),
      j2k("j2k_lossy_24", 1, 24, {.is_reversible = false}),
      // A row of code-blocks of four bytes a sample is much beside them.
      at_512(j2k("j2k_8", 1, 8, {.resolutions = 6, .block_size = 64})),
      at_512(
          j2k("j2k_lossy_8", 1, 8, {.is_reversible = false, .resolutions = 6, .block_size = 64})),
      at_512(htj2k("htj2k_8", 1, 8, {})),
      at_512(htj2k("htj2k_lossy_8", 1, 8, {.is_reversible = false})),
      htj2k("htj2k_16", 1, 16, {}),
      htj2k("htj2k_rgb", 3, 8, {.uses_mct = true}),
      {"htj2k_layers", Encoding::htj2k, 1, 16,
       [](Picture const& picture) {
         return test::with_empty_layer(test::encode_htj2k(picture, {}));
       }},
      htj2k("htj2k_lossy", 1, 12, {.is_reversible = false}),
      rearranged(j2k("j2k_poc", 1, 12, {.layers = 3}),
                 {.main_runs = {{.end_layer = 1}, {.order = 2}}}),
      rearranged(j2k("j2k_ppm", 1, 16, {.tile_size = 256}),
                 {.headers = test::HeadersIn::main_header, .packets_in_part = 3}),
      rearranged(j2k("j2k_ppt", 3, 8, {.uses_mct = true}),
                 {.headers = test::HeadersIn::tile_parts}),
      rearranged(htj2k("htj2k_poc_ppm", 1, 16, {}),
                 {.main_runs = {{.end_resolution = 2}, {.order = 4}},
                  .headers = test::HeadersIn::main_header}),
      joint("j2k_components",
            {j2k("", 3, 8, {.resolutions = 6}), j2k("", 3, 8, {.block_size = 64}),
             j2k("", 3, 8, {.is_reversible = false, .rate = 4})},
            {.main = {{0, 1, 2}}}),
      joint("j2k_tile_parameters",
            {j2k("", 1, 16, {.tile_size = 256}), j2k("", 1, 16, {.tile_size = 256, .layers = 2})},
            {.main = {{0}}, .tiles = {{{1}}, {{0}}, {{1}}}}),
      joint("htj2k_and_part_1",
            {htj2k("", 3, 8, {.tile_size = 256}), j2k("", 3, 8, {.tile_size = 256})},
            {.main = {{0, 1, 0}}, .tiles = {{{1, 0, 0}}, {{0, 0, 0}}}}),
      rearranged(j2k("j2k_many_progressions", 1, 12, {.layers = 3}),
                 {.main_runs = many_progressions()}),
      with_segment(j2k("j2k_progression_of_nothing", 1, 12, {.layers = 2}), marker::kPoc,
                   bytes_of({0, 0, 0, 2, 33, 1, 5, 0, 0, 0, 2, 33, 1, 2})),
      with_segment(j2k("j2k_region_of_interest_twice", 3, 8, {.roi_shift = 12}), marker::kRgn,
                   bytes_of({1, 0, 12})),
      j2k("j2k_layers_of_small_precincts", 1, 16,
          {.layers = 3, .block_size = 16, .progression = 0, .precinct_size = 32}),
      mixed(j2k("part_2", 3, 8, {})),
      of_frames(2, j2k("part_2_two_frames", 1, 12, {})),
      of_frames(4, j2k("part_2_four_frames", 1, 12, {})),
      of_frames(8, j2k("part_2_eight_frames", 1, 12, {})),
      of_frames(8, j2k("part_2_frames_of_small_blocks", 1, 12, {.block_size = 8})),
      of_frames(4, htj2k("part_2_htj2k_frames", 1, 12, {})),
      at_512(
          of_frames(256, j2k("part_2_frames_in_layers", 1, 16,
                             {.resolutions = 6, .layers = 3, .block_size = 64, .progression = 0}))),
      at_512(unmixed(8, j2k("part_2_eight_of_eight", 1, 16, kDicomBlocks))),
      at_512(unmixed(2, j2k("part_2_two_of_two_8", 1, 8, kDicomBlocks))),
      at_512(unmixed(8, htj2k("part_2_htj2k_of_eight", 1, 16, {}))),
      at_512(unmixed(8, htj2k("part_2_htj2k_of_eight_8", 1, 8, {}))),
      at_512(unmixed(32, htj2k("part_2_htj2k_lossy_of_32", 1, 16, {.is_reversible = false}))),
      at_512(depending(8, htj2k("part_2_htj2k_that_depend", 1, 16, {}))),
      at_512(depending(8, htj2k("part_2_htj2k_that_depend_8", 1, 8, {}))),
      at_512(depending(12, j2k("part_2_that_depend", 1, 16, kDicomBlocks))),
      at_512(depending(32, htj2k("part_2_lossy_that_depend_8", 1, 8, {.is_reversible = false}))),
      at_512(depending(32, j2k("part_2_that_depend_in_small_blocks_8", 1, 8, {}))),
      at_512(in_two_stages(4, j2k("part_2_stages_8", 1, 8, kDicomBlocks))),
      at_512(in_two_stages(12, htj2k("part_2_htj2k_stages", 1, 16, {}))),
      at_512(in_two_stages(16, htj2k("part_2_lossy_stages_8", 1, 8, {.is_reversible = false}))),
      mixed(j2k("part_2_lossy", 3, 8, {.is_reversible = false, .rate = 2})),
      mixed(joint("part_2_both_wavelets",
                  {j2k("", 3, 8, {}), j2k("", 3, 8, {.is_reversible = false, .rate = 4})},
                  {.main = {{0, 1, 0}}})),
      cut(j2k("j2k_16", 1, 16, {})),
      cut(j2k("j2k_tiles", 1, 12, {.tile_size = 256})),
      cut(j2k("j2k_layers", 1, 12, {.layers = 3, .progression = 0, .precinct_size = 128})),
      cut(j2k("j2k_lossy_rgb", 3, 8, {.is_reversible = false, .uses_mct = true})),
      cut(j2k("j2k_8", 1, 8, {.by_resolution = true})),
      cut(htj2k("htj2k_16", 1, 16, {})),
      cut(htj2k("htj2k_rgb", 3, 8, {.uses_mct = true, .tile_size = 256})),
      broken(j2k("j2k_16", 1, 16, {})),
      broken(htj2k("htj2k_16", 1, 16, {.precincts = {128}})),
      broken(htj2k("htj2k_rgb", 3, 8, {.uses_mct = true})),
      {"j2k_as_htj2k", Encoding::htj2k, 1, 16,
       [](Picture const& picture) { return test::encode_j2k(picture, {}); }},
      jxl("jxl_16", 1, 16, kNoPalette),
      jxl("jxl_8", 1, 8, kNoPalette),
      jxl("jxl_rgb", 3, 8, kNoPalette),
      jxl("jxl_lossy_rgb", 3, 8, "-d 1"),
      jxl("jxl_palette_16", 1, 16, "-d 0 -e 3"),
      jxl("jxl_palette_rgb", 3, 8, "-d 0 -e 4 -X 0 -Y 0 --modular_palette_colors=65536", 1100),
      jxl("jxl_palettes_rgb", 3, 8, "-d 0 -e 3 -Y 0 --modular_palette_colors=0"),
      jxl("jxl_lossy_16", 1, 16, "-d 1 -e 3"),
      jxl("jxl_lossy_8", 1, 8, "-d 3 -e 5 --epf 3"),
      jxl("jxl_squeezed_8", 1, 8, "-d 0 -e 3 -R 1"),
      jxl("jxl_squeezed_16", 1, 16, "-d 0 -e 3 -R 1", 512),
      jxl("jxl_squeezed_rgb", 3, 8, "-d 0 -e 3 -R 1", 512),
      jxl("jxl_large_groups_8", 1, 8, "-d 0 -e 3 -g 3"),
      jxl("jxl_lossy_modular_8", 1, 8, "-d 1 -m 1 -e 3"),
      jxl("jxl_small_8", 1, 8, kNoPalette, 512),
      jxl("jxl_small_lossy_8", 1, 8, "-d 1 -e 7", 512),
      jxl("jxl_small_lossy_epf_8", 1, 8, "-d 8 -e 5 --epf 3", 512),
      jxl("jxl_small_lossy_passes_16", 1, 16, "-d 1 -e 4 --progressive_ac", 512),
      jxl("jxl_small_lossy_rgb", 3, 8, "-d 8 -e 7", 512),
      jxl("jxl_small_lossy_modular_8", 1, 8, "-d 1 -m 1 -e 3", 612),
      jxl("jxl_small_lossy_modular_epf_16", 1, 16, "-d 1 -m 1 -e 3 --epf 3", 512),
      jxl("jxl_one_lossy_group_8", 1, 8, "-d 1 -m 1 -e 3 -g 3", 800),
      jxl("jxl_small_lossy_modular_epf_8", 1, 8, "-d 1 -m 1 -e 3 --epf 3", 512),
      jxl("jxl_small_reduced_8", 1, 8, "-d 25 -e 7", 512),
      jxl("jxl_small_dc_frame_8", 1, 8, "-d 3 -e 6 --progressive_dc=1 --epf 3", 512),
      jxl("jxl_small_noise_8", 1, 8, "-d 1 -e 7 --photon_noise=ISO3200", 512),
      jxl("jxl_small_noise_rgb", 3, 8, "-d 8 -e 7 --epf 3 --photon_noise=ISO3200", 512),
      jxl("jxl_reduced_noise_8", 1, 8, "-d 22 -e 5 --photon_noise=ISO3200"),
      jxl("jxl_modular_noise_8", 1, 8, "-d 1 -m 1 -e 3 --photon_noise=ISO3200"),
      jxl("jxl_one_group_8", 1, 8, "-d 0 -e 4 -g 3 -X 0 -Y 0 --modular_palette_colors=0", 512),
      jxl("jxl_one_group_16", 1, 16, "-d 0 -e 4 -g 3 -X 0 -Y 0 --modular_palette_colors=0", 512),
      jxl("jxl_one_group_that_refers_rgb", 3, 8,
          "-d 0 -e 4 -g 3 -E 3 -X 0 -Y 0 --modular_palette_colors=0", 512),
      jxl("jxl_transformed_group_rgb", 3, 8, "-d 0 -e 5 -g 2 -X 0 -Y 0 --modular_palette_colors=0",
          612),
      {"jxl_small_palette_rgb", Encoding::jpeg_xl, 3, 8,
       [](Picture const& picture) {
         return test::encode_jxl(of_30000_colours(picture),
                                 "-d 0 -e 4 -X 0 -Y 0 --modular_palette_colors=65536");
       },
       512},
      jxl("jxl_predicting_palette_rgb", 3, 8,
          "-d 0 -m 1 -e 5 --modular_lossy_palette --modular_palette_colors=0", 512),
      jxl("jxl_smallest_16", 1, 16, kNoPalette, 356),
      {"jxl_large_profile_rgb", Encoding::jpeg_xl, 3, 8, with_large_profile, 512},
      {"jxl_of_small_jpeg", Encoding::jpeg_xl, 3, 8,
       [](Picture const& picture) {
         return test::recompress_jpeg(test::encode_jpeg8(picture, {.ycc = true}));
       },
       512},
      {"jxl_of_jpeg", Encoding::jpeg_xl, 3, 8,
       [](Picture const& picture) {
         return test::recompress_jpeg(test::encode_jpeg8(picture, {.ycc = true, .chroma_step = 2}));
       },
       kJxlSide},
  };
}

class DecodeMemory : public testing::TestWithParam<Case> {};

TEST_P(DecodeMemory, IsAtMostThreeFrames) {
  Case const& each = GetParam();
  if (each.encoding == Encoding::jpeg_xl && !test::has_jxl_tools())
    GTEST_SKIP() << "SKIPPED: needs cjxl (package libjxl-tools)";
  auto const picture = test::make_picture(each.side, each.side == 512 ? 512 : each.side - 100,
                                          each.samples, each.bits, false);
  Bytes const bytes = each.encode(picture);
  ASSERT_FALSE(bytes.empty());
  DecodeRequest const request = test::request_for(picture, each.encoding, bytes);
  std::optional<Result<DecodedFrame>> decoded;
  std::size_t const most = test::most_allocated([&] { decoded.emplace(decode_frame(request)); });
  auto const& frame = *decoded;
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  double const frames = static_cast<double>(most) / static_cast<double>(frame->block.bytes.size());
  RecordProperty("frames", std::to_string(frames));
  std::printf("%s: %.2f frames\n", each.name.c_str(), frames);
  EXPECT_GE(frames, 1.0) << "the frame's own samples were not counted";
  EXPECT_LE(frames, 3.0);
}

/// A picture of that size and of one value: an encoder takes the largest transforms for it.
Picture of_one_value(Picture picture) {
  std::fill(picture.values.begin(), picture.values.end(), 100);
  return picture;
}

class SmallFrameMemory : public testing::TestWithParam<Case> {};

TEST_P(SmallFrameMemory, IsAtMostThreeFramesAndTables) {
  Case const& each = GetParam();
  if (each.encoding == Encoding::jpeg_xl && !test::has_jxl_tools())
    GTEST_SKIP() << "SKIPPED: needs cjxl (package libjxl-tools)";
  std::printf("%s:", each.name.c_str());
  bool const is_j2k = each.encoding == Encoding::j2k || each.encoding == Encoding::htj2k;
  for (std::uint32_t const side : {16u, 32u, 64u, 128u, 256u}) {
    if (side == 256 && !is_j2k) continue;
    auto const picture = test::make_picture(side, side, each.samples, each.bits, false);
    Bytes const bytes = each.encode(picture);
    ASSERT_FALSE(bytes.empty());
    DecodeRequest request = test::request_for(picture, each.encoding, bytes);
    if (each.encoding == Encoding::jpeg && each.samples == 3)
      request.format.photometric = Photometric::ybr_full;  // with the tables of its conversion
    std::optional<Result<DecodedFrame>> decoded;
    std::size_t const most = test::most_allocated([&] { decoded.emplace(decode_frame(request)); });
    ASSERT_TRUE(decoded->has_value()) << decoded->error().detail;
    std::size_t const own = (*decoded)->block.bytes.size();
    std::printf(" %zu", (most - own) / 1024);
    EXPECT_LE(most, 3 * own + each.table_bytes) << side << " x " << side;
  }
  std::printf(" KiB beside frames of 16, 32, 64, 128 (and 256) rows\n");
}

std::vector<Case> small_cases() {
  return {
      {"native_16", Encoding::native, 1, 16, test::block_bytes},
      {"native_8", Encoding::native, 1, 8, test::block_bytes},
      {"rle_16", Encoding::rle, 1, 16, test::encode_rle},
      {"rle_rgb", Encoding::rle, 3, 8, test::encode_rle},
      jpeg("jpeg_8", 1, 8, test::encode_jpeg8, {}),
      jpeg("jpeg_420", 3, 8, test::encode_jpeg8,
           {.ycc = true, .chroma_step = 2, .chroma_row_step = 2}),
      jpeg("jpeg_progressive", 1, 8, test::encode_jpeg8, {.progressive = true}),
      jpeg("jpeg_progressive_rgb", 3, 8, test::encode_jpeg8, {.progressive = true, .ycc = true}),
      jpeg("jpeg_12", 1, 12, test::encode_jpeg12, {}),
      jpeg("jpeg_12_rgb", 3, 12, test::encode_jpeg12, {.ycc = true}),
      jpeg("jpeg_12_progressive", 1, 12, test::encode_jpeg12, {.progressive = true}),
      jpeg("jpeg_lossless_16", 1, 16, test::encode_jpeg16, {.lossless = true}),
      jpeg("jpeg_lossless_12", 1, 12, test::encode_jpeg12, {.lossless = true, .predictor = 6}),
      jpeg("jpeg_lossless_rgb", 3, 8, test::encode_jpeg8, {.lossless = true}),
      jpegls("jpegls_8", 1, 8, 0, 0),
      jpegls("jpegls_16", 1, 16, 0, 0),
      jpegls("jpegls_near_12", 1, 12, 0, 2),
      jpegls("jpegls_planes", 3, 8, 0, 0),
      jpegls("jpegls_samples", 3, 8, 2, 0),
      jxl("jxl_16", 1, 16, "-d 0 -e 7"),
      jxl("jxl_8", 1, 8, kNoPalette),
      jxl("jxl_rgb", 3, 8, "-d 0 -e 7"),
      jxl("jxl_squeezed_16", 1, 16, "-d 0 -e 3 -R 1"),
      jxl("jxl_lossy_8", 1, 8, "-d 1 -e 7"),
      jxl("jxl_lossy_16", 1, 16, "-d 1 -e 7"),
      jxl("jxl_lossy_rgb", 3, 8, "-d 1 -e 7"),
      jxl("jxl_lossy_epf_8", 1, 8, "-d 3 -e 7 --epf=3"),
      jxl("jxl_lossy_modular_8", 1, 8, "-d 1 -m 1 -e 7"),
      jxl("jxl_lossy_modular_rgb", 3, 8, "-d 1 -m 1 -e 7"),
      jxl("jxl_noise_8", 1, 8, "-d 1 -e 7 --photon_noise=ISO3200"),
      {"jxl_lossy_of_one_value", Encoding::jpeg_xl, 1, 8,
       [](Picture const& picture) { return test::encode_jxl(of_one_value(picture), "-d 1 -e 7"); },
       128, kLargeTransformBytes},
      j2k("j2k_8", 1, 8, {.block_size = 64}),
      j2k("j2k_16", 1, 16, {.block_size = 64}),
      j2k("j2k_rgb", 3, 8, {.uses_mct = true, .block_size = 64}),
      j2k("j2k_lossy_8", 1, 8, {.is_reversible = false, .block_size = 64}),
      j2k("j2k_lossy_rgb", 3, 8, {.is_reversible = false, .uses_mct = true, .block_size = 64}),
      j2k("j2k_layers_of_small_blocks_8", 1, 8, {.layers = 3, .block_size = 16, .progression = 0}),
      htj2k("htj2k_8", 1, 8, {}),
      htj2k("htj2k_16", 1, 16, {}),
      htj2k("htj2k_rgb", 3, 8, {.uses_mct = true}),
      htj2k("htj2k_lossy_8", 1, 8, {.is_reversible = false}),
      htj2k("htj2k_lossy_rgb", 3, 8, {.uses_mct = true, .is_reversible = false}),
      unmixed(8, j2k("part_2_of_eight_8", 1, 8, {.block_size = 64})),
      unmixed(8, htj2k("part_2_htj2k_of_eight_16", 1, 16, {})),
  };
}

/// Of several scans, beside two frames: the library's tables and pools, and of each row its rows of
/// samples and ours. docs/decode_speed.md, "Small frames".
constexpr std::size_t kScanTableBytes = 28 << 10, kScanLines = 24;

class ScanMemory : public testing::TestWithParam<Case> {};

TEST_P(ScanMemory, IsAtMostTwoFramesAndTables) {
  Case const& each = GetParam();
  std::printf("%s:", each.name.c_str());
  for (std::uint32_t const side : {16u, 64u, 128u, 256u, 512u, 1024u}) {
    auto const picture = test::make_picture(side, side, each.samples, 8, false);
    Bytes const bytes = each.encode(picture);
    DecodeRequest request = test::request_for(picture, each.encoding, bytes);
    if (each.samples == 3) request.format.photometric = Photometric::ybr_full;
    std::optional<Result<DecodedFrame>> decoded;
    std::size_t const most = test::most_allocated([&] { decoded.emplace(decode_frame(request)); });
    ASSERT_TRUE(decoded->has_value()) << decoded->error().detail;
    std::size_t const own = (*decoded)->block.bytes.size();
    std::printf(" %.2f (%zu KiB)", static_cast<double>(most) / static_cast<double>(own),
                (most - own) / 1024);
    EXPECT_LE(most, 2 * own + kScanLines * (own / side) + kScanTableBytes) << side;
    if (side >= 256) {
      EXPECT_LE(most, 3 * own) << side;
    }
  }
  std::printf(" frames of 16, 64, 128, 256, 512 and 1024 rows\n");
}

std::vector<Case> scan_cases() {
  auto const each = [](std::string name, std::uint16_t samples, test::JpegOptions options) {
    return jpeg(std::move(name), samples, 8, test::encode_jpeg8, options);
  };
  return {
      each("progressive", 1, {.progressive = true}),
      each("progressive_444", 3, {.progressive = true, .ycc = true}),
      each("progressive_422", 3, {.progressive = true, .ycc = true, .chroma_step = 2}),
      each("progressive_420", 3,
           {.progressive = true, .ycc = true, .chroma_step = 2, .chroma_row_step = 2}),
      each("by_component", 3, {.ycc = true, .by_component = true}),
      cut(each("progressive", 1, {.progressive = true})),
      cut(each("progressive_444", 3, {.progressive = true, .ycc = true})),
      broken(each("progressive_444", 3, {.progressive = true, .ycc = true})),
  };
}

INSTANTIATE_TEST_SUITE_P(All, ScanMemory, testing::ValuesIn(scan_cases()),
                         [](auto const& one) { return one.param.name; });

INSTANTIATE_TEST_SUITE_P(All, SmallFrameMemory, testing::ValuesIn(small_cases()),
                         [](auto const& one) { return one.param.name; });

INSTANTIATE_TEST_SUITE_P(All, DecodeMemory, testing::ValuesIn(cases()),
                         [](auto const& one) { return one.param.name; });

}  // namespace
}  // namespace sightline::codec
