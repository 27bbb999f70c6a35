#include "net/tls_context.hpp"

#include <openssl/ssl.h>

#include <boost/asio/ssl/error.hpp>
#include <stdexcept>

namespace sightline::server {
namespace {

namespace ssl = boost::asio::ssl;

constexpr char kCiphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20";  // of TLS 1.2; all of 1.3 are as good
constexpr unsigned char kProtocols[] = "\x08http/1.1";
constexpr unsigned kProtocolsLength = 9;

/// Source: RFC 7301 3.2: a client that offers none of ours is told so.
int choose_protocol(SSL*, unsigned char const** chosen, unsigned char* chosen_length,
                    unsigned char const* offered, unsigned offered_length, void*) {
  unsigned char* found = nullptr;
  int const outcome = SSL_select_next_proto(&found, chosen_length, kProtocols, kProtocolsLength,
                                            offered, offered_length);
  if (outcome != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

Result<std::shared_ptr<ssl::context>> load(TlsFiles const& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* const native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_cipher_list(native, kCiphers);
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  // Half-open connections are many: no buffers for those that say nothing.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  boost::system::error_code error;
  context->use_certificate_chain_file(files.certificate.string(), error);
  if (error)
    return fail(Errc::invalid_argument,
                "the certificate cannot be used (PEM, with its chain): " + error.message());
  context->use_private_key_file(files.key.string(), ssl::context::pem, error);
  if (error || SSL_CTX_check_private_key(native) != 1)
    return fail(Errc::invalid_argument, "the key cannot be used (PEM, of this certificate)");
  return context;
}

}  // namespace

Status check_tls_files(TlsFiles const& files) {
  auto const context = load(files);
  return context ? Status{} : std::unexpected(context.error());
}

TlsContext::TlsContext(TlsFiles files) : files_(std::move(files)), marks_(marks()) {
  auto context = load(files_);
  if (!context) throw std::runtime_error(context.error().detail);
  current_ = std::move(*context);
}

std::shared_ptr<ssl::context> TlsContext::current() const {
  std::scoped_lock const lock(mutex_);
  return current_;
}

Result<bool> TlsContext::refresh(bool is_asked) {
  Marks const now = marks();
  if (now == marks_ && !is_asked) return false;
  marks_ = now;
  auto context = load(files_);
  if (!context) return std::unexpected(context.error());
  std::scoped_lock const lock(mutex_);
  current_ = std::move(*context);
  return true;
}

}  // namespace sightline::server
