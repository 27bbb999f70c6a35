#pragma once
#include <mutex>

#include "index/database.hpp"
#include "index/index.hpp"

namespace sightline::server {

/// Index over one SQLite file. Writers take turns on one connection; each reader borrows one of its
/// own, so that a search never waits for an import. Threads: any.
class SqliteIndex final : public Index {
 public:
  /// Errors: io, corrupt, unsupported (made by a newer program).
  static Result<std::unique_ptr<SqliteIndex>> open_file(std::filesystem::path const& file);

  Result<AddOutcome> add(dicom::Instance const& instance, std::string const& sha256_hex,
                         std::uint64_t size_bytes, DicomDocuments const& documents,
                         OriginalCheck const& original_is_there) override;
  Status describe(dicom::Instance const& instance, std::string const& sha256_hex,
                  DicomDocuments const& documents) override;
  Result<std::vector<std::string>> undescribed(std::uint32_t limit) const override;
  Status search(DicomSearch const& search, DicomVisit const& visit) const override;
  Status set_streams(std::string const& sha256_hex,
                     std::vector<wire::StreamIndex> const& streams) override;
  Result<std::vector<PendingInstance>> pending(std::uint32_t limit) const override;
  Result<StudyPage> studies(StudyQuery const& query) const override;
  Result<std::uint64_t> revision(std::string const& study_instance_uid) const override;
  Result<wire::Manifest> manifest(std::string const& study_instance_uid) const override;
  Result<StreamLocation> locate(std::string const& sha256_hex) const override;
  Result<std::string> find_instance(std::string const& study, std::string const& series,
                                    std::string const& sop) const override;
  Result<std::optional<std::string>> find_hash(std::string const& sha256_hex) const override;
  Result<std::vector<std::string>> remove_study(std::string const& study_instance_uid) override;
  Status finish_removals(
      std::function<Status(std::string const& sha256_hex)> const& remove_files) override;
  Result<std::vector<InstanceRow>> stored(std::int64_t after_row,
                                          std::uint32_t limit) const override;
  Result<std::vector<std::string>> self_check() const override;
  Status copy_to(std::filesystem::path const& file) const override;
  Result<Counts> counts() const override;

 private:
  SqliteIndex(std::filesystem::path file, std::unique_ptr<Database> writer,
              std::unique_ptr<Database> rebuilder)
      : file_(std::move(file)), writer_(std::move(writer)), rebuilder_(std::move(rebuilder)) {}

  class Reader;  ///< a borrowed connection
  Result<Reader> borrow() const;

  std::filesystem::path file_;
  std::mutex writer_mutex_;
  std::unique_ptr<Database> writer_;  ///< synchronous=FULL: what add() returns is on the disk
  std::unique_ptr<Database>
      rebuilder_;  ///< synchronous=NORMAL: a pyramid's row that a power cut takes is built again
  mutable std::mutex readers_mutex_;
  mutable std::vector<std::unique_ptr<Database>> idle_readers_;
};

}  // namespace sightline::server
