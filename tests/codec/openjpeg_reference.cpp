#include "openjpeg_reference.hpp"

#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace sightline::test {
namespace {

struct Source {
  std::span<std::byte const> bytes;
  std::size_t position = 0;
};

OPJ_SIZE_T read_source(void* buffer, OPJ_SIZE_T wanted, void* user) {
  auto& source = *static_cast<Source*>(user);
  std::size_t const count = std::min<std::size_t>(wanted, source.bytes.size() - source.position);
  if (count == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(buffer, source.bytes.data() + source.position, count);
  source.position += count;
  return count;
}
OPJ_OFF_T skip_source(OPJ_OFF_T count, void* user) {
  auto& source = *static_cast<Source*>(user);
  std::size_t const left = source.bytes.size() - source.position;
  if (count < 0 || static_cast<std::uint64_t>(count) > left) {
    source.position = source.bytes.size();
    return -1;
  }
  source.position += static_cast<std::size_t>(count);
  return count;
}
OPJ_BOOL seek_source(OPJ_OFF_T position, void* user) {
  auto& source = *static_cast<Source*>(user);
  if (position < 0 || static_cast<std::uint64_t>(position) > source.bytes.size()) return OPJ_FALSE;
  source.position = static_cast<std::size_t>(position);
  return OPJ_TRUE;
}
void note(char const*, void* user) { *static_cast<bool*>(user) = true; }

std::optional<std::vector<std::int32_t>> decode(std::span<std::byte const> codestream,
                                                std::uint32_t discard_levels, bool is_strict) {
  Source source{codestream};
  std::unique_ptr<opj_stream_t, decltype(&opj_stream_destroy)> const stream(
      opj_stream_create(std::size_t{1} << 16, OPJ_TRUE), opj_stream_destroy);
  std::unique_ptr<opj_codec_t, decltype(&opj_destroy_codec)> const codec(
      opj_create_decompress(OPJ_CODEC_J2K), opj_destroy_codec);
  opj_stream_set_user_data(stream.get(), &source, nullptr);
  opj_stream_set_user_data_length(stream.get(), codestream.size());
  opj_stream_set_read_function(stream.get(), read_source);
  opj_stream_set_skip_function(stream.get(), skip_source);
  opj_stream_set_seek_function(stream.get(), seek_source);
  bool has_spoken = false;
  opj_set_error_handler(codec.get(), note, &has_spoken);
  opj_set_warning_handler(codec.get(), note, &has_spoken);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  parameters.cp_reduce = discard_levels;
  if (opj_setup_decoder(codec.get(), &parameters) == OPJ_FALSE) return std::nullopt;
  if (!is_strict && opj_decoder_set_strict_mode(codec.get(), OPJ_FALSE) == OPJ_FALSE)
    return std::nullopt;
  opj_image_t* raw = nullptr;
  bool const has_header = opj_read_header(stream.get(), codec.get(), &raw) != OPJ_FALSE;
  std::unique_ptr<opj_image_t, decltype(&opj_image_destroy)> const image(raw, opj_image_destroy);
  if (!has_header || opj_decode(codec.get(), stream.get(), raw) == OPJ_FALSE) return std::nullopt;
  if (is_strict && has_spoken) return std::nullopt;
  std::size_t const pixels = std::size_t{raw->comps[0].w} * raw->comps[0].h;
  std::vector<std::int32_t> values(pixels * raw->numcomps);
  for (std::size_t c = 0; c < raw->numcomps; ++c) {
    if (raw->comps[c].data == nullptr) return std::nullopt;
    for (std::size_t i = 0; i < pixels; ++i) {
      values[i * raw->numcomps + c] = raw->comps[c].data[i];
    }
  }
  return values;
}

}  // namespace

std::optional<std::vector<std::int32_t>> openjpeg_values(std::span<std::byte const> codestream,
                                                         std::uint32_t discard_levels) {
  return decode(codestream, discard_levels, true);
}

std::optional<std::vector<std::int32_t>> openjpeg_best(std::span<std::byte const> codestream,
                                                       std::uint32_t discard_levels) {
  return decode(codestream, discard_levels, false);
}

}  // namespace sightline::test
