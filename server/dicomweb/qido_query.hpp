#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "index/dicom_search.hpp"

namespace sightline::server {

inline constexpr std::uint32_t kMaxQidoResults = 10'000;

/// A comparison with what the documents hold. `path`: the attribute's tag, for one in a sequence
/// the sequence's tag first.
struct DocumentFilter {
  std::vector<std::uint32_t> path;
  DicomSearch::Match match = DicomSearch::Match::equal;
  std::vector<std::string> values;
};

/// A QIDO-RS request. Source: PS3.18 10.6, 8.3.4.
struct QidoQuery {
  DicomSearch search;
  std::vector<DocumentFilter> filters;
  std::vector<std::uint32_t> included;  ///< besides the defaults; matched attributes are in it
  bool includes_all = false;
  std::optional<std::uint32_t> limit;
  std::uint32_t offset = 0;
  bool wants_fuzzy = false;
  bool names_study = false, names_series = false;  ///< in the path: not repeated in the answer
};

/// The resource that is searched: the level, and the UIDs that its path names (empty: none).
struct QidoResource {
  DicomSearch::Level level = DicomSearch::Level::study;
  std::string study_instance_uid, series_instance_uid;
};

/// Reads the query: keywords or tags ("PatientName", "00100010", with '.' inside sequences),
/// wildcards, ranges, UID lists, includefield, limit, offset, fuzzymatching. "Modality" of studies
/// means Modalities in Study. Errors: invalid_argument with a sentence that names no value (an
/// attribute that no dictionary has, or one of a lower level; a number that is none).
/// Source: PS3.18 8.3.4.1, PS3.4 C.2.2.2.
Result<QidoQuery> parse_qido_query(QidoResource const& resource,
                                   std::span<std::pair<std::string, std::string> const> parameters);

}  // namespace sightline::server
