#include "codec/jxl_decoder.hpp"

#include <jxl/decode.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>

#include "codec/frame_shape.hpp"
#include "codec/jxl_boxes.hpp"
#include "codec/jxl_memory.hpp"

namespace sightline::codec {
namespace {

/// libjxl gives samples as single-precision fractions of the highest value. Two roundings of 2^-24
/// each: up to here the nearest integer is the one that was encoded.
constexpr std::uint32_t kMostBits = 22;

/// Decoding holds up to three planes of integers and of floats, and of each frame that a later one
/// refers to; tables and rows besides.
constexpr std::uint64_t kBytesPerPixel = 96, kBaseBytes = 64u << 20;

struct DecoderDeleter {
  void operator()(JxlDecoder* p) const { JxlDecoderDestroy(p); }
};
using DecoderPointer = std::unique_ptr<JxlDecoder, DecoderDeleter>;

/// Where rows of fractions go as they are decoded. The block is made for the first of them: the
/// library has let go by then of what it needs for the frame's beginning alone.
struct Output {
  FrameShape const* shape;
  bool is_signed;
  SampleBlock* block;
  double top = 0;  ///< the codestream's highest value
};

/// The product is exact in double precision, so that no machine rounds it otherwise; what is no
/// number or outside becomes the nearest end.
template <class Word>
void store(float const* from, std::size_t count, double top, std::byte* to) {
  for (std::size_t i = 0; i < count; ++i) {
    double const value = static_cast<double>(from[i]) * top;
    double const inside = value > 0 ? std::min(value, top) : 0.0;
    auto const word =
        static_cast<Word>(inside + 0.5);  // NOLINT(bugprone-incorrect-roundings): >= 0
    std::memcpy(to + i * sizeof(Word), &word, sizeof(Word));
  }
}

void take_pixels(void* opaque, std::size_t x, std::size_t y, std::size_t pixels,
                 void const* fractions) {
  auto const& output = *static_cast<Output const*>(opaque);
  SampleBlock& block = *output.block;
  if (block.bytes.empty()) block = make_block(*output.shape, output.is_signed);
  if (y >= block.rows || x > block.cols || pixels > block.cols - x) return;
  std::size_t const sample_bytes = block.bits_allocated / 8u;
  std::byte* const to = block.bytes.data() + (y * block.cols + x) * block.samples * sample_bytes;
  auto const* const from = static_cast<float const*>(fractions);
  std::size_t const count = pixels * block.samples;
  switch (sample_bytes) {
    case 1: return store<std::uint8_t>(from, count, output.top, to);
    case 2: return store<std::uint16_t>(from, count, output.top, to);
    default: return store<std::uint32_t>(from, count, output.top, to);
  }
}

bool is_ybr(Photometric photometric) {
  return photometric == Photometric::ybr_full || photometric == Photometric::ybr_full_422 ||
         photometric == Photometric::ybr_partial_420 || photometric == Photometric::ybr_partial_422;
}

Status check_info(JxlBasicInfo const& info, DecodeRequest const& request, FrameShape const& shape) {
  PixelFormat const& format = request.format;
  if (info.xsize != shape.cols || info.ysize != shape.rows) {
    return fail(Errc::corrupt, "JPEG XL and data set differ in size");
  }
  if (info.num_color_channels != shape.samples) {
    return fail(Errc::corrupt, "JPEG XL and data set differ in samples per pixel");
  }
  if (info.exponent_bits_per_sample != 0) {
    return fail(Errc::unsupported, "JPEG XL of floating-point samples");
  }
  if (info.bits_per_sample > format.bits_allocated) {
    return fail(Errc::corrupt, "JPEG XL is deeper than bits allocated");
  }
  if (info.bits_per_sample == 0 || info.bits_per_sample > kMostBits) {
    return fail(Errc::unsupported, "JPEG XL over 22 bits");
  }
  if (info.num_extra_channels != 0) return fail(Errc::unsupported, "JPEG XL with extra channels");
  if (info.have_animation != JXL_FALSE) return fail(Errc::unsupported, "animated JPEG XL");
  bool const has_original_colours = info.uses_original_profile != JXL_FALSE;
  if (is_ybr(format.photometric) && has_original_colours &&
      !holds_recompressed_jpeg(request.bytes)) {
    return fail(Errc::unsupported, "JPEG XL of YBR samples that is no recompressed JPEG");
  }
  return {};
}

/// XYB is turned into linear light where the library cannot make the colours that the codestream
/// names (an ICC profile): sRGB then.
bool choose_colours(JxlDecoder* decoder, JxlBasicInfo const& info) {
  if (info.uses_original_profile != JXL_FALSE) return true;  // none but its own
  JxlColorEncoding original, made;
  bool const is_named =
      JxlDecoderGetColorAsEncodedProfile(decoder, JXL_COLOR_PROFILE_TARGET_ORIGINAL, &original) ==
      JXL_DEC_SUCCESS;
  bool const is_known = JxlDecoderGetColorAsEncodedProfile(decoder, JXL_COLOR_PROFILE_TARGET_DATA,
                                                           &made) == JXL_DEC_SUCCESS;
  if (is_named && is_known && original.transfer_function == made.transfer_function) return true;
  JxlColorEncoding srgb{};
  srgb.color_space = info.num_color_channels == 1 ? JXL_COLOR_SPACE_GRAY : JXL_COLOR_SPACE_RGB;
  srgb.white_point = JXL_WHITE_POINT_D65;
  srgb.primaries = JXL_PRIMARIES_SRGB;
  srgb.transfer_function = JXL_TRANSFER_FUNCTION_SRGB;
  srgb.rendering_intent = JXL_RENDERING_INTENT_RELATIVE;
  return JxlDecoderSetPreferredColorProfile(decoder, &srgb) == JXL_DEC_SUCCESS;
}

/// The decoder at the start of its input.
DecoderPointer open_decoder(JxlMemory& memory, std::span<std::byte const> bytes) {
  JxlMemoryManager const manager = memory.manager();
  DecoderPointer decoder(JxlDecoderCreate(&manager));
  if (!decoder) return decoder;
  constexpr int kEvents = JXL_DEC_BASIC_INFO | JXL_DEC_COLOR_ENCODING | JXL_DEC_FULL_IMAGE;
  bool const is_set_up =
      JxlDecoderSubscribeEvents(decoder.get(), kEvents) == JXL_DEC_SUCCESS &&
      JxlDecoderSetKeepOrientation(decoder.get(), JXL_TRUE) == JXL_DEC_SUCCESS &&
      JxlDecoderSetRenderSpotcolors(decoder.get(), JXL_FALSE) == JXL_DEC_SUCCESS &&
      JxlDecoderSetInput(decoder.get(), reinterpret_cast<std::uint8_t const*>(bytes.data()),
                         bytes.size()) == JXL_DEC_SUCCESS;
  return is_set_up ? std::move(decoder) : nullptr;
}

/// Lets the library decode to its first image, which is the only one. Fills the block as it goes.
Status run_library(JxlDecoder* decoder, JxlMemory const& memory, DecodeRequest const& request,
                   FrameShape const& shape, SampleBlock& block) {
  JxlBasicInfo info{};
  Output output{&shape, request.format.is_signed, &block};
  JxlPixelFormat const wanted{shape.samples, JXL_TYPE_FLOAT, JXL_NATIVE_ENDIAN, 0};
  auto const failure = [&] {
    if (memory.failure() != Errc::ok) return fail(memory.failure(), "JPEG XL decoder");
    return fail(Errc::corrupt, "JPEG XL data");
  };
  for (;;) {
    switch (JxlDecoderProcessInput(decoder)) {
      case JXL_DEC_BASIC_INFO:
        if (JxlDecoderGetBasicInfo(decoder, &info) != JXL_DEC_SUCCESS) return failure();
        if (auto status = check_info(info, request, shape); !status) return status;
        output.top = static_cast<double>((std::uint32_t{1} << info.bits_per_sample) - 1);
        break;
      case JXL_DEC_COLOR_ENCODING:
        if (!choose_colours(decoder, info)) return failure();
        break;
      case JXL_DEC_NEED_IMAGE_OUT_BUFFER:
        if (JxlDecoderSetImageOutCallback(decoder, &wanted, take_pixels, &output) !=
            JXL_DEC_SUCCESS)
          return failure();
        break;
      case JXL_DEC_FULL_IMAGE: return block.bytes.empty() ? failure() : Status{};
      case JXL_DEC_NEED_MORE_INPUT: return fail(Errc::truncated, "JPEG XL data");
      default: return failure();  // an error; or an end without a picture
    }
  }
}

}  // namespace

Result<DecodedFrame> decode_jxl(DecodeRequest const& request, Limits const& limits) {
  auto const shape = frame_shape(request.format, limits);
  if (!shape) return std::unexpected(shape.error());
  if (request.discard_levels != 0) return fail(Errc::invalid_argument, "JPEG XL has one level");
  JxlMemory memory(kBaseBytes + kBytesPerPixel * shape->rows * shape->cols);
  auto const joined = joined_codestream(request.bytes);
  DecoderPointer const decoder = open_decoder(memory, joined.empty() ? request.bytes : joined);
  if (!decoder) return fail(Errc::out_of_memory, "JPEG XL decoder");
  DecodedFrame frame{{}, shape->samples == 3};
  if (auto status = run_library(decoder.get(), memory, request, *shape, frame.block); !status) {
    return std::unexpected(status.error());
  }
  extend_sign(request.format, frame.block);
  return frame;
}

}  // namespace sightline::codec
