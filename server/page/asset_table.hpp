#pragma once
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sightline::server {

/// One file of the built page, with its compressed forms (null when there is none).
struct AssetFile {
  std::string content_type;
  std::string etag;           ///< strong, quoted, of the plain bytes; the coded forms append theirs
  bool is_immutable = false;  ///< its name carries a hash of its content
  std::shared_ptr<std::string const> plain, gzip, brotli;
};

/// The built page in memory: read once at start, so that no request ever names a file. Immutable
/// afterwards; threads: any.
class AssetTable {
 public:
  /// Reads index.html, login.html and everything below assets/ (regular files; links are skipped).
  /// "x.js.br" and "x.js.gz" become forms of "x.js"; a text or WASM file without a gzip form gets
  /// one. Errors: not_found (no index.html, no login.html), io, limit_exceeded (over 256 MiB or
  /// 4096 files).
  static Result<AssetTable> load(std::filesystem::path const& folder);

  /// By URL path, "/assets/main-1a2B3c4D.js"; nullptr when unknown.
  AssetFile const* find(std::string_view path) const;
  std::string const& index_html() const { return index_html_; }
  std::string const& login_html() const { return login_html_; }
  std::size_t size() const { return files_.size(); }

 private:
  std::map<std::string, AssetFile, std::less<>> files_;
  std::string index_html_, login_html_;
};

/// "main-1a2B3c4D.js": a dash, eight characters of base64url with a digit or a capital among them,
/// the extension.
bool has_content_hash(std::string_view file_name);
/// By extension; "application/octet-stream" when not known.
std::string_view content_type_of(std::string_view file_name);

}  // namespace sightline::server
