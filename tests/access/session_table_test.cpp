#include "access/session_table.hpp"

#include <gtest/gtest.h>

namespace sightline::server {
namespace {

using namespace std::chrono_literals;

class SessionTableTest : public ::testing::Test {
 protected:
  std::chrono::steady_clock::time_point now{1000s};
  SessionTable table{{.idle = 60s, .longest = 200s, .max_sessions = 2}};
};

TEST_F(SessionTableTest, IsFoundByItsTokensDigestUntilItIsEnded) {
  std::string const token = table.start("anna", {}, now).value();
  EXPECT_EQ(table.find(digest_of(token), now, true).value().user, "anna");
  EXPECT_FALSE(table.find(digest_of(token + "x"), now, true));
  table.end(digest_of(token));
  EXPECT_FALSE(table.find(digest_of(token), now, true));
}

TEST_F(SessionTableTest, EndsWithoutUseAndAtItsLongest) {
  Sha256Digest const digest = digest_of(table.start("anna", {}, now).value());
  EXPECT_TRUE(table.find(digest, now + 60s, false));  // seen, not used
  EXPECT_FALSE(table.find(digest, now + 61s, false));
  Sha256Digest const used = digest_of(table.start("anna", {}, now).value());
  for (auto later = 50s; later <= 200s; later += 50s)
    EXPECT_TRUE(table.find(used, now + later, true)) << later.count();
  EXPECT_FALSE(table.find(used, now + 201s, true));
}

TEST_F(SessionTableTest, AFullTableEndsTheOneThatWasUnusedLongest) {
  Sha256Digest const first = digest_of(table.start("anna", {}, now).value());
  Sha256Digest const second = digest_of(table.start("bert", {}, now + 1s).value());
  EXPECT_TRUE(table.find(first, now + 2s, true));
  Sha256Digest const third = digest_of(table.start("cleo", {}, now + 3s).value());
  EXPECT_TRUE(table.find(first, now + 3s, false));
  EXPECT_FALSE(table.find(second, now + 3s, false));
  EXPECT_TRUE(table.find(third, now + 3s, false));
}

TEST_F(SessionTableTest, EndsWithItsPassword) {
  Credentials known;
  known.users.push_back({"anna", {}});
  auto const id = known.users[0].credential_id();
  Sha256Digest const kept = digest_of(table.start("anna", id, now).value());
  Sha256Digest const gone = digest_of(table.start("bert", id, now).value());
  table.keep_only(known);
  EXPECT_TRUE(table.find(kept, now, false));
  EXPECT_FALSE(table.find(gone, now, false));
  known.users[0].password.salt[0] = std::byte{1};
  table.keep_only(known);
  EXPECT_FALSE(table.find(kept, now, false));
}

}  // namespace
}  // namespace sightline::server
