#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "dicom/document_item.hpp"
#include "dicom/json_object.hpp"

namespace sightline::dicom {

/// How the samples of one multiplex group are encoded. Source: PS3.3 C.10.9.1.
struct WaveformFormat {
  std::uint64_t channels = 0, samples = 0;
  std::uint32_t bits_allocated = 0;
  std::string interpretation;  ///< (5400,1006)
  std::string refusal;         ///< Not empty: why the samples cannot be shown, a sentence.
};

/// Samples of one group, all channels together; of 64 bits half as many. Source: none; 128 MiB as
/// 32-bit words. A day of three channels at 125 Hz is 32.4 million.
inline constexpr std::uint64_t kMaxWaveformSamples = 34'000'000;

/// Fills `object` with the multiplex groups, channels and annotations of a waveform, without
/// samples. Threads: any. Source: PS3.3 C.10.9, C.10.10.
void fill_waveform(JsonObject& object, DocumentItem const& data_set);

/// Encoding of one item of the Waveform Sequence (5400,0100).
WaveformFormat waveform_format(DocumentItem const& group);

/// Stored samples of the multiplex group with this 0-based number as little-endian words of 32
/// bits, of 64 where Waveform Bits Allocated is 64. Shape: channels * samples, all of a channel
/// together. Signed, but for UL and UV, whose words are unsigned; MB and AB (8 bit) are expanded to
/// 14 and 13 bit. Errors: not_found, unsupported (see WaveformFormat::refusal). Source: PS3.3
/// C.10.9.1.5, PS3.5 8.3, ITU-T G.711.
Result<std::vector<std::byte>> waveform_samples(DocumentItem const& data_set, std::uint32_t group);

}  // namespace sightline::dicom
