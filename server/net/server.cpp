#include "net/server.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "net/block_budget.hpp"
#include "net/listener.hpp"
#include "net/net.hpp"
#include "net/password_desk.hpp"
#include "net/services.hpp"
#include "net/session_set.hpp"
#include "net/tls_context.hpp"
#include "tile/tile_service.hpp"

namespace sightline::server {
namespace {

constexpr std::chrono::milliseconds kDrainPoll{20};

AssetTable load_assets(std::filesystem::path const& folder) {
  Result<AssetTable> assets = AssetTable::load(folder);
  if (!assets)
    throw std::runtime_error("the built page cannot be loaded: " + assets.error().detail);
  return std::move(*assets);
}

PageTemplate make_template(AssetTable const& assets, OriginPolicy const& origins) {
  Result<PageTemplate> page = PageTemplate::parse(assets.index_html(), origins.allowed_origins());
  if (!page) throw std::runtime_error("the built page cannot be used: " + page.error().detail);
  return std::move(*page);
}

Services make_services(ServerOptions const& options, Index const& index, BlobStore const& blobs,
                       TileService const& tiles, FrameDecode decode, Doorkeeper& doorkeeper,
                       ServerLog log, StowServices const* stow) {
  auto directory = std::make_unique<FrameDirectory>();
  auto read_stream = [&tiles](std::string const& sha256_hex, std::uint32_t frame_index0,
                              std::uint32_t first, std::uint32_t last) {
    return tiles.read_range(sha256_hex, frame_index0, first, last);
  };
  RetrieveSources retrieve{index, blobs, *directory, std::move(decode), std::move(read_stream)};
  OriginPolicy origins(options);
  AssetTable assets = load_assets(options.assets_dir);
  PageTemplate page = make_template(assets, origins);
  Result<SignInPage> sign_in = SignInPage::parse(assets.login_html());
  if (!sign_in)
    throw std::runtime_error("the built page cannot be used: " + sign_in.error().detail);
  return Services{index,
                  blobs,
                  tiles,
                  stow,
                  options.video,
                  options.video_frames,
                  options.colors,
                  doorkeeper,
                  std::move(directory),
                  std::move(retrieve),
                  std::move(origins),
                  TrustedProxies(options.proxies),
                  std::move(assets),
                  std::move(page),
                  std::move(*sign_in),
                  options.limits,
                  options.version,
                  std::chrono::steady_clock::now(),
                  std::move(log)};
}

std::optional<TlsContext> make_tls(ServerOptions const& options) {
  return options.tls ? std::optional<TlsContext>(std::in_place, *options.tls) : std::nullopt;
}

}  // namespace

/// Order of members is order of life: the pool's jobs and the sessions' coroutines use what stands
/// before them.
struct Server::Impl {
  Impl(ServerOptions given, Index const& index, BlobStore const& blobs, TileService const& tiles,
       FrameDecode decode, Doorkeeper& doorkeeper, ServerLog log, StowServices const* stow)
      : options(std::move(given)),
        services(make_services(options, index, blobs, tiles, std::move(decode), doorkeeper,
                               std::move(log), stow)),
        threads(std::clamp(options.threads, 1U, 64U)),
        io(static_cast<int>(threads)),
        strand(net::make_strand(net::any_io_executor(io.get_executor()))),
        signals(strand),
        hangups(strand),
        file_timer(strand),
        pool(threads),
        passwords(doorkeeper),
        tls(make_tls(options)),
        listener({io, strand, sessions, {services, pool, passwords, blocks}, tls ? &*tls : nullptr},
                 options.host, options.port) {
    port = listener.port();
  }

  void start();
  void wait_for_hangup();
  void stop_on_strand();
  net::awaitable<void> watch_files();
  net::awaitable<void> drain();

