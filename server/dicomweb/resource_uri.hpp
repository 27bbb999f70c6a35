#pragma once
#include <string>
#include <string_view>

namespace sightline::server {

/// "http://h/dicom-web/studies/1.2/series/3.4/instances/5.6", as deep as there are UIDs. Spaces,
/// which old files have in theirs (base/uid.hpp), are percent-encoded. Source: PS3.18 10.4.1,
/// RFC 3986 2.1.
inline std::string resource_uri(std::string_view service_uri, std::string_view study,
                                std::string_view series = {}, std::string_view instance = {}) {
  std::string uri(service_uri);
  auto const add = [&uri](std::string_view name, std::string_view uid) {
    if (uid.empty()) return;
    uri.append("/").append(name).append("/");
    for (char const c : uid) {
      if (c == ' ') {
        uri += "%20";
      } else {
        uri += c;
      }
    }
  };
  add("studies", study);
  add("series", series);
  add("instances", instance);
  return uri;
}

}  // namespace sightline::server
