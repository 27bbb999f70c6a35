#include "large_object.hpp"

#include <algorithm>

#include "base/byte_writer.hpp"

namespace sightline::dicom_test {
namespace {

Bytes item(std::uint16_t element, std::uint64_t length) {
  ByteWriter out;
  out.u16_le(0xFFFE);
  out.u16_le(element);
  out.u32_le(static_cast<std::uint32_t>(length));
  return out.take();
}

Bytes u64s(std::vector<std::uint64_t> const& values) {
  ByteWriter out;
  for (std::uint64_t const value : values) out.u64_le(value);
  return out.take();
}

}  // namespace

void SparseFile::add(Bytes bytes) {
  std::uint64_t const at = size_;
  size_ += bytes.size();
  if (!bytes.empty()) parts_.emplace(at, std::move(bytes));
}

Status SparseFile::read(std::uint64_t offset, std::span<std::byte> into) {
  ++readings;
  bytes_read += into.size();
  if (offset + into.size() > std::min(size_, fails_from))
    return fail(Errc::io, "there are no such bytes");
  std::ranges::fill(into, std::byte{0});
  std::uint64_t const end = offset + into.size();
  auto part = parts_.upper_bound(offset);
  if (part != parts_.begin()) --part;
  for (; part != parts_.end() && part->first < end; ++part) {
    auto const& [begin, bytes] = *part;
    std::uint64_t const from = std::max(begin, offset), to = std::min(begin + bytes.size(), end);
    if (from < to)
      std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(from - begin), to - from,
                  into.begin() + static_cast<std::ptrdiff_t>(from - offset));
  }
  return {};
}

ByteSource SparseFile::source() {
  readings = bytes_read = 0;
  ranges_ = std::make_unique<RangedBytes>(
      size_,
      [this](std::uint64_t offset, std::span<std::byte> into) { return read(offset, into); });
  return *ranges_;
}

Bytes small_frame(std::uint32_t index0) {
  return bytes_of({0xFF, 0xD8, 0xFF, static_cast<int>(index0), 0xFF, 0xD9});
}

void write_large_object(LargeObject const& object, SparseFile& file) {
  std::vector<std::uint64_t> offsets, lengths;
  std::uint64_t at = 0;
  for (std::uint32_t i = 0; i < LargeObject::kFrames; ++i) {
    bool const is_big = i < LargeObject::kBigFrames;
    std::uint64_t const length = is_big ? LargeObject::kBigBytes : small_frame(i).size();
    offsets.push_back(at);
    lengths.push_back(length);
    at += length + 8 * (is_big && object.split ? 2 : 1);
  }
  offsets[40] += static_cast<std::uint64_t>(object.wrong_by);
  DataSetBuilder header = picture_header({.number_of_frames = "70"});
  if (object.table == OffsetTable::extended)
    header.bytes(0x7FE00001, "OV", u64s(offsets)).bytes(0x7FE00002, "OV", u64s(lengths));
  header.header(0x7FE00010, "OB", 0xFFFFFFFF);
  file.add(part10(kJpegBaselineUid, header));
  ByteWriter basic;
  if (object.table == OffsetTable::basic)
    for (std::uint64_t const offset : offsets) basic.u32_le(static_cast<std::uint32_t>(offset));
  file.add(item(0xE000, basic.size()));
  file.add(basic.take());
  for (std::uint32_t i = 0; i < LargeObject::kFrames; ++i) {
    Bytes frame = small_frame(i);
    if (i >= LargeObject::kBigFrames) {
      file.add(item(0xE000, frame.size()));
      file.add(frame);
      continue;
    }
    std::uint64_t const half = object.split ? LargeObject::kBigBytes / 2 : LargeObject::kBigBytes;
    Bytes const begin(frame.begin(), frame.begin() + 4), end(frame.begin() + 4, frame.end());
    file.add(item(0xE000, half));
    file.add(begin);
    file.add_zeros(half - begin.size() - (object.split ? 0 : end.size()));
    if (object.split) {
      file.add(item(0xE000, half));
      file.add_zeros(half - end.size());
    }
    file.add(end);
  }
  file.add(item(0xE0DD, 0));
}

}  // namespace sightline::dicom_test
