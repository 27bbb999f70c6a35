// Streams that no library writes, of an encoder that is the standard's text: MAXVAL of its own,
// restart intervals, DNL, default thresholds. CharLS 2 judges the encoder where MAXVAL is all bits.
// No library here reads another: FFmpeg masks with it, CharLS takes it for all bits.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "codec/frame_decoder.hpp"
#include "jpegls_plain_encoder.hpp"
#include "picture.hpp"

namespace sightline::test {
namespace {

using Bytes = std::vector<std::byte>;
using Planes = std::vector<std::vector<std::int32_t>>;

constexpr std::uint32_t kRows = 41, kCols = 53;

/// Waves, noise over the whole range, and flat areas with spots.
Planes make_planes(std::size_t count, int most, int kind) {
  Planes planes(count);
  std::uint32_t random = 7;
  for (std::size_t p = 0; p < count; ++p) {
    for (std::uint32_t i = 0; i < kRows * kCols; ++i) {
      random = random * 1664525 + 1013904223;
      auto const noise = static_cast<int>(random >> 8) % (most + 1);
      int const wave = static_cast<int>(i % kCols + i / kCols + 3 * p) * most / 110;
      planes[p].push_back(kind == 0           ? std::min(most, wave + noise % 3)
                          : kind == 1         ? noise
                          : random >> 27 == 0 ? noise
                                              : most);
    }
  }
  return planes;
}

Picture picture_of(Planes const& planes, int precision) {
  Picture picture = make_picture(kRows, kCols, static_cast<std::uint16_t>(planes.size()),
                                 static_cast<unsigned>(precision), false);
  for (std::size_t i = 0; i < picture.values.size(); ++i)
    picture.values[i] = planes[i % planes.size()][i / planes.size()];
  return picture;
}

void expect_decodes(Planes const& planes, PlainJpegLs const& options) {
  Planes coded;
  Bytes const stream = encode_plain_jpegls(planes, kRows, kCols, options, &coded);
  Picture const expected = picture_of(coded, options.precision);
  auto const frame = codec::decode_frame(request_for(expected, codec::Encoding::jpeg_ls, stream));
  ASSERT_TRUE(frame) << frame.error().detail;
  EXPECT_FALSE(frame->missing);
  EXPECT_EQ(frame->block.bytes, block_bytes(expected));
  if (options.near_lossless == 0) {
    EXPECT_EQ(coded, planes);
  }
}

/// CharLS 2: it reads restart intervals, and has the standard's thresholds below 8 bits.
class CharLs2 {
 public:
  CharLs2() : library_(dlopen("libcharls.so.2", RTLD_NOW | RTLD_LOCAL)) {}
  ~CharLs2() {
    if (library_ != nullptr) dlclose(library_);
  }
  CharLs2(CharLs2 const&) = delete;
  CharLs2& operator=(CharLs2 const&) = delete;
  [[nodiscard]] bool is_there() const { return library_ != nullptr; }

  Bytes decode(Bytes const& stream, std::size_t size) const {
    struct Decoder;
    auto const create = find<Decoder* (*)()>("create");
    auto const destroy = find<void (*)(Decoder const*)>("destroy");
    auto const set_source = find<int (*)(Decoder*, void const*, std::size_t)>("set_source_buffer");
    auto const read_header = find<int (*)(Decoder*)>("read_header");
    auto const decode_to =
        find<int (*)(Decoder*, void*, std::size_t, std::uint32_t)>("decode_to_buffer");
    Bytes out(size);
    Decoder* const decoder = create();
    bool const is_done = set_source(decoder, stream.data(), stream.size()) == 0 &&
                         read_header(decoder) == 0 &&
                         decode_to(decoder, out.data(), out.size(), 0) == 0;
    destroy(decoder);
    return is_done ? out : Bytes{};
  }

