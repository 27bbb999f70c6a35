#include "access/credentials.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "access/credential_file.hpp"
#include "app/temporary_folder.hpp"

namespace sightline::server {
namespace {

User make_user(std::string name) {
  User user{std::move(name), {{17, 8, 1}}};
  user.password.salt.fill(std::byte{0xab});
  user.password.key.fill(std::byte{0x01});
  return user;
}

std::string const kSalt(32, 'a'), kKey(64, '1');
std::string line_of(std::string const& name) {
  return "user " + name + " scrypt 17 8 1 " + kSalt + " " + kKey + "\n";
}

TEST(Credentials, AreReadAsTheyWereWritten) {
  Credentials written{{make_user("anna"), make_user("b.o+b@example")}, {{"pacs", {}}}};
  written.tokens[0].digest.fill(std::byte{7});
  Credentials const read = parse_credentials(encode_credentials(written)).value();
  ASSERT_EQ(read.users.size(), 2U);
  EXPECT_EQ(read.users[1].name, "b.o+b@example");
  EXPECT_EQ(read.users[0].password.cost.log2_n, 17U);
  EXPECT_EQ(read.users[0].password.salt, written.users[0].password.salt);
  EXPECT_EQ(read.users[0].password.key, written.users[0].password.key);
  ASSERT_NE(read.find_token(written.tokens[0].digest), nullptr);
  EXPECT_EQ(read.find_token({}), nullptr);
}

TEST(Credentials, AnotherPasswordIsAnotherCredential) {
  User const user = make_user("anna");
  User other = user;
  other.password.salt[0] = std::byte{0};
  EXPECT_NE(user.credential_id(), other.credential_id());
}

TEST(Credentials, WhatIsNoLineOfThemIsNamedByItsNumber) {
  std::string const head = "sightline credentials 1\n";
  for (std::string const& line :
       {std::string("user anna\n"), std::string("\n"), std::string("admin x sha256 00\n"),
        line_of("an/na"), line_of(""), "user anna scrypt 30 8 1 " + kSalt + " " + kKey + "\n",
        "user anna scrypt 17 8 1 " + kSalt + " " + kKey + "0\n",
        "user anna bcrypt 17 8 1 " + kSalt + " " + kKey + "\n", "token pacs sha256 " + kSalt + "\n",
        line_of("anna") + line_of("anna")}) {
    auto const read = parse_credentials(head + line_of("first") + line);
    ASSERT_FALSE(read) << line;
    EXPECT_EQ(read.error().code, Errc::corrupt);
    EXPECT_NE(read.error().detail.find("line "), std::string::npos);
  }
  EXPECT_EQ(parse_credentials("").error().code, Errc::corrupt);
  EXPECT_EQ(parse_credentials("sightline credentials 2\n").error().code, Errc::unsupported);
}

TEST(Credentials, NamesAreTheSameInEveryFileHeaderAndTerminal) {
  EXPECT_TRUE(is_credential_name("Anna.B-2@site_x"));
  for (std::string_view const name : {"", "a b", "a:b", "a\nb", "\xc3\xa4", "<b>", "\x1b[31m"})
    EXPECT_FALSE(is_credential_name(name)) << name;
  EXPECT_FALSE(is_credential_name(std::string(65, 'a')));
}

class CredentialFileTest : public ::testing::Test {
 protected:
  testing::TemporaryFolder folder;
  CredentialFile file{folder.path()};
};

TEST_F(CredentialFileTest, IsNobodyUntilThereIsOne) {
  EXPECT_TRUE(file.load().value().users.empty());
}

TEST_F(CredentialFileTest, AChangeIsWholeAndForItsOwnerOnly) {
  auto const before = file.mark();
  ASSERT_TRUE(file.change([](Credentials& all) -> Status {
    all.users.push_back(make_user("anna"));
    return {};
  }));
  EXPECT_NE(file.mark(), before);
  struct stat about{};
  ASSERT_EQ(::stat((folder.path() / "credentials").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  EXPECT_EQ(file.load().value().users.size(), 1U);
  auto const refused = file.change([](Credentials& all) -> Status {
    all.users.clear();
    return fail(Errc::not_found, "no");
  });
  EXPECT_EQ(refused.error().code, Errc::not_found);
  EXPECT_EQ(file.load().value().users.size(), 1U);
  for (auto const& entry : std::filesystem::directory_iterator(folder.path()))
    EXPECT_TRUE(entry.path().filename().string().starts_with("credentials"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 2);
}

TEST_F(CredentialFileTest, AFileThatOthersMayReadIsRefused) {
  std::ofstream(folder.path() / "credentials") << "sightline credentials 1\n";
  ::chmod((folder.path() / "credentials").c_str(), 0640);
  EXPECT_EQ(file.load().error().code, Errc::forbidden);
  ::chmod((folder.path() / "credentials").c_str(), 0600);
  EXPECT_TRUE(file.load());
}

}  // namespace
}  // namespace sightline::server
