#include "net/gate.hpp"

#include <gtest/gtest.h>

#include "app/temporary_folder.hpp"
#include "base/base64.hpp"

namespace sightline::server {
namespace {

constexpr std::string_view kPassword = "correct horse battery";

Request make_request(std::string target, std::vector<Header> headers = {}) {
  Request request;
  request.target = std::move(target);
  request.headers = std::move(headers);
  return request;
}

std::string basic(std::string const& text) {
  return "Basic " + base64(std::as_bytes(std::span(text.data(), text.size())));
}

std::string header_of(Response const& response, std::string_view name) {
  std::string all;
  for (Header const& header : response.headers) {
    if (header.name == name) all += header.value + "|";
  }
  return all;
}

class GateTest : public ::testing::Test {
 protected:
  GateTest() {
    auto const hash = hash_password(kPassword, {kLeastLog2N}).value();
    token = make_token().value();
    auto const done = CredentialFile(folder.path()).change([&](Credentials& all) -> Status {
      all.users.push_back({"anna", hash});
      all.tokens.push_back({"pacs", digest_of(token)});
      return {};
    });
    EXPECT_TRUE(done);
    doorkeeper = Doorkeeper::create({.store = folder.path()}).value();
    session =
        doorkeeper->start_session(doorkeeper->sign_in("anna", kPassword, "::1").value()).value();
  }
  Passage pass(Route const& route, std::string target, std::vector<Header> headers = {}) {
    return allow(make_request(std::move(target), std::move(headers)), route, *doorkeeper, page);
  }
  Response refused(Route const& route, std::string target, std::vector<Header> headers = {}) {
    return std::get<Response>(pass(route, std::move(target), std::move(headers)));
  }

  testing::TemporaryFolder folder;
  std::unique_ptr<Doorkeeper> doorkeeper;
  std::string token, session;
  SignInPage page =
      SignInPage::parse("<!--sightline:problem-->[sightline:to][sightline:user]").value();
};

TEST_F(GateTest, OnlyThePagesOwnFilesAndTheSignInAreForEverybody) {
  for (Route const& route : {Route{Asset{}}, Route{SignInForm{}}, Route{SignIn{}}, Route{SignOut{}},
                             Route{Capabilities{}}})
    EXPECT_TRUE(std::holds_alternative<Identity>(pass(route, "/x"))) << route_pattern(route);
  for (Route const& route :
       {Route{ListPage{}}, Route{ViewPage{}}, Route{StudyList{}}, Route{StudyManifest{}},
        Route{ServerStatus{}}, Route{TileStream{}}, Route{TileSocketUpgrade{}}, Route{Rendered{}},
        Route{QidoSearch{}}, Route{WadoRetrieve{}}, Route{StowStore{}}, Route{WhoAmI{}}})
    EXPECT_EQ(refused(route, "/x").status, 401U) << route_pattern(route);
}

TEST_F(GateTest, ASessionATokenAndAKnownPasswordPass) {
  Route const route = StudyList{};
  auto const by = [&](std::string name, std::string value) {
    auto const passage = pass(route, "/api/studies", {{std::move(name), std::move(value)}});
    auto const* const identity = std::get_if<Identity>(&passage);
    return identity == nullptr ? std::string() : identity->name;
  };
  EXPECT_EQ(by("cookie", "__Host-sightline=" + session), "anna");
  EXPECT_EQ(by("cookie", "theme=dark; __Host-sightline=" + session + "; more=1"), "anna");
  EXPECT_EQ(by("authorization", "bearer " + token), "pacs");
  EXPECT_EQ(by("authorization", basic("anna:" + std::string(kPassword))), "anna");
}

TEST_F(GateTest, NothingElsePasses) {
  Route const route = StudyList{};
  for (Header const& header :
       std::vector<Header>{{"cookie", "sightline=" + session},
                           {"cookie", "__Host-sightlinE=" + session},
                           {"cookie", "__Host-sightline=" + session + "x"},
                           {"cookie", "__Host-sightline="},
                           {"cookie", "__Host-sightline"},
                           {"authorization", "Bearer " + session},
                           {"authorization", "Bearer"},
                           {"authorization", "Bearer "},
                           {"authorization", "Token " + token},
                           {"authorization", token},
                           {"authorization", "Basic !!!"},
                           {"authorization", basic("anna")},
                           {"authorization", basic(":" + std::string(kPassword))},
                           {"authorization", basic("an na:" + std::string(kPassword))},
                           {"authorization", basic("anna:" + std::string(1025, 'x'))}}) {
    EXPECT_EQ(refused(route, "/api/studies", {header}).status, 401U) << header.value;
  }
  // Two of a header are none: which one would a proxy have meant?
  EXPECT_EQ(refused(route, "/api/studies",
                    {{"authorization", "Bearer " + token}, {"authorization", "Bearer " + token}})
                .status,
            401U);
}

TEST_F(GateTest, APasswordThatIsNotKnownYetHasToBeChecked) {
  auto const passage =
      pass(StudyList{}, "/api/studies", {{"authorization", basic("anna:guess:with:colons")}});
  auto const* const check = std::get_if<PasswordToCheck>(&passage);
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->user, "anna");
  EXPECT_EQ(check->password, "guess:with:colons");
}

TEST_F(GateTest, PagesBecomeTheSignInThatComesBack) {
  Response const response = refused(ViewPage{"1.2.3"}, "/view/1.2.3");
  EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
  EXPECT_TRUE(response.has_form);
  auto const body = response.body.bytes();
  std::string const text(reinterpret_cast<char const*>(body.data()), body.size());
  EXPECT_EQ(text, "[/view/1.2.3][]");
  EXPECT_EQ(header_of(response, "WWW-Authenticate"), "Bearer realm=\"Sightline\"|");
}

TEST_F(GateTest, BasicIsAskedForWhereNoBrowserWouldOpenAWindow) {
  Route const route = QidoSearch{};
  std::string const both =
      "Bearer realm=\"Sightline\"|Basic realm=\"Sightline\", charset=\"UTF-8\"|";
  std::string const bearer = "Bearer realm=\"Sightline\"|";
  auto const challenge = [&](std::string target, std::vector<Header> headers) {
    return header_of(refused(route, std::move(target), std::move(headers)), "WWW-Authenticate");
  };
  EXPECT_EQ(challenge("/dicom-web/studies", {}), both);
  EXPECT_EQ(challenge("/dicom-web/studies", {{"sec-fetch-site", "same-origin"}}), bearer);
  EXPECT_EQ(challenge("/dicom-web/studies", {{"origin", "https://viewer.example"}}), bearer);
  EXPECT_EQ(challenge("/dicom-web/studies", {{"cookie", "a=b"}}), bearer);
  EXPECT_EQ(challenge("/wado?requestType=WADO", {}), both);
  EXPECT_EQ(challenge("/api/studies", {}), bearer);
}

TEST_F(GateTest, WhoMustWaitIsToldHowLong) {
  SignInRefused const wait{SignInRefused::Why::too_many, std::chrono::seconds(8)};
  Request const request = make_request("/dicom-web/studies");
  Response const waits = turn_away(request, QidoSearch{}, page, wait);
  EXPECT_EQ(waits.status, 429U);
  EXPECT_EQ(header_of(waits, "Retry-After"), "8|");
  SignInRefused const busy{SignInRefused::Why::busy, std::chrono::seconds(2)};
  EXPECT_EQ(turn_away(request, QidoSearch{}, page, busy).status, 503U);
  EXPECT_EQ(sign_in_page(page, "/", "anna", wait).status, 429U);
}

}  // namespace
}  // namespace sightline::server
