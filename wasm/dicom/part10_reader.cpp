#include "dicom/part10_reader.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "dicom/element_scanner.hpp"
#include "dicom/inflate.hpp"
#include "dicom/quirks.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint64_t kPreambleBytes = 128;
constexpr std::uint32_t kMediaSopClassUid = 0x00020002, kMediaSopInstanceUid = 0x00020003,
                        kTransferSyntaxUid = 0x00020010;
constexpr std::string_view kImplicitLittle = "1.2.840.10008.1.2",
                           kExplicitLittle = "1.2.840.10008.1.2.1",
                           kExplicitBig = "1.2.840.10008.1.2.2";

bool has_text_at(ByteSource const& file, std::uint64_t offset, std::string_view text) {
  return std::ranges::equal(file.view(offset, text.size()), text, {}, {},
                            [](char c) { return static_cast<std::byte>(c); });
}

/// A UID's characters without padding; anything else makes it empty, so that a UID is safe in
/// messages.
std::string uid_at(ByteSource const& file, ElementHeader const& header) {
  if (header.undefined() || header.length_bytes > 64) return {};
  std::string uid;
  for (std::byte const b : file.view(header.value_offset, header.length_bytes)) {
    char const c = static_cast<char>(b);
    if (c == '\0' || c == ' ') continue;
    if ((c < '0' || c > '9') && c != '.') return {};
    uid += c;
  }
  return uid;
}

/// True when a data set in this encoding could begin at `offset`: a known VR or a length that fits,
/// and a next tag that is larger.
bool looks_like_data_set(ByteSource const& file, std::uint64_t offset, ElementEncoding encoding,
                         Limits const& limits) {
  ElementScanner const scanner(file, encoding, limits);
  auto const first = scanner.header_at(offset);
  if (!first || first->tag == 0 || first->group() > 0x7FE0) return false;
  if (encoding.explicit_vr && !is_standard_vr(first->vr)) return false;
  if (first->undefined()) return true;
  std::uint64_t const end = first->value_offset + first->length_bytes;
  if (end > file.size()) return false;
  if (end == file.size()) return true;
  auto const next = scanner.header_at(end);
  return next && next->tag > first->tag && next->group() <= 0x7FE0 &&
         (!encoding.explicit_vr || is_standard_vr(next->vr));
}

/// The encoding that the bytes at `offset` show, for a data set whose transfer syntax nobody
/// states.
std::optional<ElementEncoding> guess_encoding(ByteSource const& file, std::uint64_t offset,
                                              Limits const& limits) {
  for (ElementEncoding const encoding :
       {ElementEncoding{true, false}, {false, false}, {true, true}}) {
    if (looks_like_data_set(file, offset, encoding, limits)) return encoding;
  }
  return std::nullopt;
}

/// Quirk "transfer syntax contradicted": files say Explicit and are Implicit, or the other way
/// round. What the bytes show is believed. Fixture: dicom/quirks_test.cpp.
ElementEncoding encoding_that_fits(ElementEncoding stated, ByteSource const& file,
                                   std::uint64_t offset, Limits const& limits) {
  if (stated.big_endian && looks_like_data_set(file, offset, stated, limits)) return stated;
  return guess_encoding(file, offset, limits).value_or(stated);
}

std::string_view uid_of(ElementEncoding encoding) {
  if (!encoding.explicit_vr) return kImplicitLittle;
  return encoding.big_endian ? kExplicitBig : kExplicitLittle;
}

/// A preamble of zeros.
bool is_blank(ByteSource const& file) {
  return file.size() > kPreambleBytes + 8 &&
         std::ranges::all_of(file.view(0, kPreambleBytes),
                             [](std::byte b) { return b == std::byte{0}; });
}

/// Where group 0002 begins, or nothing when there is none.
std::optional<std::uint64_t> find_meta(ByteSource const& file, Limits const& limits) {
  ElementScanner const scanner(file, {true, false}, limits);
  for (auto const& [offset, magic] :
       {std::pair<std::uint64_t, std::string_view>{kPreambleBytes, "DICM"}, {0, "DICM"}}) {
    if (has_text_at(file, offset, magic) && scanner.u16_at(offset + 4) == 0x0002) return offset + 4;
  }
  if (file.size() >= 8 && scanner.u16_at(0) == 0x0002) return 0;
  // Quirk "no magic": a preamble of zeros and group 0002, without DICM between.
  if (is_blank(file) && scanner.u16_at(kPreambleBytes) == 0x0002) return kPreambleBytes;
  return std::nullopt;
}

/// Reads group 0002 element by element: its stated length (0002,0000) is often wrong and never
/// needed.
Result<Part10> read_meta(ByteSource const& file, std::uint64_t offset, Limits const& limits) {
  bool const explicit_vr = !quirks::meta_is_implicit(file, offset);
  ElementScanner const scanner(file, {explicit_vr, false}, limits);
  Part10 part10;
  part10.meta_explicit = explicit_vr;
  part10.meta_begin = offset;
  while (scanner.u16_at(offset) == 0x0002) {
    auto const header = scanner.header_at(offset);
    if (!header) return std::unexpected(header.error());
    auto const end = scanner.value_end(*header);
    if (!end) return std::unexpected(end.error());
    if (header->tag == kMediaSopClassUid) part10.media_sop_class_uid = uid_at(file, *header);
    if (header->tag == kMediaSopInstanceUid) part10.media_sop_instance_uid = uid_at(file, *header);
    if (header->tag == kTransferSyntaxUid) part10.transfer_syntax_uid = uid_at(file, *header);
    offset = *end;
  }
  part10.data_set_offset = part10.meta_end = offset;
  return part10;
}

