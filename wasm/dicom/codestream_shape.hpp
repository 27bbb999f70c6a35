#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/limits.hpp"
#include "base/sample_block.hpp"
#include "dicom/transfer_syntax.hpp"

namespace sightline::dicom {

/// What a codestream says of its own samples.
struct CodestreamShape {
  std::uint32_t rows = 0, cols = 0;
  std::uint32_t components = 0;
  std::uint32_t bits = 0;  ///< of each sample
};

/// The beginning of a frame of JPEG, JPEG-LS, JPEG 2000 (bare or in a JP2 file) or JPEG XL (bare or
/// in boxes). Nothing: of another family, not whole, components of different sizes, or a number of
/// lines that only DNL tells. Errors: none. Threads: any. Source: ITU-T T.81 B.2.2, T.87 C.2.2,
/// ISO/IEC 15444-1 A.5.1, 18181-1 D.
std::optional<CodestreamShape> codestream_shape(std::span<std::byte const> bytes,
                                                TransferSyntax::Family family);

/// Quirk "the codestream's shape": a codestream whose size or depth contradicts Rows, Columns or
/// Bits Allocated is right, for its picture can be neither cropped nor stretched to another.
/// Returns true when `format` was changed. Another number of components is left to the decoder to
/// refuse: what colour they have nobody says. Fixture: dicom/codestream_shape_test.cpp. Source:
/// PS3.5 8.2.
bool believe_shape(CodestreamShape const& shape, Limits const& limits, PixelFormat& format);

}  // namespace sightline::dicom
