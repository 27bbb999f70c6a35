#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/byte_budget.hpp"
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
/// beside an import. Looks at `threads` originals at a time, of a gigabyte together unless one is
/// larger alone, and tells what it finds in the order of the rows. Threads: run() from one.
class Verifier {
 public:
  /// Called with a sentence for each thing that is wrong, one at a time. Never patient data.
  using OnFinding = std::function<void(std::string const& sentence)>;
  /// Without a pool, pictures are not decoded: only their tables and lengths are compared.
  /// `patience`: how long an original that was written just now may be without its row.
  Verifier(Store& store, TranscodePool* pool, OnFinding on_finding, unsigned threads = 1,
           std::chrono::milliseconds patience = std::chrono::seconds(10))
      : store_(store),
        pool_(pool),
        on_finding_(std::move(on_finding)),
        threads_(threads),
        patience_(patience) {}
  /// Errors: io, corrupt (the index cannot be read at all).
  Result<VerifyReport> run();

 private:
  /// What was seen of one row.
  struct Seen {
    VerifyReport counts;
    std::vector<std::string> sentences;
    void found(std::string const& hash, std::string const& what);
  };
  Status check_rows();
  Status check_orphans();
  std::vector<Seen> check_batch(std::vector<InstanceRow> const& rows);
  void check_row(InstanceRow const& row, Seen& seen) const;
  void check_pyramid(std::string const& hash, StreamLocation const& row, Seen& seen) const;
  Status compare_pictures(std::string const& hash, StreamLocation const& row) const;
  Status compare_values(std::string const& hash, StreamLocation const& row,
                        std::uint32_t frame) const;
  Result<std::vector<std::byte>> read_stream(std::string const& hash, StreamLocation const& row,
                                             std::uint32_t frame) const;
  void tell(Seen const& seen);
  void wait_for_rows(std::vector<std::string>& without_row) const;
  bool is_stored(std::string const& hash) const;

  Store& store_;
  TranscodePool* pool_;
  OnFinding on_finding_;
  unsigned threads_;
  std::chrono::milliseconds patience_;
  ByteBudget budget_{1ull << 30};
  VerifyReport report_;
};

}  // namespace sightline::server
