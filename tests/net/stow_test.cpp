// STOW-RS over a real socket: framing, refusals, and what hostile clients send. PS3.18 10.5.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <fstream>

#include "dicomweb/small_archive.hpp"
#include "net/server.hpp"
#include "net/services.hpp"
#include "raw_client.hpp"
#include "running_server.hpp"

namespace sightline::server {
namespace {

using testing::SmallArchive;

class StowTest : public ::testing::Test {
 protected:
  void start(bool is_read_only = false) {
    std::filesystem::create_directories(archive.folder() / "web");
    std::ofstream(archive.folder() / "web/index.html") << "<main><!--sightline:study--></main>";
    std::ofstream(archive.folder() / "web/login.html") << kLoginHtml;
    doorkeeper = Doorkeeper::create({.store = archive.folder()}).value();
    ServerOptions options;
    options.port = 0;
    options.assets_dir = archive.folder() / "web";
    options.allowed_origins = {"https://ehr.example"};
    options.cors_origins = {"https://viewer.example"};
    options.stop_on_signals = false;
    options.limits = RunningServer::short_times();
    options.limits.max_body_bytes = 1 << 20;
    options.limits.min_body_rate = 1 << 20;
    auto decode = [this](codec::Encoding encoding, PixelFormat const& format,
                         std::span<std::byte const> bytes) {
      ++decodes;
      return codec::decode_frame({encoding, format, bytes, 0});
    };
    server = std::make_unique<Server>(options, archive.index(), archive.blobs(), tiles, decode,
                                      *doorkeeper, ServerLog{}, is_read_only ? nullptr : &stow);
    thread = std::jthread([this] { server->run(); });
  }
  void SetUp() override { start(); }
  void TearDown() override { stop(); }
  void stop() {
    server->stop();
    thread.join();
  }

  static std::string object(std::string const& sop) {
    auto const bytes = SmallArchive::make({.study = "1.1", .series = "1.1.1", .sop = sop});
    return std::string(reinterpret_cast<char const*>(bytes.data()), bytes.size());
  }
  static std::string multipart(std::string const& content) {
    return "\r\n--b\r\nContent-Type: application/dicom\r\n\r\n" + content + "\r\n--b--\r\n";
  }
  static std::string post(std::string const& headers, std::string const& body = {},
                          std::string const& target = "/dicom-web/studies") {
    return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n" + body;
  }
  static std::string typed(std::string const& body) {
    return kType + "Content-Length: " + std::to_string(body.size()) + "\r\n";
  }
  RawAnswer ask(std::string_view bytes) {
    RawClient client(server->port());
    client.send(bytes);
    return client.read_answer();
  }

  inline static std::string const kType =
      "Content-Type: multipart/related; type=\"application/dicom\"; boundary=b\r\n";
  SmallArchive archive;
  Ingest ingest{archive.blobs(), archive.index(), nullptr};
  StowServices stow{archive.blobs(), ingest};
  PyramidStore pyramids{archive.folder() / "pyramids"};
  TileService tiles{archive.index(), pyramids};
  std::unique_ptr<Doorkeeper> doorkeeper;
  std::unique_ptr<Server> server;
  std::jthread thread;
  std::atomic<int> decodes = 0;  ///< frames that were to be decoded
};

TEST_F(StowTest, StoresAndTheConnectionGoesOn) {
  std::string const body = multipart(object("1.1.1.1"));
  RawClient client(server->port());
  client.send(post(typed(body), body) + "GET /api/status HTTP/1.1\r\nHost: localhost\r\n\r\n");
  RawAnswer const answer = client.read_answer();
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.headers.at("content-type"), "application/dicom+json");
  auto const json = boost::json::parse(answer.body).as_object();
  EXPECT_EQ(json.at("00081199").at("Value").at(0).at("00081155").at("Value").at(0), "1.1.1.1");
  EXPECT_EQ(boost::json::parse(client.read_answer().body).at("instances").to_number<int>(), 1);
  RawAnswer const retrieved =
      ask("GET /dicom-web/studies/1.1/series/1.1.1/instances/1.1.1.1 HTTP/1.1\r\nHost: "
          "localhost\r\n\r\n");
  EXPECT_NE(retrieved.body.find(object("1.1.1.1")), std::string::npos);
}

TEST_F(StowTest, TheAnswerInXml) {
  std::string const body = multipart(object("1.1.1.3"));
  RawAnswer const answer = ask(post(typed(body) + "Accept: application/dicom+xml\r\n", body));
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.headers.at("content-type"), "application/dicom+xml");
  EXPECT_NE(answer.body.find("keyword=\"ReferencedSOPSequence\""), std::string::npos);
  EXPECT_NE(answer.body.find("<Value number=\"1\">1.1.1.3</Value>"), std::string::npos);
}

