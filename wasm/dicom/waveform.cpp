#include "dicom/waveform.hpp"

#include <algorithm>

#include "base/checked.hpp"
#include "dicom/coded_entry.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kGroupTimeOffset = 0x00181068, kTriggerTimeOffset = 0x00181069,
                        kOriginality = 0x003A0004, kChannels = 0x003A0005, kSamples = 0x003A0010,
                        kSamplingFrequency = 0x003A001A, kGroupLabel = 0x003A0020,
                        kChannelDefinitions = 0x003A0200, kChannelLabel = 0x003A0203,
                        kChannelStatus = 0x003A0205, kChannelSource = 0x003A0208,
                        kSourceModifiers = 0x003A0209, kSensitivity = 0x003A0210,
                        kSensitivityUnits = 0x003A0211, kCorrectionFactor = 0x003A0212,
                        kBaseline = 0x003A0213, kTimeSkew = 0x003A0214, kSampleSkew = 0x003A0215,
                        kChannelOffset = 0x003A0218, kBitsStored = 0x003A021A,
                        kFilterLow = 0x003A0220, kFilterHigh = 0x003A0221,
                        kNotchFrequency = 0x003A0222, kNotchBandwidth = 0x003A0223,
                        kWaveformSequence = 0x54000100, kBitsAllocated = 0x54001004,
                        kInterpretation = 0x54001006, kPaddingValue = 0x5400100A,
                        kWaveformData = 0x54001010, kAnnotations = 0x0040B020,
                        kReferencedChannels = 0x0040A0B0, kAnnotationGroup = 0x0040A180,
                        kConceptName = 0x0040A043, kConceptCode = 0x0040A168,
                        kNumericValue = 0x0040A30A, kMeasurementUnits = 0x004008EA,
                        kTemporalRange = 0x0040A130, kSamplePositions = 0x0040A132,
                        kTimeOffsets = 0x0040A138, kUnformattedText = 0x00700006,
                        kAcquisitionContext = 0x00400555, kAcquisitionDateTime = 0x0008002A,
                        kManufacturer = 0x00080070, kModelName = 0x00081090;

bool is_known(std::uint32_t bits, std::string_view interpretation) {
  switch (bits) {
    case 8:
      return interpretation == "SB" || interpretation == "UB" || interpretation == "MB" ||
             interpretation == "AB";
    case 16: return interpretation == "SS" || interpretation == "US";
    case 32: return interpretation == "SL" || interpretation == "UL";
    case 64: return interpretation == "SV" || interpretation == "UV";
    default: return false;
  }
}

/// Of a sample as it is given out.
std::size_t word_bytes(WaveformFormat const& format) { return format.bits_allocated == 64 ? 8 : 4; }

std::uint64_t count(DocumentItem const& item, std::uint32_t tag) {
  double const value = item.number(tag).value_or(0);
  return value > 0 && value <= 4294967295.0 ? static_cast<std::uint64_t>(value) : 0;
}

std::string refusal_of(WaveformFormat const& format, std::size_t data_bytes) {
  if (format.channels == 0 || format.samples == 0) return "It holds no samples.";
  if (!is_known(format.bits_allocated, format.interpretation)) {
    return "Samples of " + std::to_string(format.bits_allocated) + " bits as \"" +
           format.interpretation + "\" cannot be shown.";
  }
  auto const total = checked_mul(format.channels, format.samples);
  std::uint64_t const most = kMaxWaveformSamples * 4 / word_bytes(format);
  if (!total || *total > most) return "It holds more samples than can be shown.";
  if (*total * (format.bits_allocated / 8) > data_bytes) return "Its samples are cut off.";
  return {};
}

void add_number(JsonObject& object, std::string_view name, DocumentItem const& item,
                std::uint32_t tag) {
  if (auto const value = item.number(tag)) object.number(name, *value);
}

