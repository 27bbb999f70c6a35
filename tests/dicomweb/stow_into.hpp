#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "dicomweb/stow_reader.hpp"
#include "small_archive.hpp"

namespace sightline::server::testing {

/// Takes objects of the study (empty: of any) into the archive, as the server does.
inline StoreObject ingest_into(SmallArchive& archive, std::string study = {}) {
  return [&archive, study = std::move(study)](BlobWriter& written) {
    Offered offered = Ingest(archive.blobs(), archive.index(), nullptr).ingest(written, study);
    StoredObject object{offered.identity.sop_class_uid, offered.identity.sop_instance_uid,
                        offered.identity.study_instance_uid, offered.identity.series_instance_uid};
    if (!offered.result) {
      object.failure = offered.result.error().code == Errc::forbidden
                           ? StoreReason::other_study
                           : StoreReason::cannot_understand;
    } else if (offered.result->outcome == AddOutcome::conflict) {
      object.warning = StoreReason::duplicate_instance;
    }
    return object;
  };
}

/// The whole body in pieces of this size, and what became of it.
inline Result<StowAnswer> feed_all(StowReader& reader, std::string_view body,
                                   std::size_t piece = std::string::npos) {
  for (std::size_t at = 0; at < body.size(); at += std::min(piece, body.size() - at)) {
    std::string_view const part = body.substr(at, piece);
    if (Status const fed = reader.feed(std::as_bytes(std::span(part))); !fed)
      return std::unexpected(fed.error());
  }
  return reader.finish();
}

}  // namespace sightline::server::testing