TEST_F(StowTest, ChunkByChunkAndByteByByte) {
  std::string const body = multipart(object("1.1.1.2"));
  std::string chunked;
  for (std::size_t at = 0; at < body.size(); at += 100) {
    std::string const piece = body.substr(at, 100);
    char size[16];
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    chunked += size + piece + "\r\n";
  }
  chunked += "0\r\n\r\n";
  RawClient client(server->port());
  client.send(post(kType + "Transfer-Encoding: chunked\r\n"));
  for (char const c : chunked) client.send(std::string_view(&c, 1));
  EXPECT_EQ(client.read_answer().status, 200u);
}

TEST_F(StowTest, AClientThatAsksFirstIsToldToGoOn) {
  std::string const body = multipart(object("1.1.1.1"));
  RawClient client(server->port());
  client.send(post(typed(body) + "Expect: 100-continue\r\n"));
  EXPECT_EQ(client.read_answer(false).status, 100u);
  client.send(body);
  EXPECT_EQ(client.read_answer().status, 200u);
  EXPECT_EQ(ask(post(typed(body) + "Expect: tea\r\n")).status, 417u);
}

TEST_F(StowTest, RefusalsComeBeforeTheBodyAndEndTheConnection) {
  std::string const length = "Content-Length: 100\r\n";
  for (auto const& [request, status] : std::vector<std::pair<std::string, unsigned>>{
           {post("Content-Type: text/plain\r\n" + length), 415},
           {post(length), 415},
           {post("Content-Type: multipart/related; type=\"application/dicom\"\r\n" + length), 400},
           {post(kType + length + "Accept: image/png\r\n"), 406},
           {post(kType + length + "Origin: https://evil.example\r\n"), 403},
           {post(kType + length, "", "/dicom-web/series"), 405},
           {post(kType + length, "", "/api/studies"), 405},
           {post(kType + length, "", "/nothing"), 404},
           {post(kType + length, "", "/dicom-web/studies/1.1/2"), 404},
           {post(kType + "Content-Length: 1048577\r\n"), 413},
           {post(kType + "Content-Length: 18446744073709551615\r\n"), 413}}) {
    RawClient client(server->port());
    client.send(request);
    EXPECT_EQ(client.read_answer().status, status) << request;
    EXPECT_TRUE(client.is_closed_by_server()) << request;
  }
  EXPECT_EQ(ask(post(kType)).status, 411u);
}

TEST_F(StowTest, AnEmbeddingOriginAndOurOwnMayStore) {
  std::string const body = multipart(object("1.1.1.1"));
  for (std::string const origin : {"https://ehr.example", "http://localhost"})
    EXPECT_EQ(ask(post(typed(body) + "Origin: " + origin + "\r\n", body)).status, 200u) << origin;
}

