#include "app/options.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

namespace sightline::server {
namespace {

std::optional<std::string> at_home(char const* name) {
  return std::string_view(name) == "HOME" ? std::optional<std::string>("/home/ada") : std::nullopt;
}

Result<Options> parse(std::vector<std::string> const& arguments) {
  return parse_options(arguments, at_home);
}
std::string refusal(std::vector<std::string> const& arguments) {
  auto const parsed = parse(arguments);
  return parsed ? "accepted" : parsed.error().detail;
}

class ConfigFile {
 public:
  explicit ConfigFile(std::string const& text) {
    std::string name =
        (std::filesystem::temp_directory_path() / "sightline-config-XXXXXX").string();
    int const fd = ::mkstemp(name.data());
    EXPECT_GE(fd, 0);
    path_ = name;
    std::ofstream(path_) << text;
  }
  ~ConfigFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(Options, DefaultsAreUsable) {
  auto const options = parse({"serve"});
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->command, Command::serve);
  EXPECT_EQ(options->store, "/home/ada/.local/share/sightline");
  EXPECT_EQ(options->host, "127.0.0.1");
  EXPECT_EQ(options->port, 8080);
  EXPECT_GE(options->workers, 1u);
  EXPECT_EQ(options->log_level, LogLevel::info);
}

TEST(Options, XdgDataHomeComesFirstWhenAbsolute) {
  auto const with = [](char const* value) {
    return parse_options({"list"}, [value](char const* name) {
      return std::string_view(name) == "XDG_DATA_HOME" ? std::optional<std::string>(value)
                                                       : at_home(name);
    });
  };
  EXPECT_EQ(with("/data")->store, "/data/sightline");
  EXPECT_EQ(with("relative")->store, "/home/ada/.local/share/sightline");
  EXPECT_FALSE(parse_options({"list"}, [](char const*) { return std::nullopt; }).has_value());
}

TEST(Options, FlagsStandAnywhereInBothForms) {
  auto const options = parse({"--store=/s", "serve", "--port", "0", "--allow-origin",
                              "https://a.example", "--allow-origin=http://b:81", "--log-level",
                              "debug", "--workers=3", "--host", "::1", "--assets", "web"});
  ASSERT_TRUE(options.has_value()) << options.error().detail;
  EXPECT_EQ(options->store, "/s");
  EXPECT_EQ(options->port, 0);
  EXPECT_EQ(options->allow_origin, (std::vector<std::string>{"https://a.example", "http://b:81"}));
  EXPECT_EQ(options->log_level, LogLevel::debug);
  EXPECT_EQ(options->workers, 3u);
  EXPECT_EQ(options->host, "::1");
}

TEST(Options, OperandsGoToTheCommand) {
  EXPECT_EQ(parse({"import", "a", "b"})->operands, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(parse({"import", "--", "--odd-name"})->operands,
            std::vector<std::string>{"--odd-name"});
  EXPECT_TRUE(parse({"list", "--json", "mueller"})->json);
  EXPECT_TRUE(parse({"remove", "-y", "1.2.3"})->yes);
}

TEST(Options, RefusalsSayWhatIsWrong) {
  EXPECT_NE(refusal({}).find("--help"), std::string::npos);
  EXPECT_NE(refusal({"launch"}).find("unknown command `launch`"), std::string::npos);
  EXPECT_NE(refusal({"serve", "--prot", "1"}).find("unknown flag --prot"), std::string::npos);
  EXPECT_NE(refusal({"serve", "--port"}).find("--port needs a value"), std::string::npos);
  EXPECT_NE(refusal({"serve", "--port", "65536"}).find("from 0 to 65535"), std::string::npos);
  EXPECT_NE(refusal({"serve", "--port", "80x"}).find("--port"), std::string::npos);
  EXPECT_NE(refusal({"serve", "--workers", "0"}).find("--workers"), std::string::npos);
  EXPECT_NE(refusal({"serve", "--log-level", "loud"}).find("one of"), std::string::npos);
  EXPECT_NE(refusal({"serve", "--allow-origin", "a.example"}).find("https://"), std::string::npos);
  EXPECT_NE(refusal({"serve", "--allow-origin", "https://a.example/path"}).find("without a path"),
            std::string::npos);
  EXPECT_NE(refusal({"import"}).find("import needs"), std::string::npos);
  EXPECT_NE(refusal({"remove"}).find("Study Instance UID"), std::string::npos);
  EXPECT_NE(refusal({"list", "--port", "1"}).find("not a flag of this command"), std::string::npos);
  EXPECT_NE(refusal({"serve", "--json"}).find("flag of list"), std::string::npos);
  EXPECT_NE(refusal({"serve", "extra"}).find("unexpected argument"), std::string::npos);
}

TEST(Options, UsersAndTokensAreAddedRemovedAndListed) {
  EXPECT_EQ(parse({"user", "add", "anna"})->operands, (std::vector<std::string>{"add", "anna"}));
  EXPECT_EQ(parse({"token", "list"})->command, Command::token);
  for (auto const& words : {std::vector<std::string>{"user"},
                            {"user", "add"},
                            {"token", "remove"},
                            {"user", "list", "anna"},
                            {"user", "rename", "anna"}})
    EXPECT_EQ(refusal(words), "say `add NAME`, `remove NAME` or `list`");
}

TEST(Options, HelpIsAskedForInManyWays) {
  for (std::vector<std::string> const& arguments : {std::vector<std::string>{"--help"},
                                                    {"-h"},
                                                    {"help"},
                                                    {"serve", "--help"},
                                                    {"help", "serve"}}) {
    auto const options = parse(arguments);
    ASSERT_TRUE(options.has_value());
    EXPECT_TRUE(options->help);
  }
  EXPECT_EQ(parse({"help", "import"})->command, Command::import);
  EXPECT_TRUE(parse({"--version"})->version);
}

TEST(Options, EveryCommandHasItsHelp) {
  for (auto const& [command, word] : {std::pair{Command::serve, "--port"},
                                      {Command::import, "PATH"},
                                      {Command::list, "--json"},
                                      {Command::remove, "--yes"},
                                      {Command::demo, "Demo^Sightline"},
                                      {Command::none, "import PATH"}}) {
    EXPECT_NE(help_text(command).find(word), std::string::npos);
  }
  EXPECT_EQ(help_text(Command::none).find("transcode"), std::string::npos)
      << "the worker is no command for people";
}

TEST(Options, AConfigurationFileHoldsTheSameNames) {
  ConfigFile const file(
      "# a comment\n\n  port = 9000 \nhost=::1\nallow-origin = https://a.example\nallow-origin = "
      "https://b.example\n");
  auto const options = parse({"serve", "--config", file.path(), "--port", "9001"});
  ASSERT_TRUE(options.has_value()) << options.error().detail;
  EXPECT_EQ(options->port, 9001) << "a flag wins";
  EXPECT_EQ(options->host, "::1");
  EXPECT_EQ(options->allow_origin.size(), 2u);
  EXPECT_TRUE(parse({"list", "--config", file.path()}).has_value()) << "one file for all commands";
}

TEST(Options, AWrongConfigurationFileNamesTheLine) {
  ConfigFile const unknown("port = 1\nprot = 2\n");
  EXPECT_NE(refusal({"serve", "--config", unknown.path()})
                .find("line 2: unknown key `prot`; known are store"),
            std::string::npos);
  ConfigFile const no_value("port\n");
  EXPECT_NE(refusal({"serve", "--config", no_value.path()}).find("line 1: expected `key = value`"),
            std::string::npos);
  ConfigFile const bad_value("port = many\n");
  EXPECT_NE(refusal({"serve", "--config", bad_value.path()}).find("line 1: --port"),
            std::string::npos);
  EXPECT_NE(refusal({"serve", "--config", "/no/such/file"}).find("cannot read"), std::string::npos);
}

TEST(Loopback, IsTheMachineItselfOnly) {
  for (char const* host : {"127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"})
    EXPECT_TRUE(is_loopback(host)) << host;
  for (char const* host : {"0.0.0.0", "::", "192.168.1.4", "127.0.0.1.example.com", "127.0.0",
                           "127.0.0.256", "127.0.0.1.1", "localhost.example", ""}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

}  // namespace
}  // namespace sightline::server
