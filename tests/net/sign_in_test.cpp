// Signing in over a real socket: the form, the cookie, Basic and Bearer, and what ends with a
// session.
#include <gtest/gtest.h>

#include "base/base64.hpp"
#include "raw_client.hpp"
#include "running_server.hpp"
#include "socket_client.hpp"

namespace sightline::server {
namespace {

constexpr std::string_view kPassword = "correct horse battery";

std::string get(std::string_view target, std::string const& more = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
}

std::string post(std::string_view target, std::string const& body,
                 std::string const& more = "Origin: http://localhost\r\n") {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" +
         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + more + "\r\n" + body;
}

std::string form(std::string_view password, std::string_view to = "/") {
  return "user=anna&password=" + std::string(password) + "&to=" + std::string(to);
}

std::string authorization(std::string const& password) {
  std::string const text = "anna:" + password;
  return "Authorization: Basic " + base64(std::as_bytes(std::span(text.data(), text.size()))) +
         "\r\n";
}

class SignInTest : public ::testing::Test {
 protected:
  SignInTest() { set_password(kPassword); }

  void set_password(std::string_view password) {
    auto const hash = hash_password(password, {kLeastLog2N}).value();
    change([&](Credentials& all) { all.users = {{"anna", hash}}; });
  }
  void change(std::function<void(Credentials&)> const& edit) {
    auto const done = CredentialFile(server.store.folder).change([&](Credentials& all) -> Status {
      edit(all);
      return {};
    });
    EXPECT_TRUE(done);
    static_cast<void>(server.doorkeeper->refresh());
  }
  RawAnswer ask(std::string const& bytes) {
    RawClient client(server.port());
    client.send(bytes);
    return client.read_answer();
  }
  /// "Cookie: …" of a new session.
  std::string sign_in() {
    RawAnswer const answer = ask(post("/login", form("correct+horse+battery")));
    std::string const cookie = answer.headers.at("set-cookie");
    return "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
  }