TEST_F(StowTest, CorsIsForTheConfiguredOriginUnderDicomWebOnly) {
  auto const options = [this](std::string const& target, std::string const& origin) {
    return ask("OPTIONS " + target + " HTTP/1.1\r\nHost: localhost\r\nOrigin: " + origin +
               "\r\nAccess-Control-Request-Method: POST\r\n\r\n");
  };
  std::string const viewer = "https://viewer.example";
  RawAnswer const preflight = options("/dicom-web/studies", viewer);
  EXPECT_EQ(preflight.status, 204u);
  EXPECT_EQ(preflight.headers.at("allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(preflight.headers.at("access-control-allow-origin"), viewer);
  EXPECT_EQ(preflight.headers.at("access-control-allow-methods"), "GET, HEAD, POST");
  EXPECT_EQ(preflight.headers.count("content-length"), 0u);

  RawAnswer const foreign = options("/dicom-web/studies", "https://evil.example");
  EXPECT_EQ(foreign.headers.count("access-control-allow-origin"), 0u);
  EXPECT_EQ(foreign.headers.at("vary"), "Origin");
  RawAnswer const elsewhere = options("/api/studies", viewer);
  EXPECT_EQ(elsewhere.headers.at("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(elsewhere.headers.count("access-control-allow-origin"), 0u);
  EXPECT_EQ(options("/nothing", viewer).status, 404u);

  std::string const body = multipart(object("1.1.1.1"));
  RawAnswer const stored = ask(post(typed(body) + "Origin: " + viewer + "\r\n", body));
  EXPECT_EQ(stored.status, 200u);
  EXPECT_EQ(stored.headers.at("access-control-allow-origin"), viewer);
  RawAnswer const error =
      ask(post(typed(body) + "Origin: " + viewer + "\r\n", body, "/dicom-web/x"));
  EXPECT_EQ(error.status, 404u);
  EXPECT_EQ(error.headers.at("access-control-allow-origin"), viewer);
}

TEST_F(StowTest, BrokenBodiesAreSaidAndReadNoFurther) {
  std::string const whole = multipart(object("1.1.1.1"));
  for (std::string const& body :
       {std::string("no multipart"), whole.substr(0, whole.size() - 8), std::string("--b--\r\n"),
        "--b\nContent-Type: application/dicom\n\n" + object("1.1.1.1") + "\n--b--\n"}) {
    EXPECT_EQ(ask(post(typed(body), body)).status, 400u);
  }
  RawClient client(server->port());
  client.send(post(kType + "Transfer-Encoding: chunked\r\n",
                   "zz\r\nGET /api/status HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_EQ(client.read_answer().status, 400u);
  EXPECT_TRUE(client.is_closed_by_server());  // the "chunk" is not taken for a request
}

TEST_F(StowTest, ASlowOrSilentBodyIsEnded) {
  RawClient silent(server->port());
  silent.send(post(kType + "Content-Length: 1000\r\n", "--b"));
  EXPECT_EQ(silent.read_answer().status, 408u);
  EXPECT_TRUE(silent.is_closed_by_server());

  RawClient slow(server->port());
  slow.send(post(kType + "Content-Length: 100000\r\n"));
  RawAnswer answer;
  std::jthread const trickle([&slow] {
    for (int i = 0; i < 40; ++i) {
      try {
        slow.send("x");
      } catch (std::exception const&) {
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
  answer = slow.read_answer();
  EXPECT_EQ(answer.status, 408u);
}

TEST_F(StowTest, AReadOnlyArchiveTakesNothing) {
  stop();
  start(true);
  std::string const body = multipart(object("1.1.1.1"));
  EXPECT_EQ(ask(post(typed(body), body)).status, 403u);
  EXPECT_FALSE(archive.index().revision("1.1"));
  RawAnswer const capabilities =
      ask("OPTIONS /dicom-web/studies HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(capabilities.headers.at("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(capabilities.status, 204U);
  RawAnswer const service = ask("OPTIONS /dicom-web HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(service.status, 200U);
  EXPECT_EQ(service.headers.at("allow"), "OPTIONS");
  EXPECT_EQ(service.headers.at("content-type"), "application/vnd.sun.wadl+xml");
  EXPECT_TRUE(service.body.contains("<resources base=\"http://localhost/dicom-web\">"));
  EXPECT_FALSE(service.body.contains("\"POST\""));
  EXPECT_EQ(
      ask("OPTIONS /dicom-web HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n").status,
      406U);
}

/// PS3.18 8.7.3: 406 where no acceptable form is to be had; the connection goes on.
TEST_F(StowTest, AFrameThatCannotBeDecodedIsAnsweredWithAStatus) {
  std::vector<std::byte> const frame(64, std::byte{0xFF});  // an RLE header of 2^32 - 1 segments
  archive.put({.study = "1.1", .series = "1.1.1", .sop = "1.1.1.1", .rle_frame = frame});
  RawClient client(server->port());
  auto const request = [](std::string const& method, std::string const& frames,
                          std::string const& more) {
    return method + " /dicom-web/studies/1.1/series/1.1.1/instances/1.1.1.1/frames/" + frames +
           " HTTP/1.1\r\nHost: localhost\r\nOrigin: https://viewer.example\r\n" + more + "\r\n";
  };
  auto const ask_for = [&](std::string const& frames, std::string const& accept) {
    client.send(request("GET", frames, "Accept: " + accept + "\r\n"));
    return client.read_answer();
  };
  std::string const octets = "multipart/related; type=\"application/octet-stream\"";
  for (char const* const frames : {"1", "1,1"}) {
    for (std::string const& accept : {octets, std::string("multipart/related; type=image/jpeg")}) {
      RawAnswer const refused = ask_for(frames, accept);
      EXPECT_EQ(refused.status, 406u) << accept;
      EXPECT_EQ(refused.headers.at("content-type"), "application/problem+json");
      EXPECT_EQ(refused.headers.at("access-control-allow-origin"), "https://viewer.example");
      EXPECT_EQ(refused.headers.count("etag"), 0u);
    }
  }
  EXPECT_GT(decodes, 0);
  EXPECT_EQ(ask_for("1", "*/*").status, 200u) << "as it is stored";
  EXPECT_EQ(ask_for("2", octets).status, 404u);

  decodes = 0;
  std::string const accepts = "Accept: " + octets + "\r\n";
  client.send(request("HEAD", "1", accepts));
  EXPECT_EQ(client.read_answer(false).status, 200u);
  for (std::string const& accept : {octets, std::string("image/jpeg")}) {
    client.send(request("GET", "1", "Accept: " + accept + "\r\nIf-None-Match: *\r\n"));
    RawAnswer const unchanged = client.read_answer(false);
    EXPECT_EQ(unchanged.status, 304u);
  }
  EXPECT_EQ(decodes, 0);
}

}  // namespace
}  // namespace sightline::server
