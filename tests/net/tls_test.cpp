// TLS over a real socket: what is spoken, what is not, and a new certificate while others go on.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <fstream>

#include "net/tls_context.hpp"
#include "raw_client.hpp"
#include "running_server.hpp"
#include "test_certificate.hpp"
#include "wire/tile_frame.hpp"

namespace sightline::server {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using Stream = asio::ssl::stream<asio::ip::tcp::socket>;

/// A client that takes any certificate, and looks at it.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, int most_version = 0, std::string const& protocol = {})
      : stream_(io_, context_) {
    SSL_set_max_proto_version(stream_.native_handle(), most_version);
    if (most_version != 0) SSL_set_cipher_list(stream_.native_handle(), "DEFAULT@SECLEVEL=0");
    std::string const offer = static_cast<char>(protocol.size()) + protocol;
    if (!protocol.empty())
      SSL_set_alpn_protos(stream_.native_handle(),
                          reinterpret_cast<unsigned char const*>(offer.data()),
                          static_cast<unsigned>(offer.size()));
    stream_.next_layer().connect({asio::ip::address_v4::loopback(), port});
    timeval const patience{5, 0};
    ::setsockopt(stream_.next_layer().native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience,
                 sizeof patience);
    stream_.handshake(Stream::client, error_);
  }
  bool is_open() const { return !error_; }
  std::string version() { return SSL_get_version(stream_.native_handle()); }
  std::string protocol() {
    unsigned char const* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(stream_.native_handle(), &name, &length);
    return {reinterpret_cast<char const*>(name), length};
  }
  std::string common_name() {
    X509* const certificate = SSL_get1_peer_certificate(stream_.native_handle());
    std::array<char, 64> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(),
                              name.size());
    X509_free(certificate);
    return name.data();
  }
  /// The whole answer to a request that ends the connection; error() says how it ended.
  std::string ask(std::string const& request) {
    asio::write(stream_, asio::buffer(request), error_);
    std::string answer;
    asio::read(stream_, asio::dynamic_buffer(answer), error_);
    return answer;
  }
  /// What one answer with a body brings, on a connection that goes on.
  std::string ask_more(std::string const& request) {
    asio::write(stream_, asio::buffer(request), error_);
    std::string answer(1, '\0');
    asio::read(stream_, asio::buffer(answer), error_);
    return error_ ? "" : answer;
  }
  boost::system::error_code error() const { return error_; }
  Stream& stream() { return stream_; }

 private:
  asio::io_context io_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
  Stream stream_;
  boost::system::error_code error_;
};

std::string const kGetStatus = "GET /api/status HTTP/1.1\r\nHost: localhost\r\n\r\n";
std::string const kGetLast =
    "GET /api/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() = default;
  static std::filesystem::path certificate() {
    return std::filesystem::temp_directory_path() /
           ("sightline-tls-" + std::to_string(::getpid()) + ".pem");
  }
  static std::filesystem::path key() { return certificate().native() + ".key"; }
  ~TlsTest() override {
    std::filesystem::remove(certificate());
    std::filesystem::remove(key());
  }
  /// Whether new connections get this certificate before five seconds are over.
  bool comes(std::string const& name) {
    for (int attempt = 0; attempt < 500; ++attempt) {
      TlsClient client(server.port());
      if (client.is_open() && client.common_name() == name) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  bool is_logged(std::string_view words) {
    for (int attempt = 0; attempt < 500; ++attempt) {
      for (std::string const& line : server.log_lines()) {
        if (line.find(words) != std::string::npos) return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  RunningServer server{
      (write_certificate(certificate(), key(), "first"), RunningServer::short_times()),
      [](ServerOptions& options) { options.tls = TlsFiles{certificate(), key()}; }};
};

TEST_F(TlsTest, AnswersLikeWithoutAndSaysGoodbye) {
  TlsClient client(server.port(), 0, "http/1.1");
  ASSERT_TRUE(client.is_open());
  EXPECT_EQ(client.version(), "TLSv1.3");
  EXPECT_EQ(client.protocol(), "http/1.1");
  std::string const answer = client.ask(kGetLast);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(answer.find("Strict-Transport-Security: max-age=31536000\r\n"), std::string::npos);
  EXPECT_EQ(client.error(), asio::error::eof);  // and not ssl::error::stream_truncated
}

TEST_F(TlsTest, SpeaksNothingBefore12AndNoOtherProtocol) {
  EXPECT_TRUE(TlsClient(server.port(), TLS1_2_VERSION).is_open());
  EXPECT_FALSE(TlsClient(server.port(), TLS1_1_VERSION).is_open());
  EXPECT_FALSE(TlsClient(server.port(), 0, "h2").is_open());
}

TEST_F(TlsTest, WhoSpeaksPlainHttpOrNothingIsClosed) {
  RawClient plain(server.port());
  plain.send(kGetStatus);
  EXPECT_THROW(plain.read_answer(), std::runtime_error);
  RawClient silent(server.port());
  EXPECT_TRUE(silent.is_closed_by_server());
}

TEST_F(TlsTest, TheTileSocketRunsOverIt) {
  TlsClient client(server.port());
  websocket::stream<Stream&> ws(client.stream());
  ws.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
    request.set(boost::beast::http::field::sec_websocket_protocol, wire::kSubprotocol);
  }));
  ws.handshake("localhost", "/socket");
  ws.binary(true);
  std::vector<std::byte> const open = wire::encode(wire::Open{1, 17, kSampleStudy});
  ws.write(asio::buffer(open.data(), open.size()));
  boost::beast::flat_buffer buffer;
  ws.read(buffer);
  auto const* const bytes = static_cast<std::byte const*>(buffer.data().data());
  auto const message = wire::parse_server_message({bytes, buffer.size()}).value();
  EXPECT_EQ(std::get<wire::Opened>(message).revision, 17U);
  ws.close(websocket::close_code::normal);
}

TEST_F(TlsTest, ANewCertificateIsForNewConnectionsAndTheOldOnesGoOn) {
  TlsClient old(server.port());
  EXPECT_EQ(old.common_name(), "first");
  EXPECT_EQ(old.ask_more(kGetStatus), "H");
  write_certificate(certificate(), key(), "second");
  EXPECT_TRUE(comes("second"));
  EXPECT_FALSE(old.ask_more(kGetStatus).empty());
}

TEST_F(TlsTest, ABrokenFileKeepsTheOldCertificateAndIsLogged) {
  std::ofstream(certificate()) << "broken";
  EXPECT_TRUE(is_logged("the certificate stays as it was"));
  EXPECT_EQ(TlsClient(server.port()).common_name(), "first");
  write_certificate(certificate(), key(), "third");
  EXPECT_TRUE(comes("third"));
}

TEST_F(TlsTest, AKeyOfAnotherCertificateIsRefused) {
  auto const other = certificate().native() + ".other";
  write_certificate(other, other + ".key", "other");
  EXPECT_THROW(TlsContext({certificate(), other + ".key"}), std::runtime_error);
  EXPECT_THROW(TlsContext({certificate(), "/nonexistent"}), std::runtime_error);
  EXPECT_TRUE(check_tls_files({certificate(), key()}));
  EXPECT_FALSE(check_tls_files({certificate(), other + ".key"}));
  EXPECT_FALSE(check_tls_files({"/nonexistent", key()}));
  std::filesystem::remove(other);
  std::filesystem::remove(other + ".key");
}

}  // namespace
}  // namespace sightline::server
