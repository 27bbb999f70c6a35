// `sightline.tiles.v1` over a real WebSocket: the server on loopback, Beast's client.
#include <gtest/gtest.h>

#include "running_server.hpp"
#include "socket_client.hpp"

namespace sightline::server {
namespace {

class TileSocketTest : public testing::Test {
 protected:
  RunningServer server;
};

TEST_F(TileSocketTest, AStudyIsOpenedAndItsTilesComeInOrder) {
  SocketClient client(server.port());
  ASSERT_TRUE(client.is_open());
  EXPECT_EQ(client.subprotocol(), "sightline.tiles.v1");
  client.send(wire::Open{3, 17, kSampleStudy});
  auto const opened = client.read<wire::Opened>();
  EXPECT_EQ(opened.slot, 3);
  EXPECT_EQ(opened.frame_count, 5U);  // three CT slices, two US frames
  EXPECT_EQ(opened.revision, 17U);

  client.send(wire::Want{
      1, {{1, 3, 0, 0}, {1, 3, 1, 2}, {4, 3, 0, 0}, {99, 3, 0, 0}, {0, 3, 0, 3}, {3, 3, 0, 0}}});
  auto const coarse = client.read<wire::Tile>();
  EXPECT_EQ(coarse.frame, 1U);
  EXPECT_EQ(coarse.epoch, 1U);
  EXPECT_EQ(coarse.offset_bytes, 0U);
  std::vector<std::byte> stream(coarse.payload.begin(), coarse.payload.end());
  EXPECT_EQ(stream.size(), 100U);
  auto const rest = client.read<wire::Tile>();
  EXPECT_EQ(rest.offset_bytes, 100U);
  stream.insert(stream.end(), rest.payload.begin(), rest.payload.end());
  EXPECT_EQ(stream, SampleStore::ct_stream(1));  // the tiles add up to the stream
  EXPECT_EQ(client.read<wire::Refused>().code, Errc::corrupt);
  EXPECT_EQ(client.read<wire::Refused>().code, Errc::not_found);
  EXPECT_EQ(client.read<wire::Refused>().code, Errc::invalid_argument);
  EXPECT_EQ(client.read<wire::Tile>().payload.size(), kSampleUsRows * kSampleUsCols);
  EXPECT_EQ(client.read<wire::Done>().epoch, 1U);
}

TEST_F(TileSocketTest, TheGoldenBytesOfAnExchange) {
  SocketClient client(server.port());
  // open slot 1 of revision 17, want frame 3 (the US ramp) level 0 at epoch 2
  std::string const uid = kSampleStudy;
  client.send_bytes(std::string("\x01\x01\x01\x00", 4) + static_cast<char>(uid.size()) +
                    std::string("\0\0\0\x11\0\0\0\0\0\0\0", 11) + uid);
  client.send_bytes(std::string("\x02\x01\0\0\x02\0\0\0\x01\0\0\0\x03\0\0\0\x01\0\0\0", 20));
  auto const hex = [](std::vector<std::byte> const& bytes) {
    std::string out;
    for (std::byte const b : bytes)
      out += "0123456789abcdef"[std::to_integer<unsigned>(b) >> 4],
          out += "0123456789abcdef"[std::to_integer<unsigned>(b) & 15];
    return out;
  };
  EXPECT_EQ(hex(client.read_bytes()),
            "81010100"
            "05000000"
            "1100000000000000");
  EXPECT_EQ(hex(client.read_bytes()),
            "82010100"
            "02000000"
            "03000000"
            "00000000"
            "00000000"
            "20000000"
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  EXPECT_EQ(hex(client.read_bytes()),
            "84010000"
            "02000000");
}

TEST_F(TileSocketTest, ALargeTileIsOneMessageOfAllItsPieces) {
  wire::Manifest manifest = server.store.index.manifest(kSampleStudy).value();
  std::vector<std::byte> large(5 * 1024 * 1024 / 2 + 3);
  for (std::size_t i = 0; i < large.size(); ++i)
    large[i] = static_cast<std::byte>(i * 2654435761U >> 24);
  wire::ManifestInstance& instance = manifest.instances[0];
  instance.sha256_hex = sample_hash(12);
  instance.streams[0].level_ends = {100, 600, static_cast<std::uint32_t>(large.size())};
  ASSERT_TRUE(server.store.pyramids.put(instance.sha256_hex, instance.streams, {large}));
  manifest.revision = 18;
  server.store.index.put(manifest);
  SocketClient client(server.port());
  client.send(wire::Open{1, 18, kSampleStudy});
  client.read<wire::Opened>();
  client.send(wire::Want{1, {{0, 1, 2, 2}, {1, 1, 0, 0}}});
  auto const tile = client.read<wire::Tile>();
  EXPECT_EQ(tile.offset_bytes, 600U);
  EXPECT_TRUE(std::ranges::equal(tile.payload, std::span(large).subspan(600)));
  EXPECT_EQ(client.read<wire::Tile>().frame, 1U);
}

TEST_F(TileSocketTest, ANewEpochCutsALongListShort) {
  SocketClient client(server.port());
  client.send(wire::Open{1, 17, kSampleStudy});
  client.read<wire::Opened>();
  std::vector<wire::WantEntry> const many(20'000, wire::WantEntry{0, 1, 0, 2});  // 100 MB
  client.send(wire::Want{1, many});
  EXPECT_EQ(client.read<wire::Tile>().epoch, 1U);
  client.send(wire::Want{2, {{2, 1, 0, 0}}});
  std::size_t old_tiles = 0;
  while (client.read<wire::Tile>().epoch == 1) ++old_tiles;
  EXPECT_LT(old_tiles, many.size() / 2);  // what the kernel's buffers of both sides hold
  EXPECT_EQ(client.read<wire::Done>().epoch, 2U);
}

TEST_F(TileSocketTest, AnOldRevisionIsAnsweredByChanged) {
  SocketClient client(server.port());
  client.send(wire::Open{1, 16, kSampleStudy});
  EXPECT_EQ(client.read<wire::Changed>().revision, 17U);
}

TEST_F(TileSocketTest, AnUnknownStudyIsRefused) {
  SocketClient client(server.port());
  client.send(wire::Open{1, 1, "9.9"});
  auto const refused = client.read<wire::Refused>();
  EXPECT_EQ(refused.code, Errc::not_found);
  EXPECT_EQ(refused.frame, 0xFFFFFFFFU);
}

TEST_F(TileSocketTest, ANewerRevisionIsPushed) {
  SocketClient client(server.port());
  client.send(wire::Open{1, 17, kSampleStudy});
  client.read<wire::Opened>();
  server.store.index.raise_revision(kSampleStudy);
  EXPECT_EQ(client.read<wire::Changed>().revision, 18U);
}

TEST_F(TileSocketTest, BrokenRulesAreClosedWith1002) {
  SocketClient unknown(server.port());
  unknown.send_bytes("\x7F\x01");
  EXPECT_EQ(unknown.close_code(), 1002U);
  SocketClient backwards(server.port());
  backwards.send(wire::Want{5, {}});
  backwards.send(wire::Want{4, {}});
  EXPECT_EQ(backwards.close_code(), 1002U);
  SocketClient text(server.port());
  text.send_text("hello");
  EXPECT_EQ(text.close_code(), 1003U);
  SocketClient huge(server.port());
  huge.send_bytes(std::string(8 * 65537 + 12, 'x'));
  EXPECT_EQ(huge.close_code(), 1009U);
  SocketClient still_served(server.port());
  still_served.send(wire::Open{1, 17, kSampleStudy});
  still_served.read<wire::Opened>();
}

TEST_F(TileSocketTest, ForeignPagesAreNotLetIn) {
  EXPECT_FALSE(SocketClient(server.port(), "https://evil.example").is_open());
  EXPECT_TRUE(SocketClient(server.port(), "https://ehr.example").is_open());
  EXPECT_TRUE(
      SocketClient(server.port(), "http://localhost:" + std::to_string(server.port())).is_open());
}

TEST_F(TileSocketTest, StopSaysGoingAwayToOpenSockets) {
  SocketClient client(server.port());
  client.send(wire::Open{1, 17, kSampleStudy});
  client.read<wire::Opened>();
  server.server().stop();
  EXPECT_EQ(client.close_code(), 1001U);
  server.stop();
}

TEST_F(TileSocketTest, StopDoesNotWaitForAClientThatDoesNotRead) {
  SocketClient stuck(server.port());
  stuck.send(wire::Open{1, 17, kSampleStudy});
  stuck.send(wire::Want{1, std::vector<wire::WantEntry>(20'000, wire::WantEntry{0, 1, 0, 2})});
  auto const started = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - started,
            std::chrono::seconds(5));  // shutdown_timeout is 1.5 s
}

}  // namespace
}  // namespace sightline::server
