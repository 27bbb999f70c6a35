#include <algorithm>
#include <expected>

#include "base/limits.hpp"
#include "dicom/dicom_json.hpp"
#include "dicomweb/boundary.hpp"
#include "dicomweb/dicom_xml.hpp"
#include "dicomweb/pieces.hpp"
#include "dicomweb/pixel_media_type.hpp"
#include "dicomweb/qido_answer.hpp"
#include "dicomweb/retrieve.hpp"
#include "net/byte_range.hpp"
#include "net/content_coding.hpp"
#include "net/entity_tag.hpp"
#include "net/problem.hpp"
#include "net/responder.hpp"

namespace sightline::server {
namespace {

constexpr std::string_view kDicomJson = "application/dicom+json";
constexpr std::string_view kDicomXml = "application/dicom+xml";
constexpr std::string_view kPixelData = "7FE00010";

AcceptRequest accept_of(Request const& request, std::vector<std::string> const& query) {
  return {request.header("accept"), query};
}

/// Whether the client wants the XML of the metadata rather than their JSON; else the answer that
/// neither is taken. Source: PS3.18 8.7.3.2, Table 8.7.3-3.
std::expected<bool, Response> wants_xml(AcceptRequest const& accept) {
  std::vector<Representation> const forms{{std::string(kDicomJson), "", "", false},
                                          {"multipart/related", std::string(kDicomXml), "", false}};
  auto const chosen = choose_representation(accept, forms);
  if (!chosen) return std::unexpected(problem(400, "The Accept header cannot be read."));
  if (!*chosen)
    return std::unexpected(problem(
        406, "Metadata are application/dicom+json or multipart/related of application/dicom+xml."));
  return **chosen == 1;
}

Response single_response(Part part) {
  Response response;
  response.content_type = format_media_type(part.content_type);
  response.headers.push_back({"Vary", "Accept"});
  auto const body = std::make_shared<PartBody const>(std::move(part.body));
  response.body =
      Body(body->length_bytes(),
           [body](std::uint64_t offset, std::uint32_t count) -> Result<std::vector<std::byte>> {
             std::vector<std::byte> block;
             if (Status const read = body->append(offset, count, block); !read)
               return std::unexpected(read.error());
             return block;
           });
  return response;
}

/// JSON has content codings, XML has not: both are forms of one resource.
void vary_by_accept(Response& response) {
  std::erase_if(response.headers, [](Header const& header) { return header.name == "Vary"; });
  response.headers.push_back({"Vary", "Accept, Accept-Encoding"});
}

/// DICOM JSON as XML documents, one part for each object.
Response xml_response(std::string_view json_array, std::string_view etag) {
  auto documents = native_dicom_xml(json_array);
  if (!documents) return problem_of(documents.error());
  if (documents->empty()) {  // a multipart has at least one part
    Response response;
    response.status = 204;
    response.headers.push_back({"Vary", "Accept"});
    return response;
  }
  std::vector<Part> parts;
  for (std::string& document : *documents) {
    auto type = parse_media_type(kDicomXml);
    if (!type) return problem(500);
    parts.push_back({std::move(*type), {}, PartBody(std::move(document))});
  }
  return multipart_response(std::string(kDicomXml), std::move(parts), 200, etag);
}

/// What every tag of this service begins with: which program made the answer, for whom, of what.
EntityTag tag_of(Services const& services, std::string_view what, std::string_view identity) {
  EntityTag tag;
  tag.add(services.version).add(what).add(identity);
  return tag;
}

/// Of metadata: their instances, what the index has of each, and where they say that bulk data are.
std::string metadata_tag(Services const& services, Request const& request, bool as_xml,
                         std::vector<StoredInstance> const& instances) {
  bool const is_packed = accepts_coding(request.header("accept-encoding"), "gzip");
  EntityTag tag = tag_of(services,
                         as_xml      ? "xml"
                         : is_packed ? "json gzip"
                                     : "json",
                         service_uri(request));
  for (StoredInstance const& instance : instances) {
    auto const& packed = instance.packed_metadata;
    tag.add(instance.sha256_hex);
    tag.add({reinterpret_cast<char const*>(packed.data()), packed.size()});
  }
  return tag.strong();
}

Response metadata(Services const& services, Request const& request, WadoRetrieve const& route) {
  auto as_xml = wants_xml(accept_of(request, route.accept));
  if (!as_xml) return std::move(as_xml.error());
  auto const found = find_instances(services.index, route.target, true);
  if (!found) return problem_of(found.error());
  std::string const etag = metadata_tag(services, request, *as_xml, *found);
  if (client_has(request, etag)) {  // before megabytes are made
    Response unchanged = not_modified(etag, CachePolicy::revalidate);
    vary_by_accept(unchanged);
    return unchanged;
  }
  auto array = metadata_array(*found, service_uri(request));
  if (!array) return problem_of(array.error());
  Response response = *as_xml ? xml_response(*array, etag)
                              : text_response(request, std::string(kDicomJson), std::move(*array));
  vary_by_accept(response);
  return revalidated(request, etag, std::move(response));
}

Response instances(Services const& services, Request const& request, WadoRetrieve const& route) {
  auto const found = find_instances(services.index, route.target, false);
  if (!found) return problem_of(found.error());
  auto parts = instance_parts(services.retrieve, *found, accept_of(request, route.accept));
  if (!parts) {
    if (parts.error().code == Errc::unsupported)
      return problem(406,
                     "Instances are application/dicom, as they are kept, in Explicit VR "
                     "Little Endian, in lossless HTJ2K or, one at a time, in JPEG lossless.");
    return parts.error().code == Errc::corrupt ? problem(400, "The Accept header cannot be read.")
                                               : problem_of(parts.error());
  }
  std::string etag =
      tag_of(services, parts->is_single_part ? "object" : "objects", parts->identity).strong();
  Response response = parts->is_single_part
                          ? single_response(std::move(parts->parts.front()))
                          : multipart_response("application/dicom", std::move(parts->parts),
                                               parts->is_partial ? 206 : 200, etag);
  return revalidated(request, std::move(etag), std::move(response));
}

std::string frames_tag(Services const& services, FrameParts const& parts) {
  return tag_of(services, parts.is_single_part ? "frame" : "frames", parts.identity)
      .add(parts.media_type)
      .strong();
}

/// Asked before frames are decoded for a client that has them.
HasFrames client_has_frames(Services const& services, Request const& request) {
  return [&services, &request](FrameParts const& described) {
    return client_has(request, frames_tag(services, described));
  };
}

Response frames_response(Services const& services, Request const& request,
                         Result<FrameParts> parts) {
  if (!parts) {
    if (parts.error().code == Errc::unsupported)
      return problem(406, "The frames are not to be had in this encoding.");
    return problem_of(parts.error());
  }
  std::string etag = frames_tag(services, *parts);
  if (parts->parts.empty()) {  // none is made for a client that has them
    Response unchanged = not_modified(std::move(etag), CachePolicy::revalidate);
    unchanged.headers.push_back({"Vary", "Accept"});
    return unchanged;
  }
  Response response =
      parts->is_single_part
          ? single_response(std::move(parts->parts.front()))
          : multipart_response(parts->media_type, std::move(parts->parts), 200, etag);
  return revalidated(request, std::move(etag), std::move(response));
}

Response frames(Services const& services, Request const& request, WadoRetrieve const& route) {
  auto const found = find_instances(services.index, route.target, false);
  if (!found) return problem_of(found.error());
  return frames_response(
      services, request,
      frame_parts(services.retrieve, found->front(), route.frame_numbers,
                  accept_of(request, route.accept), client_has_frames(services, request)));
}

/// An original that broke off before it came here is kept as it is, and says so.
Response bulk_problem(Error const& error) {
  if (error.code == Errc::truncated)
    return problem(404, "The object ends inside of this value, and came so.", error.code);
  return problem_of(error);
}

/// A range of a body, its last byte excluded.
PartBody part_of(PartBody whole, std::uint64_t first, std::uint64_t last) {
  return PartBody(last - first,
                  [whole = std::move(whole), first](
                      std::uint64_t offset, std::uint32_t count) -> Result<std::vector<std::byte>> {
                    std::vector<std::byte> bytes;
                    Status const read = whole.append(first + offset, count, bytes);
                    if (!read) return std::unexpected(read.error());
                    return bytes;
                  });
}

/// The value at this place: read from the original as it is sent where it stands there as it is.
Result<PartBody> bulk_body(Services const& services, std::string const& sha256_hex,
                           ByteSource const& file, dicom::BulkPlace const& place,
                           std::string const& path) {
  if (place.verbatim && place.encapsulated_in.empty())
    return body_of(std::vector<Piece>{place.span}, services.blobs, sha256_hex, {});
  if (place.span.length_bytes > kDefaultLimits.max_frame_bytes)
    return fail(Errc::limit_exceeded, "the value is too large to be made anew");
  auto value = dicom::bulk_value(file, path);
  if (!value) return std::unexpected(value.error());
  return PartBody(std::move(*value));
}

/// How a value is sent.
struct BulkAnswer {
  std::string identity;
  std::string media_type;
  bool as_multipart = false;
};
Response bulk_response(Services const& services, Request const& request, BulkAnswer const& answer,
                       Part part, PartBody value) {
  auto const tag = [&](char const* what) {
    return tag_of(services, what, answer.identity).add(answer.media_type).strong();
  };
  std::string single_tag = tag("value");
  bool const has_range = request.method == Method::get && request.count("range") == 1 &&
                         honours_range(request, single_tag);
  std::uint64_t const value_bytes = value.length_bytes();
  RangeChoice const range =
      choose_range(has_range ? request.header("range") : std::string_view{}, value_bytes);
  std::string const length = "/" + std::to_string(value_bytes);
  if (std::holds_alternative<UnsatisfiableRange>(range)) {
    Response refused = problem(416, "One range within the value is answered.");
    refused.headers.push_back({"Content-Range", "bytes *" + length});
    return refused;
  }
  auto const* const bytes = std::get_if<ByteRange>(&range);
  if (bytes == nullptr && answer.as_multipart) {
    std::string etag = tag("values");
    std::vector<Part> parts;
    part.body = std::move(value);
    parts.push_back(std::move(part));
    Response response = multipart_response(answer.media_type, std::move(parts), 200, etag);
    return revalidated(request, std::move(etag), std::move(response));
  }
  if (bytes == nullptr) {
    part.body = std::move(value);
    Response response = single_response(std::move(part));
    response.headers.push_back({"Accept-Ranges", "bytes"});
    return revalidated(request, std::move(single_tag), std::move(response));
  }
  // PS3.18 8.7.1: a range is one of the value, without a multipart around it.
  part.body = part_of(std::move(value), bytes->first, bytes->last);
  Response response = single_response(std::move(part));
  if (client_has(request, single_tag))
    return revalidated(request, std::move(single_tag), std::move(response));
  response.status = 206;
  response.cache = CachePolicy::revalidate;
  response.headers.push_back({"ETag", std::move(single_tag)});
  response.headers.push_back({"Content-Range", "bytes " + std::to_string(bytes->first) + "-" +
                                                   std::to_string(bytes->last - 1) + length});
  return response;
}

Response bulk_data(Services const& services, Request const& request, WadoRetrieve const& route) {
  auto const found = find_instances(services.index, route.target, false);
  if (!found) return problem_of(found.error());
  if (route.bulk_path == kPixelData) {
    auto parts =
        encapsulated_pixel_data(services.retrieve, found->front(), accept_of(request, route.accept),
                                client_has_frames(services, request));
    if (!parts) return frames_response(services, request, std::unexpected(parts.error()));
    if (*parts) return frames_response(services, request, std::move(**parts));
  }
  std::string const& sha256_hex = found->front().sha256_hex;
  auto const reader = services.blobs.open(sha256_hex);
  if (!reader) return problem_of(reader.error());
  RangedBytes ranges = (*reader)->ranges();
  auto const place = dicom::find_bulk_value(ranges, route.bulk_path);
  if (!place) return bulk_problem(place.error());
  auto value = bulk_body(services, sha256_hex, ranges, *place, route.bulk_path);
  if (!value) return bulk_problem(value.error());

  // An icon may be compressed as the picture is; everything else is little-endian bytes.
  bool const is_compressed = !place->encapsulated_in.empty();
  std::string const syntax =
      is_compressed ? place->encapsulated_in : std::string(kExplicitVrLittleEndian);
  std::string const own_type(is_compressed ? media_type_of(syntax) : "application/octet-stream");
  std::vector<Representation> const forms{{"multipart/related", own_type, syntax, true},
                                          {own_type, "", syntax, true}};
  auto const chosen = choose_representation(accept_of(request, route.accept), forms);
  if (!chosen) return problem(400, "The Accept header cannot be read.");
  if (!*chosen)
    return problem(406, "Bulk data are application/octet-stream, or what a compressed icon is.");
  auto type = is_compressed ? part_media_type(own_type, syntax) : parse_media_type(own_type);
  if (!type) return problem(500);
  BulkAnswer const answer{sha256_hex + " " + route.bulk_path, own_type, **chosen == 0};
  return bulk_response(services, request, answer, {std::move(*type), {}, PartBody{}},
                       std::move(*value));
}

}  // namespace

std::string service_uri(Request const& request) {
  return (request.is_https ? "https://" : "http://") + std::string(request.header("host")) +
         "/dicom-web";
}

Response multipart_response(std::string const& part_type, std::vector<Part> parts, unsigned status,
                            std::string_view etag) {
  auto type = parse_media_type(part_type);
  if (!type) return problem(500);
  auto made = Multipart::create(std::move(*type), derive_boundary(etag), std::move(parts));
  if (!made) return problem_of(made.error());
  auto const whole = std::make_shared<Multipart const>(std::move(*made));
  Response response;
  response.status = status;
  response.content_type = whole->content_type();
  response.headers.push_back({"Vary", "Accept"});
  response.body = Body(whole->length_bytes(), [whole](std::uint64_t offset, std::uint32_t count) {
    return whole->read(offset, count);
  });
  return response;
}

Response respond_qido(Services const& services, Request const& request, QidoSearch const& route) {
  std::vector<std::string> accept;
  for (auto const& [key, value] : route.query) {
    if (key == "accept") accept.push_back(value);
  }
  auto as_xml = wants_xml(accept_of(request, accept));
  if (!as_xml) return std::move(as_xml.error());
  auto const query = parse_qido_query(route.resource, route.query);
  if (!query) return problem(400, query.error().detail, query.error().code);
  auto answer = answer_qido(services.index, *query, service_uri(request));
  if (!answer) return problem_of(answer.error());
  // The answer is what it depends on; it is looked up to know whether it has changed.
  bool const is_packed = !*as_xml && accepts_coding(request.header("accept-encoding"), "gzip");
  std::string const etag = tag_of(services,
                                  *as_xml     ? "xml"
                                  : is_packed ? "json gzip"
                                              : "json",
                                  answer->json)
                               .add(answer->is_cut)
                               .add(query->wants_fuzzy)
                               .strong();
  Response response =
      *as_xml ? xml_response(answer->json, etag)
              : text_response(request, std::string(kDicomJson), std::move(answer->json));
  // PS3.18 10.6.3.1 and 8.3.4.5: what was not done as asked is said.
  if (answer->is_cut) {
    response.headers.push_back(
        {"Warning",
         "299 sightline \"The number of results exceeded the maximum supported by the "
         "server. Additional results can be requested.\""});
  }
  if (query->wants_fuzzy) {
    response.headers.push_back(
        {"Warning",
         "299 sightline \"The fuzzymatching parameter is not supported. Only literal "
         "matching has been performed.\""});
  }
  vary_by_accept(response);
  response = revalidated(request, etag, std::move(response));
  response.cache =
      CachePolicy::no_store;  // whole lists of patients: a client's own copy is its own
  return response;
}

Response respond_retrieve(Services const& services, Request const& request,
                          WadoRetrieve const& route) {
  switch (route.kind) {
    case WadoRetrieve::Kind::metadata: return metadata(services, request, route);
    case WadoRetrieve::Kind::instances: return instances(services, request, route);
    case WadoRetrieve::Kind::frames: return frames(services, request, route);
    case WadoRetrieve::Kind::bulk_data: break;
  }
  return bulk_data(services, request, route);
}

}  // namespace sightline::server
