#include "net/tile_session.hpp"

#include <gtest/gtest.h>

namespace sightline::server {
namespace {

/// A study of `count` frames, each with levels that end at 10, 30 and 100.
StudyHandle make_study(std::string uid, std::uint64_t revision, std::uint32_t count) {
  StudyTable table;
  table.study_instance_uid = std::move(uid);
  table.manifest.revision = revision;
  for (std::uint32_t i = 0; i < count; ++i) {
    wire::ManifestInstance instance;
    instance.instance.number_of_frames = 1;
    wire::StreamIndex stream;
    stream.encoding = codec::Encoding::htj2k;
    stream.level_ends = {10, 30, 100};
    instance.streams = {stream};
    table.manifest.instances.push_back(std::move(instance));
    table.frames.push_back({i, 0});
  }
  return std::make_shared<StudyTable const>(std::move(table));
}

wire::ServerMessage parse(TileSession::Step const& step) {
  auto const* const send = std::get_if<TileSession::Send>(&step);
  if (send == nullptr) throw std::logic_error("not a message");
  return wire::parse_server_message(send->message).value();
}

class TileSessionTest : public testing::Test {
 protected:
  void open(std::uint16_t slot, std::uint32_t frames = 8) {
    ASSERT_TRUE(session.receive(wire::Open{slot, 17, "1.2.3"}));
    TileSession::Step const step = session.next();
    auto const& request = std::get<TileSession::LoadStudy>(step);
    EXPECT_EQ(request.study_instance_uid, "1.2.3");
    session.study_loaded(request, make_study("1.2.3", 17, frames));
    auto const opened = std::get<wire::Opened>(parse(session.next()));
    EXPECT_EQ(opened.slot, slot);
    EXPECT_EQ(opened.frame_count, frames);
  }
  void want(std::uint32_t epoch, std::vector<wire::WantEntry> entries) {
    ASSERT_TRUE(session.receive(wire::Want{epoch, std::move(entries)}));
  }
  TileSession::LoadTile next_tile() { return std::get<TileSession::LoadTile>(session.next()); }
  bool waits() { return std::holds_alternative<TileSession::Wait>(session.next()); }

