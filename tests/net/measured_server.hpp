#pragma once
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "dicomweb/small_archive.hpp"
#include "net/server.hpp"
#include "net/services.hpp"
#include "raw_client.hpp"
#include "running_server.hpp"

namespace sightline::server {

inline constexpr std::size_t kLargeObjectBytes = 12 << 20;  ///< more than the kernel keeps
inline constexpr long kMostGrowth = 10 << 20;               ///< of the resident memory

inline std::size_t open_files() {
  std::filesystem::directory_iterator const files("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}
/// Shared with the test's own sockets, which the kernel keeps.
inline long resident_bytes() {
  long total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

/// A server that stores, and has a large object and a small one; its process is this one.
class MeasuredServer : public ::testing::Test {
 protected:
  void SetUp() override {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    archive.put({.study = "1.1",
                 .series = "1.1.1",
                 .sop = "1.1.1.1",
                 .rle_frame = std::vector<std::byte>(kLargeObjectBytes, std::byte{1})});
    archive.put({.study = "1.2", .series = "1.2.1", .sop = "1.2.1.1"});
    std::filesystem::create_directories(archive.folder() / "web");
    std::ofstream(archive.folder() / "web/index.html") << "<main><!--sightline:study--></main>";
    std::ofstream(archive.folder() / "web/login.html") << kLoginHtml;
    doorkeeper = Doorkeeper::create({.store = archive.folder()}).value();
    ServerOptions options;
    options.port = 0;
    options.assets_dir = archive.folder() / "web";
    options.stop_on_signals = false;
    options.limits.header_timeout = options.limits.idle_timeout = std::chrono::seconds(2);
    options.limits.shutdown_timeout = std::chrono::seconds(1);
    auto decode = [](codec::Encoding encoding, PixelFormat const& format,
                     std::span<std::byte const> bytes) {
      return codec::decode_frame({encoding, format, bytes, 0});
    };
    server = std::make_unique<Server>(options, archive.index(), archive.blobs(), tiles, decode,
                                      *doorkeeper, ServerLog{}, &stow);
    thread = std::jthread([this] { server->run(); });
    for (int i = 0; i < 4; ++i) EXPECT_EQ(serve_a_new_client(), 200U);  // what is made once is made
  }
  void TearDown() override {
    server->stop();
    thread.join();
  }
  unsigned serve_a_new_client() {
    RawClient client(server->port());
    client.send("GET /dicom-web/studies HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    return client.read_answer().status;
  }

  testing::SmallArchive archive;
  Ingest ingest{archive.blobs(), archive.index(), nullptr};
  StowServices stow{archive.blobs(), ingest};
  PyramidStore pyramids{archive.folder() / "pyramids"};
  TileService tiles{archive.index(), pyramids};
  std::unique_ptr<Doorkeeper> doorkeeper;
  std::unique_ptr<Server> server;
  std::jthread thread;
};

}  // namespace sightline::server
