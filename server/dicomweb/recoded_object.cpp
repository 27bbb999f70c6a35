#include "dicomweb/recoded_object.hpp"

#include <algorithm>
#include <utility>

#include "base/byte_writer.hpp"
#include "dicom/dictionary.hpp"
#include "dicom/element_scanner.hpp"
#include "dicom/element_tree.hpp"
#include "dicom/part10_reader.hpp"
#include "dicom/quirks.hpp"
#include "dicomweb/explicit_elements.hpp"

namespace sightline::server {
namespace {

using dicom::ElementHeader;
using dicom::TreeElement;
using dicom::TreeLevel;

constexpr std::uint32_t kMediaClass = 0x00020002, kMediaInstance = 0x00020003,
                        kTransferSyntax = 0x00020010, kImageGroupLength = 0x00280000,
                        kPhotometric = 0x00280004, kPlanar = 0x00280006, kRows = 0x00280010,
                        kColumns = 0x00280011, kBitsAllocated = 0x00280100,
                        kBitsStored = 0x00280101, kHighBit = 0x00280102, kIconSequence = 0x00880200,
                        kPixelGroupLength = 0x7FE00000, kOffsets = 0x7FE00001,
                        kLengths = 0x7FE00002, kPixelData = 0x7FE00010;
constexpr std::uint64_t kPreambleBytes = 128;
constexpr std::uint64_t kMostMadeBytes = 256u << 20;
/// Longer values are read from the original when they are sent.
constexpr std::uint64_t kCopiedBytes = 1024;

std::span<std::byte const> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::vector<std::byte> us_element(std::uint32_t tag, std::uint16_t value) {
  ByteWriter out;
  out.u16_le(value);
  return explicit_element(tag, {'U', 'S'}, out.view());
}

/// How many bytes Big Endian reverses together. Source: PS3.5 7.3.
std::size_t word_bytes(TreeElement const& element) {
  for (std::string_view vr : {"US", "SS", "AT", "OW"})
    if (element.has_vr(vr)) return 2;
  for (std::string_view vr : {"UL", "SL", "FL", "OF", "OL"})
    if (element.has_vr(vr)) return 4;
  for (std::string_view vr : {"FD", "OD", "OV", "SV", "UV"})
    if (element.has_vr(vr)) return 8;
  return 1;
}

class Recoder {
 public:
  Recoder(std::span<std::byte const> file, dicom::Instance const& instance,
          RecodeRequest const& request, dicom::Part10 const& part10)
      : file_(file),
        instance_(instance),
        request_(request),
        part10_(part10),
        bytes_(part10.data_set(file)),
        tree_(bytes_, part10.syntax.elements, kDefaultLimits) {}

  Result<std::vector<Piece>> run() {
    if (Status const done = put_meta(); !done) return std::unexpected(done.error());
    if (request_.pixels) plan_changes();
    auto const& encoding = part10_.syntax.elements;
    bool const is_explicit_little = encoding.explicit_vr && !encoding.big_endian;
    Status const done = is_explicit_little ? copy_data_set() : convert_data_set();
    if (!done) return std::unexpected(done.error());
    return out_.take();
  }

 private:
  /// Preamble and group 0002. Source: PS3.10 7.1.
  Status put_meta() {
    ExplicitElements meta;
    std::uint64_t offset = part10_.meta_begin;
    dicom::ElementScanner const scanner(file_, {part10_.meta_explicit, false}, kDefaultLimits);
    while (offset < part10_.meta_end) {
      auto const header = scanner.header_at(offset);
      if (!header) return std::unexpected(header.error());
      auto const end = scanner.value_end(*header);
      if (!end) return std::unexpected(end.error());
      auto const value = file_.subspan(static_cast<std::size_t>(header->value_offset),
                                       static_cast<std::size_t>(*end - header->value_offset));
      Vr const vr = part10_.meta_explicit ? header->vr : dicom::dictionary_vr(header->tag);
      meta.try_emplace(header->tag, explicit_element(header->tag, vr, value));
      offset = *end;
    }
    meta.try_emplace(kMediaClass, uid_element(kMediaClass, instance_.sop_class_uid));
    meta.try_emplace(kMediaInstance, uid_element(kMediaInstance, instance_.sop_instance_uid));
    meta[kTransferSyntax] = uid_element(kTransferSyntax, request_.transfer_syntax_uid);
    bool const has_preamble = part10_.meta_begin == kPreambleBytes + 4;
    out_.add(file_meta(std::move(meta), file_.first(has_preamble ? kPreambleBytes : 0)));
    return {};
  }

