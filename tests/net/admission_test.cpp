#include "net/admission.hpp"

#include <gtest/gtest.h>

#include "net/content_coding.hpp"

namespace sightline::server {
namespace {

Request make_request(std::string target, std::vector<Header> headers = {}) {
  Request request;
  request.target = std::move(target);
  request.headers = std::move(headers);
  if (request.count("host") == 0) request.headers.push_back({"host", "127.0.0.1:8080"});
  return request;
}

OriginPolicy make_policy() {
  ServerOptions options;
  options.host = "viewer.example";
  options.allowed_hosts = {"pacs.example", "2001:db8::1"};
  options.allowed_origins = {"https://EHR.example", "http://10.0.0.5:8000"};
  return OriginPolicy(options);
}

unsigned status_of(Request const& request) {
  Admission const admission = admit(request, make_policy());
  auto const* const refusal = std::get_if<Refusal>(&admission);
  return refusal == nullptr ? 0 : refusal->response.status;
}

std::vector<Header> upgrade_headers(std::string origin, std::string host = "localhost:8080") {
  return {{"host", std::move(host)},
          {"upgrade", "websocket"},
          {"connection", "keep-alive, Upgrade"},
          {"sec-websocket-version", "13"},
          {"sec-websocket-protocol", "sightline.tiles.v1"},
          {"origin", std::move(origin)}};
}

TEST(Admission, LoopbackAndConfiguredNamesAreOurs) {
  OriginPolicy const policy = make_policy();
  for (std::string_view const host :
       {"localhost", "LOCALHOST:99", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080", "viewer.example",
        "Viewer.Example:443", "pacs.example", "[2001:DB8::1]:8080"}) {
    EXPECT_TRUE(policy.is_our_host(host)) << host;
  }
}

TEST(Admission, AForeignNameThatResolvesToUsIsMisdirected) {
  OriginPolicy const policy = make_policy();
  for (std::string_view const host :
       {"", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example",
        "viewer.example.evil", "127.evil.example.com", "127.0.0.1:port", "127.0.0.1:80:80", "[::1",
        "user@localhost", "localhost/", "10.0.0.1"}) {
    EXPECT_FALSE(policy.is_our_host(host)) << host;
  }
  EXPECT_EQ(status_of(make_request("/", {{"host", "evil.example"}})), 421U);
}

TEST(Admission, RefusesByTheFirstRuleThatIsBroken) {
  Request with_body = make_request("/");
  with_body.has_body = true;
  EXPECT_EQ(status_of(with_body), 413U);
  Request post = make_request("/");
  post.method = Method::other;
  EXPECT_EQ(status_of(post), 405U);
  EXPECT_EQ(status_of(make_request("/a%00")), 400U);
  EXPECT_EQ(status_of(make_request("/nothing")), 404U);
  EXPECT_EQ(status_of(make_request("/")), 0U);
}

TEST(Admission, TheSocketIsForOurPagesAndTheAllowedOnes) {
  EXPECT_EQ(status_of(make_request("/socket", upgrade_headers("http://localhost:8080"))), 0U);
  EXPECT_EQ(status_of(make_request("/socket", upgrade_headers("https://ehr.example"))), 0U);
  EXPECT_EQ(status_of(make_request("/socket", upgrade_headers("http://10.0.0.5:8000"))), 0U);
  EXPECT_EQ(status_of(make_request("/socket",
                                   upgrade_headers("https://viewer.example", "viewer.example"))),
            0U);
  EXPECT_EQ(status_of(make_request("/socket", upgrade_headers("http://localhost:9090"))), 403U);
  EXPECT_EQ(status_of(make_request("/socket", upgrade_headers("http://localhost"))), 403U);
  EXPECT_EQ(status_of(make_request("/socket", upgrade_headers("http://10.0.0.5"))), 403U);
  EXPECT_EQ(status_of(make_request("/socket", upgrade_headers("null"))), 403U);
  EXPECT_EQ(status_of(make_request("/socket", upgrade_headers("https://ehr.example.evil.example"))),
            403U);
}

TEST(Admission, TheSocketNeedsAnUpgradeAndItsSubprotocol) {
  EXPECT_EQ(status_of(make_request("/socket")), 426U);
  std::vector<Header> headers = upgrade_headers("");
  headers[4].value = "other.v1";
  EXPECT_EQ(status_of(make_request("/socket", headers)), 400U);
}

TEST(OriginPolicy, AnOriginThatIsNoneStopsTheStart) {
  ServerOptions options;
  options.allowed_origins = {"ehr.example"};
  EXPECT_THROW(OriginPolicy{options}, std::runtime_error);
  options.allowed_origins = {"https://ehr.example; script-src *"};
  EXPECT_THROW(OriginPolicy{options}, std::runtime_error);
}

TEST(OriginPolicy, FrameAncestorsAreTheAllowedOrigins) {
  EXPECT_EQ(make_policy().frame_ancestors(), "https://ehr.example http://10.0.0.5:8000");
  EXPECT_EQ(OriginPolicy(ServerOptions{}).frame_ancestors(), "'none'");
}

TEST(ContentCoding, FollowsNamesWeightsAndWildcards) {
  EXPECT_TRUE(accepts_coding("gzip, deflate, br", "br"));
  EXPECT_TRUE(accepts_coding("GZIP;q=0.5", "gzip"));
  EXPECT_FALSE(accepts_coding("gzip;q=0, *", "gzip"));
  EXPECT_TRUE(accepts_coding("*", "gzip"));
  EXPECT_FALSE(accepts_coding("identity", "gzip"));
  EXPECT_FALSE(accepts_coding("", "gzip"));
}

TEST(ResponseHead, CarriesTheSecurityHeadersWhateverTheAnswer) {
  Response response;
  response.status = 404;
  std::string const head = encode_response_head(
      response, {false, "https://ehr.example", "Tue, 15 Nov 1994 08:12:31 GMT"});
  EXPECT_TRUE(head.starts_with("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  for (std::string_view const line :
       {"Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
        "worker-src 'self'; connect-src 'self'; "
        "img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; font-src 'self'; "
        "frame-ancestors "
        "https://ehr.example; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'\r\n",
        "X-Content-Type-Options: nosniff\r\n", "Referrer-Policy: no-referrer\r\n",
        "Cross-Origin-Resource-Policy: same-origin\r\n",
        "Cross-Origin-Opener-Policy: same-origin\r\n",
        "Permissions-Policy: ", "Cache-Control: no-store\r\n", "Connection: close\r\n",
        "Content-Length: 0\r\n", "Date: Tue, 15 Nov 1994 08:12:31 GMT\r\n"}) {
    EXPECT_NE(head.find(line), std::string::npos) << line;
  }
}

TEST(HttpDate, IsAnImfFixdate) { EXPECT_EQ(http_date(784887151), "Tue, 15 Nov 1994 08:12:31 GMT"); }

}  // namespace
}  // namespace sightline::server