void fill_channel(JsonObject& object, DocumentItem const& item) {
  object.text("label", item.text(kChannelLabel));
  object.text("status", item.code(kChannelStatus));
  add_coded_entry(object, "source", item, kChannelSource);
  add_coded_entries(object, "modifiers", item, kSourceModifiers);
  add_number(object, "sensitivity", item, kSensitivity);
  add_coded_entry(object, "unit", item, kSensitivityUnits);
  add_number(object, "correction", item, kCorrectionFactor);
  add_number(object, "baseline", item, kBaseline);
  add_number(object, "timeSkew", item, kTimeSkew);
  add_number(object, "sampleSkew", item, kSampleSkew);
  add_number(object, "offset", item, kChannelOffset);
  add_number(object, "bitsStored", item, kBitsStored);
  add_number(object, "filterLow", item, kFilterLow);
  add_number(object, "filterHigh", item, kFilterHigh);
  add_number(object, "notch", item, kNotchFrequency);
  add_number(object, "notchBandwidth", item, kNotchBandwidth);
}

/// Where byte `i` of the value's little-endian form lies. Source: PS3.5 7.3, 8.3: in Explicit VR
/// Big Endian the bytes of each 16-bit word of OW are swapped, and nothing else, whatever the
/// samples' width. Where VR is not OW, though samples are of several bytes, these stand in big
/// endian order.
std::size_t place(std::size_t i, std::size_t width, bool is_words, bool big_endian) {
  if (!big_endian) return i;
  if (is_words) return i ^ 1;
  return i / width * width + (width - 1 - i % width);
}

/// The stored bits of one sample. `from`: its first byte's place in little-endian order.
std::uint64_t stored_bits(std::span<std::byte const> data, TreeElement const& element,
                          std::size_t from, std::size_t width) {
  bool const is_words = element.has_vr("OW") && data.size() % 2 == 0;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < width; ++i) {
    std::size_t const at = place(from + i, width, is_words, element.encoding.big_endian);
    bits |= std::to_integer<std::uint64_t>(data[at]) << (8 * i);
  }
  return bits;
}

/// The value that stands for "no sample", as a stored sample.
std::optional<double> padding_of(DocumentItem const& group, WaveformFormat const& format) {
  auto const bytes = group.bytes(kPaddingValue);
  TreeElement const* const element = group.find(kPaddingValue);
  std::size_t const width = format.bits_allocated / 8;
  if (element == nullptr || !is_known(format.bits_allocated, format.interpretation) ||
      bytes.size() < width)
    return std::nullopt;
  std::uint64_t const stored = stored_bits(bytes, *element, 0, width);
  if (!format.interpretation.starts_with('S')) return static_cast<double>(stored);
  unsigned const unused = 64u - static_cast<unsigned>(8 * width);
  return static_cast<double>(static_cast<std::int64_t>(stored << unused) >> unused);
}

void fill_group(JsonObject& object, DocumentItem const& item) {
  WaveformFormat const format = waveform_format(item);
  object.text("label", item.text(kGroupLabel));
  object.text("originality", item.code(kOriginality));
  object.integer("channelCount", static_cast<std::int64_t>(format.channels));
  object.integer("samples", static_cast<std::int64_t>(format.samples));
  object.integer("bitsAllocated", format.bits_allocated);
  object.text("interpretation", format.interpretation);
  object.text("reason", format.refusal);
  add_number(object, "frequency", item, kSamplingFrequency);
  add_number(object, "timeOffset", item, kGroupTimeOffset);
  add_number(object, "triggerOffset", item, kTriggerTimeOffset);
  if (auto const padding = padding_of(item, format)) object.number("padding", *padding);
  JsonArray channels = object.array("channels");
  for (DocumentItem const& channel : item.items(kChannelDefinitions)) {
    JsonObject entry = channels.object();
    fill_channel(entry, channel);
  }
}

void fill_annotation(JsonObject& object, DocumentItem const& item) {
  object.numbers("channels", item.numbers(kReferencedChannels));
  add_number(object, "group", item, kAnnotationGroup);
  object.text("text", item.text(kUnformattedText));
  add_coded_entry(object, "concept", item, kConceptName);
  add_coded_entry(object, "code", item, kConceptCode);
  object.text("number", item.code(kNumericValue));
  add_coded_entry(object, "unit", item, kMeasurementUnits);
  object.text("rangeType", item.code(kTemporalRange));
  object.numbers("samplePositions", item.numbers(kSamplePositions));
  object.numbers("timeOffsets", item.numbers(kTimeOffsets));
}

