#include "dicomweb/pixel_media_type.hpp"

#include <gtest/gtest.h>

namespace sightline::server {
namespace {

TEST(PixelMediaType, OfEachTransferSyntax) {
  struct {
    std::string_view uid, media_type;
  } const table[] = {
      {"1.2.840.10008.1.2", "application/octet-stream"},
      {"1.2.840.10008.1.2.1", "application/octet-stream"},
      {"1.2.840.10008.1.2.1.99", "application/octet-stream"},
      {"1.2.840.10008.1.2.4.50", "image/jpeg"},
      {"1.2.840.10008.1.2.4.51", "image/jpeg"},
      {"1.2.840.10008.1.2.4.57", "image/jpeg"},
      {"1.2.840.10008.1.2.4.70", "image/jpeg"},
      {"1.2.840.10008.1.2.4.80", "image/jls"},
      {"1.2.840.10008.1.2.4.81", "image/jls"},
      {"1.2.840.10008.1.2.4.90", "image/jp2"},
      {"1.2.840.10008.1.2.4.91", "image/jp2"},
      {"1.2.840.10008.1.2.4.93", "image/jpx"},
      {"1.2.840.10008.1.2.4.201", "image/jphc"},
      {"1.2.840.10008.1.2.4.202", "image/jphc"},
      {"1.2.840.10008.1.2.4.203", "image/jphc"},
      {"1.2.840.10008.1.2.4.110", "image/jxl"},
      {"1.2.840.10008.1.2.4.102", "video/mp4"},
      {"1.2.840.10008.1.2.5", "image/dicom-rle"},
      {"1.2.3", "application/octet-stream"},
      {"", "application/octet-stream"},
  };
  for (auto const& [uid, media_type] : table) EXPECT_EQ(media_type_of(uid), media_type) << uid;
}

TEST(PixelMediaType, DefaultTransferSyntaxes) {
  EXPECT_EQ(default_transfer_syntax("application/dicom"), "1.2.840.10008.1.2.1");
  EXPECT_EQ(default_transfer_syntax("application/octet-stream"), "1.2.840.10008.1.2.1");
  EXPECT_EQ(default_transfer_syntax("image/jpeg"), "1.2.840.10008.1.2.4.70");
  EXPECT_EQ(default_transfer_syntax("image/dicom-rle"), "1.2.840.10008.1.2.5");
  EXPECT_EQ(default_transfer_syntax("image/jls"), "1.2.840.10008.1.2.4.80");
  EXPECT_EQ(default_transfer_syntax("image/jp2"), "1.2.840.10008.1.2.4.90");
  EXPECT_EQ(default_transfer_syntax("image/jphc"), "1.2.840.10008.1.2.4.201");
  EXPECT_EQ(default_transfer_syntax("application/dicom+json"), "");
  EXPECT_EQ(default_transfer_syntax("image/*"), "");
}

}  // namespace
}  // namespace sightline::server
