#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "dicom/attributes.hpp"
#include "dicom/instance.hpp"

namespace sightline::dicom {

/// The three numbers in front of a look-up table. Source: PS3.3 C.11.1.1, C.7.6.3.1.5.
struct LutDescriptor {
  std::uint32_t entry_count = 0;  ///< 1 … 65536; 0 in the file means 65536
  std::int32_t first_mapped = 0;
  std::uint16_t bits_per_entry = 16;  ///< 8 … 16
};

/// `input_is_signed`: what the table maps is signed, so that the second number is too whatever VR
/// it has. Nothing when there are not three numbers. Threads: any. Source: PS3.3 C.11.1.1.1,
/// C.11.2.1.1, C.7.6.3.1.5.
std::optional<LutDescriptor> read_lut_descriptor(Words const& descriptor, bool input_is_signed);

/// The table's entries: 16-bit words, or two 8-bit entries in each word, low byte first, with the
/// bits that they have. Nothing when there are none; a table that is too short keeps what it has.
/// Threads: any. Source: PS3.3
/// C.11.1.1.1, C.7.6.3.1.6; PS3.5 8.1.1.
std::optional<Lut> make_lut(LutDescriptor const& descriptor, std::vector<std::uint16_t> words);

/// The table of an item of Modality LUT Sequence (0028,3000) or VOI LUT Sequence (0028,3010).
/// Threads: as Attributes. Source: PS3.3 C.11.1, C.11.2.
std::optional<Lut> read_lut(Attributes const& item, bool input_is_signed);

}  // namespace sightline::dicom