 private:
  template <class Function>
  Function find(std::string const& name) const {
    return reinterpret_cast<Function>(dlsym(library_, ("charls_jpegls_decoder_" + name).c_str()));
  }
  void* library_;
};

TEST(JpegLsPlain, CharLs2ReadsTheEncodersStreamsAsWeDo) {
  CharLs2 const charls;
  ASSERT_TRUE(charls.is_there()) << "needs CharLS 2 (Debian package libcharls2)";
  for (auto const& [precision, near, interval] : {std::array{8, 0, 0},
                                                  {8, 2, 0},
                                                  {16, 0, 0},
                                                  {16, 3, 0},
                                                  {12, 0, 0},
                                                  {8, 0, 5},
                                                  {5, 0, 0},
                                                  {5, 1, 0}}) {
    for (int const kind : {0, 1, 2}) {
      for (bool const states_thresholds : {false, true}) {
        SCOPED_TRACE(testing::Message() << precision << ' ' << near << ' ' << interval);
        int const most = (1 << precision) - 1;
        PlainJpegLs const options{.precision = precision,
                                  .max_value = most,
                                  .near_lossless = near,
                                  .states_thresholds = states_thresholds,
                                  .restart_lines = interval};
        Planes coded;
        Bytes const stream =
            encode_plain_jpegls(make_planes(1, most, kind), kRows, kCols, options, &coded);
        Bytes const expected = block_bytes(picture_of(coded, precision));
        EXPECT_EQ(charls.decode(stream, expected.size()), expected);
      }
    }
  }
}

TEST(JpegLsPlain, MaxvalOfItsOwn) {
  for (auto const& [precision, most] : {std::pair{8, 200},
                                        {8, 129},
                                        {8, 100},
                                        {8, 3},
                                        {12, 4094},
                                        {12, 2500},
                                        {12, 255},
                                        {16, 40000},
                                        {16, 65534}}) {
    for (int const kind : {0, 1, 2}) {
      for (int const near : {0, 1}) {
        SCOPED_TRACE(testing::Message() << most << ' ' << kind << ' ' << near);
        PlainJpegLs const options{.precision = precision, .max_value = most, .near_lossless = near};
        expect_decodes(make_planes(1, most, kind), options);
      }
    }
  }
}

TEST(JpegLsPlain, MaxvalOfItsOwnInColour) {
  for (bool const by_line : {false, true})
    expect_decodes(make_planes(3, 200, 0), {.max_value = 200, .by_line = by_line});
}

TEST(JpegLsPlain, DefaultThresholdsOfNearLosslessAndFewValues) {
  for (auto const& [precision, most] : {std::pair{8, 31}, {8, 100}, {8, 255}, {5, 31}, {12, 4095}})
    for (int const near : {0, 1, 3})
      expect_decodes(make_planes(1, most, 1), {.precision = precision,
                                               .max_value = most,
                                               .near_lossless = near,
                                               .states_thresholds = false});
}

TEST(JpegLsPlain, RestartIntervals) {
  for (int const lines : {1, 5, 40, 41, 100})
    for (int const kind : {0, 1, 2})
      expect_decodes(make_planes(1, 255, kind), {.restart_lines = lines});
  expect_decodes(make_planes(1, 255, 0), {.restart_lines = 3, .dri = {0, 0, 3}});
  expect_decodes(make_planes(1, 255, 0), {.restart_lines = 3, .dri = {0, 0, 0, 3}});
  for (bool const by_line : {false, true})
    expect_decodes(make_planes(3, 255, 0), {.restart_lines = 4, .by_line = by_line});
}

TEST(JpegLsPlain, RestartMarkersThatAreMissingOrMiscountedAreNoticed) {
  Planes const planes = make_planes(1, 255, 0);
  Picture const picture = picture_of(planes, 8);
  Bytes stream = encode_plain_jpegls(planes, kRows, kCols, {.restart_lines = 10});
  for (std::size_t i = 0; i + 1 < stream.size(); ++i)
    if (stream[i] == std::byte{0xff} && stream[i + 1] == std::byte{0xd1})
      stream[i + 1] = std::byte{0xd5};
  auto const frame = codec::decode_frame(request_for(picture, codec::Encoding::jpeg_ls, stream));
  ASSERT_TRUE(frame);
  ASSERT_TRUE(frame->missing);
  auto const whole = block_bytes(picture);
  EXPECT_TRUE(std::equal(whole.begin(), whole.begin() + 20 * kCols, frame->block.bytes.begin()));
}

TEST(JpegLsPlain, LinesThatAreSaidBehindTheScan) {
  for (bool const by_line : {false, true}) {
    expect_decodes(make_planes(1, 255, 0), {.rows_by_dnl = true, .by_line = by_line});
    expect_decodes(make_planes(3, 255, 0), {.rows_by_dnl = true, .by_line = by_line});
  }
  Planes const planes = make_planes(1, 255, 0);
  Picture shorter = picture_of(planes, 8);
  shorter.format.rows -= 1;
  Bytes const stream = encode_plain_jpegls(planes, kRows, kCols, {.rows_by_dnl = true});
  auto const frame = codec::decode_frame(request_for(shorter, codec::Encoding::jpeg_ls, stream));
  EXPECT_TRUE(!frame || frame->missing) << "DNL and data set differ";
}

}  // namespace
}  // namespace sightline::test
