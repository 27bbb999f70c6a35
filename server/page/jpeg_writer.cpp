#include "page/jpeg_writer.hpp"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <jpeglib.h>  // wants <cstdio> before it

namespace sightline::server {
namespace {

struct ErrorExit {
  jpeg_error_mgr manager;  // first: libjpeg knows it by this address
  std::jmp_buf back;
};
void jump_back(j_common_ptr codec) {
  std::longjmp(reinterpret_cast<ErrorExit*>(codec->err)->back, 1);
}
void say_nothing(j_common_ptr) {}

struct JpegMemory {
  unsigned char* bytes = nullptr;  ///< malloc's
  unsigned long length_bytes = 0;
};

/// libjpeg reports errors by longjmp: nothing with a destructor may live in this frame.
bool write_picture(jpeg_compress_struct* codec, ErrorExit* error, Picture const* picture,
                   int quality, JpegMemory* out) {
  if (setjmp(error->back) != 0) return false;
  jpeg_create_compress(codec);
  jpeg_mem_dest(codec, &out->bytes, &out->length_bytes);
  codec->image_width = picture->cols;
  codec->image_height = picture->rows;
  codec->input_components = picture->samples;
  codec->in_color_space = picture->samples == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(codec);
  jpeg_set_quality(codec, quality, TRUE);
  jpeg_start_compress(codec, TRUE);
  if (!picture->icc_profile.empty())
    jpeg_write_icc_profile(codec, reinterpret_cast<JOCTET const*>(picture->icc_profile.data()),
                           static_cast<unsigned>(picture->icc_profile.size()));
  std::size_t const stride = static_cast<std::size_t>(picture->cols) * picture->samples;
  while (codec->next_scanline < codec->image_height) {
    // libjpeg takes rows that it does not write to as mutable ones.
    auto* row = reinterpret_cast<JSAMPROW>(
        const_cast<std::byte*>(picture->bytes.data() + codec->next_scanline * stride));
    jpeg_write_scanlines(codec, &row, 1);
  }
  jpeg_finish_compress(codec);
  return true;
}

/// 255 segments, each without its length, its name and its two numbers. Source: ICC.1:2022 B.4.
bool has_room_for_profile(Picture const& picture) {
  constexpr std::size_t kMost = std::size_t{255} * (65535 - 2 - 14);
  return picture.icc_profile.empty() ||
         (picture.samples == 3 && picture.icc_profile.size() <= kMost);
}

}  // namespace

Result<std::vector<std::byte>> encode_jpeg(Picture const& picture, int quality) {
  bool const known_shape = picture.samples == 1 || picture.samples == 3;
  std::uint64_t const expected = std::uint64_t{picture.rows} * picture.cols * picture.samples;
  bool const fits = picture.rows <= JPEG_MAX_DIMENSION && picture.cols <= JPEG_MAX_DIMENSION;
  if (!known_shape || expected == 0 || picture.bytes.size() != expected || !fits ||
      !has_room_for_profile(picture))
    return fail(Errc::invalid_argument, "picture size");
  jpeg_compress_struct codec{};
  ErrorExit error{};
  codec.err = jpeg_std_error(&error.manager);
  error.manager.error_exit = jump_back;
  error.manager.output_message = say_nothing;
  JpegMemory memory;
  bool const written = write_picture(&codec, &error, &picture, quality, &memory);
  jpeg_destroy_compress(&codec);
  std::unique_ptr<unsigned char, decltype(&std::free)> const owner(memory.bytes, &std::free);
  if (!written) return fail(Errc::io, "libjpeg");
  auto const* const begin = reinterpret_cast<std::byte const*>(memory.bytes);
  return std::vector<std::byte>(begin, begin + memory.length_bytes);
}

}  // namespace sightline::server
