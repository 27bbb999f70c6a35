#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "access/doorkeeper.hpp"
#include "app/commands.hpp"
#include "app/doors.hpp"
#include "app/log.hpp"
#include "app/recovery_log.hpp"
#include "app/store.hpp"
#include "net/server.hpp"
#include "net/services.hpp"
#include "tile/color_tables.hpp"
#include "tile/pyramid_queue.hpp"
#include "tile/tile_service.hpp"
#include "tile/transcode_pool.hpp"
#include "tile/video_encoder.hpp"

namespace sightline::server {
namespace {

/// The built page: as told, else where the build or an installation puts it beside the program.
std::filesystem::path find_assets(Options const& options) {
  if (!options.assets.empty()) return options.assets;
  std::error_code ec;
  auto const folder = std::filesystem::canonical("/proc/self/exe", ec).parent_path();
  for (auto const& candidate : {folder / "../share/sightline/web", folder / "../../web"}) {
    if (std::filesystem::exists(candidate / "index.html", ec)) return candidate.lexically_normal();
  }
  return {};
}

ServerOptions server_options(Options const& options, std::filesystem::path assets,
                             VideoEncoder const* video = nullptr, VideoFrames* frames = nullptr,
                             ColorTables* colors = nullptr) {
  ServerOptions server;
  server.video = video;
  server.video_frames = frames;
  server.colors = colors;
  server.host = options.host;
  server.port = options.port;
  server.assets_dir = std::move(assets);
  server.allowed_origins = options.allow_origin;
  server.cors_origins = options.cors_origin;
  server.allowed_hosts = options.allow_host;
  if (!options.tls_cert.empty()) server.tls = TlsFiles{options.tls_cert, options.tls_key};
  server.proxies = options.behind_proxy;
  server.limits.max_connections = options.max_connections;
  server.limits.max_connections_per_address = options.max_connections_per_address;
  server.version = SIGHTLINE_VERSION;
  return server;
}

Result<std::unique_ptr<Doorkeeper>> open_door(Options const& options, Store const& store) {
  bool const is_exposed = !is_loopback(options.host) || !options.behind_proxy.empty();
  return Doorkeeper::create({.store = store.root(), .always_asks = is_exposed});
}

/// What makes video/mp4, if this machine has it.
std::unique_ptr<VideoEncoder> find_video_encoder(std::string const& path, Log const& log) {
  return VideoEncoder::find({.search_path = path, .tried = [&log](bool works) {
                               log.info(works ? "rendered video: by the ffmpeg on the PATH"
                                              : "no rendered video: ffmpeg has no libx264, or the "
                                                "kernel no Landlock");
                             }});
}

/// Each connection is a descriptor; the usual limit of 1024 is less than we let in.
void allow_many_files() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

std::string address_of(Options const& options, std::uint16_t port) {
  std::string const& host = options.host;
  bool const is_v6 = host.find(':') != std::string::npos && !host.starts_with('[');
  return std::string(options.tls_cert.empty() ? "http" : "https") + "://" +
         (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port) + "/";
}

}  // namespace

int run_serve(Options const& options) {
  Log const log(options.log_level);
  if (auto const reason = reason_not_to_serve(options)) return log.error(*reason), 2;
  auto const assets = find_assets(options);
  if (assets.empty())
    return log.error("the built page is not beside the program: say where it is with --assets DIR"),
           2;
  auto const store = Store::open(options.store);
  if (!store) return log.error(store.error().detail), 1;
  auto const doorkeeper = open_door(options, **store);
  if (!doorkeeper) return log.error(doorkeeper.error().detail), 1;
  if (auto const reason = reason_not_to_serve(options, (*doorkeeper)->knows_somebody()))
    return log.error(*reason), 2;
  if (options.check) {
    auto const tls = server_options(options, assets).tls;
    auto const usable = tls ? check_tls_files(*tls) : Status{};
    if (!usable) log.error(usable.error().detail);
    return usable ? 0 : 1;
  }
  auto const lock = (*store)->lock_for_serving();
  if (!lock) return log.error(lock.error().detail), 1;

  if (auto const described = (*store)->describe_rest(); !described)
    return log.error("cannot describe what is stored: " + described.error().detail), 1;

  if (!recover_and_log(**store, log)) return 1;
  allow_many_files();
  TranscodePool pool({.workers = options.workers});
  PyramidQueue queue({(*store)->blobs(), (*store)->index(), (*store)->pyramids(), pool},
                     options.workers, {}, [&log](Error const& error) {
                       log.warning("pictures cannot be made, and are tried again: " + error.detail);
                     });
  if (auto const queued = queue.push_pending(); !queued) return log.error(queued.error().detail), 1;
  Ingest ingest((*store)->blobs(), (*store)->index(), &queue);
  StowServices const stow{(*store)->blobs(), ingest};
  // Its own workers: who waits for a frame does not wait for the pyramids of whole instances.
  TranscodePool frame_pool({.workers = options.workers, .seconds_per_instance = 60});
  ColorTables colors([&frame_pool](std::span<std::byte const> profile, color::Space space) {
    return frame_pool.color_table(profile, space);
  });
  TileService const tiles((*store)->index(), (*store)->pyramids());
  ServerLog const server_log{[&log](std::string_view line) { log.debug(line); },
                             [&log](std::string_view line) { log.warning(line); }};
  char const* const path_variable = std::getenv("PATH");
  std::string const path = path_variable ? path_variable : "";
  auto const video = find_video_encoder(path, log);
  auto const decoder = VideoDecoder::find({.search_path = path});
  std::optional<VideoFrames> frames;
  if (decoder) frames.emplace(*decoder);
  try {
    Server server(
        server_options(options, assets, video.get(), frames ? &*frames : nullptr, &colors),
        (*store)->index(), (*store)->blobs(), tiles,
        [&frame_pool](codec::Encoding encoding, PixelFormat const& format,
                      std::span<std::byte const> bytes) {
          return frame_pool.decode(encoding, format, bytes);
        },
        **doorkeeper, server_log, options.read_only ? nullptr : &stow);
    std::printf("Sightline is at %s\n", address_of(options, server.port()).c_str());
    std::fflush(stdout);
    log.info("serving");
    server.run();
    log.info("stopped");
  } catch (std::runtime_error const& problem) {
    return log.error(problem.what()), 1;
  }
  return 0;
}

}  // namespace sightline::server