  void plan_changes() {
    for (std::uint32_t const tag : {kImageGroupLength, kPixelGroupLength, kOffsets, kLengths})
      changes_[tag] = {};
    PixelFormat const& format = instance_.format;
    if (!request_.pixels->photometric.empty())
      changes_[kPhotometric] =
          explicit_element(kPhotometric, {'C', 'S'}, bytes_of(request_.pixels->photometric), ' ');
    if (dicom::transfer_syntax_of(instance_.transfer_syntax_uid).encapsulated) {
      // The same numbers, but where the codestream had others (dicom/codestream_shape.hpp).
      changes_[kRows] = us_element(kRows, static_cast<std::uint16_t>(format.rows));
      changes_[kColumns] = us_element(kColumns, static_cast<std::uint16_t>(format.cols));
      changes_[kBitsAllocated] = us_element(kBitsAllocated, format.bits_allocated);
      changes_[kBitsStored] = us_element(kBitsStored, format.bits_stored);
    }
    if (format.samples_per_pixel > 1) changes_[kPlanar] = us_element(kPlanar, 0);
    if (changes_.contains(kBitsStored) || format.high_bit + 1 != format.bits_stored)
      changes_[kHighBit] = us_element(kHighBit, static_cast<std::uint16_t>(format.bits_stored - 1));
  }

  /// Writes the changes up to this element's tag; true when the element itself is one of them.
  bool put_changes(std::uint32_t tag) {
    while (next_change_ != changes_.end() && next_change_->first <= tag)
      out_.add((next_change_++)->second);
    return changes_.contains(tag);
  }

  /// The pixels in the place of Pixel Data. Source: PS3.5 A.2, A.4.
  Status put_pixels() {
    NewPixels const& pixels = *request_.pixels;
    ByteWriter out;
    std::uint64_t total = 0;
    if (!pixels.encapsulated) {
      for (std::uint64_t const bytes : pixels.frame_bytes) total += bytes;
      bool const is_odd = total % 2 != 0;
      if (total + 1 >= dicom::kUndefinedLength)
        return fail(Errc::limit_exceeded, "too long for Explicit VR Little Endian");
      Vr const vr = {'O', instance_.format.bits_allocated > 8 ? 'W' : 'B'};
      put_element_header(out, kPixelData, vr, total + (is_odd ? 1 : 0));
      out_.add(out.view());
      for (std::uint32_t f = 0; f < pixels.frame_bytes.size(); ++f)
        out_.add(FramePiece{f, pixels.frame_bytes[f]});
      if (is_odd) out_.add(std::array{std::byte{0}});
      return {};
    }
    return add_encapsulated(out_, pixels.frame_bytes, [&](std::uint32_t f) {
      out_.add(FramePiece{f, pixels.frame_bytes[f]});
    });
  }

  /// An icon may be encapsulated only where the picture is, too. Source: PS3.5 A.4.
  Status check_icon() const {
    if (!request_.pixels || request_.pixels->encapsulated) return {};
    auto const level = tree_.data_set(part10_.data_set_offset);
    if (!level) return std::unexpected(level.error());
    for (TreeElement const& each : level->elements) {
      if (each.tag != kIconSequence || !each.has_vr("SQ")) continue;
      auto cursor = tree_.items(each);
      if (!cursor) return std::unexpected(cursor.error());
      for (;;) {
        auto const item = tree_.next_item(*cursor, *level);
        if (!item) return std::unexpected(item.error());
        if (!item->has_value()) break;
        for (TreeElement const& inner : (*item)->elements)
          if (inner.tag == kPixelData && inner.undefined())
            return fail(Errc::unsupported, "an icon is encapsulated");
      }
    }
    return {};
  }

  void put_original(std::uint64_t offset, std::uint64_t end) {
    if (part10_.syntax.deflated) {
      out_.add(
          bytes_.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(end - offset)));
    } else {
      out_.add(dicom::ByteSpan{offset, end - offset});
    }
  }

