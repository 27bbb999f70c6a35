#include "wire/tile_frame.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "fixture.hpp"

namespace sightline::wire {
namespace {

using wire_test::fixture_files;
using wire_test::read_bytes;
using wire_test::read_text;

std::string line(char const* field, std::string const& value) {
  return std::string(field) + "=" + value + "\n";
}
std::string line(char const* field, std::uint64_t value) {
  return line(field, std::to_string(value));
}
std::string levels(std::uint8_t first, std::uint8_t last) {
  return std::to_string(first) + "," + std::to_string(last);
}

std::string hex(std::span<std::byte const> bytes) {
  std::string digits;
  for (std::byte const b : bytes) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", std::to_integer<unsigned>(b));
    digits += two;
  }
  return digits;
}

/// A message in the words of the fixtures' .txt files.
struct Describe {
  std::string operator()(Open const& m) const {
    return "type=open\n" + line("slot", m.slot) + line("revision", m.revision) +
           line("study", m.study_instance_uid);
  }
  std::string operator()(Want const& m) const {
    std::string text = "type=want\n" + line("epoch", m.epoch);
    for (WantEntry const& e : m.entries) {
      text += line("entry", std::to_string(e.frame) + "," + std::to_string(e.slot) + "," +
                                levels(e.first_level, e.last_level));
    }
    return text;
  }
  std::string operator()(Close const& m) const { return "type=close\n" + line("slot", m.slot); }
  std::string operator()(Opened const& m) const {
    return "type=opened\n" + line("slot", m.slot) + line("frames", m.frame_count) +
           line("revision", m.revision);
  }
  std::string operator()(Tile const& m) const {
    return "type=tile\n" + line("slot", m.slot) + line("epoch", m.epoch) + line("frame", m.frame) +
           line("levels", levels(m.first_level, m.last_level)) + line("offset", m.offset_bytes) +
           line("payload", hex(m.payload));
  }
  std::string operator()(Refused const& m) const {
    return "type=refused\n" + line("slot", m.slot) + line("epoch", m.epoch) +
           line("frame", m.frame) + line("code", errc_name(m.code)) + line("detail", m.detail);
  }
  std::string operator()(Done const& m) const { return "type=done\n" + line("epoch", m.epoch); }
  std::string operator()(Changed const& m) const {
    return "type=changed\n" + line("slot", m.slot) + line("revision", m.revision);
  }
};

bool is_client_message(std::vector<std::byte> const& bytes) {
  return !bytes.empty() && bytes[0] < std::byte{0x80};
}

template <class Message>
void expect_golden(Result<Message> const& message, std::vector<std::byte> const& bytes,
                   std::string const& description) {
  ASSERT_TRUE(message) << message.error().detail;
  EXPECT_EQ(std::visit(Describe{}, *message), description);
  EXPECT_EQ(hex(encode(*message)), hex(bytes));
}

TEST(TileFrameGolden, EveryFileParsesAndEncodesToItsBytes) {
  auto const files = fixture_files("golden", ".bin");
  ASSERT_GE(files.size(), 12u);
  for (auto path : files) {
    SCOPED_TRACE(path.filename().string());
    auto const bytes = read_bytes(path);
    std::string const description = read_text(path.replace_extension(".txt"));
    if (is_client_message(bytes)) {
      expect_golden(parse_client_message(bytes), bytes, description);
    } else {
      expect_golden(parse_server_message(bytes), bytes, description);
    }
  }
}

TEST(TileFrameNegative, EveryFileFailsWithTheCodeInItsName) {
  auto const files = fixture_files("negative", ".bin");
  ASSERT_GE(files.size(), 45u);
  for (auto const& path : files) {
    SCOPED_TRACE(path.filename().string());
    std::string const name = path.stem().string();
    auto const bytes = read_bytes(path);
    auto const side = name.find("_client_");
    bool const client = side != std::string::npos;
    Error error;
    if (client) {
      auto const message = parse_client_message(bytes);
      ASSERT_FALSE(message);
      error = message.error();
    } else {
      auto const message = parse_server_message(bytes);
      ASSERT_FALSE(message);
      error = message.error();
    }
    EXPECT_EQ(errc_name(error.code), name.substr(0, client ? side : name.find("_server_")));
  }
}

TEST(TileFrameGolden, NoPrefixOfAMessageIsAMessage) {
  for (auto const& path : fixture_files("golden", ".bin")) {
    SCOPED_TRACE(path.filename().string());
    auto const bytes = read_bytes(path);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      std::span<std::byte const> const prefix(bytes.data(), size);
      EXPECT_FALSE(is_client_message(bytes) ? parse_client_message(prefix).has_value()
                                            : parse_server_message(prefix).has_value());
    }
  }
}

TEST(TileFrame, PayloadIsAViewIntoTheMessage) {
  auto const bytes = read_bytes(wire_test::fixture_folder() / "golden" / "tile.bin");
  auto const message = parse_server_message(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(std::get<Tile>(*message).payload.data(), bytes.data() + kTileHeaderBytes);
}

TEST(TileFrame, HeaderAloneIsTheBeginningOfTheWholeMessage) {
  std::vector<std::byte> const payload(5, std::byte{9});
  Tile const tile{7, 8, 9, 10, 0, 2, payload};
  auto const header = encode_tile_header(tile);
  auto whole = encode(ServerMessage(tile));
  ASSERT_EQ(header.size(), kTileHeaderBytes);
  whole.resize(kTileHeaderBytes);
  EXPECT_EQ(header, whole);
}

TEST(TileFrame, WantsUpToTheLimitAreRead) {
  Limits limits;
  limits.max_wants = 3;
  Want want{1, {{0, 0, 0, 0}, {1, 0, 0, 0}, {2, 0, 0, 0}}};
  EXPECT_TRUE(parse_client_message(encode(ClientMessage(want)), limits));
  want.entries.push_back({3, 0, 0, 0});
  auto const refused = parse_client_message(encode(ClientMessage(want)), limits);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit_exceeded);
}

TEST(TileFrame, RefusedTextThatIsNoUtf8IsRepairedBeforeItIsSent) {
  auto const message = parse_server_message(encode(ServerMessage(Refused{1, 2, 3, Errc::corrupt,
                                                                         "a\xFF"
                                                                         "b"})));
  ASSERT_TRUE(message);
  EXPECT_EQ(std::get<Refused>(*message).detail,
            "a\xEF\xBF\xBD"
            "b");
}

}  // namespace
}  // namespace sightline::wire
