#include "app/doors.hpp"

#include <gtest/gtest.h>

namespace sightline::server {
namespace {

Options with(std::vector<std::string> flags) {
  flags.insert(flags.begin(), {"serve", "--store", "/s"});
  return parse_options(flags, [](char const*) { return std::nullopt; }).value();
}
std::string reason(std::vector<std::string> flags, bool knows_somebody) {
  return reason_not_to_serve(with(std::move(flags)), knows_somebody).value_or("");
}
bool says(std::string const& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string> const kTls{"--tls-cert", "c.pem", "--tls-key", "k.pem"};
std::vector<std::string> off_loopback(std::vector<std::string> more) {
  more.insert(more.end(), {"--host", "192.0.2.1"});
  return more;
}

TEST(Doors, LoopbackNeedsNothing) {
  EXPECT_EQ(reason({}, false), "");
  EXPECT_EQ(reason(kTls, false), "");
}

TEST(Doors, ElsewhereNothingIsSentWithoutTls) {
  for (bool const knows_somebody : {false, true}) {
    std::string const refusal = reason(off_loopback({}), knows_somebody);
    EXPECT_TRUE(says(refusal, "--tls-cert")) << refusal;
    EXPECT_TRUE(says(refusal, "--behind-proxy")) << refusal;
    EXPECT_TRUE(says(refusal, "ssh -L 8080:")) << refusal;
  }
}

TEST(Doors, ElsewhereNobodyIsServedUntilThereIsAUser) {
  EXPECT_TRUE(says(reason(off_loopback(kTls), false), "sightline user add NAME --store /s"));
  EXPECT_EQ(reason(off_loopback(kTls), true), "");
}

TEST(Doors, BehindAProxyLoopbackIsElsewhere) {
  EXPECT_TRUE(says(reason({"--behind-proxy", "127.0.0.1"}, false), "user add"));
  EXPECT_EQ(reason({"--behind-proxy", "127.0.0.1"}, true), "");
  EXPECT_EQ(reason(off_loopback({"--behind-proxy", "192.0.2.9"}), true), "");
}

TEST(Doors, EveryAddressNeedsAName) {
  std::vector<std::string> flags = kTls;
  flags.insert(flags.end(), {"--host", "0.0.0.0"});
  EXPECT_TRUE(says(reason(flags, true), "--allow-host"));
  flags.insert(flags.end(), {"--allow-host", "viewer.example"});
  EXPECT_EQ(reason(flags, true), "");
}

TEST(Doors, CertificateAndKeyBelongTogether) {
  EXPECT_TRUE(says(reason({"--tls-cert", "c.pem"}, true), "give both"));
  EXPECT_TRUE(says(reason({"--tls-key", "k.pem"}, true), "give both"));
}

TEST(Doors, ProxiesAreGivenOneByOneOrInAList) {
  EXPECT_EQ(with({"--behind-proxy", "10.0.0.1,::1", "--behind-proxy", "10.0.0.2"}).behind_proxy,
            (std::vector<std::string>{"10.0.0.1", "::1", "10.0.0.2"}));
  EXPECT_FALSE(parse_options({"serve", "--store", "/s", "--behind-proxy", "10.0.0.1,,10.0.0.2"},
                             [](char const*) { return std::nullopt; }));
}

}  // namespace
}  // namespace sightline::server
