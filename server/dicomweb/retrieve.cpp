#include "dicomweb/retrieve.hpp"

#include "dicom/dicom_json.hpp"
#include "dicomweb/describe.hpp"
#include "dicomweb/resource_uri.hpp"
#include "index/gzip.hpp"

namespace sightline::server {

using Column = DicomSearch::Column;

Result<std::vector<StoredInstance>> find_instances(Index const& index, RetrieveTarget const& target,
                                                   bool with_metadata) {
  DicomSearch search{.level = DicomSearch::Level::instance};
  for (auto const& [column, uid] :
       {std::pair{Column::study_instance_uid, &target.study_instance_uid},
        std::pair{Column::series_instance_uid, &target.series_instance_uid},
        std::pair{Column::sop_instance_uid, &target.sop_instance_uid}}) {
    if (!uid->empty()) search.conditions.push_back({column, DicomSearch::Match::equal, {*uid}});
  }
  std::vector<StoredInstance> found;
  Status const searched = index.search(search, [&](DicomRow const& row) {
    bool const is_second = !found.empty() &&
                           found.back().sop_instance_uid == row.sop_instance_uid &&
                           found.back().series_instance_uid == row.series_instance_uid;
    if (is_second) return true;
    found.push_back({row.study_instance_uid,
                     row.series_instance_uid,
                     row.sop_instance_uid,
                     row.sha256_hex,
                     {}});
    if (with_metadata)
      found.back().packed_metadata.assign(row.metadata.begin(), row.metadata.end());
    return true;
  });
  if (!searched) return std::unexpected(searched.error());
  if (found.empty()) return fail(Errc::not_found, "nothing is stored under these identifiers");
  return found;
}

Result<std::string> metadata_array(std::vector<StoredInstance> const& instances,
                                   std::string_view service_uri) {
  std::string array = "[";
  for (StoredInstance const& instance : instances) {
    auto const metadata = gunzip(instance.packed_metadata, dicom::kMaxDicomJsonBytes);
    if (!metadata) return std::unexpected(metadata.error());
    if (array.size() > 1) array += ",\n";
    array += with_bulk_uris(*metadata,
                            resource_uri(service_uri, instance.study_instance_uid,
                                         instance.series_instance_uid, instance.sop_instance_uid));
  }
  return array + "]";
}

}  // namespace sightline::server
