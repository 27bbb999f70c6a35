#include "dicom/data_set_outline.hpp"

#include <algorithm>
#include <array>

#include "base/byte_writer.hpp"
#include "dicom/dictionary.hpp"
#include "dicom/quirks.hpp"
#include "dicom/sequence_repair.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kExtendedOffsetTable = 0x7FE00001, kExtendedOffsetLengths = 0x7FE00002,
                        kPixelData = 0x7FE00010;
constexpr std::uint32_t kRows = 0x00280010;
constexpr std::uint64_t kShortestHeaderBytes = 8, kPieceBytes = 1 << 20;
constexpr std::array<char, 2> kSequenceVr{'S', 'Q'};

/// Every attribute that Sightline reads at the top level, ascending.
constexpr auto kKeptTags = std::to_array<std::uint32_t>(
    {0x00041220, 0x00080005, 0x00080008, 0x00080016, 0x00080018, 0x00080019, 0x00080020, 0x00080021,
     0x00080022, 0x00080023, 0x0008002A, 0x00080030, 0x00080031, 0x00080032, 0x00080033, 0x00080050,
     0x00080060, 0x00080080, 0x00080090, 0x00081030, 0x0008103E, 0x00082144, 0x00089205, 0x00090010,
     0x0009100D, 0x00100010, 0x00100020, 0x00100030, 0x00100040, 0x00101030, 0x00180010, 0x00180015,
     0x00180050, 0x00180060, 0x00180080, 0x00180081, 0x00180087, 0x00180088, 0x00181030, 0x00181060,
     0x00181063, 0x00181065, 0x00181114, 0x00181152, 0x00181164, 0x00181600, 0x00181602, 0x00181604,
     0x00181606, 0x00181608, 0x00181610, 0x00181612, 0x00181620, 0x00181622, 0x00181623, 0x00181624,
     0x00185101, 0x00186011, 0x00189087, 0x0020000D, 0x0020000E, 0x00200010, 0x00200011, 0x00200012,
     0x00200013, 0x00200020, 0x00200032, 0x00200037, 0x00200052, 0x00200060, 0x00200062, 0x00200100,
     0x00201041, 0x00209161, 0x00209162, 0x00209228, 0x00209311, 0x00280002, 0x00280004, 0x00280006,
     0x00280008, 0x00280010, 0x00280011, 0x00280030, 0x00280034, 0x00280051, 0x00280100, 0x00280101,
     0x00280102, 0x00280103, 0x00280120, 0x00280121, 0x00280122, 0x00280123, 0x00280124, 0x00280125,
     0x00280301, 0x00281040, 0x00281050, 0x00281051, 0x00281052, 0x00281053, 0x00281054, 0x00281055,
     0x00281056, 0x00281090, 0x00281101, 0x00281102, 0x00281103, 0x00281201, 0x00281202, 0x00281203,
     0x00281221, 0x00281222, 0x00281223, 0x00282110, 0x00282112, 0x00282114, 0x00283000, 0x00283010,
     0x00286100, 0x00409096, 0x00480001, 0x00480002, 0x00480006, 0x00480007, 0x00480015, 0x00480105,
     0x00480303, 0x00540016, 0x00540022, 0x00540080, 0x00540220, 0x00541001, 0x00541006, 0x00541102,
     0x20500020, 0x52009229, 0x52009230, 0x70530010, 0x70531000, 0x70531009});
static_assert(std::ranges::is_sorted(kKeptTags));

/// What describes an overlay plane, of any of the sixteen groups; its bits are only noted.
constexpr auto kOverlayElements = std::to_array<std::uint16_t>(
    {0x0010, 0x0011, 0x0015, 0x0022, 0x0040, 0x0050, 0x0051, 0x0100, 0x0102, 0x1001, 0x1500});
constexpr std::uint16_t kOverlayData = 0x3000;
constexpr std::size_t kMaxOverlays =
    16;  ///< one for each group; a group that comes twice is not well-formed

bool is_overlay_group(std::uint32_t tag) {
  return tag >> 16 >= 0x6000 && tag >> 16 <= 0x601E && (tag >> 16 & 1) == 0;
}

bool is_kept(std::uint32_t tag) {
  if (is_overlay_group(tag))
    return std::ranges::binary_search(kOverlayElements, static_cast<std::uint16_t>(tag));
  return std::ranges::binary_search(kKeptTags, tag);
}

class Outliner {
 public:
  Outliner(ByteSource bytes, ElementEncoding encoding, Limits const& limits,
           std::span<std::uint32_t const> more)
      : scanner_(bytes, encoding, limits), encoding_(encoding), limits_(limits), more_(more) {}

