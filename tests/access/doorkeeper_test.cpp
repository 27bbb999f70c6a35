#include "access/doorkeeper.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "app/temporary_folder.hpp"

namespace sightline::server {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kPassword = "correct horse battery", kAddress = "10.0.0.1";

class DoorkeeperTest : public ::testing::Test {
 protected:
  std::unique_ptr<Doorkeeper> open(bool always_asks = false) {
    DoorkeeperOptions options;
    options.store = folder.path();
    options.always_asks = always_asks;
    options.cost = {kLeastLog2N};
    options.now = [this] { return now; };
    return Doorkeeper::create(std::move(options)).value();
  }
  void put(std::string const& name, std::string_view password = kPassword) {
    auto const hash = hash_password(password, {kLeastLog2N}).value();
    auto const done = CredentialFile(folder.path()).change([&](Credentials& all) -> Status {
      std::erase_if(all.users, [&](User const& user) { return user.name == name; });
      all.users.push_back({name, hash});
      return {};
    });
    ASSERT_TRUE(done);
  }
  void remove_all() {
    auto const done = CredentialFile(folder.path()).change([](Credentials& all) -> Status {
      all = {};
      return {};
    });
    ASSERT_TRUE(done);
  }

  testing::TemporaryFolder folder;
  std::chrono::steady_clock::time_point now{1000s};
};

TEST_F(DoorkeeperTest, WithoutUsersOnLoopbackNobodyIsAskedFor) {
  auto const keeper = open();
  EXPECT_FALSE(keeper->asks());
  EXPECT_EQ(keeper->recognise({}, true).value().way, Identity::Way::nobody);
}

TEST_F(DoorkeeperTest, ElsewhereNobodyComesInUntilThereIsAUser) {
  auto const keeper = open(true);
  EXPECT_TRUE(keeper->asks());
  EXPECT_FALSE(keeper->recognise({}, true));
}

TEST_F(DoorkeeperTest, ASignInOpensASessionThatASignOutEnds) {
  put("anna");
  auto const keeper = open();
  auto const identity = keeper->sign_in("anna", kPassword, kAddress).value();
  std::string const token = keeper->start_session(identity).value();
  auto const known = keeper->recognise({.session_token = token}, true);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->name, "anna");
  EXPECT_TRUE(keeper->is_current(*known));
  keeper->end_session(token);
  EXPECT_FALSE(keeper->is_current(*known));
  EXPECT_FALSE(keeper->recognise({.session_token = token}, true));
}

TEST_F(DoorkeeperTest, WrongNamesAndPasswordsAreRefusedAlike) {
  put("anna");
  auto const keeper = open();
  auto const wrong_name = keeper->sign_in("anne", kPassword, kAddress);
  auto const wrong_password = keeper->sign_in("anna", "something else", kAddress);
  ASSERT_FALSE(wrong_name);
  ASSERT_FALSE(wrong_password);
  EXPECT_EQ(wrong_name.error().retry_after, wrong_password.error().retry_after);
}

TEST_F(DoorkeeperTest, GuessingWaitsAndTheOwnerComesInAfterwards) {
  put("anna");
  auto const keeper = open();
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(keeper->sign_in("anna", "guess", "10.0.0.2"));
  EXPECT_EQ(keeper->sign_in("anna", kPassword, kAddress).error().retry_after, 1s);
  now += 1s;
  EXPECT_TRUE(keeper->sign_in("anna", kPassword, kAddress));
}

TEST_F(DoorkeeperTest, ARightPasswordIsRememberedForAWhile) {
  put("anna");
  auto const keeper = open();
  Presented const basic{.user = "anna", .password = kPassword};
  EXPECT_FALSE(keeper->recognise(basic, true));
  ASSERT_TRUE(keeper->sign_in("anna", kPassword, kAddress));
  EXPECT_EQ(keeper->recognise(basic, true).value().way, Identity::Way::password);
  EXPECT_FALSE(keeper->recognise({.user = "anna", .password = "guess"}, true));
  now += 301s;
  EXPECT_FALSE(keeper->recognise(basic, true));
}

TEST_F(DoorkeeperTest, TokensComeInUntilTheyAreRevoked) {
  std::string const secret = make_token().value();
  ASSERT_TRUE(CredentialFile(folder.path()).change([&](Credentials& all) -> Status {
    all.tokens.push_back({"pacs", digest_of(secret)});
    return {};
  }));
  auto const keeper = open();
  EXPECT_TRUE(keeper->asks());
  auto const identity = keeper->recognise({.bearer_token = secret}, true);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->name, "pacs");
  EXPECT_FALSE(keeper->recognise({.bearer_token = "another"}, true));
  remove_all();
  EXPECT_TRUE(keeper->refresh().value());
  EXPECT_FALSE(keeper->is_current(*identity));
  EXPECT_FALSE(keeper->recognise({.bearer_token = secret}, true));
}

TEST_F(DoorkeeperTest, AUserWhoIsRemovedIsOutAndTheDoorStaysShut) {
  put("anna");
  auto const keeper = open();
  auto const identity = keeper->sign_in("anna", kPassword, kAddress).value();
  std::string const token = keeper->start_session(identity).value();
  EXPECT_FALSE(keeper->refresh().value());
  remove_all();
  EXPECT_TRUE(keeper->refresh().value());
  EXPECT_FALSE(keeper->recognise({.session_token = token}, true));
  EXPECT_FALSE(keeper->recognise({.user = "anna", .password = kPassword}, true));
  EXPECT_TRUE(keeper->asks());
  EXPECT_FALSE(keeper->recognise({}, true));
}

TEST_F(DoorkeeperTest, AnotherPasswordEndsTheSessionsOfTheOldOne) {
  put("anna");
  auto const keeper = open();
  std::string const token =
      keeper->start_session(keeper->sign_in("anna", kPassword, kAddress).value()).value();
  put("anna", "quite another one");
  EXPECT_TRUE(keeper->refresh().value());
  EXPECT_FALSE(keeper->recognise({.session_token = token}, true));
  EXPECT_FALSE(keeper->sign_in("anna", kPassword, kAddress));
  EXPECT_TRUE(keeper->sign_in("anna", "quite another one", kAddress));
}

TEST_F(DoorkeeperTest, AFirstUserShutsTheDoorWhileTheServerRuns) {
  auto const keeper = open();
  put("anna");
  EXPECT_TRUE(keeper->refresh().value());
  EXPECT_TRUE(keeper->asks());
  EXPECT_FALSE(keeper->is_current(Identity{}));
}

TEST_F(DoorkeeperTest, AFileThatCannotBeReadChangesNothing) {
  put("anna");
  auto const keeper = open();
  std::ofstream(folder.path() / "credentials") << "broken";
  EXPECT_EQ(keeper->refresh().error().code, Errc::corrupt);
  EXPECT_TRUE(keeper->sign_in("anna", kPassword, kAddress));
}

}  // namespace
}  // namespace sightline::server
