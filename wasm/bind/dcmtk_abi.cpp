// sl_object_* over dicom and codec; dcmtk.wasm only.
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bind/handle.hpp"
#include "bind/sl_dcmtk.h"
#include "codec/frame_decoder.hpp"
#include "codec/htj2k_encoder.hpp"
#include "codec/j2k_encoder.hpp"
#include "codec/jpeg_lossless_encoder.hpp"
#include "codec/jpegls_encoder.hpp"
#include "codec/rle_encoder.hpp"
#include "dicom/data_set_writer.hpp"
#include "dicom/deflate.hpp"
#include "dicom/dictionary.hpp"
#include "dicom/element_events.hpp"
#include "dicom/instance.hpp"
#include "dicom/part10_reader.hpp"

static_assert(sizeof(SlPart10) == 40 && offsetof(SlPart10, inflated_ptr) == 24);
static_assert(sizeof(SlScan) == 32 && offsetof(SlScan, text_ptr) == 24);
static_assert(sizeof(SlFrames) == 80 && offsetof(SlFrames, encoding) == 32 &&
              offsetof(SlFrames, reason_ptr) == 52);

struct SlObject : sightline::bind::Handle {
  sightline::dicom::Part10 part10;
  std::optional<sightline::dicom::EventReader> reader;
  sightline::dicom::EventScan scan;
  std::optional<sightline::dicom::Instance> instance;
  std::vector<double> spans;
  std::vector<std::byte> bytes;
  std::string text;
};

namespace {

namespace codec = sightline::codec;
namespace dicom = sightline::dicom;
using sightline::Errc;
using sightline::Error;
using sightline::bind::report;

constexpr int32_t kInvalidArgument = static_cast<int32_t>(Errc::invalid_argument);
constexpr uint32_t kExplicit = 1, kBigEndian = 2, kDeflated = 4, kMetaExplicit = 8,
                   kEncapsulated = 16;
constexpr uint32_t kVideo = 1, kBigEndianSamples = 2, kDeflatedFrame = 4;
constexpr char const* kDeflatedFrames = "1.2.840.10008.1.2.8.1";
constexpr uint32_t kHasStop = 1, kIncludeStop = 2, kStopOnGreater = 4;

uint32_t address(void const* pointer) {
  static_assert(sizeof(void*) == 4);
  return static_cast<uint32_t>(reinterpret_cast<std::uintptr_t>(pointer));
}

std::span<std::byte const> as_bytes(const uint8_t* bytes, uint32_t length) {
  return {reinterpret_cast<std::byte const*>(bytes), length};
}

int32_t give(SlObject& object, sightline::Result<std::vector<std::byte>> bytes, SlBytes& out) {
  if (!bytes) return report(object, std::move(bytes.error()));
  object.bytes = std::move(*bytes);
  out = {address(object.bytes.data()), static_cast<uint32_t>(object.bytes.size())};
  return 0;
}

void give(SlObject& object, dicom::EventScan scan, SlScan& out) {
  object.scan = std::move(scan);
  dicom::EventScan const& kept = object.scan;
  object.error_text = kept.error.detail;
  out = {static_cast<uint32_t>(kept.outcome),
         static_cast<uint32_t>(kept.next_offset),
         static_cast<uint32_t>(kept.error.code),
         static_cast<uint32_t>(kept.error.offset_bytes),
         address(kept.events.data()),
         static_cast<uint32_t>(kept.events.size()),
         address(kept.text.data()),
         static_cast<uint32_t>(kept.text.size())};
}

/// The encoding of the frames as dicom::frame_bytes gives them.
codec::Encoding encoding_of(dicom::Instance const& instance) {
  codec::Encoding const encoding = codec::encoding_of(instance.transfer_syntax_uid);
  if (encoding != codec::Encoding::native && encoding != codec::Encoding::native_be)
    return encoding;
  return instance.frame_bytes_big_endian ? codec::Encoding::native_be : codec::Encoding::native;
}

uint32_t form_of(dicom::Instance const& instance) {
  using Family = dicom::TransferSyntax::Family;
  Family const family = dicom::transfer_syntax_of(instance.transfer_syntax_uid).family;
  return (family == Family::video ? kVideo : 0u) |
         (instance.frame_bytes_big_endian ? kBigEndianSamples : 0u) |
         (family == Family::deflated_frame ? kDeflatedFrame : 0u);
}

SlFormat format_of(sightline::PixelFormat const& format) {
  SlFormat out{};
  out.rows = format.rows;
  out.cols = format.cols;
  out.samples_per_pixel = format.samples_per_pixel;
  out.bits_allocated = format.bits_allocated;
  out.bits_stored = format.bits_stored;
  out.high_bit = format.high_bit;
  out.is_signed = format.is_signed ? 1 : 0;
  out.planar_configuration = format.planar_configuration;
  out.photometric = static_cast<uint16_t>(format.photometric);
  return out;
}

sightline::SampleBlock block_of(SlFormat const& format, std::span<std::byte const> samples) {
  sightline::SampleBlock block;
  block.rows = format.rows;
  block.cols = format.cols;
  block.samples = format.samples_per_pixel;
  block.bits_allocated = format.bits_allocated;
  block.is_signed = format.is_signed != 0;
  block.bytes.assign(samples.begin(), samples.end());
  return block;
}

sightline::Result<std::vector<std::byte>> encode(codec::Encoding encoding, SlFormat const& format,
                                                 std::span<std::byte const> samples) {
  sightline::SampleBlock const block = block_of(format, samples);
  bool const is_rgb = format.photometric == static_cast<uint16_t>(sightline::Photometric::rgb);
  switch (encoding) {
    case codec::Encoding::rle: return codec::encode_rle(block);
    case codec::Encoding::jpeg: return codec::encode_jpeg_lossless(block, format.bits_stored);
    case codec::Encoding::jpeg_ls: return codec::encode_jpegls(block, format.bits_stored);
    case codec::Encoding::j2k: return codec::encode_j2k(block, format.bits_stored, is_rgb);
    case codec::Encoding::htj2k: return codec::encode_htj2k(block, format.bits_stored, is_rgb);
    default: return sightline::fail(Errc::unsupported, "no encoder for this transfer syntax");
  }
}

}  // namespace

