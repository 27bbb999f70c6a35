#pragma once
#include "base/byte_source.hpp"
#include "dicom/data_set_outline.hpp"
#include "dicom/part10_reader.hpp"

namespace sightline::dicom {

/// Quirk "pixels of another transfer syntax": files state one transfer syntax and hold Pixel Data
/// of another, or fragments in a value of defined length, or codestreams that we know under a UID
/// that nobody knows. Where Pixel Data cannot be what is stated, what its first bytes show is
/// believed: the UID and the syntax in `part10`, and the length in `outline`, become what they
/// should be. How the elements are encoded, and deflated, stays. Threads: any. Source: PS3.5 A.4;
/// ISO/IEC 10918-1 B.1.1.3, 14495-1 C.1, 15444-1 A.4.1, 15444-15 A.
void believe_pixels(ByteSource const& bytes, Part10& part10, DataSetOutline& outline);

}  // namespace sightline::dicom
