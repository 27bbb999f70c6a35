#include "net/stow_responder.hpp"

#include "dicomweb/accept.hpp"
#include "net/problem.hpp"
#include "net/responder.hpp"

namespace sightline::server {
namespace {

constexpr std::string_view kDicomJson = "application/dicom+json";

StoreReason reason_of(Error const& error) {
  switch (error.code) {
    case Errc::forbidden: return StoreReason::other_study;
    case Errc::io:
    case Errc::no_space:
    case Errc::out_of_memory:
    case Errc::limit_exceeded: return StoreReason::out_of_resources;
    case Errc::not_dicom:
    case Errc::truncated:
    case Errc::corrupt:
    case Errc::unsupported: return StoreReason::cannot_understand;
    default: return StoreReason::processing_failure;
  }
}

StoredObject store(Ingest& ingest, std::string const& study, BlobWriter& written) {
  Offered offered = ingest.ingest(written, study);
  ObjectIdentity& identity = offered.identity;
  StoredObject object{std::move(identity.sop_class_uid), std::move(identity.sop_instance_uid),
                      std::move(identity.study_instance_uid),
                      std::move(identity.series_instance_uid)};
  if (!offered.result)
    object.failure = reason_of(offered.result.error());
  else if (offered.result->outcome == AddOutcome::conflict)
    object.warning = StoreReason::duplicate_instance;
  return object;
}

}  // namespace

std::expected<std::unique_ptr<StowReader>, Response> begin_stow(Services const& services,
                                                                Request const& request,
                                                                StowStore const& route) {
  if (services.stow == nullptr)
    return std::unexpected(problem(403, "This archive takes nothing in: it is read-only."));
  Representation const form{std::string(kDicomJson), "", "", false};
  auto const chosen = choose_representation({request.header("accept"), route.accept}, {&form, 1});
  if (!chosen) return std::unexpected(problem(400, "The Accept header cannot be read."));
  if (!*chosen) return std::unexpected(problem(406, "The answer is application/dicom+json."));
  auto const type = parse_media_type(request.header("content-type"));
  if (!type) return std::unexpected(problem(415, "A media type is needed that can be read."));
  auto reader =
      StowReader::create(*type, route.study_instance_uid, services.stow->blobs,
                         [&ingest = services.stow->ingest, study = route.study_instance_uid](
                             BlobWriter& written) { return store(ingest, study, written); });
  if (reader) return std::move(*reader);
  if (reader.error().code == Errc::unsupported)
    return std::unexpected(problem(415, "Objects are taken as application/dicom."));
  return std::unexpected(problem(400, "The multipart boundary cannot be used."));
}

Response stow_broken(StowReader const& reader, Error const& error) {
  std::string const kept = std::to_string(reader.stored_count()) + " objects before it are stored.";
  if (error.code == Errc::limit_exceeded)
    return problem(413, "More parts, or longer headers of a part, than are taken; " + kept);
  return problem(400, "The body is not the multipart/related that it should be; " + kept);
}

Response finish_stow(Request const& request, StowReader& reader) {
  auto const answer = reader.finish();
  if (!answer) return stow_broken(reader, answer.error());
  if (answer->status() == 400) return problem(400, "There is no object in the body.");
  Response response = text_response(request, std::string(kDicomJson),
                                    encode_stow_answer(*answer, service_uri(request)));
  response.status = answer->status();
  return response;
}

}  // namespace sightline::server