  /// Quirk "out of order": tags ascend (PS3.5 7.1), but where Rows (0028,0010) was not seen before
  /// Pixel Data, or tags beyond it come first, the walk goes on. Fixture: dicom/quirks_test.cpp.
  Result<DataSetOutline> walk(std::uint64_t offset) {
    while (offset + kShortestHeaderBytes <= scanner_.bytes().size()) {
      auto header = scanner_.header_at(offset);
      if (!header && may_end_here_) break;
      if (!header) return std::unexpected(header.error());
      *header = quirks::repair_header(scanner_, offset, *header);
      if (header->tag == kItemEnd || header->tag == kSequenceEnd) {  // delimiters of nothing
        offset = header->value_offset;
        continue;
      }
      // PS3.3 C.7.6.24: an object has one of the three.
      bool const is_pixels = header->tag == kPixelData || header->tag == kFloatPixelData ||
                             header->tag == kDoubleFloatPixelData;
      if (is_pixels && !outline_.pixel_data) outline_.pixel_data = *header;
      if (is_pixels && has_rows_) break;
      may_end_here_ = may_end_here_ || header->tag >= kFloatPixelData;
      auto end = repair_.value_end(*header);
      if (!end && end.error().code == Errc::limit_exceeded && !is_wanted(header->tag))
        end = scanner_.skipped_value_end(*header);
      if (!end && may_end_here_) break;
      if (!end) return std::unexpected(end.error());
      note(*header);
      if (Status const kept = keep(*header, *end); !kept) return std::unexpected(kept.error());
      offset = *end;
    }
    if (Status const read = scanner_.bytes().status(); !read) return std::unexpected(read.error());
    outline_.kept = writer_.take();
    return std::move(outline_);
  }

 private:
  [[nodiscard]] bool is_wanted(std::uint32_t tag) const {
    return is_kept(tag) || std::ranges::binary_search(more_, tag);
  }
  void note(ElementHeader const& header) {
    has_rows_ = has_rows_ || header.tag == kRows;
    if (header.tag == kExtendedOffsetTable) outline_.extended_offset_table = header;
    if (header.tag == kExtendedOffsetLengths) outline_.extended_offset_lengths = header;
    if (is_overlay_group(header.tag) && static_cast<std::uint16_t>(header.tag) == kOverlayData &&
        outline_.overlay_data.size() < kMaxOverlays)
      outline_.overlay_data.push_back(header);
  }

  /// A sequence with a broken inside is left out, as if it were absent; one that is nested too
  /// deeply refuses the file.
  Status keep(ElementHeader const& header, std::uint64_t end) {
    if (!is_wanted(header.tag)) return {};
    if (Status const nesting = scanner_.check_nesting(header); !nesting) {
      if (nesting.error().code == Errc::limit_exceeded) return nesting;
      return {};
    }
    bool const is_unknown = header.has_vr("UN") && dictionary_vr(header.tag) == kSequenceVr;
    bool const is_as_here = scanner_.encoding_inside(header) == encoding_;
    if (is_unknown && is_as_here) {
      ElementHeader sequence = header;
      sequence.vr = kSequenceVr;
      write_header(sequence);
      return write_value(header, end);
    }
    bool const is_other = !is_as_here && !header.has_vr("UN");  // quirk: see encoding_inside
    if (is_other && !encoding_.explicit_vr) return {};
    if (is_other || (is_unknown && !header.undefined())) return keep_implicit_items(header, end);
    write_header(header);
    return write_value(header, end);
  }

  /// What a UN holds is Implicit VR (PS3.5 6.2.2). DCMTK takes it as a sequence when its length is
  /// undefined.
  Status keep_implicit_items(ElementHeader const& header, std::uint64_t end) {
    ElementHeader undefined = header;
    undefined.vr = {'U', 'N'};
    undefined.length_bytes = kUndefinedLength;
    write_header(undefined);
    Status const written = write_value(header, end);
    if (header.undefined()) return written;  // its own delimiter
    writer_.u16_le(0xFFFE);
    writer_.u16_le(0xE0DD);
    writer_.u32_le(0);
    return written;
  }

  Status write_value(ElementHeader const& header, std::uint64_t end) {
    for (std::uint64_t at = header.value_offset; at < end;) {
      std::uint64_t const length = std::min(kPieceBytes, end - at);
      if (writer_.size() + length > limits_.max_header_bytes)
        return fail(Errc::limit_exceeded, "the attributes are too large", header.value_offset);
      writer_.bytes(scanner_.bytes().view(at, length));
      at += length;
    }
    return scanner_.bytes().status();
  }

  void write_header(ElementHeader const& header) {
    u16(header.group());
    u16(static_cast<std::uint16_t>(header.tag));
    std::uint32_t const length = static_cast<std::uint32_t>(header.length_bytes);
    if (!encoding_.explicit_vr) return u32(length);
    std::array<char, 2> vr = header.vr;
    if (!is_standard_vr(vr) || (header.has_vr("UN") && !header.undefined()))
      vr = dictionary_vr(header.tag);
    if (!has_long_length(vr) && length > 0xFFFF) vr = {'U', 'N'};
    writer_.text({vr.data(), vr.size()});
    if (!has_long_length(vr)) return u16(static_cast<std::uint16_t>(length));
    u16(0);
    u32(length);
  }

  void u16(std::uint16_t value) {
    encoding_.big_endian ? writer_.u16_be(value) : writer_.u16_le(value);
  }
  void u32(std::uint32_t value) {
    encoding_.big_endian ? writer_.u32_be(value) : writer_.u32_le(value);
  }

  ElementScanner scanner_;
  SequenceRepair repair_{scanner_};
  ElementEncoding encoding_;
  Limits const& limits_;
  std::span<std::uint32_t const> more_;
  DataSetOutline outline_;
  ByteWriter writer_;
  bool has_rows_ = false;
  bool may_end_here_ = false;  ///< what follows Pixel Data costs only itself
};

}  // namespace

Result<DataSetOutline> outline_data_set(ByteSource bytes, std::uint64_t offset,
                                        ElementEncoding encoding, Limits const& limits,
                                        std::span<std::uint32_t const> more) {
  return Outliner(bytes, encoding, limits, more).walk(offset);
}

}  // namespace sightline::dicom
