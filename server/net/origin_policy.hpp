#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "net/server.hpp"

namespace sightline::server {

/// Which names this server answers to, and which other pages may use it.
class OriginPolicy {
 public:
  /// Throws std::runtime_error when an allowed origin is not "scheme://host[:port]" (start-up
  /// only).
  explicit OriginPolicy(ServerOptions const& options);

  /// Whether a Host header names this server: loopback, the configured host, or an allowed one; any
  /// port. A foreign name that resolves to us is DNS rebinding: some page reads this server as if
  /// it were its own.
  bool is_our_host(std::string_view host_header) const;

  /// Whether a WebSocket may be opened from a page of this origin. Browsers
  /// do not hold sockets to the same-origin rule, so the server must. An absent header (empty) is
  /// no browser.
  bool may_open_socket(std::string_view origin_header, std::string_view host_header) const;

  /// Whether an object may be stored from a page of this origin: as for sockets, or by CORS.
  bool may_store(std::string_view origin_header, std::string_view host_header) const;

  /// Whether a form comes from a page of our own. Browsers send Origin with every POST.
  bool is_our_page(std::string_view origin_header, std::string_view host_header) const;

  bool has_cors() const { return !cors_origins_.empty(); }
  /// Whether pages of this origin may read what is under /dicom-web. Source: Fetch 3.2.
  bool may_read_by_cors(std::string_view origin_header) const;

  /// Source list for CSP frame-ancestors: the allowed origins, or 'none'.
  std::string const& frame_ancestors() const { return frame_ancestors_; }
  std::vector<std::string> const& allowed_origins() const { return allowed_origins_; }

 private:
  std::vector<std::string> hosts_;
  std::vector<std::string> allowed_origins_, cors_origins_;
  std::string frame_ancestors_ = "'none'";
};

}  // namespace sightline::server