/// ITU-T G.711, µ-law: 14 bits, signed.
std::int32_t expand_mu_law(std::uint8_t encoded) {
  auto const bits = static_cast<std::uint8_t>(~encoded);
  std::int32_t const magnitude = ((((bits & 0x0F) << 1) + 33) << (bits >> 4 & 7)) - 33;
  return (bits & 0x80) != 0 ? -magnitude : magnitude;
}

/// ITU-T G.711, A-law: 13 bits, signed.
std::int32_t expand_a_law(std::uint8_t encoded) {
  auto const bits = static_cast<std::uint8_t>(encoded ^ 0x55);
  std::int32_t const exponent = bits >> 4 & 7;
  std::int32_t magnitude = ((bits & 0x0F) << 1) + 1;
  if (exponent > 0) magnitude = (magnitude + 32) << (exponent - 1);
  return (bits & 0x80) != 0 ? magnitude : -magnitude;
}

/// A sample of up to 32 bits as a 32-bit word, one of 64 as it is.
std::uint64_t widened(std::uint64_t bits, WaveformFormat const& format) {
  std::string_view const as = format.interpretation;
  auto const word = [](std::int32_t value) {
    return std::uint64_t{static_cast<std::uint32_t>(value)};
  };
  if (as == "MB") return word(expand_mu_law(static_cast<std::uint8_t>(bits)));
  if (as == "AB") return word(expand_a_law(static_cast<std::uint8_t>(bits)));
  if (as == "SB") return word(static_cast<std::int8_t>(bits));
  if (as == "SS") return word(static_cast<std::int16_t>(bits));
  return bits;
}

}  // namespace

WaveformFormat waveform_format(DocumentItem const& group) {
  WaveformFormat format{count(group, kChannels), count(group, kSamples),
                        static_cast<std::uint32_t>(count(group, kBitsAllocated)),
                        group.code(kInterpretation), ""};
  format.refusal = refusal_of(format, group.bytes(kWaveformData).size());
  return format;
}

void fill_waveform(JsonObject& object, DocumentItem const& data_set) {
  object.text("acquired", data_set.code(kAcquisitionDateTime));
  object.text("manufacturer", data_set.text(kManufacturer));
  object.text("model", data_set.text(kModelName));
  {
    JsonArray context = object.array("context");
    for (DocumentItem const& item : data_set.items(kAcquisitionContext)) {
      JsonObject entry = context.object();
      add_coded_entry(entry, "concept", item, kConceptName);
      add_coded_entry(entry, "code", item, kConceptCode);
      entry.text("number", item.code(kNumericValue));
      add_coded_entry(entry, "unit", item, kMeasurementUnits);
    }
  }
  {
    JsonArray groups = object.array("groups");
    for (DocumentItem const& item : data_set.items(kWaveformSequence)) {
      JsonObject entry = groups.object();
      fill_group(entry, item);
    }
  }
  JsonArray annotations = object.array("annotations");
  for (DocumentItem const& item : data_set.items(kAnnotations)) {
    JsonObject entry = annotations.object();
    fill_annotation(entry, item);
  }
}

Result<std::vector<std::byte>> waveform_samples(DocumentItem const& data_set, std::uint32_t group) {
  auto const groups = data_set.items(kWaveformSequence);
  if (group >= groups.size()) return fail(Errc::not_found, "no such multiplex group");
  DocumentItem const& item = groups[group];
  WaveformFormat const format = waveform_format(item);
  if (!format.refusal.empty()) return fail(Errc::unsupported, format.refusal);
  auto const data = item.bytes(kWaveformData);
  TreeElement const& element = *item.find(kWaveformData);
  std::size_t const width = format.bits_allocated / 8, word = word_bytes(format);
  auto const channels = static_cast<std::size_t>(format.channels);
  auto const samples = static_cast<std::size_t>(format.samples);
  std::vector<std::byte> out(channels * samples * word);
  for (std::size_t sample = 0; sample < samples; ++sample) {
    for (std::size_t channel = 0; channel < channels; ++channel) {
      std::size_t const from = (sample * channels + channel) * width;
      std::uint64_t const bits = widened(stored_bits(data, element, from, width), format);
      std::byte* const to = &out[(channel * samples + sample) * word];
      for (std::size_t i = 0; i < word; ++i) to[i] = static_cast<std::byte>(bits >> (8 * i));
    }
  }
  return out;
}

}  // namespace sightline::dicom
