#include <algorithm>
#include <array>

#include "codec/frame_decoder.hpp"

namespace sightline::codec {
namespace {

struct Syntax {
  std::string_view uid;
  Encoding encoding;
  bool is_lossless;
};

// PS3.5 A, PS3.6 A. Lossless = the syntax can hold nothing else; syntaxes that may hold either
// (.91, .93, .203, .81, .112) are not. Video, JPIP and SMPTE are not here: no decoder.
constexpr auto kSyntaxes = std::to_array<Syntax>({
    {"1.2.840.10008.1.2", Encoding::native, true},          // Implicit VR Little Endian
    {"1.2.840.10008.1.2.1", Encoding::native, true},        // Explicit VR Little Endian
    {"1.2.840.10008.1.2.1.98", Encoding::native, true},     // Encapsulated Uncompressed
    {"1.2.840.10008.1.2.1.99", Encoding::native, true},     // Deflated Explicit VR Little Endian
    {"1.2.840.10008.1.2.2", Encoding::native_be, true},     // Explicit VR Big Endian
    {"1.2.840.10008.1.2.5", Encoding::rle, true},           // RLE Lossless
    {"1.2.840.10008.1.2.4.50", Encoding::jpeg, false},      // Baseline (process 1)
    {"1.2.840.10008.1.2.4.51", Encoding::jpeg, false},      // Extended (2, 4)
    {"1.2.840.10008.1.2.4.53", Encoding::jpeg, false},      // Spectral selection (6, 8), retired
    {"1.2.840.10008.1.2.4.55", Encoding::jpeg, false},      // Full progression (10, 12), retired
    {"1.2.840.10008.1.2.4.57", Encoding::jpeg, true},       // Lossless (14)
    {"1.2.840.10008.1.2.4.70", Encoding::jpeg, true},       // Lossless (14), first-order prediction
    {"1.2.840.10008.1.2.4.80", Encoding::jpeg_ls, true},    // JPEG-LS Lossless
    {"1.2.840.10008.1.2.4.81", Encoding::jpeg_ls, false},   // JPEG-LS Near-lossless
    {"1.2.840.10008.1.2.4.90", Encoding::j2k, true},        // JPEG 2000 Lossless Only
    {"1.2.840.10008.1.2.4.91", Encoding::j2k, false},       // JPEG 2000
    {"1.2.840.10008.1.2.4.92", Encoding::j2k, true},        // Part 2 Multi-component Lossless Only
    {"1.2.840.10008.1.2.4.93", Encoding::j2k, false},       // Part 2 Multi-component
    {"1.2.840.10008.1.2.4.201", Encoding::htj2k, true},     // HTJ2K Lossless Only
    {"1.2.840.10008.1.2.4.202", Encoding::htj2k, true},     // HTJ2K RPCL Lossless Only
    {"1.2.840.10008.1.2.4.203", Encoding::htj2k, false},    // HTJ2K
    {"1.2.840.10008.1.2.8.1", Encoding::native, true},      // Deflated Image Frame: once inflated
    {"1.2.840.10008.1.2.4.110", Encoding::jpeg_xl, true},   // JPEG XL Lossless
    {"1.2.840.10008.1.2.4.111", Encoding::jpeg_xl, false},  // JPEG XL JPEG Recompression
    {"1.2.840.10008.1.2.4.112", Encoding::jpeg_xl, false},  // JPEG XL
    {"1.2.840.113619.5.2", Encoding::native, true},         // GE private; big-endian by Instance
});

Syntax const* find_syntax(std::string_view uid) {
  auto const* const found = std::find_if(kSyntaxes.begin(), kSyntaxes.end(),
                                         [&](Syntax const& each) { return each.uid == uid; });
  return found == kSyntaxes.end() ? nullptr : found;
}

}  // namespace

Encoding encoding_of(std::string_view transfer_syntax_uid) {
  Syntax const* const syntax = find_syntax(transfer_syntax_uid);
  return syntax == nullptr ? Encoding::unknown : syntax->encoding;
}

bool is_lossless_syntax(std::string_view transfer_syntax_uid) {
  Syntax const* const syntax = find_syntax(transfer_syntax_uid);
  return syntax != nullptr && syntax->is_lossless;
}

}  // namespace sightline::codec
