#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dicom/attributes.hpp"
#include "dicom/json_object.hpp"

namespace sightline::dicom {

/// Images that a layer object means, each named once: its frames and contours give their numbers.
/// Threads: one object, one thread. Source: PS3.3 10.3.
class LayerReferences {
 public:
  /// The image's number, counted from 0; nothing without a UID or when there are too many.
  std::optional<std::uint32_t> number_of(std::string const& sop_instance_uid);
  /// `[number, frame, frame, …]` of an item of an Image SOP Instance Reference; "" when it names
  /// none.
  std::string entry(Attributes const& reference);
  /// `"images":["UID", …]`.
  void write(JsonObject& object) const;

 private:
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
  std::vector<std::string> uids_;
};

}  // namespace sightline::dicom
