// What we write, read by a decoder of the standard's text. Source: GIF89a 22, F.
#include "page/gif_writer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace sightline::server {
namespace {

struct Shown {
  unsigned delay = 0;
  std::vector<int> red, green, blue;
};

/// Reads a file with a global palette and without interlacing; nothing when it is broken.
class GifReader {
 public:
  explicit GifReader(std::vector<std::byte> const& file) : file_(file) {}

  std::vector<Shown> read() {
    if (file_.size() < 13 + 768) return {};
    palette_ = 13;
    at_ = 13 + 768;
    std::vector<Shown> shown;
    unsigned delay = 0;
    for (;;) {
      int const mark = next();
      if (mark == 0x3B) return at_ == file_.size() ? shown : std::vector<Shown>{};
      if (mark == 0x21) {
        int const label = next();
        auto const data = blocks();
        if (label == 0xF9) delay = data[1] + 256u * data[2];
      } else if (mark == 0x2C) {
        at_ += 9;
        shown.push_back({delay, {}, {}, {}});
        if (!decode(shown.back())) return {};
      } else {
        return {};
      }
    }
  }

 private:
  int next() { return at_ < file_.size() ? std::to_integer<int>(file_[at_++]) : -1; }
  std::vector<unsigned char> blocks() {
    std::vector<unsigned char> data;
    for (int length = next(); length > 0; length = next())
      for (int i = 0; i < length; ++i) data.push_back(static_cast<unsigned char>(next()));
    return data;
  }
  bool decode(Shown& out) {
    if (next() != 8) return false;
    auto const data = blocks();
    std::vector<std::vector<int>> table;
    std::vector<int> before;
    unsigned bits = 9, held = 0, count = 0;
    std::size_t at = 0;
    for (;;) {
      for (; count < bits; count += 8) {
        if (at == data.size()) return false;
        held |= static_cast<unsigned>(data[at++]) << count;
      }
      unsigned const code = held & ((1u << bits) - 1);
      held >>= bits, count -= bits;
      if (code == 257) return at == data.size();
      if (code == 256) {
        table.clear();
        for (int i = 0; i < 258; ++i) table.push_back({i});
        bits = 9;
        before.clear();
        continue;
      }
      if (table.empty() || code > table.size() || (code == table.size() && before.empty()))
        return false;
      std::vector<int> now = code < table.size() ? table[code] : before;
      if (code == table.size()) now.push_back(before.front());
      if (!before.empty() && table.size() < 4096) {
        before.push_back(now.front());
        table.push_back(before);
      }
      if (table.size() == 1u << bits && bits < 12) ++bits;
      for (int const index : now) {
        auto const place = palette_ + 3 * static_cast<std::size_t>(index);
        out.red.push_back(std::to_integer<int>(file_[place]));
        out.green.push_back(std::to_integer<int>(file_[place + 1]));
        out.blue.push_back(std::to_integer<int>(file_[place + 2]));
      }
      before = std::move(now);
    }
  }

  std::vector<std::byte> const& file_;
  std::size_t palette_ = 0, at_ = 0;
};

Picture noise(std::uint32_t rows, std::uint32_t cols, std::uint16_t samples, unsigned seed) {
  Picture picture{rows, cols, samples, {}};
  std::mt19937 random(seed);
  for (std::size_t i = 0; i < std::size_t{rows} * cols * samples; ++i)
    picture.bytes.push_back(static_cast<std::byte>(random() & 0xFF));
  return picture;
}

TEST(GifWriter, GreyPicturesKeepEveryValue) {
  std::vector<Picture> pictures{noise(120, 130, 1, 1), noise(120, 130, 1, 2)};
  pictures.push_back({120, 130, 1, std::vector<std::byte>(120 * 130, std::byte{7})});
  GifWriter writer;
  for (Picture const& picture : pictures) ASSERT_TRUE(writer.add(picture, 33.3));
  auto const file = writer.finish();
  auto const shown = GifReader(file).read();
  ASSERT_EQ(shown.size(), 3u);
  for (std::size_t f = 0; f < shown.size(); ++f) {
    EXPECT_EQ(shown[f].delay, 3u);
    ASSERT_EQ(shown[f].red.size(), pictures[f].bytes.size());
    for (std::size_t i = 0; i < pictures[f].bytes.size(); ++i)
      ASSERT_EQ(shown[f].red[i], std::to_integer<int>(pictures[f].bytes[i])) << f << " " << i;
  }
}

/// Each place where the codes become longer, or the table is full.
TEST(GifWriter, APictureMayEndAnywhere) {
  for (std::uint32_t cols = 1; cols < 9000; cols += cols < 600 || cols > 3700 ? 1 : 97) {
    if (cols > 3900 && cols < 8000) continue;
    Picture const picture = noise(1, cols, 1, 3);
    GifWriter writer;
    ASSERT_TRUE(writer.add(picture, 0));
    auto const file = writer.finish();
    auto const shown = GifReader(file).read();
    ASSERT_EQ(shown.size(), 1u) << cols;
    ASSERT_EQ(shown[0].red.size(), cols);
    ASSERT_EQ(shown[0].red.back(), std::to_integer<int>(picture.bytes.back())) << cols;
  }
}

TEST(GifWriter, ColoursAreNear) {
  Picture picture = noise(60, 60, 3, 4);
  for (std::size_t i = 0; i < 300; ++i) picture.bytes[i] = static_cast<std::byte>(i / 3 * 2);
  GifWriter writer;
  ASSERT_TRUE(writer.add(picture, 1e9));
  auto const file = writer.finish();
  auto const shown = GifReader(file).read();
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown[0].delay, 65535u);
  for (std::size_t i = 0; i < 3600; ++i) {
    int const most = i < 100 ? 4 : 26;  // the first hundred are grey
    ASSERT_NEAR(shown[0].red[i], std::to_integer<int>(picture.bytes[3 * i]), most) << i;
    ASSERT_NEAR(shown[0].green[i], std::to_integer<int>(picture.bytes[3 * i + 1]), most) << i;
    ASSERT_NEAR(shown[0].blue[i], std::to_integer<int>(picture.bytes[3 * i + 2]), most) << i;
  }
}

TEST(GifWriter, OtherShapesAreRefused) {
  GifWriter writer;
  EXPECT_TRUE(writer.finish().empty());
  EXPECT_EQ(writer.add(Picture{0, 0, 1, {}}, 10).error().code, Errc::invalid_argument);
  EXPECT_EQ(writer.add(noise(1, 65'536, 1, 1), 10).error().code, Errc::unsupported);
  ASSERT_TRUE(writer.add(noise(2, 2, 1, 1), 10));
  EXPECT_EQ(writer.add(noise(2, 2, 3, 1), 10).error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace sightline::server
