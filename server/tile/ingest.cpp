#include "tile/ingest.hpp"

#include <string_view>

#include "dicom/identity.hpp"
#include "dicom/instance.hpp"
#include "dicomweb/describe.hpp"

namespace sightline::server {

Result<Ingested> Ingest::ingest(std::span<std::byte const> file) {
  auto const instance = dicom::read_instance(file);
  if (!instance) return std::unexpected(instance.error());
  if (auto const named = dicom::check_identity(*instance); !named)
    return std::unexpected(named.error());

  auto const documents = describe(file, *instance);
  auto taken = store(file, *instance, documents);
  // A removal that was under way took the original that the first attempt had found in its place.
  if (!taken && taken.error().code == Errc::stale) taken = store(file, *instance, documents);
  return queue(std::move(taken), *instance);
}

Offered Ingest::ingest(BlobWriter& writer, std::string_view study) {
  auto const view = writer.view();
  if (!view) return {{}, std::unexpected(view.error())};
  auto const file = (*view)->bytes();
  auto const instance = dicom::read_instance(file);
  if (!instance) return {{}, std::unexpected(instance.error())};
  Offered offered{{instance->sop_class_uid, instance->sop_instance_uid,
                   instance->study.study_instance_uid, instance->series.series_instance_uid},
                  Ingested{}};
  if (auto const named = dicom::check_identity(*instance); !named) {
    offered.result = std::unexpected(named.error());
  } else if (!study.empty() && study != instance->study.study_instance_uid) {
    offered.result = fail(Errc::forbidden, "an object of another study");
  } else {
    auto const documents = describe(file, *instance);
    auto taken = commit(writer, file.size(), *instance, documents);
    if (!taken && taken.error().code == Errc::stale) taken = store(file, *instance, documents);
    offered.result = queue(std::move(taken), *instance);
  }
  return offered;
}

Result<Ingested> Ingest::adopt(BlobHash const& hash) {
  auto const reader = blobs_.open(hash);
  if (!reader) return std::unexpected(reader.error());
  auto const digest = (*reader)->digest();
  if (!digest) return std::unexpected(digest.error());
  if (*digest != hash)
    return fail(Errc::digest_mismatch, "its bytes are not those that were stored");
  RangedBytes ranges = (*reader)->ranges();
  ByteSource const file = ranges;
  auto const instance = dicom::read_instance(file);
  if (!instance) return std::unexpected(instance.error());
  if (auto const named = dicom::check_identity(*instance); !named)
    return std::unexpected(named.error());
  auto const outcome = index_.add(*instance, hash, file.size(), describe(file, *instance),
                                  [&] { return blobs_.contains(hash); });
  if (!outcome) return std::unexpected(outcome.error());
  return Ingested{*outcome, hash, instance->study.study_instance_uid};
}

Result<Ingested> Ingest::store(std::span<std::byte const> file, dicom::Instance const& instance,
                               DicomDocuments const& documents) {
  auto const writer = blobs_.create();
  if (!writer) return std::unexpected(writer.error());
  if (auto const written = (*writer)->write(file); !written)
    return std::unexpected(written.error());
  return commit(**writer, file.size(), instance, documents);
}

/// Durable original, then rows.
Result<Ingested> Ingest::commit(BlobWriter& writer, std::uint64_t size_bytes,
                                dicom::Instance const& instance, DicomDocuments const& documents) {
  auto const committed = writer.commit();
  if (!committed) return std::unexpected(committed.error());
  auto const outcome = index_.add(instance, committed->hash, size_bytes, documents,
                                  [&] { return blobs_.contains(committed->hash); });
  if (!outcome) {
    if (outcome.error().code != Errc::stale) blobs_.orphan_left();
    return std::unexpected(outcome.error());
  }
  return Ingested{*outcome, committed->hash, instance.study.study_instance_uid};
}

Result<Ingested> Ingest::queue(Result<Ingested> taken, dicom::Instance const& instance) {
  bool const has_pictures =
      instance.has_pixels && instance.unshowable_reason.empty() && instance.number_of_frames > 0;
  if (taken && taken->outcome != AddOutcome::already_there && has_pictures && queue_) {
    queue_->push({taken->sha256_hex, taken->study_instance_uid});
    taken->pictures_queued = true;
  }
  return taken;
}

}  // namespace sightline::server
