#include "tile/transcode_pool.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "../app/temporary_folder.hpp"
#include "base/byte_writer.hpp"
#include "base/sha256.hpp"
#include "made_image.hpp"

namespace sightline::server {
namespace {

std::span<std::byte const> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SIGHTLINE_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(SIGHTLINE_SANITIZED)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

TranscodePool::Options misbehaving(unsigned workers = 1) {
  return {.workers = workers,
          .memory_bytes = 512u << 20,
          .seconds_per_instance = 2,
          .command = {"/proc/self/exe", "misbehaving-worker"}};
}

/// The frames as letters; a failed one as `!`.
std::string letters(Pyramid const& pyramid) {
  std::string text;
  for (std::size_t i = 0; i < pyramid.streams.size(); ++i) {
    text += pyramid.streams[i].failure == Errc::ok
                ? static_cast<char>(pyramid.frame_streams[i].at(0))
                : '!';
  }
  return text;
}

TEST(TranscodePool, GivesBackWhatItsWorkerMakes) {
  TranscodePool pool(misbehaving());
  auto const pyramid = pool.build(bytes_of("xyz"));
  ASSERT_TRUE(pyramid.has_value()) << pyramid.error().detail;
  EXPECT_EQ(letters(*pyramid), "xyz");
  EXPECT_EQ(pool.deaths(), 0u);
}

TEST(TranscodePool, ReportsWhatItsWorkerRefusesWithoutControlCharacters) {
  TranscodePool pool(misbehaving());
  auto const refused = pool.build(bytes_of("refuse"));
  EXPECT_EQ(refused.error().code, Errc::not_dicom);
  EXPECT_EQ(refused.error().detail, "refused ?[2J");
  EXPECT_EQ(letters(*pool.build(bytes_of("o"))), "o") << "the same worker goes on";
  EXPECT_EQ(pool.deaths(), 0u);
}

TEST(TranscodePool, ACrashCostsOneFrame) {
  TranscodePool pool(misbehaving());
  auto const pyramid = pool.build(bytes_of("ooco"));
  ASSERT_TRUE(pyramid.has_value());
  EXPECT_EQ(letters(*pyramid), "oo!o");
  EXPECT_EQ(pyramid->streams[2].failure, Errc::module_died);
  EXPECT_EQ(pool.deaths(), 1u);
  EXPECT_EQ(letters(*pool.build(bytes_of("xyz"))), "xyz");
}

TEST(TranscodePool, ManyCrashesAreGivenUp) {
  TranscodePool pool(misbehaving());
  EXPECT_EQ(pool.build(bytes_of("cccccc")).error().code, Errc::module_died);
  EXPECT_EQ(pool.deaths(), 3u);
  EXPECT_EQ(letters(*pool.build(bytes_of("o"))), "o");
}

TEST(TranscodePool, AWorkerThatDiesWhileParsingIsNotTriedAgain) {
  TranscodePool pool(misbehaving());
  EXPECT_EQ(pool.build(bytes_of("die early")).error().code, Errc::module_died);
  EXPECT_EQ(pool.deaths(), 1u);
}

TEST(TranscodePool, AnEndlessLoopIsKilledInTime) {
  TranscodePool pool(misbehaving());
  auto const started = std::chrono::steady_clock::now();
  EXPECT_EQ(pool.build(bytes_of("ol")).error().code, Errc::module_died);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
  EXPECT_EQ(letters(*pool.build(bytes_of("o"))), "o");
}

TEST(TranscodePool, AHoarderOfMemoryIsStopped) {
  auto options = misbehaving();
  options.memory_bytes = 160u << 20;
  options.seconds_per_instance = 10;
  TranscodePool pool(options);
  auto const stopped = pool.build(bytes_of("oa"));
  // Under a sanitizer the address space cannot be capped, and the time is what stops it.
  EXPECT_EQ(stopped.error().code, kSanitized ? Errc::module_died : Errc::out_of_memory);
  EXPECT_EQ(letters(*pool.build(bytes_of("o"))), "o");
}

TEST(TranscodePool, AWorkerThatLiesAboutItsFramesIsKilled) {
  TranscodePool pool(misbehaving());
  auto const pyramid = pool.build(bytes_of("owo"));
  ASSERT_TRUE(pyramid.has_value());
  EXPECT_EQ(letters(*pyramid), "o!o");
  EXPECT_EQ(pool.deaths(), 1u);
}

/// A file of these bytes, with zeros after the first `head_bytes` of them: it lies nowhere.
class PaddedReader final : public BlobReader {
 public:
  PaddedReader(std::vector<std::byte> bytes, std::uint64_t head_bytes, std::uint64_t zeros)
      : bytes_(std::move(bytes)), head_bytes_(head_bytes), zeros_(zeros) {}
  std::uint64_t size_bytes() const override { return bytes_.size() + zeros_; }
  std::int64_t written_ns() const override { return 0; }
  Status read(std::uint64_t offset_bytes, std::span<std::byte> into) const override {
    bytes_read += into.size();
    for (std::byte& b : into) {
      std::uint64_t const at = offset_bytes++;
      bool const is_zero = at >= head_bytes_ && at - head_bytes_ < zeros_;
      b = is_zero ? std::byte{0} : bytes_.at(at < head_bytes_ ? at : at - zeros_);
    }
    return {};
  }
  mutable std::uint64_t bytes_read = 0;

