#include "codec/openjpeg_encoder.hpp"

#include <cstring>
#include <utility>

namespace sightline::codec {
namespace {

struct CodecDeleter {
  void operator()(opj_codec_t* codec) const { opj_destroy_codec(codec); }
};
struct StreamDeleter {
  void operator()(opj_stream_t* stream) const { opj_stream_destroy(stream); }
};

struct Sink {
  std::vector<std::byte> bytes;
  std::size_t position = 0;
};

OPJ_SIZE_T write_sink(void* buffer, OPJ_SIZE_T count, void* user) {
  auto& sink = *static_cast<Sink*>(user);
  if (sink.bytes.size() < sink.position + count) sink.bytes.resize(sink.position + count);
  std::memcpy(sink.bytes.data() + sink.position, buffer, count);
  sink.position += count;
  return count;
}
OPJ_OFF_T skip_sink(OPJ_OFF_T count, void* user) {
  static_cast<Sink*>(user)->position += static_cast<std::size_t>(count);
  return count;
}
OPJ_BOOL seek_sink(OPJ_OFF_T position, void* user) {
  static_cast<Sink*>(user)->position = static_cast<std::size_t>(position);
  return OPJ_TRUE;
}

}  // namespace

std::optional<std::vector<std::byte>> run_openjpeg(opj_cparameters_t parameters, opj_image_t& image,
                                                   OPJ_CODEC_FORMAT format) {
  std::unique_ptr<opj_codec_t, CodecDeleter> const codec(opj_create_compress(format));
  std::unique_ptr<opj_stream_t, StreamDeleter> const stream(opj_stream_default_create(OPJ_FALSE));
  if (!codec || !stream) return std::nullopt;
  Sink sink;
  opj_stream_set_user_data(stream.get(), &sink, nullptr);
  opj_stream_set_write_function(stream.get(), write_sink);
  opj_stream_set_skip_function(stream.get(), skip_sink);
  opj_stream_set_seek_function(stream.get(), seek_sink);
  bool const is_done = opj_setup_encoder(codec.get(), &parameters, &image) != OPJ_FALSE &&
                       opj_start_compress(codec.get(), &image, stream.get()) != OPJ_FALSE &&
                       opj_encode(codec.get(), stream.get()) != OPJ_FALSE &&
                       opj_end_compress(codec.get(), stream.get()) != OPJ_FALSE;
  if (!is_done) return std::nullopt;
  return std::move(sink.bytes);
}

}  // namespace sightline::codec
