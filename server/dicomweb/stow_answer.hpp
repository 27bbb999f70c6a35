#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "blob/blob_store.hpp"

namespace sightline::server {

/// Failure and warning reasons. Source: PS3.18 I.2, PS3.7 C.
enum class StoreReason : std::uint16_t {
  none = 0,
  processing_failure = 0x0110,
  duplicate_instance = 0x0111,  ///< here a warning: other bytes of the same name are kept as well
  out_of_resources = 0xA700,
  mismatch = 0xA900,     ///< pixels that are not those that the attributes describe
  other_study = 0xA901,  ///< of the class "data set does not match"
  cannot_understand = 0xC000,
  media_type_not_supported = 0xC122,
};

/// What became of one object of a store request.
struct StoredObject {
  std::string sop_class_uid, sop_instance_uid, study_instance_uid, series_instance_uid;
  StoreReason failure = StoreReason::none;
  StoreReason warning = StoreReason::none;
};

/// Makes what has been written durable and visible, or says why not.
using StoreObject = std::function<StoredObject(BlobWriter& written)>;

/// What became of all objects of a store request.
struct StowAnswer {
  std::vector<StoredObject> stored;         ///< durable
  std::vector<StoredObject> failed;         ///< named by their UIDs
  std::vector<StoreReason> other_failures;  ///< of parts that tell nobody what they are
  std::string study_instance_uid;           ///< of the request's target; empty: of any study

  /// Puts it where it belongs.
  void add(StoredObject object);
  /// 200 all stored, 202 some failed or stored with a warning, 409 none stored, 507 none stored for
  /// want of space, 400 nothing was sent. Source: PS3.18 10.5.3.1, RFC 4918 11.5.
  unsigned status() const;
};

/// The Store Instances Response Module as DICOM JSON: one object. `service_uri`: ".../dicom-web".
/// Source: PS3.18 I.2, F.
std::string encode_stow_answer(StowAnswer const& answer, std::string_view service_uri);

}  // namespace sightline::server
