#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dicomweb/pixel_source.hpp"

namespace sightline::server {

class BlobStore;
class Doorkeeper;
class Index;
class TileService;
class VideoEncoder;
class VideoFrames;
class ColorTables;
struct StowServices;

/// How long and how large a client may be. The tests shorten the times.
struct NetLimits {
  std::size_t max_header_bytes = 8 * 1024;
  std::size_t max_target_bytes = 4 * 1024;
  std::chrono::milliseconds header_timeout{
      10'000};  ///< from a request's first byte to its blank line
  std::chrono::milliseconds idle_timeout{
      60'000};  ///< between requests, and for one block of an answer
  std::chrono::milliseconds shutdown_timeout{10'000};  ///< open connections get this long to end
  std::chrono::milliseconds revision_poll{
      1'000};  ///< how often an open study is asked for a newer revision, and whether its reader's
               ///< session still is one
  std::chrono::milliseconds file_poll{1'000};  ///< how often users and certificate are looked at
  std::uint64_t max_body_bytes = 64ull << 30;  ///< of one store request
  std::uint64_t min_body_rate = 1024;          ///< bytes per second, from the first idle_timeout on
  std::size_t max_connections = 4096;
  std::size_t max_connections_per_address = 256;  ///< or per 64 bits of IPv6; not of a proxy
  std::size_t max_connections_of_loopback = 2048;
  std::size_t max_open_studies = 64;  ///< slots of one tile socket
};

/// PEM. They may be replaced while the server runs.
struct TlsFiles {
  std::filesystem::path certificate;  ///< with its chain
  std::filesystem::path key;
};

/// Whether a server could start with them. Errors: invalid_argument with a sentence for people.
Status check_tls_files(TlsFiles const& files);

struct ServerOptions {
  std::string host = "127.0.0.1";    ///< address or name to listen on
  std::uint16_t port = 8080;         ///< 0: any free one, see Server::port
  std::filesystem::path assets_dir;  ///< the built page: index.html and assets/
  std::vector<std::string>
      allowed_origins;  ///< "https://ehr.example": may embed the page and open the socket
  std::vector<std::string>
      cors_origins;  ///< "https://viewer.example": its pages may use /dicom-web
  std::vector<std::string>
      allowed_hosts;                    ///< names a proxy uses in Host, besides loopback and `host`
  std::optional<TlsFiles> tls;          ///< none: plain HTTP, on loopback or behind a proxy
  std::vector<std::string> proxies;     ///< addresses; plain HTTP is theirs alone then
  unsigned threads = 2;                 ///< for sockets; as many again read tiles
  bool stop_on_signals = true;          ///< SIGINT and SIGTERM end run(), SIGHUP loads tls again
  VideoEncoder const* video = nullptr;  ///< outlives the server; null: no video/mp4
  VideoFrames* video_frames = nullptr;  ///< outlives the server; null: videos are not decoded
  ColorTables* colors = nullptr;  ///< outlives the server; null: pictures are in their own colours
  std::string version = "0";      ///< shown by /api/status
  NetLimits limits;
};

/// Where lines for the operator go. Never patient data, never a request's target. Threads: called
/// from any.
struct ServerLog {
  std::function<void(std::string_view)> debug = [](std::string_view) {};
  std::function<void(std::string_view)> warning = [](std::string_view) {};
};

/// The page, the JSON, the tiles: one listening socket and everything that is answered on it
/// (docs/http.md). `decode`: for frames that are retrieved in another transfer syntax than theirs,
/// TranscodePool::decode. `stow`: where store requests go (none: 403). Lifetime: keeps references
/// to index, blobs, tiles, doorkeeper and stow. Threads: port, run and stop may be called from any
/// thread.
class Server {
 public:
  /// Reads the assets and starts to listen. Throws std::runtime_error with a sentence for people
  /// (start-up only).
  Server(ServerOptions options, Index const& index, BlobStore const& blobs,
         TileService const& tiles, FrameDecode decode, Doorkeeper& doorkeeper, ServerLog log = {},
         StowServices const* stow = nullptr);
  ~Server();
  std::uint16_t port() const;
  /// Serves until stop() or a signal, then until the open connections have ended (at most
  /// shutdown_timeout).
  void run();
  /// Stop accepting, tell every connection to end; returns at once.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sightline::server
