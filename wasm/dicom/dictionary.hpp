#pragma once
#include <array>
#include <cstdint>

namespace sightline::dicom {

/// The VR that PS3.6 gives a tag (group << 16 | element); the first where it gives a choice; UN
/// when it is not known. Threads: any. Source: PS3.6 6.
std::array<char, 2> dictionary_vr(std::uint32_t tag);

}  // namespace sightline::dicom
