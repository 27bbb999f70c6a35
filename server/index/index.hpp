#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "dicom/instance.hpp"
#include "index/dicom_search.hpp"
#include "wire/manifest.hpp"

namespace sightline::server {

/// One row of the study list.
struct StudySummary {
  std::string study_instance_uid, study_date, study_time, study_description, accession_number;
  std::string patient_name, patient_id, patient_birth_date, patient_sex, referring_physician_name;
  std::vector<std::string> modalities;
  std::uint32_t series = 0, instances = 0;
  std::uint64_t frames = 0, bytes = 0;
  std::uint32_t pending = 0, failed = 0, conflicts = 0;  ///< instances
};

struct StudyQuery {
  std::string
      search;  ///< words; each must occur in name, id, description, accession, modality or date
  enum class Sort : std::uint8_t {
    date,
    patient_name,
    patient_id,
    modality,
    description,
    instances
  } sort = Sort::date;
  bool descending = true;
  std::uint32_t offset = 0, limit = 100;  ///< limit <= 1000
};
struct StudyPage {
  std::uint64_t total = 0;
  std::vector<StudySummary> studies;
};

enum class AddOutcome : std::uint8_t { added, already_there, conflict };

struct PendingInstance {
  std::string sha256_hex, study_instance_uid;
};
struct Counts {
  std::uint64_t studies = 0, series = 0, instances = 0, frames = 0, bytes = 0, pending = 0,
                failed_frames = 0, conflicts = 0;
};

/// Where an instance's frames are streamed from.
struct StreamLocation {
  std::string study_instance_uid;
  bool pending = false;
  dicom::Instance instance;
  std::vector<wire::StreamIndex> streams;
};

/// An instance's row as far as it names its original.
struct InstanceRow {
  std::int64_t row = 0;  ///< rises with the order in which instances came
  std::string sha256_hex, study_instance_uid;
  std::uint64_t size_bytes = 0;
};

/// Asked inside the transaction that adds a row, when nothing can be removed: is the original still
/// in its place?
using OriginalCheck = std::function<bool()>;

/// What is stored, searchable. Implementations: SQLite (here), PostgreSQL (later). Threads: any
/// (each takes its own lock).
class Index {
 public:
  virtual ~Index() = default;
  /// One durable transaction; returns after it. Same bytes again: already_there. Same SOP Instance
  /// UID, other bytes: conflict (kept beside the first, both flagged). New instances are pending
  /// until set_streams. An instance whose removal is not finished is kept after all. Errors: io,
  /// no_space, corrupt; stale when `original_is_there` says no: store it again.
  virtual Result<AddOutcome> add(dicom::Instance const& instance, std::string const& sha256_hex,
                                 std::uint64_t size_bytes, DicomDocuments const& documents = {},
                                 OriginalCheck const& original_is_there = {}) = 0;
  /// Writes the documents of an instance that an earlier version added without. Errors: not_found.
  virtual Status describe(dicom::Instance const& instance, std::string const& sha256_hex,
                          DicomDocuments const& documents) = 0;
  /// Hashes of instances without documents, oldest first.
  virtual Result<std::vector<std::string>> undescribed(std::uint32_t limit) const = 0;
  /// Visits what matches: studies newest first, series and instances by number.
  virtual Status search(DicomSearch const& search, DicomVisit const& visit) const = 0;
  /// Records the pyramid (or the failure per frame); raises the study's revision.
  virtual Status set_streams(std::string const& sha256_hex,
                             std::vector<wire::StreamIndex> const& streams) = 0;
  /// Instances without streams, oldest first.
  virtual Result<std::vector<PendingInstance>> pending(std::uint32_t limit) const = 0;
  virtual Result<StudyPage> studies(StudyQuery const& query) const = 0;
  virtual Result<std::uint64_t> revision(
      std::string const& study_instance_uid) const = 0;  ///< not_found
  virtual Result<wire::Manifest> manifest(
      std::string const& study_instance_uid) const = 0;                            ///< not_found
  virtual Result<StreamLocation> locate(std::string const& sha256_hex) const = 0;  ///< not_found
  /// sha256 of the instance (the first, in a conflict). not_found.
  virtual Result<std::string> find_instance(std::string const& study, std::string const& series,
                                            std::string const& sop) const = 0;
  virtual Result<std::optional<std::string>> find_hash(
      std::string const& sha256_hex) const = 0;  ///< its study, if known
  /// Removes the rows and, in the same transaction, notes whose files are to go: finish_removals
  /// does that, now or after a crash. Returns those hashes.
  virtual Result<std::vector<std::string>> remove_study(std::string const& study_instance_uid) = 0;
  /// Calls `remove_files` for each hash that remove_study noted, while no instance can be added,
  /// and forgets it when that succeeds. Errors: those of `remove_files`; io.
  virtual Status finish_removals(
      std::function<Status(std::string const& sha256_hex)> const& remove_files) = 0;
  /// Up to `limit` instances after a row (0: from the first), in the order of their rows.
  virtual Result<std::vector<InstanceRow>> stored(std::int64_t after_row,
                                                  std::uint32_t limit) const = 0;
  /// Looks for damage in the database itself and for counts that are not those of the rows; a
  /// sentence for each thing found. Errors: io, corrupt.
  virtual Result<std::vector<std::string>> self_check() const = 0;
  /// Writes a copy of this moment to a file that is not there, without pictures: all that had some
  /// are pending in it. Nobody has to wait meanwhile. Durable when it returns. Errors: io,
  /// no_space.
  virtual Status copy_to(std::filesystem::path const& file) const = 0;
  virtual Result<Counts> counts() const = 0;
};

/// SQLite with WAL and synchronous=FULL. Creates or upgrades the schema. Errors: io, corrupt.
Result<std::unique_ptr<Index>> open_sqlite_index(std::filesystem::path const& file);

}  // namespace sightline::server
