#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "blob/blob_store.hpp"
#include "dicomweb/accept.hpp"
#include "dicomweb/multipart.hpp"
#include "dicomweb/pixel_source.hpp"
#include "index/index.hpp"

namespace sightline::server {

/// What a path of WADO-RS names: a study, a series in it, or an instance in that.
struct RetrieveTarget {
  std::string study_instance_uid, series_instance_uid, sop_instance_uid;  ///< empty: all of them
};

/// One stored instance. Of several with one SOP Instance UID (a conflict) the first is the one.
struct StoredInstance {
  std::string study_instance_uid, series_instance_uid, sop_instance_uid, sha256_hex;
  std::vector<std::byte> packed_metadata{};  ///< as the index has them; empty unless asked for
};

/// Errors: not_found (nothing there), io, corrupt. Threads: any.
Result<std::vector<StoredInstance>> find_instances(Index const& index, RetrieveTarget const& target,
                                                   bool with_metadata);

/// The metadata of all of them, one array. `service_uri`: "http://host/dicom-web". Errors: corrupt,
/// limit_exceeded (the index's). Source: PS3.18 10.4.1.1.2, F.2.
Result<std::string> metadata_array(std::vector<StoredInstance> const& instances,
                                   std::string_view service_uri);

/// Instances as parts "application/dicom", read or made when they are sent: in the transfer syntax
/// that they are kept in, in Explicit VR Little Endian, in lossless HTJ2K from the pyramid, or (one
/// instance) in JPEG lossless, as the client asks. A range ("*/*") and "transfer-syntax=*" mean the
/// original; no Accept at all means Explicit VR Little Endian, as the media type alone does, unless
/// the original is lossy or cannot be had in it (PS3.18 8.7.3). Those that the client does not take
/// are left out; `is_partial` says so. Errors: not_found, io; corrupt (the Accept); unsupported
/// when nothing is left: 406. Source: PS3.18 8.7.3, 10.4.
struct InstanceParts {
  std::vector<Part> parts;
  bool is_partial = false;
  bool is_single_part = false;
  std::string identity{};  ///< names the bytes of all parts, of one version of this program
};
Result<InstanceParts> instance_parts(RetrieveSources const& sources,
                                     std::vector<StoredInstance> const& instances,
                                     AcceptRequest const& accept);

struct FrameParts {
  std::string media_type;
  std::vector<Part> parts;
  bool is_single_part = false;
  std::string identity{};  ///< as of InstanceParts
};
/// Whether the client has what is described: then its parts are not made.
using HasFrames = std::function<bool(FrameParts const& described)>;

/// Frames of one instance (1-based numbers): as they are stored, in the pixel data's own media type
/// or as application/octet-stream; decoded to Explicit VR Little Endian; as image/jphc from the
/// pyramid; or as image/jpeg, JPEG lossless. One frame is also to be had without the multipart
/// around it. Errors: not_found (no such frame, nothing stored as pictures), unsupported (another
/// encoding was asked for, or a frame cannot be decoded to it: 406), io, truncated. Parts that are
/// made when they are read have these errors then. Source: PS3.18 8.7.3, 10.4.1.1.6, Table 8.7.3-5.
Result<FrameParts> frame_parts(RetrieveSources const& sources, StoredInstance const& instance,
                               std::vector<std::uint32_t> const& frame_numbers,
                               AcceptRequest const& accept, HasFrames const& client_has = {});

/// The value of an encapsulated Pixel Data: all its frames as frame_parts gives them, or one part
/// of native frames one after the other. Nothing when Pixel Data are native: a value as any other.
/// Errors: as frame_parts. Source: PS3.18 8.7.3.3, 10.4.1.1.5.
Result<std::optional<FrameParts>> encapsulated_pixel_data(RetrieveSources const& sources,
                                                          StoredInstance const& instance,
                                                          AcceptRequest const& accept,
                                                          HasFrames const& client_has = {});

}  // namespace sightline::server
