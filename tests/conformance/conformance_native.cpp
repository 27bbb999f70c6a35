// The native twin of page/decode_worker.ts: reads "FIRST<tab>PATH<NUL>", answers a line for each
// frame from FIRST (counted from 1) on, and "end". run.ts makes the table of both.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <limits>
#include <string>
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
  if (encoding == codec::Encoding::j2k || encoding == codec::Encoding::htj2k) return format;
  format.bits_stored = format.bits_allocated;
  format.high_bit = static_cast<std::uint16_t>(format.bits_allocated - 1);
  return format;
}

/// Native YBR_FULL_422 stands in the table as it is stored: Y1 Y2 Cb Cr. Source: PS3.3 C.7.6.3.1.2.
Bytes packed_422(Bytes const& planes) {
  Bytes packed;
  packed.reserve(planes.size() / 6 * 4);
  for (std::size_t i = 0; i + 6 <= planes.size(); i += 6)
    packed.insert(packed.end(), {planes[i], planes[i + 3], planes[i + 1], planes[i + 2]});
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

std::pair<std::int64_t, std::int64_t> extent_of(Bytes const& bytes, std::uint16_t bits,
                                                bool is_signed) {
  if (bits == 32)
    return is_signed ? extent_as<std::int32_t>(bytes) : extent_as<std::uint32_t>(bytes);
  if (bits == 16)
    return is_signed ? extent_as<std::int16_t>(bytes) : extent_as<std::uint16_t>(bytes);
  return is_signed ? extent_as<std::int8_t>(bytes) : extent_as<std::uint8_t>(bytes);
}

codec::Encoding encoding_of(dicom::Instance const& instance) {
  codec::Encoding const encoding = codec::encoding_of(instance.transfer_syntax_uid);
  if (encoding != codec::Encoding::native && encoding != codec::Encoding::native_be)
    return encoding;
  return instance.frame_bytes_big_endian ? codec::Encoding::native_be : codec::Encoding::native;
}

void decode(Bytes const& file, dicom::Instance const& instance, std::uint32_t frame) {
  auto const bytes = dicom::frame_bytes(file, instance, frame - 1);
  if (!bytes) return refuse(frame, text_of(bytes.error()));
  codec::Encoding const encoding = encoding_of(instance);
  PixelFormat const format = cell_format(instance.format, encoding);
  auto decoded = codec::decode_frame({encoding, format, *bytes, 0});
  if (!decoded) return refuse(frame, text_of(decoded.error()));
  SampleBlock& block = decoded->block;
  bool const is_native =
      encoding == codec::Encoding::native || encoding == codec::Encoding::native_be;
  if (is_native && format.photometric == Photometric::ybr_full_422)
    block.bytes = packed_422(block.bytes);
  auto const [least, greatest] = extent_of(block.bytes, block.bits_allocated, block.is_signed);
  std::string line = "ok\t";  // and no reason
  for (std::string const& column :
       {std::to_string(block.rows), std::to_string(block.cols), std::to_string(block.samples),
        std::to_string(format.bits_allocated), std::string(block.is_signed ? "1" : "0"),
        to_hex(sha256(block.bytes)), std::to_string(least), std::to_string(greatest)})
    line += '\t' + column;
  tell(frame, line);
}

void decode_file(std::string const& path, std::uint32_t first) {
  std::ifstream stream(path, std::ios::binary);
  Bytes file;
  for (std::array<char, 65536> part; stream.read(part.data(), part.size()), stream.gcount() > 0;) {
    auto const* const begin = reinterpret_cast<std::byte const*>(part.data());
    file.insert(file.end(), begin, begin + stream.gcount());
  }
  auto instance = dicom::read_instance(file);
  if (!instance) return refuse(0, text_of(instance.error()));
  dicom::complete_identity(*instance, to_hex(sha256(file)));
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
