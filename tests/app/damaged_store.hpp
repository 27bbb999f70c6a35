#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "app/store.hpp"
#include "app/verifier.hpp"
#include "small_image.hpp"
#include "temporary_folder.hpp"
#include "tile/ingest.hpp"

namespace sightline::server::testing {

using Sentences = std::vector<std::string>;

/// Takes an object in, without pictures. Returns its SHA-256; empty when it was refused.
inline std::string take(Store& store, std::span<std::byte const> file) {
  auto const taken = Ingest(store.blobs(), store.index(), nullptr).ingest(file);
  return taken ? taken->sha256_hex : std::string();
}

inline std::filesystem::path original_of(std::filesystem::path const& root,
                                         std::string const& hash) {
  return root / "originals" / hash.substr(0, 2) / hash.substr(2, 2) / hash;
}

/// A store of two objects, without pictures.
class TwoObjects : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = std::move(*Store::open(root_));
    for (auto const* const name : {"1", "2"}) hashes_.push_back(take(*store_, small_image(name)));
  }

  TemporaryFolder folder_;
  std::filesystem::path const root_ = folder_.path() / "store";
  std::unique_ptr<Store> store_;
  std::vector<std::string> hashes_;
};

/// Changes the last byte of a file.
inline void damage(std::filesystem::path const& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(-1, std::ios::end);
  int const last = file.get();
  file.seekp(-1, std::ios::end);
  file.put(static_cast<char>(last ^ 1));
}

/// What a process that died while it wrote leaves behind: a mark that nobody locks.
inline void leave_mark_of_a_dead_writer(std::filesystem::path const& root) {
  std::ofstream(root / "writers" / "0123456789abcdef");
}

/// What verify says. Without a pool the pictures are not decoded. Nobody else writes.
inline Sentences findings_in(Store& store, TranscodePool* pool = nullptr, unsigned threads = 1) {
  Sentences findings;
  Verifier verifier(
      store, pool, [&](std::string const& sentence) { findings.push_back(sentence); }, threads,
      std::chrono::milliseconds(0));
  auto const report = verifier.run();
  if (!report)
    findings.push_back("cannot verify: " + report.error().detail);
  else if (report->findings != findings.size())
    findings.push_back("miscounted");
  return findings;
}

}  // namespace sightline::server::testing
