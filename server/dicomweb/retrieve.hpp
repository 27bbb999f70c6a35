#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "blob/blob_store.hpp"
#include "dicomweb/accept.hpp"
#include "dicomweb/multipart.hpp"
#include "index/index.hpp"

namespace sightline::server {

/// What a path of WADO-RS names: a study, a series in it, or an instance in that.
struct RetrieveTarget {
  std::string study_instance_uid, series_instance_uid, sop_instance_uid;  ///< empty: all of them
};

/// One stored instance. Of several with one SOP Instance UID (a conflict) the first is the one.
struct StoredInstance {
  std::string study_instance_uid, series_instance_uid, sop_instance_uid, sha256_hex;
  std::string metadata;  ///< DICOM JSON with placeholders; empty unless asked for
};

/// Errors: not_found (nothing there), io, corrupt. Threads: any.
Result<std::vector<StoredInstance>> find_instances(Index const& index, RetrieveTarget const& target,
                                                   bool with_metadata);

/// The metadata of all of them, one array. `service_uri`: "http://host/dicom-web".
/// Source: PS3.18 10.4.1.1.2, F.2.
std::string metadata_array(std::vector<StoredInstance> const& instances,
                           std::string_view service_uri);

/// The originals' bytes as parts "application/dicom", read when they are sent. Those whose transfer
/// syntax the client does not take are left out; `is_partial` says so. Errors: not_found, io;
/// unsupported when nothing is left: 406. Source: PS3.18 8.7.3, 10.4.
struct Originals {
  std::vector<Part> parts;
  bool is_partial = false;
  bool is_single_part = false;
};
Result<Originals> original_parts(Index const& index, BlobStore const& blobs,
                                 std::vector<StoredInstance> const& instances,
                                 AcceptRequest const& accept);

/// Frames of one instance (1-based numbers) as they are stored, in the pixel data's own media type
/// or as application/octet-stream. Errors: not_found (no such frame, nothing stored as pictures),
/// unsupported (another encoding was asked for: 406), io, truncated. Source: PS3.18 10.4.1.1.6.
struct FrameParts {
  std::string media_type;
  std::vector<Part> parts;
};
Result<FrameParts> frame_parts(BlobStore const& blobs, StoredInstance const& instance,
                               std::vector<std::uint32_t> const& frame_numbers,
                               AcceptRequest const& accept);

}  // namespace sightline::server
