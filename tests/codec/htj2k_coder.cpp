#include "htj2k_coder.hpp"

// ojph_arch.h defines what the others use; they do not include it themselves.
#include <openjph/ojph_arch.h>

#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_params.h>

#include <cstring>
#include <span>
#include <stdexcept>

#include "base/byte_writer.hpp"
#include "codec/packet_walker.hpp"
#include "codec/tile_parts.hpp"

namespace sightline::test {

std::vector<std::byte> encode_htj2k(Picture const& picture, Htj2kOptions const& options) {
  ojph::codestream codestream;
  ojph::param_siz siz = codestream.access_siz();
  siz.set_image_extent(
      ojph::point(options.offset_x + picture.cols(), options.offset_y + picture.rows()));
  siz.set_image_offset(ojph::point(options.offset_x, options.offset_y));
  siz.set_num_components(picture.samples());
  for (std::uint32_t i = 0; i < picture.samples(); ++i) {
    siz.set_component(i, ojph::point(1, 1), picture.format.bits_stored, picture.format.is_signed);
  }
  bool const is_tiled = options.tile_size != 0;
  siz.set_tile_size(
      is_tiled ? ojph::size(options.tile_size, options.tile_size)
               : ojph::size(options.offset_x + picture.cols(), options.offset_y + picture.rows()));
  ojph::param_cod cod = codestream.access_cod();
  cod.set_num_decomposition(options.decompositions);
  cod.set_block_dims(options.block_size,
                     options.block_height != 0 ? options.block_height : options.block_size);
  if (!options.precincts.empty()) {
    std::vector<ojph::size> sizes;
    for (std::uint32_t const side : options.precincts) sizes.emplace_back(side, side);
    cod.set_precinct_size(static_cast<int>(sizes.size()), sizes.data());
  }
  cod.set_progression_order(options.progression);
  cod.set_color_transform(options.uses_mct);
  cod.set_reversible(options.is_reversible);
  if (!options.is_reversible) codestream.access_qcd().set_irrev_quant(0.001f);
  codestream.set_planar(!options.uses_mct && picture.samples() > 1);

  ojph::mem_outfile file;
  file.open();
  codestream.write_headers(&file);
  ojph::ui32 component = 0;
  ojph::line_buf* line = codestream.exchange(nullptr, component);
  bool const is_planar = codestream.is_planar();
  std::size_t const lines = std::size_t{picture.rows()} * picture.samples();
  for (std::size_t i = 0; i < lines; ++i) {
    std::size_t const row = is_planar ? i % picture.rows() : i / picture.samples();
    for (std::size_t col = 0; col < picture.cols(); ++col) {
      line->i32[col] = picture.values[(row * picture.cols() + col) * picture.samples() + component];
    }
    line = codestream.exchange(line, component);
  }
  codestream.flush();
  auto const size = static_cast<std::size_t>(file.tell());
  std::vector<std::byte> bytes(size);
  std::memcpy(bytes.data(), file.get_data(), size);
  codestream.close();
  return bytes;
}

std::vector<std::byte> with_empty_layer(std::vector<std::byte> const& codestream) {
  auto const header = codec::read_main_header(codestream).value();
  auto const part = codec::list_tile_parts(codestream, header).value().front();
  auto const all = std::span(codestream);
  auto const data = all.subspan(part.data_bytes, part.end_bytes - part.data_bytes);
  auto const index = codec::walk_packets(header, data).value();
  ByteWriter packets;
  std::size_t at = 0;
  for (auto const& sizes : index.packet_bytes) {
    for (std::uint32_t const size : sizes) {
      packets.bytes(data.subspan(at, size));
      packets.u8(0);
      at += size;
    }
  }
  auto const added = static_cast<std::uint32_t>(packets.size() - data.size());
  ByteWriter out;
  out.bytes(all.first(part.offset_bytes + 6));
  out.u32_be(part.stated_bytes + added);
  out.bytes(all.subspan(part.offset_bytes + 10, part.data_bytes - part.offset_bytes - 10));
  out.bytes(packets.view());
  out.bytes(all.subspan(part.end_bytes));
  auto made = out.take();
  for (auto const& segment : header.segments)
    if (segment.code == codec::marker::kCod) made[segment.offset_bytes + 7] = std::byte{2};
  return made;
}

std::optional<Picture> decode_htj2k(std::span<std::byte const> bytes, PixelFormat const& format,
                                    std::uint32_t skipped) {
  try {
    ojph::mem_infile file;
    file.open(reinterpret_cast<ojph::ui8 const*>(bytes.data()), bytes.size());
    ojph::codestream codestream;
    codestream.read_headers(&file);
    codestream.restrict_input_resolution(skipped, skipped);
    codestream.set_planar(false);
    codestream.create();
    Picture picture;
    picture.format = format;
    std::uint64_t const step = std::uint64_t{1} << skipped;
    picture.format.rows = static_cast<std::uint32_t>((format.rows + step - 1) / step);
    picture.format.cols = static_cast<std::uint32_t>((format.cols + step - 1) / step);
    picture.values.resize(std::size_t{picture.rows()} * picture.cols() * picture.samples());
    for (std::size_t i = 0; i < std::size_t{picture.rows()} * picture.samples(); ++i) {
      ojph::ui32 component = 0;
      ojph::line_buf const* const line = codestream.pull(component);
      for (std::size_t col = 0; col < picture.cols(); ++col) {
        picture.values[(i / picture.samples() * picture.cols() + col) * picture.samples() +
                       component] = line->i32[col];
      }
    }
    codestream.close();
    return picture;
  } catch (std::exception const&) {
    return std::nullopt;
  }
}

}  // namespace sightline::test