  RunningServer server;
};

TEST_F(SignInTest, TheFormOpensASessionAndComesBackToThePage) {
  std::string const page = std::string("/view/") + kSampleStudy;
  RawAnswer const shut = ask(get(page));
  EXPECT_EQ(shut.status, 401U);
  EXPECT_NE(shut.body.find("value=\"" + page + "\""), std::string::npos);
  EXPECT_EQ(shut.body.find("Sentinel"), std::string::npos);
  EXPECT_NE(shut.headers.at("content-security-policy").find("form-action 'self'"),
            std::string::npos);
  EXPECT_EQ(shut.headers.at("referrer-policy"), "same-origin");

  RawAnswer const in = ask(post("/login", form("correct+horse+battery", page)));
  EXPECT_EQ(in.status, 303U);
  EXPECT_EQ(in.headers.at("location"), page);
  std::string const cookie = in.headers.at("set-cookie");
  EXPECT_TRUE(cookie.starts_with("__Host-sightline="));
  EXPECT_TRUE(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"));
  std::string const sent = "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
  EXPECT_EQ(ask(get(page, sent)).status, 200U);
  EXPECT_EQ(ask(get("/api/session", sent)).body, R"({"user":"anna"})");
}

TEST_F(SignInTest, WithoutItEverythingThatShowsAStudyIs401) {
  std::string const study = std::string("/dicom-web/studies/") + kSampleStudy;
  for (std::string const& target :
       {std::string("/"), std::string("/api/studies"), std::string("/api/status"),
        std::string("/api/studies/") + kSampleStudy + "/manifest",
        "/tiles/" + sample_hash(0) + "/1", std::string("/dicom-web/studies"), study,
        study + "/metadata", study + "/thumbnail"}) {
    EXPECT_EQ(ask(get(target)).status, 401U) << target;
  }
  EXPECT_EQ(ask(get("/assets/main-1a2B3c4D.js")).status, 200U);
  EXPECT_EQ(ask(get("/login")).status, 200U);
  EXPECT_EQ(ask(post("/dicom-web/studies", "x")).status, 401U);
}

TEST_F(SignInTest, ItComesBackToOurOwnPagesOnly) {
  for (std::string_view const to :
       {"https://evil.example/", "//evil.example", "/\\evil.example", "/view/../x", "/api/studies",
        "/login", "javascript:alert(1)", "/view/1.2%250d%250aX:1", "/?x=1", ""}) {
    RawAnswer const answer = ask(post("/login", form("correct+horse+battery", to)));
    EXPECT_EQ(answer.status, 303U) << to;
    EXPECT_EQ(answer.headers.at("location"), "/") << to;
  }
}

TEST_F(SignInTest, AWrongPasswordKeepsThePageAndTheName) {
  RawAnswer const answer = ask(post("/login", form("wrong", "/view/1.2.3")));
  EXPECT_EQ(answer.status, 401U);
  EXPECT_EQ(answer.headers.count("set-cookie"), 0U);
  EXPECT_NE(answer.body.find("not right"), std::string::npos);
  EXPECT_NE(answer.body.find(R"(value="/view/1.2.3")"), std::string::npos);
  EXPECT_NE(answer.body.find(R"(value="anna")"), std::string::npos);
}

TEST_F(SignInTest, AHostileNameIsText) {
  RawAnswer const answer =
      ask(post("/login", "user=%22%3E%3Cscript%3Ex%3C/script%3E&password=guess&to=/"));
  EXPECT_EQ(answer.status, 401U);
  EXPECT_EQ(answer.body.find("<script"), std::string::npos);
  EXPECT_NE(answer.body.find("&quot;&gt;&lt;script&gt;"), std::string::npos);
}

TEST_F(SignInTest, GuessingIsSlowedDown) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask(post("/login", form("wrong"))).status, 401U);
  RawAnswer const answer = ask(post("/login", form("correct+horse+battery")));
  EXPECT_EQ(answer.status, 429U);
  EXPECT_GE(std::stoi(answer.headers.at("retry-after")), 1);
  EXPECT_EQ(ask(get("/dicom-web/studies", authorization("wrong"))).status, 429U);
}

TEST_F(SignInTest, AForeignPageCanNeitherSignInNorOut) {
  std::string const cookie = sign_in();
  for (std::string const& origin :
       {std::string("Origin: https://evil.example\r\n"), std::string("Origin: null\r\n"),
        std::string("Origin: https://ehr.example\r\n"), std::string()}) {
    EXPECT_EQ(ask(post("/login", form("correct+horse+battery"), origin)).status, 403U) << origin;
    EXPECT_EQ(ask(post("/logout", "", origin + cookie)).status, 403U) << origin;
  }
  EXPECT_EQ(ask(get("/", cookie)).status, 200U);
}

TEST_F(SignInTest, TheFormIsBoundedAndMustBeOne) {
  EXPECT_EQ(ask(post("/login", std::string(9000, 'a'))).status, 413U);
  EXPECT_EQ(ask(post("/login", "user=anna")).status, 400U);
  EXPECT_EQ(ask(post("/login", "user=anna&password=%zz")).status, 400U);
  EXPECT_EQ(ask("POST /login HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
                "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
                .status,
            415U);
  EXPECT_EQ(
      ask("POST /login HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\r\n").status,
      411U);
}

TEST_F(SignInTest, ASignOutEndsTheSessionAndWhatIsCached) {
  std::string const cookie = sign_in();
  RawAnswer const out = ask(post("/logout", "", "Origin: http://localhost\r\n" + cookie));
  EXPECT_EQ(out.status, 204U);
  EXPECT_TRUE(out.headers.at("set-cookie").ends_with("; Max-Age=0"));
  EXPECT_EQ(out.headers.at("clear-site-data"), "\"cache\", \"storage\"");
  EXPECT_EQ(ask(get("/", cookie)).status, 401U);
}

TEST_F(SignInTest, AnOpenSocketEndsWithItsSession) {
  std::string const cookie = sign_in();
  EXPECT_FALSE(SocketClient(server.port()).is_open());
  SocketClient client(server.port(), {}, cookie.substr(8, cookie.size() - 10));
  ASSERT_TRUE(client.is_open());
  client.send(wire::Open{1, 17, kSampleStudy});
  EXPECT_EQ(client.read<wire::Opened>().revision, 17U);
  EXPECT_EQ(ask(post("/logout", "", "Origin: http://localhost\r\n" + cookie)).status, 204U);
  EXPECT_EQ(client.close_code(), 1008U);
}

TEST_F(SignInTest, AnotherPasswordEndsSocketsToo) {
  std::string const cookie = sign_in();
  SocketClient client(server.port(), {}, cookie.substr(8, cookie.size() - 10));
  ASSERT_TRUE(client.is_open());
  set_password("another horse battery");
  EXPECT_EQ(client.close_code(), 1008U);
  EXPECT_EQ(ask(get("/", cookie)).status, 401U);
}

TEST_F(SignInTest, DicomWebClientsComeByBasicOrBearer) {
  RawAnswer const shut = ask(get("/dicom-web/studies"));
  EXPECT_EQ(shut.status, 401U);
  EXPECT_EQ(shut.headers.at("content-type"), "application/problem+json");
  std::string const tile = "/tiles/" + sample_hash(0) + "/1";
  EXPECT_EQ(ask(get(tile, authorization(std::string(kPassword)))).status, 200U);
  EXPECT_EQ(ask(get(tile, authorization("guess"))).status, 401U);
  std::string const token = make_token().value();
  change([&](Credentials& all) { all.tokens.push_back({"pacs", digest_of(token)}); });
  std::string const bearer = "Authorization: Bearer " + token + "\r\n";
  EXPECT_EQ(ask(get(tile, bearer)).status, 200U);
  change([](Credentials& all) { all.tokens.clear(); });
  EXPECT_EQ(ask(get(tile, bearer)).status, 401U);
}

TEST_F(SignInTest, TheLogNamesNobodyAndNoSecret) {
  std::string const cookie = sign_in();
  ask(post("/login", form("wrong-secret")));
  ask(get("/dicom-web/studies", authorization("wrong-secret")));
  ask(get("/", cookie));
  server.stop();
  for (std::string const& line : server.log_lines()) {
    for (std::string_view const secret : {"anna", "wrong", "__Host", "horse"})
      EXPECT_EQ(line.find(secret), std::string::npos) << line;
  }
}

TEST(SignIn, WithoutUsersNobodyIsAskedFor) {
  RunningServer server;
  RawClient client(server.port());
  client.send(get("/api/session"));
  EXPECT_EQ(client.read_answer().body, R"({"user":null})");
}

}  // namespace
}  // namespace sightline::server
