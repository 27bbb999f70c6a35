#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace sightline::dicom {

/// How the elements of a data set are encoded. Source: PS3.5 7.1, 7.3.
struct ElementEncoding {
  bool explicit_vr = true;
  bool big_endian = false;
  bool operator==(ElementEncoding const&) const = default;
};

/// What a transfer syntax says of the data set and of Pixel Data. Source: PS3.5 10, A.
struct TransferSyntax {
  ElementEncoding elements;
  bool deflated = false;
  bool encapsulated = false;  ///< Pixel Data is a sequence of fragments, PS3.5 A.4.
  bool showable = false;      ///< Sightline has a decoder for its frames.
  bool always_lossy = false;  ///< Its decoder cannot give back exact values (JPEG DCT, video).
  enum class Family : std::uint8_t {
    native,
    rle,
    jpeg,
    jpeg_ls,
    jpeg_2000,
    jpeg_xl,
    deflated_frame,  ///< each frame is a raw RFC 1951 stream of native samples
    video,           ///< the fragments together are one stream of all frames, PS3.5 8.2.5 to 8.2.13
    other
  } family = Family::other;
};

/// GE's private transfer syntax: Implicit VR Little Endian, samples of 16 bits big-endian. PS3.5
/// 10.2 allows private ones. Source: what GDCM makes of it.
inline constexpr std::string_view kGePixelsBigEndian = "1.2.840.113619.5.2";

/// An unknown UID is taken as Explicit VR Little Endian, encapsulated, not showable: so are all new
/// ones made.
TransferSyntax transfer_syntax_of(std::string_view uid);

/// A name for people; the UID itself when it has none, reduced to the characters of a UID.
std::string transfer_syntax_name(std::string_view uid);

}  // namespace sightline::dicom
