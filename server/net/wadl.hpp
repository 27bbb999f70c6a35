#pragma once
#include <string>
#include <string_view>

namespace sightline::server {

/// What the DICOMweb service answers, as a document of the Web Application Description Language:
/// each resource, its methods and media types. `service_uri`: "http://host/dicom-web", which is
/// escaped here. Source: PS3.18 8.9, H; W3C submission "Web Application Description Language".
std::string describe_service(std::string_view service_uri, bool takes_store,
                             bool makes_video = false);

}  // namespace sightline::server
