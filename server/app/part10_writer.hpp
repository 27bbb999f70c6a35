#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sightline::server {

/// (group << 16) | element.
using Tag = std::uint32_t;

/// Collects the elements of one data set and writes them in order, Explicit VR Little Endian. For
/// objects that we make ourselves: the caller chooses VRs and values, nothing is checked. Source:
/// PS3.5 7.1.2, 7.5.
class DataSetWriter {
 public:
  /// Text of any VR with a 16-bit length (CS, DS, IS, LO, PN, UI, …), padded to even length.
  DataSetWriter& text(Tag tag, char const (&vr)[3], std::string_view value);
  DataSetWriter& us(Tag tag, std::uint16_t value);
  DataSetWriter& ss(Tag tag, std::int16_t value);
  DataSetWriter& ul(Tag tag, std::uint32_t value);
  DataSetWriter& fd(Tag tag, double value);
  /// SQ with items of explicit length.
  DataSetWriter& sequence(Tag tag, std::vector<DataSetWriter> const& items);
  /// OB or OW, padded to even length.
  DataSetWriter& binary(Tag tag, char const (&vr)[3], std::span<std::byte const> value);

  std::vector<std::byte> bytes() const;

 private:
  DataSetWriter& put(Tag tag, std::string_view vr, std::span<std::byte const> value, char padding);
  std::map<Tag, std::vector<std::byte>> elements_;
};

/// Preamble, File Meta Information and the data set; SOP class and instance UID are taken from its
/// arguments. Source: PS3.10 7.1.
std::vector<std::byte> part10_file(std::string_view sop_class_uid,
                                   std::string_view sop_instance_uid, DataSetWriter const& data_set,
                                   std::string_view transfer_syntax_uid = "1.2.840.10008.1.2.1");

/// A UID made from a name: always the same, different for different names. Source: PS3.5 B.2 (2.25
/// and the decimal of a UUID).
std::string uid_for(std::string_view name);

}  // namespace sightline::server
