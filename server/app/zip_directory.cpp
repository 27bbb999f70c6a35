#include "app/zip_directory.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <span>

#include "base/byte_reader.hpp"

namespace sightline::server {
namespace {

// APPNOTE.TXT 4.3
constexpr std::uint32_t kLocalHeader = 0x04034B50, kCentralHeader = 0x02014B50, kEnd = 0x06054B50,
                        kEnd64 = 0x06064B50, kLocator64 = 0x07064B50, kSignature = 0x05054B50;
constexpr std::uint64_t kEndBytes = 22, kEnd64Bytes = 56, kLocator64Bytes = 20;
/// What a field of 32 or 16 bits holds when one of 64 takes its place (4.4.1.4).
constexpr std::uint32_t kInZip64 = 0xFFFFFFFF;
constexpr std::uint16_t kInZip64Short = 0xFFFF, kZip64Extra = 0x0001;
// General purpose bits (4.4.4) and methods (4.4.5).
constexpr std::uint16_t kEncrypted = 1 << 0, kMasked = 1 << 13;
constexpr std::uint16_t kStored = 0, kDeflated = 8;

constexpr std::uint64_t kPreambleBytes = 128;
constexpr std::uint32_t kPart10Prefix = 0x4D434944;  // "DICM"
constexpr std::uint64_t kMostEntries = 100'000;
constexpr std::uint64_t kMostDirectoryBytes = 64ull << 20;
constexpr std::uint64_t kMostBytes = 1ull << 53;
/// No deflated byte becomes more (RFC 1951).
constexpr std::uint64_t kMostDeflateRatio = 1032;

/// What may hold the end of the central directory, and where in the file it begins.
struct Tail {
  std::uint64_t offset = 0;
  std::span<std::byte const> bytes;
};
Tail tail_of(ByteSource const& file) {
  std::uint64_t const most = kEndBytes + 0xFFFF + kLocator64Bytes;
  std::uint64_t const offset = file.size() > most ? file.size() - most : 0;
  return {offset, file.view(offset, most)};
}

/// The comment reaches to the end of the file: so a signature within a comment is none.
std::optional<std::size_t> find_end(std::span<std::byte const> tail) {
  for (std::size_t at = tail.size(); at-- > 0;) {
    if (tail.size() - at < kEndBytes) continue;
    ByteReader reader(tail.subspan(at));
    if (reader.u32_le() != kEnd) continue;
    reader.skip(16);
    if (at + kEndBytes + reader.u16_le() == tail.size()) return at;
  }
  return std::nullopt;
}

struct DirectoryPlace {
  std::uint64_t count = 0, size_bytes = 0, offset = 0;
  /// Bytes in front of the ZIP file proper, as of a program that unpacks itself.
  std::uint64_t shift = 0;
};

/// `end`: where the directory ends in the file.
Result<DirectoryPlace> placed(std::uint64_t count, std::uint64_t size, std::uint64_t offset,
                              std::uint64_t end) {
  if (size > kMostBytes || offset > kMostBytes || size + offset > end)
    return fail(Errc::corrupt, "the ZIP file's directory is not where it should be");
  return DirectoryPlace{count, size, offset, end - size - offset};
}

/// 4.3.14; the record lies in front of its locator, wherever the file as a whole begins.
Result<DirectoryPlace> find_directory_64(ByteSource const& file, std::uint64_t stated,
                                         std::uint64_t locator) {
  for (std::uint64_t const at : {stated, locator - kEnd64Bytes}) {
    if (locator < kEnd64Bytes || at > locator - kEnd64Bytes) continue;
    ByteReader reader(file.view(at, kEnd64Bytes));
    if (reader.u32_le() != kEnd64) continue;
    reader.skip(28);
    std::uint64_t const count = reader.u64_le(), size = reader.u64_le(), offset = reader.u64_le();
    if (!reader.failed()) return placed(count, size, offset, at);
  }
  return fail(Errc::corrupt, "the ZIP file's 64-bit directory is not where it should be");
}

Result<DirectoryPlace> find_directory(ByteSource const& file) {
  Tail const tail = tail_of(file);
  auto const end = find_end(tail.bytes);
  if (!end) {
    if (Status const read = file.status(); !read) return std::unexpected(read.error());
    return fail(Errc::truncated, "the ZIP file has no end");
  }
  ByteReader reader(tail.bytes.subspan(*end));
  reader.skip(4);
  std::uint16_t const disk = reader.u16_le();
  if (disk != 0 && disk != kInZip64Short)
    return fail(Errc::unsupported, "a part of a ZIP file that was split");
  reader.skip(4);
  std::uint64_t const count = reader.u16_le(), size = reader.u32_le(), offset = reader.u32_le();
  if (*end >= kLocator64Bytes) {
    ByteReader locator(tail.bytes.subspan(*end - kLocator64Bytes, kLocator64Bytes));
    if (locator.u32_le() == kLocator64) {
      locator.skip(4);
      std::uint64_t const stated = locator.u64_le();
      return find_directory_64(file, stated, tail.offset + *end - kLocator64Bytes);
    }
  }
  return placed(count, size, offset, tail.offset + *end);
}

/// 4.5.3: only the fields that did not fit are there, in this order.
bool take_zip64(std::span<std::byte const> extra, ZipEntry& entry) {
  ByteReader reader(extra);
  while (reader.remaining() >= 4) {
    std::uint16_t const id = reader.u16_le(), length = reader.u16_le();
    auto const field = reader.bytes(std::min<std::uint64_t>(length, reader.remaining()));
    if (id != kZip64Extra) continue;
    ByteReader numbers(field);
    for (std::uint64_t* number :
         {&entry.size_bytes, &entry.compressed_bytes, &entry.header_offset}) {
      if (*number == kInZip64) *number = numbers.u64_le();
      if (*number > kMostBytes) return false;
    }
    return !numbers.failed();
  }
  return true;
}

/// 4.4.5
std::string name_of_method(std::uint16_t method) {
  switch (method) {
    case 9: return "Deflate64";
    case 12: return "bzip2";
    case 14: return "LZMA";
    case 93: return "Zstandard";
    case 95: return "XZ";
    default: return "method " + std::to_string(method);
  }
}

std::string refusal_of(ZipEntry const& entry, std::uint16_t method, std::uint16_t flags) {
  if ((flags & (kEncrypted | kMasked)) != 0) return "it is encrypted";
  if (method != kStored && method != kDeflated)
    return "it is compressed by " + name_of_method(method);
  bool const contradicts = method == kStored
                               ? entry.size_bytes != entry.compressed_bytes
                               : entry.size_bytes > kMostDeflateRatio * entry.compressed_bytes;
  return contradicts ? "its sizes in the ZIP file contradict" : "";
}

Result<ZipEntry> read_entry(ByteReader& reader, std::uint64_t shift) {
  ZipEntry entry;
  std::uint32_t const signature = reader.u32_le();
  reader.skip(4);
  std::uint16_t const flags = reader.u16_le(), method = reader.u16_le();
  reader.skip(4);
  entry.crc32 = reader.u32_le();
  entry.compressed_bytes = reader.u32_le();
  entry.size_bytes = reader.u32_le();
  std::uint16_t const name = reader.u16_le(), extra = reader.u16_le(), comment = reader.u16_le();
  reader.skip(8);
  entry.header_offset = reader.u32_le();
  auto const name_bytes = reader.bytes(name);
  bool const is_sound = take_zip64(reader.bytes(extra), entry);
  reader.skip(comment);
  if (reader.failed() || signature != kCentralHeader || !is_sound)
    return fail(Errc::corrupt, "the ZIP file's directory is damaged");
  entry.name.assign(reinterpret_cast<char const*>(name_bytes.data()), name_bytes.size());
  entry.header_offset += shift;
  entry.is_deflated = method == kDeflated;
  entry.refusal = refusal_of(entry, method, flags);
  return entry;
}

/// 4.3.13: a signature may stand behind the last header.
bool is_past_headers(std::span<std::byte const> rest) {
  return rest.empty() || ByteReader(rest).u32_le() == kSignature;
}

std::unexpected<Error> too_many() {
  return fail(Errc::limit_exceeded,
              "a ZIP file of more than " + std::to_string(kMostEntries) + " files");
}

}  // namespace

bool has_ending(std::string_view name, std::string_view ending) {
  if (name.size() < ending.size()) return false;
  return std::ranges::equal(
      name.substr(name.size() - ending.size()), ending,
      [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

bool is_zip(ByteSource const& file, std::string_view name) {
  ByteReader reader(file.view(0, kPreambleBytes + 4));
  std::uint32_t const first = reader.u32_le();
  reader.seek(kPreambleBytes);
  if (reader.u32_le() == kPart10Prefix) return false;
  if (first == kLocalHeader || first == kEnd) return true;
  return (has_ending(name, ".zip") || has_ending(name, ".exe")) &&
         find_end(tail_of(file).bytes).has_value();
}

Result<std::vector<ZipEntry>> read_zip_directory(ByteSource const& file) {
  auto const place = find_directory(file);
  if (!place) return std::unexpected(place.error());
  if (place->count > kMostEntries || place->size_bytes > kMostDirectoryBytes) return too_many();
  auto const directory = file.view(place->offset + place->shift, place->size_bytes);
  if (Status const read = file.status(); !read) return std::unexpected(read.error());
  if (directory.size() != place->size_bytes)
    return fail(Errc::truncated, "the ZIP file is cut off");
  ByteReader reader(directory);
  std::vector<ZipEntry> entries;
  std::uint64_t headers = 0, compressed = 0;
  while (!is_past_headers(directory.subspan(reader.position()))) {
    if (++headers > kMostEntries) return too_many();
    auto entry = read_entry(reader, place->shift);
    if (!entry) return std::unexpected(std::move(entry.error()));
    if (entry->name.ends_with('/')) continue;
    compressed += entry->compressed_bytes;
    // Members that share their bytes are how a small file unfolds to petabytes.
    if (compressed > file.size()) return fail(Errc::corrupt, "members of the ZIP file overlap");
    entries.push_back(std::move(*entry));
  }
  // Writers without ZIP64 let the count of 16 bits run over.
  if ((headers - place->count) % 0x10000 != 0)
    return fail(Errc::corrupt, "the ZIP file's directory is damaged");
  return entries;
}

}  // namespace sightline::server
