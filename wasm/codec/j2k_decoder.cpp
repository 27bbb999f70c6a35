#include "codec/j2k_decoder.hpp"

#include <openjpeg.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "codec/frame_shape.hpp"
#include "codec/j2k_structure.hpp"
#include "codec/jp2_codestream.hpp"
#include "codec/tile_parts.hpp"

namespace sightline::codec {
namespace {

struct CodecDeleter {
  void operator()(opj_codec_t* p) const { opj_destroy_codec(p); }
};
struct StreamDeleter {
  void operator()(opj_stream_t* p) const { opj_stream_destroy(p); }
};
struct ImageDeleter {
  void operator()(opj_image_t* p) const { opj_image_destroy(p); }
};
using CodecPointer = std::unique_ptr<opj_codec_t, CodecDeleter>;
using StreamPointer = std::unique_ptr<opj_stream_t, StreamDeleter>;
using ImagePointer = std::unique_ptr<opj_image_t, ImageDeleter>;

/// The input as the library reads it: the frame's bytes, and EOC after a prefix.
struct Source {
  std::span<std::byte const> bytes;
  std::size_t tail_bytes = 0;  ///< 2 when EOC is to be appended
  std::size_t position = 0;

  [[nodiscard]] std::size_t size() const { return bytes.size() + tail_bytes; }
};

constexpr std::byte kEoc[2] = {std::byte{0xff}, std::byte{0xd9}};

OPJ_SIZE_T read_source(void* buffer, OPJ_SIZE_T wanted, void* user) {
  auto& source = *static_cast<Source*>(user);
  if (source.position >= source.size()) return static_cast<OPJ_SIZE_T>(-1);
  auto* out = static_cast<std::byte*>(buffer);
  std::size_t const count = std::min<std::size_t>(wanted, source.size() - source.position);
  std::size_t const body = source.position < source.bytes.size()
                               ? std::min(count, source.bytes.size() - source.position)
                               : 0;
  std::memcpy(out, source.bytes.data() + source.position, body);
  for (std::size_t i = body; i < count; ++i) {
    out[i] = kEoc[source.position + i - source.bytes.size()];
  }
  source.position += count;
  return count;
}

OPJ_OFF_T skip_source(OPJ_OFF_T count, void* user) {
  auto& source = *static_cast<Source*>(user);
  if (count < 0) return -1;
  std::size_t const left = source.size() - source.position;
  if (static_cast<std::uint64_t>(count) > left) {
    source.position = source.size();
    return -1;
  }
  source.position += static_cast<std::size_t>(count);
  return count;
}

OPJ_BOOL seek_source(OPJ_OFF_T position, void* user) {
  auto& source = *static_cast<Source*>(user);
  if (position < 0 || static_cast<std::uint64_t>(position) > source.size()) return OPJ_FALSE;
  source.position = static_cast<std::size_t>(position);
  return OPJ_TRUE;
}

/// The library tells a failed allocation only in words; the words of no other failure say "memory".
void note_error(char const* message, void* user) {
  if (std::string_view(message).find("memory") != std::string_view::npos) {
    *static_cast<bool*>(user) = true;
  }
}

StreamPointer open_stream(Source& source) {
  constexpr std::size_t kMostBuffered = std::size_t{1} << 20;
  StreamPointer stream(opj_stream_create(std::min(source.size(), kMostBuffered), OPJ_TRUE));
  if (!stream) return stream;
  opj_stream_set_user_data(stream.get(), &source, nullptr);
  opj_stream_set_user_data_length(stream.get(), source.size());
  opj_stream_set_read_function(stream.get(), read_source);
  opj_stream_set_skip_function(stream.get(), skip_source);
  opj_stream_set_seek_function(stream.get(), seek_source);
  return stream;
}

/// `is_strict`: what is missing or wrong is an error, where the library notices it. `components`:
/// only these, as they are coded.
Result<ImagePointer> run_library(std::span<std::byte const> codestream,
                                 std::uint32_t discard_levels, bool is_strict,
                                 std::span<std::uint32_t const> components) {
  bool const is_whole = ends_with_eoc(codestream);
  Source source{codestream, is_whole ? 0 : sizeof(kEoc), 0};
  StreamPointer const stream = open_stream(source);
  CodecPointer const codec(opj_create_decompress(OPJ_CODEC_J2K));
  if (!stream || !codec) return fail(Errc::out_of_memory, "JPEG 2000 decoder");
  bool out_of_memory = false;
  opj_set_error_handler(codec.get(), note_error, &out_of_memory);
  auto const failure = [&](char const* what) {
    if (out_of_memory) return fail(Errc::out_of_memory, "JPEG 2000 decoder");
    return fail(is_whole ? Errc::corrupt : Errc::truncated, what, source.position);
  };
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  parameters.cp_reduce = discard_levels;
  bool is_set_up = opj_setup_decoder(codec.get(), &parameters) != OPJ_FALSE;
  // Strict is the default. Asking for it is not the same: that turns off the correction of a wrong
  // number of tile-parts (TPsot = TNsot), which files of the field have.
  if (!is_strict) {
    is_set_up = is_set_up && opj_decoder_set_strict_mode(codec.get(), OPJ_FALSE) != OPJ_FALSE;
  }
  if (!is_set_up) return fail(Errc::invalid_argument, "JPEG 2000 decoder parameters");
  opj_image_t* raw_image = nullptr;
  bool const has_header = opj_read_header(stream.get(), codec.get(), &raw_image) != OPJ_FALSE;
  ImagePointer image(raw_image);
  if (!has_header || !image) return failure("JPEG 2000 header");
  if (!components.empty() &&
      opj_set_decoded_components(codec.get(), static_cast<OPJ_UINT32>(components.size()),
                                 components.data(), OPJ_FALSE) == OPJ_FALSE) {
    return failure("JPEG 2000 component");
  }
  if (opj_decode(codec.get(), stream.get(), image.get()) == OPJ_FALSE) {
    return failure("JPEG 2000 data");
  }
  return image;
}

/// The codestream's numbers, cut to the word: two's complement keeps those of the other signedness.
template <class Word>
void copy_out(opj_image_t const& image, std::array<std::uint8_t, 3> const& component_of_sample,
              std::vector<std::byte>& bytes) {
  std::size_t const samples = image.numcomps;
  for (std::size_t sample = 0; sample < samples; ++sample) {
    opj_image_comp_t const& component = image.comps[samples == 1 ? 0 : component_of_sample[sample]];
    OPJ_INT32 const* const in = component.data;
    std::size_t const pixels = std::size_t{component.w} * component.h;
    std::byte* const out = bytes.data() + sample * sizeof(Word);
    std::size_t const stride = samples * sizeof(Word);
    if (samples == 1) {
      for (std::size_t i = 0; i < pixels; ++i) {
        auto const value = static_cast<Word>(in[i]);
        std::memcpy(out + i * sizeof(Word), &value, sizeof(Word));
      }
    } else {
      for (std::size_t i = 0; i < pixels; ++i) {
        auto const value = static_cast<Word>(in[i]);
        std::memcpy(out + i * stride, &value, sizeof(Word));
      }
    }
  }
}

Status check_output(opj_image_t const& image, J2kStructure const& structure,
                    std::size_t components) {
  if (image.numcomps != components) return fail(Errc::corrupt, "decoded components");
  for (std::size_t i = 0; i < image.numcomps; ++i) {
    opj_image_comp_t const& component = image.comps[i];
    if (component.data == nullptr || component.w != structure.cols ||
        component.h != structure.rows) {
      return fail(Errc::corrupt, "decoded size");
    }
  }
  return {};
}

/// A prefix that was asked for at its level has all that the level needs. Of the full picture all
/// must be there; where it is not, or the library stumbles over it, its own best is taken, and said
/// to be that.
Result<ImagePointer> decode_codestream(std::span<std::byte const> codestream,
                                       DecodeRequest const& request, J2kStructure const& structure,
                                       std::span<std::uint32_t const> components,
                                       std::optional<MissingPart>& missing) {
  if (request.discard_levels > 0)
    return run_library(codestream, request.discard_levels, structure.is_whole, components);
  if (!structure.is_whole) codestream = codestream.first(structure.end_bytes);
  if (!structure.is_cut) {
    auto strict = run_library(codestream, 0, true, components);
    if (strict || strict.error().code == Errc::out_of_memory) return strict;
  }
  missing = {missing_code(structure), 0};
  return run_library(codestream, 0, false, components);
}

Result<DecodedFrame> decode_checked(DecodeRequest const& request, FrameShape shape,
                                    Jp2Codestream const& codestream,
                                    J2kStructure const& structure) {
  std::optional<MissingPart> missing;
  auto const image = decode_codestream(codestream.bytes, request, structure, {}, missing);
  if (!image) return std::unexpected(image.error());
  if (auto status = check_output(**image, structure, shape.samples); !status) {
    return std::unexpected(status.error());
  }
  shape.rows = structure.rows;
  shape.cols = structure.cols;
  shape.values = std::uint64_t{shape.rows} * shape.cols * shape.samples;
  shape.bytes = shape.values * shape.sample_bytes;
  DecodedFrame frame{make_block(shape, request.format.is_signed), false};
  frame.block_is_rgb = is_rgb_of_j2k(request.format, structure);
  auto const& order = codestream.component_of_sample;
  switch (shape.sample_bytes) {
    case 1: copy_out<std::uint8_t>(**image, order, frame.block.bytes); break;
    case 2: copy_out<std::uint16_t>(**image, order, frame.block.bytes); break;
    default: copy_out<std::uint32_t>(**image, order, frame.block.bytes); break;
  }
  frame.missing = std::move(missing);
  return frame;
}

}  // namespace

Result<DecodedFrame> decode_j2k(DecodeRequest const& request, Limits const& limits) {
  auto const shape = frame_shape(request.format, limits);
  if (!shape) return std::unexpected(shape.error());
  auto const codestream = find_codestream(request.bytes);
  if (!codestream) return std::unexpected(codestream.error());
  auto const structure = check_j2k(codestream->bytes, request, *shape);
  if (!structure) return std::unexpected(structure.error());
  return decode_checked(request, *shape, *codestream, *structure);
}

Result<J2kPlanes> decode_j2k_planes(DecodeRequest const& request,
                                    std::span<std::byte const> codestream,
                                    J2kStructure const& structure,
                                    std::span<std::uint32_t const> components) {
  J2kPlanes planes;
  auto image = decode_codestream(codestream, request, structure, components, planes.missing);
  if (!image) return std::unexpected(image.error());
  std::size_t const decoded = components.empty() ? (*image)->numcomps : components.size();
  if (auto status = check_output(**image, structure, decoded); !status)
    return std::unexpected(status.error());
  std::size_t const pixels = std::size_t{structure.rows} * structure.cols;
  for (std::size_t i = 0; i < decoded; ++i) {
    std::size_t const component = components.empty() ? i : components[i];
    if (component >= planes.values.size()) planes.values.resize(component + 1);
    planes.values[component] = std::span((*image)->comps[i].data, pixels);
  }
  planes.owner = std::shared_ptr<opj_image_t>(image->release(), ImageDeleter{});
  return planes;
}

}  // namespace sightline::codec
