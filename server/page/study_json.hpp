#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "index/index.hpp"

namespace sightline::server {

/// The answer of GET /api/studies. Keys as in docs/http.md. Text is the index', UTF-8.
std::string encode_study_list(StudyPage const& page);

/// The answer of GET /api/status: counts only, nothing of a patient.
struct ServerFacts {
  std::string_view version;
  std::uint64_t uptime_seconds = 0;
};
std::string encode_status(Counts const& counts, ServerFacts const& facts);

}  // namespace sightline::server
