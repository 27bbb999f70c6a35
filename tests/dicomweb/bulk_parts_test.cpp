// Which part a BulkDataURI names, and what its media type says. Source: PS3.18 8.6.1.2, 8.7.3.
#include "dicomweb/bulk_parts.hpp"

#include <gtest/gtest.h>

namespace sightline::server {
namespace {

constexpr std::string_view kStudies = "http://h/dicom-web/studies";

class Parts {
 public:
  Parts& add(std::string_view location, std::string_view type = "application/octet-stream") {
    bulk.begin(location, *parse_media_type(type), count);
    bulk.end(++count);
    return *this;
  }
  /// The offset of the one part found, or the reason.
  int find(std::string_view uri) {
    auto const found = bulk.find(uri);
    return found ? static_cast<int>(found->spans.front().offset_bytes)
                 : -static_cast<int>(found.error());
  }
  /// The transfer syntax, with the number of frames; "" when there is none.
  std::string syntax(std::string_view uri) {
    auto const found = bulk.find(uri);
    return found ? found->transfer_syntax_uid + " " + std::to_string(found->spans.size()) : "";
  }

  std::uint64_t count = 0;
  BulkParts bulk{kStudies};
};
constexpr int kNotUnderstood = -0xC000;

TEST(BulkParts, TheSameUriInAnyFormIsTheSamePart) {
  Parts parts;
  parts.add("bulk/0")
      .add("/dicom-web/bulk/1")
      .add("http://h/x")
      .add("//h/y")
      .add("cid:4")
      .add("a?b=5");
  EXPECT_EQ(parts.find("http://h/dicom-web/bulk/0"), 0);
  EXPECT_EQ(parts.find("bulk/1"), 1);
  EXPECT_EQ(parts.find("/x"), 2);
  EXPECT_EQ(parts.find("http://h/y"), 3);
  EXPECT_EQ(parts.find("cid:4"), 4);
  EXPECT_EQ(parts.find("a?b=5"), 5);
  EXPECT_EQ(parts.find("https://h/dicom-web/bulk/0"), kNotUnderstood);
  EXPECT_EQ(parts.find(""), kNotUnderstood);
  EXPECT_EQ(parts.bulk.unused_count(), 0u);
}

TEST(BulkParts, WhatIsNamedTwiceOrUsedTwiceIsNoValue) {
  Parts parts;
  parts.add("a").add("a").add("b").add("");
  EXPECT_EQ(parts.find("a"), kNotUnderstood);
  EXPECT_EQ(parts.find("b"), 2);
  EXPECT_EQ(parts.find("b"), kNotUnderstood);
  EXPECT_EQ(parts.find("file:///etc/passwd"), kNotUnderstood);
  EXPECT_EQ(parts.bulk.unused_count(), 3u);
}

TEST(BulkParts, FramesComeInTheirOrder) {
  std::string const jls = "image/jls; transfer-syntax=1.2.840.10008.1.2.4.81";
  Parts parts;
  parts.add("a", jls).add("a", jls).add("b/frames/2", jls).add("b/frames/1", jls);
  parts.add("c/frames/2", jls)
      .add("d", jls)
      .add("d", "image/jls")
      .add("e", jls)
      .add("e/frames/1", jls);
  EXPECT_EQ(parts.syntax("a"), "1.2.840.10008.1.2.4.81 2");
  auto const b = parts.bulk.find("b");
  ASSERT_TRUE(b);
  EXPECT_EQ(b->spans[0].offset_bytes, 3u);
  EXPECT_EQ(b->spans[1].offset_bytes, 2u);
  EXPECT_EQ(parts.syntax("c"), "");
  EXPECT_EQ(parts.syntax("d"), "");
  EXPECT_EQ(parts.syntax("e"), "1.2.840.10008.1.2.4.81 1");
}

TEST(BulkParts, TheMediaTypeSaysTheTransferSyntax) {
  struct Case {
    std::string_view type, syntax;  ///< "-": not taken
  };
  for (auto const& [type, syntax] : std::initializer_list<Case>{
           {"application/octet-stream", ""},
           {"application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1", ""},
           {"application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.90",
            "1.2.840.10008.1.2.4.90"},
           {"application/octet-stream; transfer-syntax=1.2.840.10008.1.2.2", "-"},
           {"application/octet-stream; transfer-syntax=1.2.3", "-"},
           {"application/pdf", ""},
           {"image/jpeg", "1.2.840.10008.1.2.4.70"},
           {"image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.50"},
           {"image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.90", "-"},
           {"image/jp2", "1.2.840.10008.1.2.4.90"},
           {"image/jls", "1.2.840.10008.1.2.4.80"},
           {"image/jphc", "1.2.840.10008.1.2.4.201"},
           {"image/dicom-rle", "1.2.840.10008.1.2.5"},
           {"video/mp4; transfer-syntax=1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.4.102"},
           {"video/mp4", "-"},
           {"image/png", "-"},
           {"multipart/related", "-"},
       }) {
    Parts parts;
    parts.add("a", type);
    auto const found = parts.bulk.find("a");
    EXPECT_EQ(found ? found->transfer_syntax_uid : "-", syntax) << type;
    if (!found) {
      EXPECT_EQ(found.error(), StoreReason::media_type_not_supported) << type;
    }
  }
}

}  // namespace
}  // namespace sightline::server
