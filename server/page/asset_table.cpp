#include "page/asset_table.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <system_error>
#include <vector>

#include "base/sha256.hpp"
#include "index/gzip.hpp"

namespace sightline::server {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxBytes = 256ull << 20;
constexpr std::size_t kMaxFiles = 4096;
constexpr std::size_t kWorthCompressing = 512;
constexpr std::size_t kHashLength = 8;

Result<std::string> read_file(fs::path const& path, std::uint64_t& budget) {
  std::error_code error;
  std::uint64_t const size = fs::file_size(path, error);
  if (error) return fail(Errc::io, "cannot read an asset");
  if (size > budget) return fail(Errc::limit_exceeded, "the assets are over 256 MiB");
  budget -= size;
  std::string content(static_cast<std::size_t>(size), '\0');
  std::ifstream stream(path, std::ios::binary);
  if (!stream.read(content.data(), static_cast<std::streamsize>(size)) && size != 0)
    return fail(Errc::io, "cannot read an asset");
  return content;
}

bool is_compressible(std::string_view content_type) {
  return content_type.starts_with("text/") || content_type.starts_with("application/json") ||
         content_type == "application/wasm" || content_type == "image/svg+xml" ||
         content_type == "application/manifest+json";
}

std::string extension_of(std::string_view name) {
  std::size_t const dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string{} : std::string(name.substr(dot));
}

std::shared_ptr<std::string const> share(std::string content) {
  return std::make_shared<std::string const>(std::move(content));
}

/// Every regular file below `folder`, by URL path. Links are not followed: they could lead out of
/// the folder.
Result<std::vector<std::pair<std::string, fs::path>>> list_files(fs::path const& folder,
                                                                 std::string const& prefix) {
  std::vector<std::pair<std::string, fs::path>> found;
  std::error_code error;
  if (!fs::is_directory(folder, error)) return found;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (it->is_symlink(error) || !it->is_regular_file(error)) continue;
    if (found.size() == kMaxFiles) return fail(Errc::limit_exceeded, "over 4096 assets");
    found.emplace_back(prefix + it->path().lexically_relative(folder).generic_string(), it->path());
  }
  if (error) return fail(Errc::io, "cannot list the assets");
  return found;
}

Status add_gzip_form(AssetFile& file) {
  if (file.gzip || !is_compressible(file.content_type) || file.plain->size() < kWorthCompressing)
    return {};
  Result<std::string> packed =
      gzip(std::as_bytes(std::span(file.plain->data(), file.plain->size())), 9);
  if (!packed) return std::unexpected(packed.error());
  if (packed->size() < file.plain->size()) file.gzip = share(std::move(*packed));
  return {};
}

}  // namespace

Result<AssetTable> AssetTable::load(fs::path const& folder) {
  AssetTable table;
  std::uint64_t budget = kMaxBytes;
  std::error_code error;
  for (auto const& [name, html] :
       {std::pair{"index.html", &table.index_html_}, std::pair{"login.html", &table.login_html_}}) {
    if (!fs::is_regular_file(folder / name, error))
      return fail(Errc::not_found, "there is no " + std::string(name) + " in the assets folder");
    Result<std::string> content = read_file(folder / name, budget);
    if (!content) return std::unexpected(content.error());
    *html = std::move(*content);
  }

  auto const listed = list_files(folder / "assets", "/assets/");
  if (!listed) return std::unexpected(listed.error());
  std::map<std::string, std::shared_ptr<std::string const>> contents;
  for (auto const& [path, file] : *listed) {
    Result<std::string> content = read_file(file, budget);
    if (!content) return std::unexpected(content.error());
    contents.emplace(path, share(std::move(*content)));
  }
  for (auto const& [path, content] : contents) {
    std::string const extension = extension_of(path);
    bool const is_form = extension == ".br" || extension == ".gz";
    if (is_form && contents.contains(path.substr(0, path.size() - extension.size()))) continue;
    AssetFile asset;
    asset.plain = content;
    asset.content_type = content_type_of(path);
    asset.is_immutable = has_content_hash(path.substr(path.rfind('/') + 1));
    asset.etag =
        '"' +
        to_hex(sha256(std::as_bytes(std::span(content->data(), content->size())))).substr(0, 32) +
        '"';
    if (auto const form = contents.find(path + ".br"); form != contents.end())
      asset.brotli = form->second;
    if (auto const form = contents.find(path + ".gz"); form != contents.end())
      asset.gzip = form->second;
    if (Status const packed = add_gzip_form(asset); !packed) return std::unexpected(packed.error());
    table.files_.emplace(path, std::move(asset));
  }
  return table;
}

AssetFile const* AssetTable::find(std::string_view path) const {
  auto const hit = files_.find(path);
  return hit == files_.end() ? nullptr : &hit->second;
}

bool has_content_hash(std::string_view file_name) {
  std::string_view const stem = file_name.substr(0, file_name.find('.'));
  if (stem.size() <= kHashLength || stem[stem.size() - kHashLength - 1] != '-') return false;
  std::string_view const hash = stem.substr(stem.size() - kHashLength);
  bool const is_alphabet = std::ranges::all_of(
      hash, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
  // "my-renderer.js" has eight letters after its dash, too. A hash without digit or capital (1 in
  // 750) is only revalidated.
  return is_alphabet && std::ranges::any_of(hash, [](unsigned char c) {
           return std::isdigit(c) != 0 || std::isupper(c) != 0;
         });
}

std::string_view content_type_of(std::string_view file_name) {
  static constexpr std::array<std::array<std::string_view, 2>, 13> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".wasm", "application/wasm"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".txt", "text/plain; charset=utf-8"},
      {".woff2", "font/woff2"},
      {".webmanifest", "application/manifest+json"},
  }};
  std::string const extension = extension_of(file_name);
  auto const hit = std::ranges::find(kTypes, extension, [](auto const& entry) { return entry[0]; });
  return hit == kTypes.end() ? "application/octet-stream" : (*hit)[1];
}

}  // namespace sightline::server
