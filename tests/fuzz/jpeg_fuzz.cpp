#include <cstdlib>
#include <vector>

#include "codec/frame_shape.hpp"
#include "codec/jpeg_baseline.hpp"
#include "codec/jpeg_header.hpp"
#include "codec/jpeg_lossless.hpp"
#include "codec/jpeg_segments.hpp"
#include "fuzz_request.hpp"

namespace {

using namespace sightline;

/// What the library cannot be asked of lossless pictures: see tests/codec/jpeg_lossless_test.cpp.
bool is_beyond_library(codec::IjgJob const& job, codec::IjgOutcome const& own) {
  codec::JpegSegments segments(job.bytes);
  if (segments.next() != codec::JpegSegments::Found::scan) return false;
  auto const& components = segments.components();
  bool const has_scans = segments.scan().components.size() < components.size();
  if (has_scans && own.code != Errc::ok) return true;
  return components[0].down > 1;
}

codec::IjgOutcome decode_by_library(codec::IjgJob const& job, unsigned precision) {
  if (precision <= 8) return codec::decode_ijg8(job);
  return precision <= 12 ? codec::decode_ijg12(job) : codec::decode_ijg16(job);
}

/// Lossless: both say and store the same, be it whole or not. Only of a bad code in the last bytes,
/// where no marker ends them, the library says that bytes are missing.
void compare_lossless(codec::IjgJob job, codec::JpegHeader const& header,
                      std::vector<std::byte>& ours, std::vector<std::byte>& theirs) {
  job.converts_to_rgb = false;
  job.out = &ours;
  auto const own = codec::decode_jpeg_lossless(job);
  if (!own || is_beyond_library(job, *own)) return;
  job.out = &theirs;
  auto const other = decode_by_library(job, header.precision);
  bool const is_end = own->code == Errc::corrupt && other.code == Errc::truncated;
  if ((own->code != other.code && !is_end) || own->rows != other.rows || ours != theirs)
    std::abort();
}

/// By the library in 8 bits: the same wherever coefficients of several scans are kept.
codec::IjgOutcome compare_memory(codec::IjgJob job, std::vector<std::byte>& out) {
  std::vector<std::byte> other(out.size());
  job.out = &other;
  auto const outcome = codec::decode_ijg8(job);
  job.out = &out;
  job.keeps_all_coefficients = true;
  auto const librarys = codec::decode_ijg8(job);
  if (outcome.code != librarys.code || outcome.rows != librarys.rows ||
      outcome.is_coarse != librarys.is_coarse || other != out)
    std::abort();
  return librarys;
}

/// Our decoder against the library: what ours takes, the library takes as well, for the same
/// samples.
void compare(codec::DecodeRequest const& request, codec::JpegHeader const& header) {
  auto const shape = codec::frame_shape(request.format, fuzz::kFuzzLimits);
  if (!shape || (!header.is_lossless && header.precision != 8)) return;
  std::vector<std::byte> ours(static_cast<std::size_t>(shape->bytes)), theirs(ours.size());
  codec::IjgJob job;
  job.bytes = request.bytes;
  job.converts_to_rgb = shape->samples == 3 && request.format.is_signed;  // a bit of the input
  job.rows = header.rows;
  job.cols = header.cols;
  job.components = header.components;
  job.out_sample_bytes = shape->sample_bytes;
  if (header.is_lossless) return compare_lossless(job, header, ours, theirs);
  job.out = &ours;
  bool const is_taken = codec::decode_jpeg_baseline(job);
  auto const outcome = compare_memory(job, theirs);
  if (is_taken && (outcome.code != Errc::ok || ours != theirs)) std::abort();
}

}  // namespace

/// JPEG. The format is taken from the stream where it has one, so that inputs get past
/// the comparison of sizes.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size < fuzz::kHeaderBytes) return 0;
  auto request = fuzz::request_of(std::as_bytes(std::span(data, size)));
  request.discard_levels = 0;
  PixelFormat& format = request.format;
  request.encoding = codec::Encoding::jpeg;
  auto const header = codec::read_jpeg_header(request.bytes);
  if (header) {
    format.rows = header->rows;
    format.cols = header->cols;
    format.samples_per_pixel = header->components;
    format.bits_allocated = header->precision > 8 ? 16 : 8;
  }
  format.bits_stored = std::min(format.bits_stored, format.bits_allocated);
  format.high_bit = static_cast<std::uint16_t>(format.bits_stored - 1);
  (void)codec::decode_frame(request, fuzz::kFuzzLimits);
  if (header) compare(request, *header);
  return 0;
}
