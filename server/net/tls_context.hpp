#pragma once
#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <mutex>

#include "base/error.hpp"
#include "blob/file_mark.hpp"
#include "net/server.hpp"

namespace sightline::server {

/// The certificate that new connections get: TLS 1.2 and 1.3, AEAD ciphers with forward secrecy, no
/// renegotiation, no compression, HTTP/1.1 by ALPN. Threads: any.
class TlsContext {
 public:
  /// Throws std::runtime_error with a sentence for people when the files cannot be used (start-up
  /// only).
  explicit TlsContext(TlsFiles files);

  std::shared_ptr<boost::asio::ssl::context> current() const;
  /// Loads the files if they have changed, or in any case when `is_asked`. Connections go on with
  /// what they have. True: new ones get the new certificate. Errors: invalid_argument; everything
  /// stays as it was.
  Result<bool> refresh(bool is_asked);

 private:
  struct Marks {
    FileMark certificate, key;
    bool operator==(Marks const&) const = default;
  };
  Marks marks() const { return {mark_of(files_.certificate), mark_of(files_.key)}; }

  TlsFiles files_;
  Marks marks_;
  std::mutex mutable mutex_;  ///< of what follows
  std::shared_ptr<boost::asio::ssl::context> current_;
};

}  // namespace sightline::server