  TileSession session{4};
};

TEST_F(TileSessionTest, TilesComeInTheOrderOfTheListThenDoneOnce) {
  open(1);
  want(5, {{3, 1, 0, 0}, {2, 1, 0, 1}, {3, 1, 0, 0}});
  EXPECT_EQ(next_tile().entry.frame, 3U);
  EXPECT_EQ(next_tile().entry.frame, 2U);
  EXPECT_EQ(next_tile().entry.frame, 3U);  // asked for twice, sent twice
  EXPECT_EQ(std::get<wire::Done>(parse(session.next())).epoch, 5U);
  EXPECT_TRUE(waits());
}

TEST_F(TileSessionTest, AnEmptyListIsDoneAtOnce) {
  want(1, {});
  EXPECT_EQ(std::get<wire::Done>(parse(session.next())).epoch, 1U);
  EXPECT_TRUE(waits());
}

TEST_F(TileSessionTest, ANewEpochReplacesWhatIsLeftAndDropsTheTileInHand) {
  open(1);
  want(1, {{0, 1, 0, 0}, {1, 1, 0, 0}, {2, 1, 0, 0}});
  TileSession::LoadTile const in_hand = next_tile();
  EXPECT_TRUE(session.is_current(in_hand));
  want(2, {{7, 1, 0, 2}});
  EXPECT_FALSE(session.is_current(in_hand));
  session.tile_failed(in_hand, Error{Errc::io, 0, ""});  // nobody waits for it any more
  TileSession::LoadTile const next = next_tile();
  EXPECT_EQ(next.entry.frame, 7U);
  EXPECT_EQ(next.epoch, 2U);
  EXPECT_EQ(std::get<wire::Done>(parse(session.next())).epoch, 2U);  // epoch 1 never gets one
}

TEST_F(TileSessionTest, AnEpochThatDoesNotGrowBreaksTheProtocol) {
  want(7, {});
  EXPECT_EQ(session.receive(wire::Want{7, {}}).error().code, Errc::invalid_argument);
  EXPECT_EQ(session.receive(wire::Want{6, {}}).error().code, Errc::invalid_argument);
  EXPECT_TRUE(session.receive(wire::Want{8, {}}));
}

TEST_F(TileSessionTest, OneStudyTooManyBreaksTheProtocolButReopeningASlotDoesNot) {
  for (std::uint16_t slot = 0; slot < 4; ++slot) open(slot);
  EXPECT_EQ(session.receive(wire::Open{4, 17, "1.2.3"}).error().code, Errc::limit_exceeded);
  open(2);
  ASSERT_TRUE(session.receive(wire::Close{0}));
  open(4);
}

TEST_F(TileSessionTest, AnOldRevisionIsAnsweredByChangedAndNothingElse) {
  ASSERT_TRUE(session.receive(wire::Open{9, 16, "1.2.3"}));
  TileSession::Step const step = session.next();
  session.study_loaded(std::get<TileSession::LoadStudy>(step), make_study("1.2.3", 17, 8));
  auto const changed = std::get<wire::Changed>(parse(session.next()));
  EXPECT_EQ(changed.slot, 9);
  EXPECT_EQ(changed.revision, 17U);
  EXPECT_TRUE(waits());
  want(1, {{0, 9, 0, 0}, {1, 9, 0, 0}});
  EXPECT_EQ(std::get<wire::Done>(parse(session.next())).epoch, 1U);
  EXPECT_TRUE(session.watched().empty());
}

TEST_F(TileSessionTest, AStudyThatIsNotThereIsRefusedAsAWhole) {
  ASSERT_TRUE(session.receive(wire::Open{1, 17, "9.9"}));
  TileSession::Step const step = session.next();
  session.study_loaded(std::get<TileSession::LoadStudy>(step),
                       fail(Errc::not_found, "secret path"));
  auto const refused = std::get<wire::Refused>(parse(session.next()));
  EXPECT_EQ(refused.frame, 0xFFFFFFFFU);
  EXPECT_EQ(refused.code, Errc::not_found);
  EXPECT_EQ(refused.detail, "not_found");  // the store's own words stay here
  EXPECT_TRUE(waits());
}

TEST_F(TileSessionTest, WantsOfASlotThatIsNotOpenAreRefusedOncePerEpoch) {
  open(1);
  want(1, {{0, 5, 0, 0}, {1, 5, 0, 0}, {3, 1, 0, 0}, {2, 5, 0, 0}});
  auto const refused = std::get<wire::Refused>(parse(session.next()));
  EXPECT_EQ(refused.slot, 5);
  EXPECT_EQ(refused.frame, 0xFFFFFFFFU);
  EXPECT_EQ(next_tile().entry.frame, 3U);
  EXPECT_TRUE(std::holds_alternative<wire::Done>(parse(session.next())));
}

TEST_F(TileSessionTest, AWantSentRightAfterOpenWaitsForTheStudy) {
  ASSERT_TRUE(session.receive(wire::Open{1, 17, "1.2.3"}));
  want(1, {{4, 1, 0, 0}});
  TileSession::Step const step = session.next();
  session.study_loaded(std::get<TileSession::LoadStudy>(step), make_study("1.2.3", 17, 8));
  EXPECT_TRUE(std::holds_alternative<wire::Opened>(parse(session.next())));
  EXPECT_EQ(next_tile().entry.frame, 4U);
}

TEST_F(TileSessionTest, AFailedTileIsRefusedBeforeTheNextOne) {
  open(1);
  want(3, {{0, 1, 0, 0}, {1, 1, 0, 0}});
  session.tile_failed(next_tile(), Error{Errc::pending, 0, ""});
  auto const refused = std::get<wire::Refused>(parse(session.next()));
  EXPECT_EQ(refused.frame, 0U);
  EXPECT_EQ(refused.epoch, 3U);
  EXPECT_EQ(refused.code, Errc::pending);
  EXPECT_EQ(next_tile().entry.frame, 1U);
}

TEST_F(TileSessionTest, CloseDropsTheSlotsWantsAndKeepsTheOthers) {
  open(1);
  open(2);
  want(1, {{0, 1, 0, 0}, {1, 1, 0, 0}, {5, 2, 0, 0}, {2, 1, 0, 0}});
  TileSession::LoadTile const in_hand = next_tile();
  ASSERT_TRUE(session.receive(wire::Close{1}));
  EXPECT_FALSE(session.is_current(in_hand));
  EXPECT_EQ(next_tile().entry.frame, 5U);
  EXPECT_TRUE(std::holds_alternative<wire::Done>(parse(session.next())));
}

TEST_F(TileSessionTest, AnAnswerForASlotThatWasOpenedAgainIsIgnored) {
  ASSERT_TRUE(session.receive(wire::Open{1, 17, "1.2.3"}));
  TileSession::Step const first = session.next();
  ASSERT_TRUE(session.receive(wire::Open{1, 20, "4.5.6"}));
  session.study_loaded(std::get<TileSession::LoadStudy>(first), make_study("1.2.3", 17, 8));
  TileSession::Step const second = session.next();
  EXPECT_EQ(std::get<TileSession::LoadStudy>(second).study_instance_uid, "4.5.6");
}

TEST_F(TileSessionTest, ANewerRevisionIsAnnouncedOnceAndTheOldTableStillServes) {
  open(1);
  std::vector<TileSession::Watched> const watched = session.watched();
  ASSERT_EQ(watched.size(), 1U);
  session.revision_seen(watched[0], 17);
  EXPECT_TRUE(waits());
  session.revision_seen(watched[0], 18);
  session.revision_seen(watched[0], 18);
  auto const changed = std::get<wire::Changed>(parse(session.next()));
  EXPECT_EQ(changed.revision, 18U);
  EXPECT_TRUE(waits());
  want(1, {{0, 1, 0, 0}});
  EXPECT_EQ(next_tile().study->revision(), 17U);
}

TEST(StreamRange, IsTheBytesOfTheLevelsAndNothingForWhatIsNotThere) {
  StudyHandle const study = make_study("1", 1, 2);
  EXPECT_EQ(stream_range(*study, {0, 0, 0, 0})->last, 10U);
  EXPECT_EQ(stream_range(*study, {1, 0, 1, 2})->first, 10U);
  EXPECT_EQ(stream_range(*study, {1, 0, 1, 2})->last, 100U);
  EXPECT_FALSE(stream_range(*study, {2, 0, 0, 0}));
  EXPECT_FALSE(stream_range(*study, {0, 0, 0, 3}));
  EXPECT_FALSE(stream_range(*study, {0, 0, 2, 1}));
}

}  // namespace
}  // namespace sightline::server
