#include <array>
#include <cstdlib>

#include "dicom/data_set_outline.hpp"
#include "dicom/frame_index.hpp"
#include "dicom/image_pixel.hpp"
#include "fuzz_request.hpp"

/// A data set behind ten bytes that say what its image module claims; the last of them chooses the
/// transfer syntax. Each frame that is found lies inside the data set.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline;
  if (size < fuzz::kHeaderBytes) return 0;
  constexpr std::array kSyntaxes = {"1.2.840.10008.1.2",      "1.2.840.10008.1.2.1",
                                    "1.2.840.10008.1.2.2",    "1.2.840.10008.1.2.5",
                                    "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.80",
                                    "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.201"};
  auto const request = fuzz::request_of(std::as_bytes(std::span(data, size)));
  if (dicom::native_frame_bits(request.format) == 0) return 0;
  auto const bytes = request.bytes;
  auto const syntax = dicom::transfer_syntax_of(kSyntaxes[data[9] % kSyntaxes.size()]);
  auto const outline = dicom::outline_data_set(bytes, 0, syntax.elements, kDefaultLimits);
  if (!outline || !outline->pixel_data) return 0;
  std::optional<std::uint32_t> frames;
  if (data[8] != 0) frames = data[8];
  auto const index =
      dicom::index_frames({bytes, syntax, request.format, frames}, *outline, fuzz::kFuzzLimits);
  if (!index) return 0;
  if (!index->frames.empty() && index->frames.size() != index->number_of_frames) std::abort();
  for (auto const& frame : index->frames) {
    for (auto const& span : frame.fragments) {
      if (span.offset_bytes > bytes.size() || span.length_bytes > bytes.size() - span.offset_bytes)
        std::abort();
    }
  }
  return 0;
}
