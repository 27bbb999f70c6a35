#pragma once
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "access/doorkeeper.hpp"
#include "net/server.hpp"
#include "page/sample_store.hpp"
#include "source_folder.hpp"

namespace sightline::server {

inline constexpr std::string_view kLoginHtml =
    R"(<form><!--sightline:problem--><input name="to" value="sightline:to">)"
    R"(<input name="user" value="sightline:user"></form>)";

/// A server on a free port of loopback, over the sample store and a page of a few lines, with short
/// times.
class RunningServer {
 public:
  explicit RunningServer(NetLimits limits = short_times(),
                         std::function<void(ServerOptions&)> const& adjust = {}) {
    std::filesystem::create_directories(store.folder / "web/assets");
    std::ofstream(store.folder / "web/index.html")
        << "<!doctype html><title>t</title><main><!--sightline:study--></main>";
    std::ofstream(store.folder / "web/assets/main-1a2B3c4D.js")
        << "export const text = \"" << std::string(2000, 'a') << "\";\n";
    std::ofstream(store.folder / "web/login.html") << kLoginHtml;
    doorkeeper = Doorkeeper::create({.store = store.folder, .cost = {kLeastLog2N}}).value();
    ServerOptions options;
    options.port = 0;
    options.assets_dir = store.folder / "web";
    options.allowed_origins = {"https://ehr.example"};
    options.stop_on_signals = false;
    options.limits = limits;
    if (adjust) adjust(options);
    ServerLog log;
    log.debug = log.warning = [this](std::string_view line) {
      std::scoped_lock const lock(mutex_);
      lines_.emplace_back(line);
    };
    auto decode = [](codec::Encoding encoding, PixelFormat const& format,
                     std::span<std::byte const> bytes) {
      return codec::decode_frame({encoding, format, bytes, 0});
    };
    server_ = std::make_unique<Server>(options, store.index, store.blobs, store.tiles, decode,
                                       *doorkeeper, log);
    thread_ = std::jthread([this] { server_->run(); });
  }
  ~RunningServer() {
    stop();
    leave_log();
  }

  static NetLimits short_times() {
    NetLimits limits;
    limits.header_timeout = std::chrono::milliseconds(300);
    limits.idle_timeout = std::chrono::milliseconds(1500);
    limits.shutdown_timeout = std::chrono::milliseconds(1500);
    limits.revision_poll = std::chrono::milliseconds(50);
    limits.file_poll = std::chrono::milliseconds(50);
    return limits;
  }
  std::uint16_t port() const { return server_->port(); }
  Server& server() { return *server_; }
  /// Stops and waits for run() to return.
  void stop() {
    server_->stop();
    if (thread_.joinable()) thread_.join();
  }
  std::vector<std::string> log_lines() {
    std::scoped_lock const lock(mutex_);
    return lines_;
  }

  SampleStore store;
  std::unique_ptr<Doorkeeper> doorkeeper;

 private:
  /// For tests/log_scan.mjs.
  void leave_log() {
    std::filesystem::path const folder = source_folder() / "build/logs/servers";
    std::filesystem::create_directories(folder);
    std::string const name = "net-" + store.folder.filename().string();
    std::ofstream log(folder / (name + ".log"));
    for (std::string const& line : log_lines()) log << line << '\n';
    std::ofstream(folder / (name + ".sentinels")) << "Sentinel^Patient\n"
                                                  << kSampleStudy << '\n'
                                                  << kPendingStudy << '\n';
  }

  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::unique_ptr<Server> server_;
  std::jthread thread_;
};

}  // namespace sightline::server