  ServerOptions options;
  Services services;
  unsigned threads;
  SessionSet sessions;
  net::io_context io;
  net::strand<net::any_io_executor> strand;
  net::signal_set signals, hangups;
  net::steady_timer file_timer;
  net::thread_pool pool;
  PasswordDesk passwords;
  BlockBudget blocks;
  std::optional<TlsContext> tls;
  Listener listener;
  std::uint16_t port = 0;
  bool is_stopping = false;      ///< strand only
  bool is_reload_asked = false;  ///< strand only
};

void Server::Impl::start() {
  auto accept = [this]() -> net::awaitable<void> { co_await listener.run(); };
  net::co_spawn(strand, std::move(accept), [](std::exception_ptr error) {
    if (error)
      std::rethrow_exception(error);  // leaves run(): without a listener there is no server
  });
  auto watch = [this]() -> net::awaitable<void> { co_await watch_files(); };
  net::co_spawn(strand, std::move(watch), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
  if (!options.stop_on_signals) return;
  if (tls) {
    hangups.add(SIGHUP);
    wait_for_hangup();
  }
  signals.add(SIGINT);
  signals.add(SIGTERM);
  signals.async_wait([this](boost::system::error_code error, int) {
    if (!error) stop_on_strand();
  });
}

void Server::Impl::wait_for_hangup() {
  hangups.async_wait([this](boost::system::error_code error, int) {
    if (error || is_stopping) return;
    is_reload_asked = true;
    file_timer.cancel();
    wait_for_hangup();
  });
}

void Server::Impl::stop_on_strand() {
  if (is_stopping) return;
  is_stopping = true;
  boost::system::error_code ignored;
  signals.clear(ignored);  // a second signal ends the process at once
  signals.cancel(ignored);
  hangups.cancel(ignored);
  file_timer.cancel();
  listener.close();
  sessions.end_all();
  auto wait = [this]() -> net::awaitable<void> { co_await drain(); };
  net::co_spawn(strand, std::move(wait), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
}

/// Executor: the server's strand. Takes over what others have changed on the disk, until the stop.
net::awaitable<void> Server::Impl::watch_files() {
  while (!is_stopping) {
    file_timer.expires_after(options.limits.file_poll);
    auto const [cancelled] = co_await file_timer.async_wait(kAsTuple);  // by SIGHUP or stop
    static_cast<void>(cancelled);
    if (is_stopping) co_return;
    auto users = [this] { return services.doorkeeper.refresh(); };
    Result<bool> const refreshed = co_await on_pool(pool, std::move(users));
    if (!refreshed)
      services.log.warning("the users stay as they were: " + refreshed.error().detail);
    if (!tls) continue;
    auto certificate = [this, is_asked = std::exchange(is_reload_asked, false)] {
      return tls->refresh(is_asked);
    };
    Result<bool> const loaded = co_await on_pool(pool, std::move(certificate));
    if (!loaded)
      services.log.warning("the certificate stays as it was: " + loaded.error().detail);
    else if (*loaded)
      services.log.warning("new connections get the certificate that was loaded now");
  }
}

/// Executor: the server's strand. Gives the sessions their time, then closes what is left.
net::awaitable<void> Server::Impl::drain() {
  auto const deadline = std::chrono::steady_clock::now() + options.limits.shutdown_timeout;
  net::steady_timer timer(strand);
  while (sessions.size() > 0) {
    if (std::chrono::steady_clock::now() >= deadline) {
      services.log.warning("closing " + std::to_string(sessions.size()) +
                           " connections that did not end");
      sessions.abort_all();
      co_return;
    }
    timer.expires_after(kDrainPoll);
    auto const [error] = co_await timer.async_wait(kAsTuple);
    static_cast<void>(error);
  }
}

Server::Server(ServerOptions options, Index const& index, BlobStore const& blobs,
               TileService const& tiles, FrameDecode decode, Doorkeeper& doorkeeper, ServerLog log,
               StowServices const* stow)
    : impl_(std::make_unique<Impl>(std::move(options), index, blobs, tiles, std::move(decode),
                                   doorkeeper, std::move(log), stow)) {}

Server::~Server() = default;

std::uint16_t Server::port() const { return impl_->port; }

void Server::run() {
  impl_->start();
  std::vector<std::jthread> others;
  for (unsigned i = 1; i < impl_->threads; ++i) others.emplace_back([this] { impl_->io.run(); });
  impl_->io.run();
  others.clear();  // joins
  impl_->pool.join();
  impl_->passwords.join();
}

void Server::stop() {
  net::post(impl_->strand, [impl = impl_.get()] { impl->stop_on_strand(); });
}

}  // namespace sightline::server
