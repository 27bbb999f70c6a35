#pragma once
#include <string>
#include <string_view>

#include "dicomweb/qido_query.hpp"
#include "index/index.hpp"

namespace sightline::server {

/// What was found, as a JSON array of DICOM JSON objects.
struct QidoAnswer {
  std::string json;
  std::size_t results = 0;
  bool is_cut = false;  ///< there are more than the limit
};

/// Searches. `service_uri`: "http://host/dicom-web", for Retrieve URLs. Errors: io, corrupt.
/// Threads: any. Source: PS3.18 10.6.3.
Result<QidoAnswer> answer_qido(Index const& index, QidoQuery const& query,
                               std::string_view service_uri);

}  // namespace sightline::server
