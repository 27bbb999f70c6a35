// The server over a real socket on loopback, with the bytes that a hostile or careless client
// sends.
#include <gtest/gtest.h>

#include "raw_client.hpp"
#include "running_server.hpp"

namespace sightline::server {
namespace {

std::string get(std::string_view target, std::string_view more = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) +
         "\r\n";
}

class HttpTest : public testing::Test {
 protected:
  RawAnswer ask(std::string_view bytes) {
    RawClient client(server.port());
    client.send(bytes);
    return client.read_answer();
  }
  std::string tile(unsigned frame = 1) {
    return "/tiles/" + sample_hash(0) + "/" + std::to_string(frame);
  }

  RunningServer server;
};

std::string text_of(std::vector<std::byte> const& bytes, std::size_t first, std::size_t last) {
  return std::string(reinterpret_cast<char const*>(bytes.data()) + first, last - first);
}

TEST_F(HttpTest, PipelinedRequestsAreAnsweredInOrderOnOneConnection) {
  RawClient client(server.port());
  client.send(get("/api/status") + get("/nothing") + "\r\n" + get(tile(), "Range: bytes=0-9\r\n"));
  EXPECT_EQ(client.read_answer().status, 200U);
  RawAnswer const missing = client.read_answer();
  EXPECT_EQ(missing.status, 404U);
  EXPECT_EQ(missing.headers.at("content-type"), "application/problem+json");
  RawAnswer const part = client.read_answer();
  EXPECT_EQ(part.status, 206U);
  EXPECT_EQ(part.body, text_of(SampleStore::ct_stream(0), 0, 10));
  client.send(get("/api/status", "Connection: close\r\n"));
  EXPECT_EQ(client.read_answer().headers.at("connection"), "close");
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(HttpTest, ARequestMayComeByteByByte) {
  RawClient client(server.port());
  for (char const byte : get("/api/status")) client.send(std::string_view(&byte, 1));
  EXPECT_EQ(client.read_answer().status, 200U);
}

TEST_F(HttpTest, AnAnnouncedBodyIsRefusedAndEndsTheConnection) {
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40\r\n\r\n" +
              get("/api/status"));
  EXPECT_EQ(client.read_answer().status, 413U);
  EXPECT_TRUE(client.is_closed_by_server());  // the "body" is not taken for a request
  EXPECT_EQ(ask("GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n").status,
            413U);
}

TEST_F(HttpTest, BrokenHeadsAreAnswered400) {
  EXPECT_EQ(ask("GET / HTTP/1.1\nHost: localhost\n\n").status, 400U);
  EXPECT_EQ(ask("GET / HTTP/1.1\r\n\r\n").status, 400U);
  EXPECT_EQ(ask("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -4\r\n\r\n").status, 400U);
  EXPECT_EQ(ask("\x16\x03\x01\x02\n").status, 400U);  // TLS, near enough
}

TEST_F(HttpTest, HeadsThatAreTooLongAreRefusedWhileTheyCome) {
  EXPECT_EQ(ask("GET /" + std::string(9000, 'a')).status, 414U);
  EXPECT_EQ(ask("GET / HTTP/1.1\r\nX: " + std::string(9000, 'a')).status, 431U);
}

TEST_F(HttpTest, AHeadThatDoesNotEndIsAnswered408) {
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost:");
  EXPECT_EQ(client.read_answer().status, 408U);
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(HttpTest, AConnectionThatSaysNothingIsClosed) {
  RawClient client(server.port());
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(HttpTest, OtherMethodsAndHostsAreRefused) {
  RawAnswer const post = ask("DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(post.status, 405U);
  EXPECT_EQ(post.headers.at("allow"), "GET, HEAD");
  EXPECT_EQ(ask("GET / HTTP/1.1\r\nHost: rebound.example\r\n\r\n").status, 421U);
}

TEST_F(HttpTest, HeadHasTheHeadersOfGetAndNoBody) {
  RawClient client(server.port());
  client.send("HEAD " + tile() + " HTTP/1.1\r\nHost: localhost\r\n\r\n" + get(tile()));
  RawAnswer const head = client.read_answer(false);
  RawAnswer const whole = client.read_answer();
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.headers.at("content-length"), std::to_string(kSampleCtLength));
  EXPECT_EQ(head.headers.at("etag"), whole.headers.at("etag"));
  EXPECT_EQ(whole.body, text_of(SampleStore::ct_stream(0), 0, kSampleCtLength));
}

TEST_F(HttpTest, TilesAreRangesOfAnImmutableStream) {
  RawAnswer const whole = ask(get(tile()));
  std::string const etag = whole.headers.at("etag");
  EXPECT_EQ(etag.front(), '"');
  EXPECT_EQ(whole.headers.at("accept-ranges"), "bytes");
  EXPECT_EQ(whole.headers.at("cache-control"), "private, max-age=31536000, immutable");
  RawAnswer const level1 = ask(get(tile(), "Range: bytes=100-599\r\nIf-Range: " + etag + "\r\n"));
  EXPECT_EQ(level1.status, 206U);
  EXPECT_EQ(level1.headers.at("content-range"), "bytes 100-599/5000");
  EXPECT_EQ(level1.body, text_of(SampleStore::ct_stream(0), 100, 600));
  EXPECT_EQ(ask(get(tile(), "Range: bytes=100-599\r\nIf-Range: \"other\"\r\n")).status, 200U);
  RawAnswer const outside = ask(get(tile(), "Range: bytes=5000-\r\n"));
  EXPECT_EQ(outside.status, 416U);
  EXPECT_EQ(outside.headers.at("content-range"), "bytes */5000");
  EXPECT_EQ(ask(get(tile(), "Range: bytes=0-1,4-5\r\n")).status, 416U);
  EXPECT_EQ(ask(get(tile(), "If-None-Match: " + etag + "\r\n")).status, 304U);
}

TEST_F(HttpTest, TilesThatAreNotThereAreNotAllAlike) {
  EXPECT_EQ(ask(get(tile(2))).status, 404U);
  EXPECT_EQ(ask(get("/tiles/" + std::string(64, 'f') + "/1")).status, 404U);
  RawAnswer const pending = ask(get("/tiles/" + sample_hash(9) + "/1"));
  EXPECT_EQ(pending.status, 409U);
  EXPECT_NE(pending.body.find("\"code\":\"pending\""), std::string::npos);
}

TEST_F(HttpTest, TheStudyPageCarriesItsParts) {
  RawAnswer const page = ask(get(std::string("/view/") + kSampleStudy));
  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(page.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.headers.at("cache-control"), "no-store");
  EXPECT_NE(page.headers.at("content-security-policy").find("frame-ancestors https://ehr.example;"),
            std::string::npos);
  EXPECT_NE(page.body.find("id=\"sightline-manifest\""), std::string::npos);
  EXPECT_NE(page.body.find("id=\"sightline-first\""), std::string::npos);
  EXPECT_NE(page.body.find(R"({"embeddingOrigins":["https://ehr.example"]})"), std::string::npos);
  EXPECT_EQ(page.body.find("<b>"), std::string::npos);
  EXPECT_EQ(ask(get("/view/9.9")).status, 404U);
  EXPECT_EQ(ask(get("/view/not-a-uid")).status, 404U);
  EXPECT_EQ(ask(get("/")).status, 200U);
}

TEST_F(HttpTest, LargeTextIsCompressedWhenTheClientTakesIt) {
  std::string const target = "/api/studies/" + std::string(kSampleStudy) + "/manifest";
  RawAnswer const plain = ask(get(target));
  RawAnswer const packed = ask(get(target, "Accept-Encoding: gzip\r\n"));
  EXPECT_EQ(plain.headers.count("content-encoding"), 0U);
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
  EXPECT_LT(packed.body.size(), plain.body.size());
  EXPECT_EQ(plain.headers.at("etag"), "W/\"17\"");
  EXPECT_EQ(ask(get(target, "If-None-Match: W/\"17\"\r\n")).status, 304U);
}

TEST_F(HttpTest, AssetsComeFromTheTableOnly) {
  RawAnswer const script = ask(get("/assets/main-1a2B3c4D.js", "Accept-Encoding: br, gzip\r\n"));
  EXPECT_EQ(script.status, 200U);
  EXPECT_EQ(script.headers.at("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(script.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(script.headers.at("cache-control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(ask(get("/assets/main-1a2B3c4D.js", "If-None-Match: " + script.headers.at("etag") +
                                                    "\r\nAccept-Encoding: gzip\r\n"))
                .status,
            304U);
  EXPECT_EQ(ask(get("/assets/../index.html")).status, 400U);
  EXPECT_EQ(ask(get("/assets/%2e%2e/index.html")).status, 400U);
  EXPECT_EQ(ask(get("/assets/..%2findex.html")).status, 404U);
  EXPECT_EQ(ask(get("/assets/nothing.js")).status, 404U);
}

TEST_F(HttpTest, RenderedPicturesAreJpegOrPng) {
  std::string const instance = std::string("/dicom-web/studies/") + kSampleStudy + "/series/" +
                               kSampleUsSeries + "/instances/" + kSampleUsInstance;
  RawAnswer const jpeg = ask(get(instance + "/rendered"));  // the default of PS3.18 Table 8.7.4-1
  EXPECT_EQ(jpeg.headers.at("content-type"), "image/jpeg");
  EXPECT_TRUE(jpeg.body.starts_with("\xFF\xD8"));
  EXPECT_LT(ask(get(instance + "/rendered?quality=5")).body.size(), jpeg.body.size());
  RawAnswer const png = ask(get(instance + "/rendered", "Accept: image/png\r\n"));
  EXPECT_EQ(png.status, 200U);
  EXPECT_EQ(png.headers.at("content-type"), "image/png");
  EXPECT_TRUE(png.body.starts_with("\x89PNG"));
  EXPECT_NE(png.headers.at("etag"), jpeg.headers.at("etag"));
  EXPECT_EQ(
      ask(get(instance + "/rendered", "If-None-Match: " + jpeg.headers.at("etag") + "\r\n")).status,
      304U);
  EXPECT_EQ(ask(get(instance + "/rendered?accept=image/png")).headers.at("content-type"),
            "image/png");
  EXPECT_EQ(ask(get(instance + "/rendered", "Accept: image/webp\r\n")).status, 406U);
  EXPECT_EQ(ask(get(instance + "/rendered?viewport=5,5,100000,0,1,1")).status, 400U);
  EXPECT_EQ(ask(get(std::string("/wado?requestType=WADO&studyUID=") + kSampleStudy +
                    "&seriesUID=" + kSampleUsSeries + "&objectUID=" + kSampleUsInstance))
                .body,
            jpeg.body);
  EXPECT_EQ(ask(get(instance + "/thumbnail")).status, 200U);
  EXPECT_EQ(ask(get("/dicom-web/studies/1.2.404/thumbnail")).status, 404U);
  EXPECT_EQ(ask(get(instance + "/frames/1/rendered?window=10,1,linear")).status, 200U);
  // What came broken is no fault of the server's.
  RawAnswer const corrupt = ask(get(instance + "/frames/2/rendered"));
  EXPECT_EQ(corrupt.status, 406U);
  EXPECT_NE(corrupt.body.find(R"("code":"corrupt")"), std::string::npos) << corrupt.body;
  EXPECT_EQ(ask(get(instance + "/frames/3/rendered")).status, 404U);
  EXPECT_EQ(ask(get(instance + "/rendered?window=10,0,linear")).status, 400U);
  EXPECT_EQ(ask(get(std::string("/dicom-web/studies/") + kSampleStudy + "/series/" +
                    kSampleUsSeries + "/thumbnail"))
                .status,
            200U);
  EXPECT_EQ(
      ask(get(std::string("/dicom-web/studies/") + kSampleStudy + "/series/1.2/thumbnail")).status,
      404U);
}

TEST_F(HttpTest, FramesOfAnInstanceAreAnAnimation) {
  std::string const series =
      std::string("/dicom-web/studies/") + kSampleStudy + "/series/" + kSampleUsSeries;
  std::string const us = series + "/instances/" + kSampleUsInstance;
  std::string const gif = "Accept: image/gif\r\n";
  RawAnswer const one = ask(get(us + "/frames/1/rendered", gif));
  EXPECT_EQ(one.status, 200U);
  EXPECT_EQ(one.headers.at("content-type"), "image/gif");
  EXPECT_TRUE(one.body.starts_with("GIF89a"));
  RawAnswer const two = ask(get(us + "/frames/1,1/rendered", gif));
  EXPECT_GT(two.body.size(), one.body.size());
  EXPECT_TRUE(two.body.starts_with(std::string_view(one.body).substr(0, one.body.size() - 1)));
  EXPECT_EQ(ask(get(us + "/rendered", gif)).status, 406U);  // frame 2 is corrupt
  EXPECT_EQ(ask(get(us + "/frames/1/thumbnail", gif)).status, 406U);
  EXPECT_EQ(ask(get(series + "/rendered", gif)).status, 406U);
  EXPECT_EQ(ask(get(us + "/frames/1/rendered?viewport=5,5,100000,0,1,1", gif)).status, 400U);
}

TEST_F(HttpTest, SeveralRenderedPicturesAreMultipart) {
  std::string const study = std::string("/dicom-web/studies/") + kSampleStudy;
  std::string const series = study + "/series/" + kSampleCtSeries;
  auto const count = [](std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; ++at) ++found;
    return found;
  };
  std::string const us = study + "/series/" + kSampleUsSeries + "/instances/" + kSampleUsInstance;
  RawAnswer const twice = ask(get(us + "/frames/1,1/rendered?viewport=8,8"));
  EXPECT_EQ(twice.status, 200U);
  EXPECT_TRUE(
      twice.headers.at("content-type").starts_with("multipart/related; type=\"image/jpeg\""));
  EXPECT_EQ(count(twice.body, "Content-Type: image/jpeg\r\n"), 2U);
  EXPECT_EQ(count(twice.body, "/frames/1/rendered\r\n"), 2U);
  EXPECT_EQ(count(twice.body, "\xFF\xD8\xFF"), 2U);
  // The ultrasound's second frame and all slices of the CT cannot be drawn.
  RawAnswer const whole =
      ask(get(study + "/rendered", "Accept: multipart/related; type=\"image/png\"\r\n"));
  EXPECT_EQ(whole.status, 206U);
  EXPECT_EQ(count(whole.body, "\x89PNG"), 1U);
  EXPECT_EQ(ask(get(series + "/rendered")).status, 406U);
  EXPECT_EQ(ask(get(us + "/frames/1,9/rendered")).status, 404U);
  EXPECT_EQ(ask(get(series + "/rendered", "Accept: image/jpeg\r\n")).status, 406U);
  EXPECT_EQ(ask(get(study + "/series/1.2/rendered")).status, 404U);
  EXPECT_EQ(ask(get(std::string("/dicom-web/studies/") + kPendingStudy + "/rendered")).status,
            409U);
  EXPECT_EQ(ask(get("/dicom-web/studies/1.2.404/rendered")).status, 404U);
}

TEST_F(HttpTest, TheLogNamesRoutesAndNothingOfTheRequest) {
  ask(get(std::string("/view/") + kSampleStudy));
  ask(get("/api/studies?search=Sentinel"));
  server.stop();
  bool has_route = false;
  for (std::string const& line : server.log_lines()) {
    has_route = has_route || line.starts_with("GET /view/{study} 200 ");
    EXPECT_EQ(line.find(kSampleStudy), std::string::npos) << line;
    EXPECT_EQ(line.find("Sentinel"), std::string::npos) << line;
  }
  EXPECT_TRUE(has_route);
}

TEST_F(HttpTest, StopClosesIdleConnectionsAndReturnsSoon) {
  RawClient idle(server.port());
  idle.send(get("/api/status"));
  idle.read_answer();
  auto const started = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - started,
            std::chrono::seconds(8));  // the grace is ten
  EXPECT_TRUE(idle.is_closed_by_server());
}

/// One more connection than the server has room for is told so, and room comes back.
void expect_room_for_one(NetLimits const& limits) {
  RunningServer server(limits);
  {
    RawClient first(server.port());
    first.send(get("/api/status"));
    EXPECT_EQ(first.read_answer().status, 200U);
    RawClient second(server.port());
    RawAnswer const answer = second.read_answer();
    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(answer.headers.at("retry-after"), "5");
    EXPECT_TRUE(second.is_closed_by_server());
  }
  for (int attempt = 0; attempt < 500; ++attempt) {
    RawClient next(server.port());
    next.send(get("/api/status"));
    if (next.read_answer().status == 200U) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FAIL() << "the first connection still counts";
}

TEST(HttpLimits, ConnectionsBeyondTheLimitAreTurnedAway) {
  NetLimits limits = RunningServer::short_times();
  limits.max_connections = 1;
  expect_room_for_one(limits);
}

TEST(HttpLimits, LoopbackHasALimitOfItsOwn) {
  NetLimits limits = RunningServer::short_times();
  limits.max_connections_of_loopback = 1;
  expect_room_for_one(limits);
}

TEST(HttpLimits, HalfOpenConnectionsLeaveTheServerFree) {
  NetLimits limits = RunningServer::short_times();
  limits.header_timeout = limits.idle_timeout = std::chrono::seconds(60);
  RunningServer server(limits);
  std::vector<std::unique_ptr<RawClient>> half_open;
  for (int i = 0; i < 400; ++i) {
    half_open.push_back(std::make_unique<RawClient>(server.port()));
    half_open.back()->send(i % 2 == 0 ? "GET / HTTP/1.1\r\nHost: local"
                                      : "POST /dicom-web/studies HTTP/1.1\r\nHost: localhost\r\n"
                                        "Content-Length: 1000000\r\n\r\n");
  }
  for (int i = 0; i < 20; ++i) {
    RawClient client(server.port());
    client.send(get("/api/status"));
    EXPECT_EQ(client.read_answer().status, 200U);
  }
}

TEST(HttpProxy, SpeaksForItsClientsAndNobodyElseDoes) {
  auto const behind = [](std::string address) {
    return [address](ServerOptions& options) { options.proxies = {address}; };
  };
  RunningServer server(RunningServer::short_times(), behind("127.0.0.1"));
  auto const ask = [](std::uint16_t port, std::string_view headers) {
    RawClient client(port);
    client.send(get("/api/status", headers));
    return client.read_answer();
  };
  RawAnswer const answer =
      ask(server.port(), "X-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.7\r\n");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.headers.at("strict-transport-security"), "max-age=31536000");
  EXPECT_EQ(ask(server.port(), "").status, 403U);
  EXPECT_EQ(ask(server.port(), "X-Forwarded-Proto: http\r\n").status, 403U);
  EXPECT_EQ(ask(server.port(), "X-Forwarded-Proto: https\r\nX-Forwarded-For: me\r\n").status, 400U);
  RunningServer other(RunningServer::short_times(), behind("192.0.2.1"));
  EXPECT_EQ(ask(other.port(), "X-Forwarded-Proto: https\r\n").status, 403U);
}

TEST(ServerStart, ThePortAndThePageMustBeThere) {
  RunningServer running;
  ServerOptions options;
  options.stop_on_signals = false;
  options.assets_dir = running.store.folder / "nothing";
  EXPECT_THROW(Server(options, running.store.index, running.store.blobs, running.store.tiles, {},
                      *running.doorkeeper),
               std::runtime_error);
  options.assets_dir = running.store.folder / "web";
  options.port = running.port();
  EXPECT_THROW(Server(options, running.store.index, running.store.blobs, running.store.tiles, {},
                      *running.doorkeeper),
               std::runtime_error);
}

}  // namespace
}  // namespace sightline::server
