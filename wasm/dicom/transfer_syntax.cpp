#include "dicom/transfer_syntax.hpp"

#include <algorithm>
#include <array>

namespace sightline::dicom {
namespace {

using Family = TransferSyntax::Family;
constexpr ElementEncoding kExplicitLittle{true, false};

struct Entry {
  std::string_view uid, name;
  TransferSyntax syntax;
};

constexpr TransferSyntax native(ElementEncoding elements, bool deflated = false) {
  return {elements, deflated, false, true, false, Family::native};
}
constexpr TransferSyntax coded(Family family, bool always_lossy = false) {
  return {kExplicitLittle, false, true, true, always_lossy, family};
}
constexpr TransferSyntax refused(bool deflated = false) {
  return {kExplicitLittle, deflated, true, false, false, Family::other};
}
constexpr TransferSyntax video() {
  return {kExplicitLittle, false, true, false, true, Family::video};
}

// Source: PS3.6 A-1. The last one is GE's own.
constexpr auto kEntries = std::to_array<Entry>({
    {"1.2.840.10008.1.2", "Implicit VR Little Endian", native({false, false})},
    {"1.2.840.10008.1.2.1", "Explicit VR Little Endian", native(kExplicitLittle)},
    {"1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed", coded(Family::native)},
    {"1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", native(kExplicitLittle, true)},
    {"1.2.840.10008.1.2.2", "Explicit VR Big Endian", native({true, true})},
    {"1.2.840.10008.1.2.5", "RLE", coded(Family::rle)},
    {"1.2.840.10008.1.2.4.50", "JPEG Baseline", coded(Family::jpeg, true)},
    {"1.2.840.10008.1.2.4.51", "JPEG Extended", coded(Family::jpeg, true)},
    {"1.2.840.10008.1.2.4.53", "JPEG Spectral Selection", coded(Family::jpeg, true)},
    {"1.2.840.10008.1.2.4.55", "JPEG Full Progression", coded(Family::jpeg, true)},
    {"1.2.840.10008.1.2.4.57", "JPEG Lossless", coded(Family::jpeg)},
    {"1.2.840.10008.1.2.4.70", "JPEG Lossless, First-Order Prediction", coded(Family::jpeg)},
    {"1.2.840.10008.1.2.4.80", "JPEG-LS Lossless", coded(Family::jpeg_ls)},
    {"1.2.840.10008.1.2.4.81", "JPEG-LS Near-Lossless", coded(Family::jpeg_ls)},
    {"1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless", coded(Family::jpeg_2000)},
    {"1.2.840.10008.1.2.4.91", "JPEG 2000", coded(Family::jpeg_2000)},
    {"1.2.840.10008.1.2.4.92", "JPEG 2000 Part 2 Lossless", coded(Family::jpeg_2000)},
    {"1.2.840.10008.1.2.4.93", "JPEG 2000 Part 2", coded(Family::jpeg_2000)},
    {"1.2.840.10008.1.2.4.94", "JPIP Referenced", refused()},
    {"1.2.840.10008.1.2.4.95", "JPIP Referenced, deflated", refused(true)},
    {"1.2.840.10008.1.2.4.100", "MPEG-2 Main Profile / Main Level", video()},
    {"1.2.840.10008.1.2.4.100.1", "MPEG-2 Main Profile / Main Level", video()},
    {"1.2.840.10008.1.2.4.101", "MPEG-2 Main Profile / High Level", video()},
    {"1.2.840.10008.1.2.4.101.1", "MPEG-2 Main Profile / High Level", video()},
    {"1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264 High Profile / Level 4.1", video()},
    {"1.2.840.10008.1.2.4.102.1", "MPEG-4 AVC/H.264 High Profile / Level 4.1", video()},
    {"1.2.840.10008.1.2.4.103", "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1", video()},
    {"1.2.840.10008.1.2.4.103.1", "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1",
     video()},
    {"1.2.840.10008.1.2.4.104", "MPEG-4 AVC/H.264 High Profile / Level 4.2, 2D", video()},
    {"1.2.840.10008.1.2.4.104.1", "MPEG-4 AVC/H.264 High Profile / Level 4.2, 2D", video()},
    {"1.2.840.10008.1.2.4.105", "MPEG-4 AVC/H.264 High Profile / Level 4.2, 3D", video()},
    {"1.2.840.10008.1.2.4.105.1", "MPEG-4 AVC/H.264 High Profile / Level 4.2, 3D", video()},
    {"1.2.840.10008.1.2.4.106", "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2", video()},
    {"1.2.840.10008.1.2.4.106.1", "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2", video()},
    {"1.2.840.10008.1.2.4.107", "HEVC/H.265 Main Profile / Level 5.1", video()},
    {"1.2.840.10008.1.2.4.108", "HEVC/H.265 Main 10 Profile / Level 5.1", video()},
    {"1.2.840.10008.1.2.4.110", "JPEG XL Lossless", coded(Family::jpeg_xl)},
    {"1.2.840.10008.1.2.4.111", "JPEG XL JPEG Recompression", coded(Family::jpeg_xl, true)},
    {"1.2.840.10008.1.2.4.112", "JPEG XL", coded(Family::jpeg_xl)},
    {"1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Lossless", coded(Family::jpeg_2000)},
    {"1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 Lossless, RPCL",
     coded(Family::jpeg_2000)},
    {"1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000", coded(Family::jpeg_2000)},
    {"1.2.840.10008.1.2.4.204", "JPIP HTJ2K Referenced", refused()},
    {"1.2.840.10008.1.2.4.205", "JPIP HTJ2K Referenced, deflated", refused(true)},
    {"1.2.840.10008.1.2.7.1", "SMPTE ST 2110-20 video", refused()},
    {"1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression", coded(Family::deflated_frame)},
    {kGePixelsBigEndian, "GE Private Implicit VR, pixels big-endian", native({false, false})},
});

Entry const* find_entry(std::string_view uid) {
  auto const* const found = std::ranges::find(kEntries, uid, &Entry::uid);
  return found == kEntries.end() ? nullptr : found;
}

}  // namespace

TransferSyntax transfer_syntax_of(std::string_view uid) {
  Entry const* const entry = find_entry(uid);
  return entry != nullptr ? entry->syntax : refused();
}

std::string transfer_syntax_name(std::string_view uid) {
  if (Entry const* const entry = find_entry(uid)) return std::string(entry->name);
  std::string name = "transfer syntax ";
  for (char const c : uid.substr(0, 64)) {
    if ((c >= '0' && c <= '9') || c == '.') name += c;
  }
  return name;
}

}  // namespace sightline::dicom
