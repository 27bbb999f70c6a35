#include "page/png_writer.hpp"

#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <csetjmp>
#include <span>
#include <string_view>

namespace sightline::server {
namespace {

void append_bytes(png_structp png, png_bytep data, std::size_t length) {
  auto* const out = static_cast<std::vector<std::byte>*>(png_get_io_ptr(png));
  auto const* const bytes = reinterpret_cast<std::byte const*>(data);
  try {
    out->insert(out->end(), bytes, bytes + length);
  } catch (std::bad_alloc const&) {
    png_error(png, "out of memory");  // an exception must not cross libpng's C frames
  }
}
void flush_nothing(png_structp) {}
void ignore_warning(png_structp, png_const_charp) {}

/// libpng reports errors by longjmp: nothing with a destructor may live in this frame.
bool write_picture(png_structp png, png_infop info, Picture const* picture,
                   std::vector<std::byte> const* packed_profile, int level) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_IHDR(png, info, picture->cols, picture->rows, 8,
               picture->samples == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(png, level);
  if (picture->is_srgb) png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
  png_write_info(png, info);
  if (!packed_profile->empty())
    png_write_chunk(png, reinterpret_cast<png_const_bytep>("iCCP"),
                    reinterpret_cast<png_const_bytep>(packed_profile->data()),
                    packed_profile->size());
  std::size_t const stride = static_cast<std::size_t>(picture->cols) * picture->samples;
  for (std::size_t row = 0; row < picture->rows; ++row) {
    png_write_row(png, reinterpret_cast<png_const_bytep>(picture->bytes.data() + row * stride));
  }
  png_write_end(png, info);
  return true;
}

/// What an iCCP chunk holds; empty when there is none. Not by libpng, whose own rules for profiles
/// are stricter than those of the readers that they are meant for. Source: ISO/IEC 15948 11.3.3.3.
Result<std::vector<std::byte>> pack_profile(Picture const& picture, int level) {
  if (picture.is_srgb || picture.icc_profile.empty()) return std::vector<std::byte>{};
  constexpr std::string_view kName("ICC\0\0", 5);  // its name, a zero, zlib's deflate
  uLong const length = static_cast<uLong>(picture.icc_profile.size());
  uLongf packed = compressBound(length);
  std::vector<std::byte> chunk(kName.size() + packed);
  std::ranges::copy(std::as_bytes(std::span(kName)), chunk.begin());
  int const done =
      compress2(reinterpret_cast<Bytef*>(chunk.data() + kName.size()), &packed,
                reinterpret_cast<Bytef const*>(picture.icc_profile.data()), length, level);
  if (done != Z_OK) return fail(Errc::out_of_memory, "zlib");
  chunk.resize(kName.size() + packed);
  return chunk;
}

}  // namespace

Result<std::vector<std::byte>> encode_png(Picture const& picture, int level) {
  bool const known_shape = picture.samples == 1 || picture.samples == 3;
  std::uint64_t const expected = std::uint64_t{picture.rows} * picture.cols * picture.samples;
  if (!known_shape || expected == 0 || picture.bytes.size() != expected ||
      (picture.samples == 1 && !picture.icc_profile.empty())) {
    return fail(Errc::invalid_argument, "picture size");
  }
  auto const packed_profile = pack_profile(picture, level);
  if (!packed_profile) return std::unexpected(packed_profile.error());
  std::vector<std::byte> out;
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, ignore_warning);
  if (png == nullptr) return fail(Errc::out_of_memory, "libpng");
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &out, append_bytes, flush_nothing);
  png_set_user_limits(png, 0x7FFFFFFF, 0x7FFFFFFF);
  bool const written =
      info != nullptr && write_picture(png, info, &picture, &*packed_profile, level);
  png_destroy_write_struct(&png, &info);
  if (!written) return fail(Errc::io, "libpng");
  return out;
}

}  // namespace sightline::server
