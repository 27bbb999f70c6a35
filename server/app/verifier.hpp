#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "app/store.hpp"
#include "tile/transcode_pool.hpp"

namespace sightline::server {

/// What was looked at, and how much of it is wrong.
struct VerifyReport {
  std::uint64_t originals = 0, bytes = 0, rows = 0, pyramids = 0, pending = 0, findings = 0;
};

/// Compares everything that is kept with everything else: the database with itself, each original
/// with its name (its SHA-256), each row with its original, each pyramid with the row and with what
/// is made of the original now, byte for byte, in a sandboxed worker. Changes nothing, and may run
/// beside an import. Threads: one.
class Verifier {
 public:
  /// Called with a sentence for each thing that is wrong. Never patient data.
  using OnFinding = std::function<void(std::string const& sentence)>;
  /// Without a pool, pictures are not decoded: only their tables and lengths are compared.
  Verifier(Store& store, TranscodePool* pool, OnFinding on_finding)
      : store_(store), pool_(pool), on_finding_(std::move(on_finding)) {}
  /// Errors: io, corrupt (the index cannot be read at all).
  Result<VerifyReport> run();

 private:
  Status check_rows();
  Status check_orphans();
  void check_row(InstanceRow const& row);
  void check_pyramid(std::string const& hash, StreamLocation const& row);
  Status compare_pictures(std::string const& hash, StreamLocation const& row);
  void found(std::string const& hash, std::string const& what);
  bool is_stored(std::string const& hash) const;

  Store& store_;
  TranscodePool* pool_;
  OnFinding on_finding_;
  VerifyReport report_;
};

}  // namespace sightline::server