 private:
  std::vector<std::byte> bytes_;
  std::uint64_t head_bytes_, zeros_;
};

TEST(TranscodePool, AWorkerOfALargeFileGetsWhatItAsksForAndNoMore) {
  auto const pixels = testing::made_values<std::uint16_t>(64, 64 * 3, 1, 16, false);
  auto const file = testing::part10_image("1.2.3", 64, 64, 3, pixels);
  // In front of Pixel Data comes an element of almost 4 GiB, and another one.
  std::size_t const head = file.size() - pixels.size() - 12;
  std::vector<std::byte> large(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(head));
  constexpr std::uint32_t kZeros = 0xFFFFFF00;
  ByteWriter element;
  element.u16_le(0x7FDF);
  element.u16_le(0x1001);
  element.text("OB");
  element.u16_le(0);
  element.u32_le(kZeros);
  auto const header = element.take();
  large.insert(large.end(), header.begin(), header.end());
  std::size_t const zeros_from = large.size();
  large.insert(large.end(), file.begin() + static_cast<std::ptrdiff_t>(head), file.end());
  PaddedReader const reader(std::move(large), zeros_from, kZeros);
  ASSERT_GT(reader.size_bytes(), std::uint64_t{kZeros});

  TranscodePool pool({.workers = 1, .command = {"/proc/self/exe", "transcode-worker"}});
  auto const expected = pool.build(file);
  ASSERT_TRUE(expected.has_value());
  std::vector<TranscodedFrame> frames;
  auto const done = pool.build(reader, [&](TranscodedFrame frame) -> Status {
    frames.push_back(std::move(frame));
    return {};
  });
  ASSERT_TRUE(done.has_value()) << done.error().detail;
  ASSERT_EQ(frames.size(), 3u);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].bytes, expected->frame_streams[i]);
    EXPECT_EQ(frames[i].index.digest, expected->streams[i].digest);
  }
  EXPECT_LE(reader.bytes_read, 200'000u);
  EXPECT_EQ(pool.deaths(), 0u);
}

TEST(TranscodePool, AWorkerThatAsksForWhatIsNotThereIsKilled) {
  TranscodePool pool(misbehaving());
  PaddedReader const reader(std::vector<std::byte>(10), 5, 100u << 20);
  auto const done = pool.build(reader, [](TranscodedFrame const&) { return Status{}; });
  EXPECT_EQ(done.error().code, Errc::module_died);
  EXPECT_EQ(pool.deaths(), 1u);
  EXPECT_EQ(letters(*pool.build(bytes_of("o"))), "o");
}

TEST(TranscodePool, WorkersOfALargeFileRelieveEachOther) {
  TranscodePool pool(misbehaving());  // two seconds an instance, 0.6 a frame
  PaddedReader const reader(std::vector<std::byte>(1, std::byte{'s'}), 1, 512u << 20);
  std::string seen;
  auto const done = pool.build(reader, [&](TranscodedFrame const& frame) -> Status {
    seen += static_cast<char>(frame.bytes.at(0));
    return {};
  });
  EXPECT_TRUE(done.has_value()) << done.error().detail;
  EXPECT_EQ(seen, "0123");
  EXPECT_EQ(pool.deaths(), 0u);
}

TEST(TranscodePool, AnErrorOfTheSinkEndsTheJobAndFreesThePlace) {
  TranscodePool pool(misbehaving());
  testing::TemporaryFolder const folder;
  auto const store = open_folder_store(folder.path() / "s");
  auto writer = (*store)->create();
  ASSERT_TRUE((*writer)->write(bytes_of("ooo")).has_value());
  auto const reader = (*store)->open((*writer)->commit()->hash);
  int seen = 0;
  auto const done = pool.build(**reader, [&seen](TranscodedFrame const&) -> Status {
    return ++seen == 2 ? fail(Errc::io, "full") : Status{};
  });
  EXPECT_EQ(done.error().code, Errc::io);
  EXPECT_EQ(seen, 2);
  EXPECT_EQ(letters(*pool.build(bytes_of("o"))), "o");
}

TEST(TranscodePool, AProgramThatIsNoWorkerIsAnErrorAndNotAHang) {
  TranscodePool deaf({.workers = 1, .command = {"/proc/self/exe", "deaf-worker"}});
  EXPECT_EQ(deaf.build(bytes_of("o")).error().code, Errc::io);
  TranscodePool missing({.workers = 1, .command = {"/no/such/program"}});
  EXPECT_EQ(missing.build(bytes_of("o")).error().code, Errc::io);
}

