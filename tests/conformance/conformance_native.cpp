// The native twin of page/decode_worker.ts: reads "FIRST<tab>PATH<NUL>", answers a line for each
// frame from FIRST (counted from 1) on, and "end". run.ts makes the table of both.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/sha256.hpp"
#include "codec/frame_decoder.hpp"
#include "dicom/identity.hpp"
#include "dicom/instance.hpp"

namespace sightline::conformance {
namespace {

using Bytes = std::vector<std::byte>;

/// Never holds back a line: what the next frame does must not take it along.
void tell(std::uint32_t frame, std::string const& rest) {
  std::cout << frame << '\t' << rest << std::endl;
}

void refuse(std::uint32_t frame, std::string reason) {
  for (char& c : reason) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  tell(frame, "refused\t" + reason);
}

std::string text_of(Error const& error) {
  std::string const code = errc_name(error.code);
  return error.detail.empty() ? code : code + ": " + error.detail;
}

/// The table has samples as they lie in Bits Allocated, also the bits that are no part of the value
/// (PS3.5 8.1.1). JPEG 2000 has a sign and a depth of its own.
PixelFormat cell_format(PixelFormat format, codec::Encoding encoding) {
  if (encoding == codec::Encoding::j2k || encoding == codec::Encoding::htj2k || is_float(format))
    return format;
  format.bits_stored = format.bits_allocated;
  format.high_bit = static_cast<std::uint16_t>(format.bits_allocated - 1);
  return format;
}

/// Of a frame that holds as much as three full planes, nothing is packed (a quirk).
bool is_packed(dicom::Instance const& instance, Bytes const& frame) {
  PixelFormat const& format = instance.format;
  return (is_422(format.photometric) || is_420(format.photometric)) &&
         frame.size() < std::size_t{format.rows} * format.cols * 3 * format.bits_allocated / 8;
}

/// Native YBR_FULL_422 and YBR_PARTIAL_422 stand in the table as they are stored: Y1 Y2 Cb Cr.
/// Source: PS3.3 C.7.6.3.1.2.
Bytes packed_422(Bytes const& planes) {
  Bytes packed;
  packed.reserve(planes.size() / 6 * 4);
  for (std::size_t i = 0; i + 6 <= planes.size(); i += 6)
    packed.insert(packed.end(), {planes[i], planes[i + 3], planes[i + 1], planes[i + 2]});
  return packed;
}

/// And YBR_PARTIAL_420 (codec/native_decoder.hpp): rows of that, and rows of luminances alone.
Bytes packed_420(Bytes const& planes, std::size_t cols) {
  Bytes packed;
  packed.reserve(planes.size() / 2);
  std::size_t const row_bytes = cols * 3;
  for (std::size_t row = 0; (row + 1) * row_bytes <= planes.size(); ++row) {
    std::span const here = std::span(planes).subspan(row * row_bytes, row_bytes);
    if (row % 2 == 0) {
      std::ranges::copy(packed_422({here.begin(), here.end()}), std::back_inserter(packed));
    } else {
      for (std::size_t i = 0; i < here.size(); i += 3) packed.push_back(here[i]);
    }
  }
  return packed;
}

template <class Sample>
std::pair<std::int64_t, std::int64_t> extent_as(Bytes const& bytes) {
  std::pair<std::int64_t, std::int64_t> extent{std::numeric_limits<std::int64_t>::max(),
                                               std::numeric_limits<std::int64_t>::min()};
  for (std::size_t i = 0; i + sizeof(Sample) <= bytes.size(); i += sizeof(Sample)) {
    Sample value;
    std::memcpy(&value, bytes.data() + i, sizeof(Sample));
    extent.first = std::min<std::int64_t>(extent.first, value);
    extent.second = std::max<std::int64_t>(extent.second, value);
  }
  return extent;
}

/// A number as ECMAScript's String() has it. Source: ECMA-262, Number::toString.
std::string ecma_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (value == 0) return "0";
  if (value < 0) return "-" + ecma_text(-value);
  std::array<char, 32> text;
  auto const end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
  std::string_view const shortest(text.data(), static_cast<std::size_t>(end.ptr - text.data()));
  std::size_t const mark = shortest.find('e');
  std::string digits(shortest.substr(0, mark));
  std::erase(digits, '.');
  int const point = std::stoi(std::string(shortest.substr(mark + 1))) + 1;
  int const count = static_cast<int>(digits.size());
  if (point > 21 || point <= -6) {
    std::string const fraction = count > 1 ? "." + digits.substr(1) : "";
    return digits.substr(0, 1) + fraction + (point > 0 ? "e+" : "e-") +
           std::to_string(std::abs(point - 1));
  }
  if (point <= 0) return "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  if (count <= point) return digits + std::string(static_cast<std::size_t>(point - count), '0');
  return digits.insert(static_cast<std::size_t>(point), ".");
}

template <class Real>
std::pair<std::string, std::string> real_extent(Bytes const& bytes) {
  double least = INFINITY, greatest = -INFINITY;
  for (std::size_t i = 0; i + sizeof(Real) <= bytes.size(); i += sizeof(Real)) {
    Real value;
    std::memcpy(&value, bytes.data() + i, sizeof(Real));
    least = std::isnan(value) ? least : std::min(least, double{value});
    greatest = std::isnan(value) ? greatest : std::max(greatest, double{value});
  }
  return {ecma_text(least), ecma_text(greatest)};
}

std::pair<std::string, std::string> extent_of(SampleBlock const& block) {
  auto const& [bytes, bits, is_signed] =
      std::tie(block.bytes, block.bits_allocated, block.is_signed);
  if (block.is_float) return bits == 64 ? real_extent<double>(bytes) : real_extent<float>(bytes);
  auto const [least, greatest] =
      bits == 32   ? (is_signed ? extent_as<std::int32_t>(bytes) : extent_as<std::uint32_t>(bytes))
      : bits == 16 ? (is_signed ? extent_as<std::int16_t>(bytes) : extent_as<std::uint16_t>(bytes))
      : is_signed  ? extent_as<std::int8_t>(bytes)
                   : extent_as<std::uint8_t>(bytes);
  return {std::to_string(least), std::to_string(greatest)};
}

/// Why a frame is not whole, as page/decode_worker.ts says it.
std::string missing_text(codec::MissingPart const& missing, std::uint32_t rows) {
  std::string const code = errc_name(missing.code);
  if (!missing.step.empty()) return code + ": " + missing.step;
  if (missing.whole_rows == 0) return code + ": not all of the frame could be decoded";
  return code + ": " + std::to_string(missing.whole_rows) + " of " + std::to_string(rows) +
         " rows are whole";
}

codec::Encoding encoding_of(dicom::Instance const& instance) {
  codec::Encoding const encoding = codec::encoding_of(instance.transfer_syntax_uid);
  if (encoding != codec::Encoding::native && encoding != codec::Encoding::native_be)
    return encoding;
  return instance.frame_bytes_big_endian ? codec::Encoding::native_be : codec::Encoding::native;
}

void decode(ByteSource const& file, dicom::Instance const& instance, std::uint32_t frame) {
  auto const bytes = dicom::frame_bytes(file, instance, frame - 1);
  if (!bytes) return refuse(frame, text_of(bytes.error()));
  codec::Encoding const encoding = encoding_of(instance);
  PixelFormat const format = cell_format(instance.format, encoding);
  auto decoded = codec::decode_frame({encoding, format, *bytes, 0});
  if (!decoded) return refuse(frame, text_of(decoded.error()));
  SampleBlock& block = decoded->block;
  bool const is_native =
      encoding == codec::Encoding::native || encoding == codec::Encoding::native_be;
  if (is_native && is_packed(instance, *bytes)) {
    block.bytes = is_420(instance.format.photometric) ? packed_420(block.bytes, block.cols)
                                                      : packed_422(block.bytes);
  }
  auto const [least, greatest] = extent_of(block);
  std::string line = "ok\t";  // and no reason
  if (decoded->missing) line = "partial\t" + missing_text(*decoded->missing, block.rows);
  // single bits are bytes in a block, components that lack a transform may be wider than their
  // frame
  unsigned const bits = format.bits_allocated == 1 ? 1 : block.bits_allocated;
  for (std::string const& column :
       {std::to_string(block.rows), std::to_string(block.cols), std::to_string(block.samples),
        std::to_string(bits), std::string(block.is_signed ? "1" : "0"), to_hex(sha256(block.bytes)),
        least, greatest})
    line += '\t' + column;
  tell(frame, line);
}

/// Read by ranges: of a large file no more than a frame is in memory.
void decode_file(std::string const& path, std::uint32_t first) {
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  auto const end = stream.tellg();
  RangedBytes ranges(end > 0 ? static_cast<std::uint64_t>(end) : 0, [&](std::uint64_t offset,
                                                                        std::span<std::byte> into) {
    stream.seekg(static_cast<std::streamoff>(offset));
    stream.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
    return stream ? Status{} : fail(Errc::io, "the file could not be read");
  });
  ByteSource const file = ranges;
  auto instance = dicom::read_instance(file);
  if (!instance) return refuse(0, text_of(instance.error()));
  // UIDs are made of this where the file lacks them; the table does not show them.
  dicom::complete_identity(*instance, to_hex(sha256(file.view(0, 65536))));
  if (Status const named = dicom::check_identity(*instance); !named)
    return refuse(0, text_of(named.error()));
  if (!instance->unshowable_reason.empty()) return refuse(0, instance->unshowable_reason);
  for (std::uint32_t frame = first; frame <= instance->frames.size(); ++frame)
    decode(file, *instance, frame);
}

}  // namespace
}  // namespace sightline::conformance

int main() {
  for (std::string line; std::getline(std::cin, line, '\0');) {
    std::size_t const tab = line.find('\t');
    if (tab == std::string::npos) return 2;
    sightline::conformance::decode_file(line.substr(tab + 1),
                                        static_cast<std::uint32_t>(std::stoul(line)));
    std::cout << "end" << std::endl;
  }
}