/// What files that are handed over most often are, when they are no DICOM.
char const* what_else(ByteSource const& file) {
  if (has_text_at(file, 0, "PK\x03\x04")) return "a ZIP file: its files have to be unpacked";
  if (has_text_at(file, 0, "\x1F\x8B\x08")) return "a gzip file: it has to be unpacked";
  return "neither a Part 10 file nor a data set";
}

Result<Part10> read_bare_data_set(ByteSource const& file, Limits const& limits) {
  Part10 part10;
  auto encoding = guess_encoding(file, 0, limits);
  // Quirk "no meta information": a preamble, with DICM or without, and the data set.
  for (std::uint64_t const offset : {kPreambleBytes + 4, kPreambleBytes}) {
    bool const may_begin =
        offset == kPreambleBytes ? is_blank(file) : has_text_at(file, kPreambleBytes, "DICM");
    if (encoding || !may_begin) continue;
    part10.data_set_offset = offset;
    encoding = guess_encoding(file, offset, limits);
  }
  if (!encoding) return fail(Errc::not_dicom, what_else(file));
  part10.transfer_syntax_uid = uid_of(*encoding);
  part10.syntax = transfer_syntax_of(part10.transfer_syntax_uid);
  return part10;
}

/// Inflates what lies from `offset` on. Raw DEFLATE has no places to begin at, so that all of it is
/// held.
Result<std::vector<std::byte>> inflate_from(ByteSource const& file, std::uint64_t offset,
                                            std::uint64_t wanted_bytes, Limits const& limits) {
  std::uint64_t const most = std::min(limits.max_instance_bytes, limits.max_whole_bytes);
  std::uint64_t const length = file.size() - std::min(offset, file.size());
  if (length > most) return fail(Errc::limit_exceeded, "a deflated file is too large");
  std::vector<std::byte> held;
  auto deflated = file.memory();
  if (!deflated) {
    if (Status const read = file.append(offset, length, held); !read)
      return std::unexpected(read.error());
    return inflate_bytes(held, most, wanted_bytes);
  }
  return inflate_bytes(deflated->subspan(static_cast<std::size_t>(offset)), most, wanted_bytes);
}

}  // namespace

Result<std::vector<std::byte>> inflate_data_set(ByteSource file, std::uint64_t wanted_bytes,
                                                Limits const& limits) {
  auto const meta = find_meta(file, limits);
  if (!meta) return fail(Errc::not_dicom, "no File Meta Information");
  auto const part10 = read_meta(file, *meta, limits);
  if (!part10) return std::unexpected(part10.error());
  return inflate_from(file, part10->data_set_offset, wanted_bytes, limits);
}

Result<Part10> read_part10(ByteSource file, Limits const& limits) {
  if (file.size() > limits.max_instance_bytes)
    return fail(Errc::limit_exceeded, "the file is too large");
  auto const meta = find_meta(file, limits);
  if (!meta) return read_bare_data_set(file, limits);
  auto part10 = read_meta(file, *meta, limits);
  if (!part10) return part10;
  if (part10->transfer_syntax_uid.empty()) {
    part10->transfer_syntax_uid = uid_of(guess_encoding(file, part10->data_set_offset, limits)
                                             .value_or(ElementEncoding{false, false}));
  }
  // Quirk "deflated in name": the data set that follows is not. Fixture: dicom/quirks_test.cpp.
  if (transfer_syntax_of(part10->transfer_syntax_uid).deflated) {
    auto const encoding = guess_encoding(file, part10->data_set_offset, limits);
    if (encoding && encoding->explicit_vr) part10->transfer_syntax_uid = uid_of(*encoding);
  }
  part10->syntax = transfer_syntax_of(part10->transfer_syntax_uid);
  if (part10->syntax.deflated) {
    auto inflated = inflate_from(file, part10->data_set_offset, 0, limits);
    if (!inflated) return std::unexpected(inflated.error());
    part10->inflated = std::move(*inflated);
    part10->data_set_offset = 0;
  }
  part10->syntax.elements = encoding_that_fits(part10->syntax.elements, part10->source(file),
                                               part10->data_set_offset, limits);
  return part10;
}

bool encoding_is_open(ByteSource beginning, std::uint64_t file_bytes, Part10 const& part10,
                      Limits const& limits) {
  constexpr std::uint64_t kHeaderBytes = 12;
  bool const big_endian = transfer_syntax_of(part10.transfer_syntax_uid).elements.big_endian;
  ElementScanner const scanner(beginning, {true, big_endian}, limits);
  auto const first = scanner.header_at(part10.data_set_offset);
  if (!first || first->undefined() || !is_standard_vr(first->vr)) return false;
  std::uint64_t const end = first->value_offset + first->length_bytes;
  return end + kHeaderBytes > beginning.size() && end <= file_bytes;
}

}  // namespace sightline::dicom
