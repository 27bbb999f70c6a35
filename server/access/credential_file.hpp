#pragma once
#include <filesystem>
#include <functional>

#include "access/credentials.hpp"
#include "blob/file_mark.hpp"

namespace sightline::server {

/// STORE/credentials (0600), and credentials.lock beside it for those who change it. It is no part
/// of a backup. Threads and processes: any; a reader sees a whole file, the old or the new one.
class CredentialFile {
 public:
  explicit CredentialFile(std::filesystem::path const& store)
      : file_(store / "credentials"), lock_(store / "credentials.lock") {}

  /// Nobody when there is no file. Errors: io, forbidden (others may read it), and those of
  /// parse_credentials.
  Result<Credentials> load() const;
  /// Reads, changes and writes (durably, at once) while nobody else does. What `edit` fails with
  /// leaves the file as it was. Errors: those of load and `edit`, io, no_space.
  Status change(std::function<Status(Credentials&)> const& edit) const;

  FileMark mark() const { return mark_of(file_); }

 private:
  std::filesystem::path file_, lock_;
};

}  // namespace sightline::server