TEST(TranscodePool, ServesManyThreadsWithFewWorkers) {
  TranscodePool pool(misbehaving(2));
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 5; ++i) {
          auto const pyramid = pool.build(bytes_of(i == 2 ? "oco" : "ooo"));
          right += pyramid && letters(*pyramid) == (i == 2 ? "o!o" : "ooo") ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(right, 30);
  EXPECT_EQ(pool.deaths(), 6u);
}

TEST(TranscodePool, TheRealWorkerTranscodesARealFileInItsSandbox) {
  auto const pixels = testing::made_values<std::uint16_t>(3 * 100, 90, 1, 16, false);
  auto const file = testing::part10_image("1.2.3", 100, 90, 3, pixels);
  TranscodePool pool({.workers = 1});
  auto const pyramid = pool.build(file);
  ASSERT_TRUE(pyramid.has_value()) << pyramid.error().detail;
  ASSERT_EQ(pyramid->streams.size(), 3u);
  for (std::size_t f = 0; f < 3; ++f) {
    EXPECT_EQ(pyramid->streams[f].failure, Errc::ok);
    EXPECT_EQ(pyramid->streams[f].encoding, codec::Encoding::htj2k);
    EXPECT_EQ(pyramid->streams[f].digest, sha256(std::span(pixels).subspan(f * 18000, 18000)));
  }
  auto const here = build_pyramid(file);
  ASSERT_TRUE(here.has_value());
  EXPECT_EQ(here->frame_streams, pyramid->frame_streams)
      << "the same bytes in and outside of the sandbox";
  EXPECT_EQ(pool.build(bytes_of("not DICOM at all")).error().code, Errc::not_dicom);
  EXPECT_EQ(pool.deaths(), 0u);
}

TEST(TranscodePool, TheRealWorkerDecodesAFrameThatIsRetrieved) {
  auto const pixels = testing::made_values<std::uint16_t>(100, 90, 1, 16, false);
  auto const file = testing::part10_image("1.2.3", 100, 90, 1, pixels);
  auto const stream = build_pyramid(file)->frame_streams.front();
  auto const format =
      testing::native_instance(100, 90, 1, 16, 16, false, Photometric::monochrome2).format;
  TranscodePool pool({.workers = 1});
  auto const decoded = pool.decode(codec::Encoding::htj2k, format, stream);
  ASSERT_TRUE(decoded.has_value()) << decoded.error().detail;
  EXPECT_EQ(decoded->block.bytes, pixels);
  EXPECT_EQ(decoded->block.rows, 100u);
  EXPECT_FALSE(decoded->block_is_rgb);

  EXPECT_FALSE(pool.decode(codec::Encoding::jpeg, format, bytes_of("no JPEG")).has_value());
  auto impossible = format;
  impossible.rows = 0;
  EXPECT_EQ(pool.decode(codec::Encoding::native, impossible, stream).error().code, Errc::corrupt);
  EXPECT_EQ(pool.decode(codec::Encoding::htj2k, format, stream)->block.bytes, pixels)
      << "the same worker goes on";
  EXPECT_EQ(pool.deaths(), 0u);
}

TEST(TranscodePool, TheRealWorkerMakesTheTableOfAColourProfile) {
  auto const adobe = color::profile_of_space(color::Space::adobe_rgb).value();
  TranscodePool pool({.workers = 1});
  auto const table = pool.color_table(adobe, color::Space::srgb);
  ASSERT_TRUE(table.has_value()) << table.error().detail;
  auto const here = color::table_of_profile(adobe).value();
  EXPECT_EQ(table->curves, here.curves);
  EXPECT_EQ(table->light, here.light);
  auto const srgb = color::profile_of_space(color::Space::srgb).value();
  auto const same = pool.color_table(srgb, color::Space::srgb);
  ASSERT_TRUE(same.has_value());
  EXPECT_TRUE(same->is_identity);
  EXPECT_TRUE(same->light.empty());
  EXPECT_EQ(pool.color_table(bytes_of("no profile"), color::Space::srgb).error().code,
            Errc::corrupt);
  EXPECT_EQ(pool.color_table(adobe, color::Space::romm_rgb)->space, color::Space::romm_rgb);
  EXPECT_EQ(pool.deaths(), 0u);
}

TEST(TranscodePool, AfterAProfileThatIsNoneTheSameWorkerGoesOn) {
  TranscodePool pool(misbehaving());
  EXPECT_EQ(pool.color_table(bytes_of("x"), color::Space::srgb).error().code, Errc::corrupt);
  EXPECT_EQ(letters(*pool.build(bytes_of("o"))), "o");
  EXPECT_EQ(pool.deaths(), 0u);
}

}  // namespace
}  // namespace sightline::server
