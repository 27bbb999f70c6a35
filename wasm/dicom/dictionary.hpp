#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sightline::dicom {

/// The VR that PS3.6 gives a tag (group << 16 | element); the first where it gives a choice; UN
/// when it is not known. Threads: any. Source: PS3.6 6.
std::array<char, 2> dictionary_vr(std::uint32_t tag);
/// Where PS3.6 leaves the VR open.
enum class VrChoice : std::uint8_t {
  none,
  us_or_ss,  ///< Pixel Representation (0028,0103) decides.
  ob_or_ow   ///< OW in Implicit VR. Source: PS3.5 A.1.
};
/// Threads: any. Source: PS3.6 6.
VrChoice dictionary_choice(std::uint32_t tag);

/// The keyword of a standard tag ("PatientName"); empty for private and unknown ones. Threads: any.
/// Source: PS3.6 6.
std::string dictionary_keyword(std::uint32_t tag);

/// The tag that a keyword ("PatientName") or eight hex digits ("00100010") name. Keywords of
/// repeating groups name none. Threads: any. Source: PS3.6 6, PS3.18 8.3.4.1.
std::optional<std::uint32_t> dictionary_tag(std::string_view name);

}  // namespace sightline::dicom
