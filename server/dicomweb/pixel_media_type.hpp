#pragma once
#include <string_view>

namespace sightline::server {

inline constexpr std::string_view kExplicitVrLittleEndian = "1.2.840.10008.1.2.1";
inline constexpr std::string_view kJpegLossless = "1.2.840.10008.1.2.4.70";

/// The media type of pixel data (7FE0,0010) in this transfer syntax: "image/jp2" for
/// "1.2.840.10008.1.2.4.90". "application/octet-stream" for every transfer syntax that the table
/// does not have: uncompressed ones and those that came later. Lifetime: static.
/// Source: PS3.18 Tables 8.7.3-4 and 8.7.3-5.
std::string_view media_type_of(std::string_view transfer_syntax_uid);

/// The transfer syntax that a (lower-case) media type without a transfer-syntax parameter has:
/// Explicit VR Little Endian for "application/dicom" and "application/octet-stream", the "D" of
/// Table 8.7.3-5 for pictures, "" for types without one (JSON, XML, video, ranges).
/// Lifetime: static. Source: PS3.18 8.7.3, Tables 8.7.3-2, 8.7.3-4 and 8.7.3-5.
std::string_view default_transfer_syntax(std::string_view media_type);

}  // namespace sightline::server
