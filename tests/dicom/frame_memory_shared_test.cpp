// What decoding each real frame allocates at most, its own samples included.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <set>
#include <string>

#include "../codec/counted_memory.hpp"
#include "codec/frame_decoder.hpp"
#include "dicom/instance.hpp"
#include "shared_files.hpp"

namespace sightline::dicom_test {
namespace {

/// Small frames need tables and rows beside three of them: 16-bit JPEG-LS 131 KiB, 12-bit JPEG 70.
constexpr std::size_t kSmallBytes = 256 << 10, kTableBytes = 144 << 10;
/// Of JPEG 2000, HTJ2K and JPEG XL.
constexpr std::size_t kLargeTableBytes = 256 << 10;

std::size_t table_bytes_of(codec::Encoding encoding, std::size_t own) {
  if (own >= kSmallBytes) return 0;
  switch (encoding) {
    case codec::Encoding::j2k:
    case codec::Encoding::htj2k:
    case codec::Encoding::jpeg_xl: return kLargeTableBytes;
    default: return kTableBytes;
  }
}

/// Of an object of many frames these tell of the others.
constexpr std::size_t kMostFrames = 3;

codec::Encoding encoding_of(dicom::Instance const& instance) {
  codec::Encoding const encoding = codec::encoding_of(instance.transfer_syntax_uid);
  bool const is_native =
      encoding == codec::Encoding::native || encoding == codec::Encoding::native_be;
  if (!is_native) return encoding;
  return instance.frame_bytes_big_endian ? codec::Encoding::native_be : codec::Encoding::native;
}

/// The first, the middle and the last.
std::set<std::uint32_t> chosen_frames(std::size_t frames) {
  std::set<std::uint32_t> chosen;
  for (std::size_t i = 0; i < std::min(frames, kMostFrames); ++i)
    chosen.insert(
        static_cast<std::uint32_t>(i * (frames - 1) / std::max<std::size_t>(1, kMostFrames - 1)));
  return chosen;
}

TEST(FrameMemory, OfEveryRealFileIsAtMostThreeFrames) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  std::size_t frames = 0;
  double most_frames = 0;
  for (auto const& path : shared_files()) {
    auto const file = read_file(path);
    auto const instance = dicom::read_instance(file);
    if (!instance || !instance->unshowable_reason.empty()) continue;
    for (std::uint32_t const index : chosen_frames(instance->frames.size())) {
      auto const bytes = dicom::frame_bytes(file, *instance, index);
      if (!bytes) continue;
      codec::DecodeRequest const request{encoding_of(*instance), instance->format, *bytes, 0};
      std::optional<Result<codec::DecodedFrame>> decoded;
      std::size_t const most =
          test::most_allocated([&] { decoded.emplace(codec::decode_frame(request)); });
      if (!decoded->has_value()) continue;
      ++frames;
      std::size_t const own = (*decoded)->block.bytes.size();
      double const counted = static_cast<double>(most) / static_cast<double>(own);
      if (own >= kSmallBytes) most_frames = std::max(most_frames, counted);
      EXPECT_LE(most, 3 * own + table_bytes_of(request.encoding, own))
          << path << ", frame " << index + 1 << ": " << counted << " frames of " << own << " bytes";
    }
  }
  std::printf("%zu frames; of those from %zu bytes on at most %.2f frames\n", frames, kSmallBytes,
              most_frames);
  EXPECT_GT(frames, 500u);
}

}  // namespace
}  // namespace sightline::dicom_test
