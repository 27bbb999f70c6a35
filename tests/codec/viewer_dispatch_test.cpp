#include <gtest/gtest.h>

#include <array>

#include "codec/frame_decoder.hpp"

namespace sightline::codec {
namespace {

TEST(ViewerDispatch, HasThePyramidsCodecAndWhatNeedsNoLibrary) {
  for (Encoding const encoding :
       {Encoding::htj2k, Encoding::j2k, Encoding::native, Encoding::native_be, Encoding::rle}) {
    EXPECT_TRUE(can_decode(encoding));
  }
  EXPECT_FALSE(can_decode(Encoding::jpeg));
  EXPECT_FALSE(can_decode(Encoding::jpeg_ls));
  EXPECT_FALSE(can_decode(Encoding::jpeg_xl));
}

TEST(ViewerDispatch, RefusesWhatItDoesNotHave) {
  std::array<std::byte, 4> const bytes = {std::byte{0xff}, std::byte{0xd8}, std::byte{0xff}};
  DecodeRequest request;
  request.format.rows = request.format.cols = 1;
  request.bytes = bytes;
  request.encoding = Encoding::jpeg;
  auto const frame = decode_frame(request);
  ASSERT_FALSE(frame.has_value());
  EXPECT_EQ(frame.error().code, Errc::unsupported);
  request.encoding = Encoding::native;
  EXPECT_TRUE(decode_frame(request).has_value());
  // OpenJPEG is the server's and the tests'.
  request.encoding = Encoding::j2k;
  request.by_library = true;
  auto const by_library = decode_frame(request);
  ASSERT_FALSE(by_library.has_value());
  EXPECT_EQ(by_library.error().code, Errc::unsupported);
}

}  // namespace
}  // namespace sightline::codec
