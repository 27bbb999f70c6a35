#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sightline::server {

/// A DicomAttribute of the Native DICOM Model, as an element of the DICOM JSON Model to be.
struct NativeModelAttribute {
  std::string tag, private_creator;
  boost::json::object element;  ///< with "vr"
  boost::json::array values;
  bool is_sequence = false, is_person = false;
};

/// The attributes of a data set or an item. A private one is named by its creator and "gggg00ee";
/// here it gets a block again: one that the level reserves for this creator, or a new one, with the
/// element that reserves it. Threads: one object, one thread.
/// Source: PS3.19 Table A.1.5-2; PS3.5 7.8.1.
class NativeModelLevel {
 public:
  /// False: no tag, or one that was there before.
  bool add(NativeModelAttribute attribute);
  /// Nothing when a private attribute finds no block.
  std::optional<boost::json::object> take() &&;

 private:
  bool place(NativeModelAttribute attribute);
  std::optional<std::uint32_t> block_for(std::uint32_t tag, std::string const& creator);

  boost::json::object object_;
  std::vector<NativeModelAttribute> private_;  ///< until all creators are known
  /// (group, creator) -> the blocks 0x10 … 0xFF of it
  std::map<std::pair<std::uint32_t, std::string>, std::vector<std::uint32_t>> blocks_;
};

/// "1" and up; nothing else.
std::optional<std::size_t> value_number(std::string_view text);

}  // namespace sightline::server