extern "C" {

SlObject* sl_object_create(void) { return new (std::nothrow) SlObject; }

void sl_object_destroy(SlObject* object) { std::unique_ptr<SlObject> const owned(object); }

int32_t sl_object_open(SlObject* object, const uint8_t* bytes, uint32_t length, uint32_t total,
                       SlPart10* out) {
  if (object == nullptr || bytes == nullptr || out == nullptr) return kInvalidArgument;
  auto const given = as_bytes(bytes, length);
  auto part10 = dicom::read_part10(given, sightline::kDefaultLimits);
  bool const is_part = length < total;
  if (is_part && (!part10 || part10->syntax.deflated || part10->meta_end >= length ||
                  dicom::encoding_is_open(given, total, *part10, sightline::kDefaultLimits)))
    return report(*object, Error{Errc::need_more_input, 0, "the beginning is too short"});
  if (!part10) return report(*object, std::move(part10.error()));
  object->part10 = std::move(*part10);
  dicom::Part10 const& kept = object->part10;
  if (object->reader)
    object->reader->restart(kept.syntax.elements);
  else
    object->reader.emplace(kept.syntax.elements, sightline::kDefaultLimits);
  *out = SlPart10{};
  out->meta_begin = static_cast<uint32_t>(kept.meta_begin);
  out->meta_end = static_cast<uint32_t>(kept.meta_end);
  out->data_set_offset = static_cast<uint32_t>(kept.data_set_offset);
  out->flags = (kept.syntax.elements.explicit_vr ? kExplicit : 0u) |
               (kept.syntax.elements.big_endian ? kBigEndian : 0u) |
               (kept.syntax.deflated ? kDeflated : 0u) | (kept.meta_explicit ? kMetaExplicit : 0u) |
               (kept.syntax.encapsulated ? kEncapsulated : 0u);
  out->uid_ptr = address(kept.transfer_syntax_uid.data());
  out->uid_len = static_cast<uint32_t>(kept.transfer_syntax_uid.size());
  out->inflated_ptr = address(kept.inflated.data());
  out->inflated_len = static_cast<uint32_t>(kept.inflated.size());
  return 0;
}

int32_t sl_object_meta(SlObject* object, const uint8_t* bytes, uint32_t length, SlScan* out) {
  if (object == nullptr || bytes == nullptr || out == nullptr || !object->reader)
    return kInvalidArgument;
  dicom::Part10 const& part10 = object->part10;
  if (part10.meta_end > length) return kInvalidArgument;
  dicom::EventReader reader({part10.meta_explicit, false}, sightline::kDefaultLimits);
  auto const meta = as_bytes(bytes, static_cast<uint32_t>(part10.meta_end));
  give(*object, reader.read({meta, 0, meta.size()}, part10.meta_begin, {}), *out);
  return 0;
}

int32_t sl_object_scan(SlObject* object, const uint8_t* bytes, uint32_t length, uint32_t base,
                       uint32_t total, uint32_t offset, uint32_t stop_tag, uint32_t stop_flags,
                       SlScan* out) {
  if (object == nullptr || out == nullptr || !object->reader) return kInvalidArgument;
  dicom::EventWindow window{as_bytes(bytes, length), base, total};
  if (bytes == nullptr) window = {object->part10.inflated, 0, object->part10.inflated.size()};
  dicom::EventStop stop;
  if ((stop_flags & kHasStop) != 0) stop.tag = stop_tag;
  stop.include_value = (stop_flags & kIncludeStop) != 0;
  stop.on_greater = (stop_flags & kStopOnGreater) != 0;
  give(*object, object->reader->read(window, offset, stop), *out);
  return 0;
}

int32_t sl_object_frames(SlObject* object, const uint8_t* file, uint32_t length, SlFrames* out) {
  if (object == nullptr || file == nullptr || out == nullptr) return kInvalidArgument;
  auto read = dicom::read_instance(as_bytes(file, length));
  if (!read) return report(*object, std::move(read.error()));
  object->instance = std::move(*read);
  dicom::Instance const& instance = *object->instance;
  object->spans.clear();
  for (std::size_t f = 0; f < instance.frames.size(); ++f) {
    for (dicom::ByteSpan const& span : instance.frames[f].fragments)
      object->spans.insert(object->spans.end(),
                           {static_cast<double>(f), static_cast<double>(span.offset_bytes),
                            static_cast<double>(span.length_bytes)});
  }
  object->text = instance.has_pixels ? instance.unshowable_reason : "no pixel data";
  *out = SlFrames{};
  out->format = format_of(instance.format);
  out->encoding = static_cast<uint32_t>(encoding_of(instance));
  out->frame_count = static_cast<uint32_t>(instance.frames.size());
  out->form = form_of(instance);
  out->spans_ptr = address(object->spans.data());
  out->span_count = static_cast<uint32_t>(object->spans.size() / 3);
  out->reason_ptr = address(object->text.data());
  out->reason_len = static_cast<uint32_t>(object->text.size());
  return 0;
}

int32_t sl_object_inflate(SlObject* object, const SlFormat* format, const uint8_t* bytes,
                          uint32_t length, SlBytes* out) {
  if (object == nullptr || format == nullptr || bytes == nullptr || out == nullptr)
    return kInvalidArgument;
  dicom::Instance instance;
  instance.transfer_syntax_uid = kDeflatedFrames;
  instance.format.rows = format->rows;
  instance.format.cols = format->cols;
  instance.format.samples_per_pixel = format->samples_per_pixel;
  instance.format.bits_allocated = format->bits_allocated;
  if (format->photometric <= static_cast<uint16_t>(sightline::Photometric::ybr_partial_422))
    instance.format.photometric = static_cast<sightline::Photometric>(format->photometric);
  auto const fragments = as_bytes(bytes, length);
  return give(*object, dicom::decoder_input(instance, 0, {fragments.begin(), fragments.end()}),
              *out);
}

int32_t sl_object_encode(SlObject* object, uint32_t encoding, const SlFormat* format,
                         const uint8_t* samples, uint32_t length, SlBytes* out) {
  if (object == nullptr || format == nullptr || samples == nullptr || out == nullptr)
    return kInvalidArgument;
  return give(*object,
              encode(static_cast<codec::Encoding>(encoding), *format, as_bytes(samples, length)),
              *out);
}

int32_t sl_object_write(SlObject* object, const uint8_t* bytes, uint32_t length, uint32_t flags,
                        SlBytes* out) {
  if (object == nullptr || bytes == nullptr || out == nullptr) return kInvalidArgument;
  auto written = dicom::write_data_set({as_bytes(bytes, length), (flags & kEncapsulated) != 0},
                                       {(flags & kExplicit) != 0, (flags & kBigEndian) != 0});
  if (written && (flags & kDeflated) != 0) written = dicom::deflate_bytes(*written);
  return give(*object, std::move(written), *out);
}

int32_t sl_object_check(SlObject* object, const uint8_t* bytes, uint32_t length, uint32_t flags,
                        SlBytes* out) {
  if (object == nullptr || bytes == nullptr || out == nullptr) return kInvalidArgument;
  auto found = dicom::check_data_set({as_bytes(bytes, length), (flags & kEncapsulated) != 0});
  if (!found) return report(*object, std::move(found.error()));
  object->text = std::move(*found);
  *out = {address(object->text.data()), static_cast<uint32_t>(object->text.size())};
  return 0;
}

uint32_t sl_dictionary_vr(uint32_t tag) {
  auto const vr = dicom::dictionary_vr(tag);
  return static_cast<unsigned char>(vr[0]) |
         static_cast<uint32_t>(static_cast<unsigned char>(vr[1])) << 8;
}

}  // extern "C"
