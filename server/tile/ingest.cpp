#include "tile/ingest.hpp"

#include <string_view>
#include <tuple>

#include "base/uid.hpp"
#include "dicom/instance.hpp"
#include "dicomweb/describe.hpp"

namespace sightline::server {
namespace {

constexpr std::string_view kMediaStorageDirectory = "1.2.840.10008.1.3.10";  // PS3.4 I.4

Status check_identity(dicom::Instance const& instance) {
  if (instance.sop_class_uid == kMediaStorageDirectory) {
    return fail(Errc::unsupported,
                "a media directory (DICOMDIR): its files are taken by themselves");
  }
  for (auto const& [uid, what] :
       {std::tuple{&instance.study.study_instance_uid, "Study Instance UID (0020,000D)"},
        std::tuple{&instance.series.series_instance_uid, "Series Instance UID (0020,000E)"},
        std::tuple{&instance.sop_instance_uid, "SOP Instance UID (0008,0018)"}}) {
    if (uid->empty()) return fail(Errc::corrupt, std::string("without ") + what);
    if (!is_uid(*uid)) return fail(Errc::corrupt, std::string("unusable ") + what);
  }
  return {};
}

}  // namespace

Result<Ingested> Ingest::ingest(std::span<std::byte const> file) {
  auto const instance = dicom::read_instance(file);
  if (!instance) return std::unexpected(instance.error());
  if (auto const named = check_identity(*instance); !named) return std::unexpected(named.error());

  auto const writer = blobs_.create();
  if (!writer) return std::unexpected(writer.error());
  if (auto const written = (*writer)->write(file); !written)
    return std::unexpected(written.error());
  return keep(**writer, file, *instance);
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
  if (auto const named = check_identity(*instance); !named) {
    offered.result = std::unexpected(named.error());
  } else if (!study.empty() && study != instance->study.study_instance_uid) {
    offered.result = fail(Errc::forbidden, "an object of another study");
  } else {
    offered.result = keep(writer, file, *instance);
  }
  return offered;
}

/// Durable original, then rows, then the queue.
Result<Ingested> Ingest::keep(BlobWriter& writer, std::span<std::byte const> file,
                              dicom::Instance const& instance) {
  auto const committed = writer.commit();
  if (!committed) return std::unexpected(committed.error());
  auto const outcome = index_.add(instance, committed->hash, file.size(), describe(file, instance));
  if (!outcome) return std::unexpected(outcome.error());
  Ingested result{*outcome, committed->hash, instance.study.study_instance_uid};
  bool const has_pictures =
      instance.has_pixels && instance.unshowable_reason.empty() && instance.number_of_frames > 0;
  if (*outcome != AddOutcome::already_there && has_pictures && queue_) {
    queue_->push({result.sha256_hex, result.study_instance_uid});
    result.pictures_queued = true;
  }
  return result;
}

}  // namespace sightline::server
