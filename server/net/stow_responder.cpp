#include "net/stow_responder.hpp"

#include <array>

#include "dicomweb/accept.hpp"
#include "dicomweb/dicom_xml.hpp"
#include "net/problem.hpp"
#include "net/responder.hpp"

namespace sightline::server {
namespace {

/// The forms of the answer, the default first. Source: PS3.18 10.5.3.2.
std::array<Representation, 2> answer_forms() {
  return {{{"application/dicom+json", "", "", false}, {"application/dicom+xml", "", "", false}}};
}

Result<std::optional<std::size_t>> choose_form(Request const& request, StowStore const& route) {
  return choose_representation({request.header("accept"), route.accept}, answer_forms());
}

/// The request's own URI.
std::string target_uri(Request const& request, StowStore const& route) {
  std::string const studies = service_uri(request) + "/studies";
  return route.study_instance_uid.empty() ? studies : studies + "/" + route.study_instance_uid;
}

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
  auto const chosen = choose_form(request, route);
  if (!chosen) return std::unexpected(problem(400, "The Accept header cannot be read."));
  if (!*chosen)
    return std::unexpected(
        problem(406, "The answer is application/dicom+json or application/dicom+xml."));
  auto const type = parse_media_type(request.header("content-type"));
  if (!type) return std::unexpected(problem(415, "A media type is needed that can be read."));
  auto reader = StowReader::create(
      *type, route.study_instance_uid, target_uri(request, route), services.stow->blobs,
      [&ingest = services.stow->ingest, study = route.study_instance_uid](BlobWriter& written) {
        return store(ingest, study, written);
      });
  if (reader) return std::move(*reader);
  if (reader.error().code == Errc::unsupported)
    return std::unexpected(
        problem(415,
                "Objects are taken as application/dicom, or as application/dicom+json or "
                "application/dicom+xml with bulk data."));
  return std::unexpected(problem(400, "The multipart boundary cannot be used."));
}

Response stow_broken(StowReader const& reader, Error const& error) {
  std::string const kept = std::to_string(reader.stored_count()) + " objects before it are stored.";
  if (error.code == Errc::limit_exceeded)
    return problem(413, "More or longer parts, or longer headers of one, than are taken; " + kept);
  if (error.code == Errc::no_space || error.code == Errc::io)
    return problem(507, "There is no room for the body; " + kept);
  return problem(400, "The body is not the multipart/related that it should be; " + kept);
}

Response finish_stow(Request const& request, StowStore const& route, StowReader& reader) {
  auto const answer = reader.finish();
  if (!answer) return stow_broken(reader, answer.error());
  if (answer->status() == 400) return problem(400, "There is no object in the body.");
  std::string text = encode_stow_answer(*answer, service_uri(request));
  auto const chosen = choose_form(request, route);  // of these two: begin_stow has seen to it
  std::size_t const form = chosen && *chosen ? **chosen : 0;
  if (form == 1) {
    auto documents = native_dicom_xml("[" + text + "]");
    if (!documents || documents->size() != 1) return problem(500);
    text = std::move(documents->front());
  }
  Response response = text_response(request, answer_forms()[form].media_type, std::move(text));
  response.status = answer->status();
  return response;
}

}  // namespace sightline::server