  /// An Explicit VR Little Endian data set: ranges of it, with the changes between them.
  Status copy_data_set() {
    if (Status const fits = check_icon(); !fits) return fits;
    if (part10_.syntax.deflated && bytes_.size() > kMostMadeBytes)
      return fail(Errc::limit_exceeded, "the inflated object would have to be held");
    bool has_put_pixels = false;
    next_change_ = changes_.begin();
    dicom::ElementScanner const scanner(bytes_, part10_.syntax.elements, kDefaultLimits);
    std::uint64_t offset = part10_.data_set_offset;
    while (request_.pixels && offset + 8 <= bytes_.size()) {
      auto header = scanner.header_at(offset);
      if (!header) return std::unexpected(header.error());
      *header = dicom::quirks::repair_header(scanner, offset, *header);
      auto const end = scanner.value_end(*header);
      if (!end) return std::unexpected(end.error());
      if (put_changes(header->tag)) {
        offset = *end;
        continue;
      }
      if (header->tag != kPixelData) {
        put_original(offset, *end);
      } else if (!has_put_pixels) {
        if (Status const put = put_pixels(); !put) return put;
        has_put_pixels = true;
      }
      offset = *end;
    }
    put_original(offset, bytes_.size());
    return check_size();
  }

  Status convert_data_set() {
    auto const level = tree_.data_set(part10_.data_set_offset);
    if (!level) return std::unexpected(level.error());
    next_change_ = changes_.begin();
    for (TreeElement const& each : level->elements) {
      if (put_changes(each.tag)) continue;
      bool const is_pixels = each.tag == kPixelData && request_.pixels;
      Status const put = is_pixels ? put_pixels() : put_element(each, *level, 0);
      if (!put) return put;
    }
    return check_size();
  }

  Status check_size() const {
    if (out_.made_bytes() > kMostMadeBytes)
      return fail(Errc::limit_exceeded, "too much of the object would have to be held");
    return {};
  }

  Status put_element(TreeElement const& each, TreeLevel const& level, std::uint32_t depth) {
    if ((each.tag & 0xFFFF) == 0) return {};  // a group length, which would be wrong
    if (each.has_vr("SQ")) return put_sequence(each, level, depth);
    if (each.undefined()) return fail(Errc::unsupported, "fragments without encapsulation");
    auto const value = tree_.value(each);
    if (value.size() != each.length_bytes)
      return fail(Errc::truncated, "the file ends inside an element", each.value_offset);
    // PS3.5 6.2.2: what is too long for its VR's 16-bit length is UN.
    bool const is_long = dicom::has_long_length(each.vr) || value.size() <= 0xFFFF;
    ByteWriter out;
    put_element_header(out, each.tag, is_long ? each.vr : Vr{'U', 'N'}, value.size());
    out_.add(out.view());
    std::size_t const word = each.encoding.big_endian ? word_bytes(each) : 1;
    if (word == 1 && value.size() > kCopiedBytes) {
      put_original(each.value_offset, each.value_offset + value.size());
      return check_size();
    }
    std::vector<std::byte> bytes(value.begin(), value.end());
    for (std::size_t i = 0; i + word <= bytes.size() && word > 1; i += word)
      std::ranges::reverse(std::span(bytes).subspan(i, word));
    out_.add(bytes);
    return check_size();
  }

  Status put_sequence(TreeElement const& sequence, TreeLevel const& level, std::uint32_t depth) {
    if (depth > kDefaultLimits.max_sequence_depth)
      return fail(Errc::limit_exceeded, "sequences are nested too deeply");
    ByteWriter out;
    put_element_header(out, sequence.tag, sequence.vr, dicom::kUndefinedLength);
    auto cursor = tree_.items(sequence);
    if (!cursor) return std::unexpected(cursor.error());
    for (;;) {
      auto const item = tree_.next_item(*cursor, level);
      if (!item) return std::unexpected(item.error());
      if (!item->has_value()) break;
      put_item_header(out, dicom::kItem, static_cast<std::uint32_t>(dicom::kUndefinedLength));
      out_.add(out.take());
      for (TreeElement const& each : (*item)->elements)
        if (Status const put = put_element(each, **item, depth + 1); !put) return put;
      put_item_header(out, dicom::kItemEnd, 0);
    }
    put_item_header(out, dicom::kSequenceEnd, 0);
    out_.add(out.view());
    return {};
  }

  std::span<std::byte const> file_;
  dicom::Instance const& instance_;
  RecodeRequest const& request_;
  dicom::Part10 const& part10_;
  std::span<std::byte const> bytes_;  ///< the data set, which spans count from
  dicom::ElementTree tree_;
  ExplicitElements changes_;
  ExplicitElements::const_iterator next_change_;
  PieceList out_;
};

}  // namespace

Result<std::vector<Piece>> recode_object(std::span<std::byte const> file,
                                         dicom::Instance const& instance,
                                         RecodeRequest const& request) {
  auto const part10 = dicom::read_part10(file, kDefaultLimits);
  if (!part10) return std::unexpected(part10.error());
  return Recoder(file, instance, request, *part10).run();
}

}  // namespace sightline::server
