#include "net/wadl.hpp"

#include <array>
#include <span>

namespace sightline::server {
namespace {

using Types = std::span<std::string_view const>;

constexpr std::string_view kDicom = R"(multipart/related; type="application/dicom")",
                           kDicomXml = R"(multipart/related; type="application/dicom+xml")",
                           kJson = "application/dicom+json";
constexpr std::array kObjects{kDicom, std::string_view("application/dicom")};
constexpr std::array kDocuments{kJson, kDicomXml};
constexpr std::array kStored{kJson, std::string_view("application/dicom+xml")};
constexpr std::array kStores{
    kDicom, std::string_view("application/dicom"),
    std::string_view(R"(multipart/related; type="application/dicom+json")"), kDicomXml};
constexpr std::array<std::string_view, 3> kBytes{
    R"(multipart/related; type="application/octet-stream")", "application/octet-stream",
    R"(multipart/related; type="image/*")"};
constexpr std::array<std::string_view, 2> kThumbnails{"image/png", "image/jpeg"};
/// The last one where there is a codec.
constexpr std::array<std::string_view, 4> kPictures{"image/jpeg", "image/png", "image/gif",
                                                    "video/mp4"};
constexpr std::array<std::string_view, 2> kManyPictures{R"(multipart/related; type="image/jpeg")",
                                                        R"(multipart/related; type="image/png")"};

constexpr std::array<std::string_view, 4> kSearchKeys{"fuzzymatching", "includefield", "limit",
                                                      "offset"};
constexpr std::array<std::string_view, 5> kRenderKeys{"window", "viewport", "quality", "annotation",
                                                      "iccprofile"};

struct Resource {
  std::string_view path, id;
  Types sent;
  Types keys{};
  std::string_view store_id{};  ///< empty: nothing is posted there
};
constexpr Resource kResources[] = {
    {"studies", "SearchForStudies", kDocuments, kSearchKeys, "StoreInstances"},
    {"series", "SearchForSeries", kDocuments, kSearchKeys},
    {"instances", "SearchForInstances", kDocuments, kSearchKeys},
    {"studies/{study}", "RetrieveStudy", kObjects, {}, "StoreStudyInstances"},
    {"studies/{study}/metadata", "RetrieveStudyMetadata", kDocuments},
    {"studies/{study}/rendered", "RetrieveRenderedStudy", kManyPictures, kRenderKeys},
    {"studies/{study}/thumbnail", "RetrieveStudyThumbnail", kThumbnails, kRenderKeys},
    {"studies/{study}/series", "SearchForStudySeries", kDocuments, kSearchKeys},
    {"studies/{study}/instances", "SearchForStudyInstances", kDocuments, kSearchKeys},
    {"studies/{study}/series/{series}", "RetrieveSeries", kObjects},
    {"studies/{study}/series/{series}/metadata", "RetrieveSeriesMetadata", kDocuments},
    {"studies/{study}/series/{series}/rendered", "RetrieveRenderedSeries", kManyPictures,
     kRenderKeys},
    {"studies/{study}/series/{series}/thumbnail", "RetrieveSeriesThumbnail", kThumbnails,
     kRenderKeys},
    {"studies/{study}/series/{series}/instances", "SearchForStudySeriesInstances", kDocuments,
     kSearchKeys},
    {"studies/{study}/series/{series}/instances/{instance}", "RetrieveInstance", kObjects},
    {"studies/{study}/series/{series}/instances/{instance}/metadata", "RetrieveInstanceMetadata",
     kDocuments},
    {"studies/{study}/series/{series}/instances/{instance}/rendered", "RetrieveRenderedInstance",
     kPictures, kRenderKeys},
    {"studies/{study}/series/{series}/instances/{instance}/thumbnail", "RetrieveInstanceThumbnail",
     kThumbnails, kRenderKeys},
    {"studies/{study}/series/{series}/instances/{instance}/bulkdata/{bulkdata}", "RetrieveBulkdata",
     kBytes},
    {"studies/{study}/series/{series}/instances/{instance}/frames/{frames}", "RetrieveFrames",
     kBytes},
    {"studies/{study}/series/{series}/instances/{instance}/frames/{frames}/rendered",
     "RetrieveRenderedFrames", kPictures, kRenderKeys},
    {"studies/{study}/series/{series}/instances/{instance}/frames/{frames}/thumbnail",
     "RetrieveFrameThumbnail", kThumbnails, kRenderKeys},
};

std::string escaped(std::string_view text) {
  std::string out;
  for (char const c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string representations(Types types) {
  std::string out;
  for (std::string_view const type : types)
    out += "<representation mediaType=\"" + escaped(type) + "\"/>";
  return out;
}

std::string method(std::string_view name, std::string_view id, std::string const& request,
                   Types sent) {
  return "<method name=\"" + std::string(name) + "\" id=\"" + std::string(id) + "\"><request>" +
         request + "</request><response status=\"200\">" + representations(sent) +
         "</response></method>\n";
}

/// "{study}" and its like in a path.
std::string template_parameters(std::string_view path) {
  std::string out;
  for (std::size_t begin = 0; (begin = path.find('{', begin)) != path.npos; ++begin) {
    std::string_view const name = path.substr(begin + 1, path.find('}', begin) - begin - 1);
    out += "<param name=\"" + std::string(name) + "\" style=\"template\" required=\"true\"/>";
  }
  return out;
}

}  // namespace

std::string describe_service(std::string_view service_uri, bool takes_store, bool makes_video) {
  std::string out = R"(<?xml version="1.0" encoding="UTF-8"?>)"
                    "\n"
                    R"(<application xmlns="http://wadl.dev.java.net/2009/02">)"
                    "\n";
  out += "<resources base=\"" + escaped(service_uri) + "\">\n";
  for (Resource const& resource : kResources) {
    out += "<resource path=\"" + std::string(resource.path) + "\">" +
           template_parameters(resource.path) + "\n";
    std::string asked = R"(<param name="accept" style="query"/>)";
    for (std::string_view const key : resource.keys)
      asked += "<param name=\"" + std::string(key) + "\" style=\"query\"/>";
    bool const is_cine = resource.sent.data() == kPictures.data();
    out += method("GET", resource.id, asked,
                  is_cine && !makes_video ? Types(kPictures).first(3) : resource.sent);
    if (takes_store && !resource.store_id.empty())
      out += method("POST", resource.store_id, representations(kStores), kStored);
    out += "</resource>\n";
  }
  return out + "</resources>\n</application>\n";
}

}  // namespace sightline::server
