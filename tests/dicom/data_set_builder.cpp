#include "data_set_builder.hpp"

#include <bit>

#include "dicom/element_scanner.hpp"

namespace sightline::dicom_test {
namespace {

constexpr std::uint32_t kUndefined = 0xFFFFFFFF;

void append(Bytes& to, Bytes const& from) { to.insert(to.end(), from.begin(), from.end()); }

}  // namespace

void DataSetBuilder::u16(std::uint16_t value) {
  auto const low = static_cast<std::byte>(value), high = static_cast<std::byte>(value >> 8);
  append(bytes_, encoding_.big_endian ? Bytes{high, low} : Bytes{low, high});
}

void DataSetBuilder::u32(std::uint32_t value) {
  auto const low = static_cast<std::uint16_t>(value),
             high = static_cast<std::uint16_t>(value >> 16);
  u16(encoding_.big_endian ? high : low);
  u16(encoding_.big_endian ? low : high);
}

DataSetBuilder& DataSetBuilder::header(std::uint32_t tag, std::string_view vr,
                                       std::uint32_t length) {
  u16(static_cast<std::uint16_t>(tag >> 16));
  u16(static_cast<std::uint16_t>(tag));
  if (!encoding_.explicit_vr || tag >> 16 == 0xFFFE) {
    u32(length);
    return *this;
  }
  raw(vr);
  if (dicom::has_long_length({vr[0], vr[1]})) {
    u16(0);
    u32(length);
  } else {
    u16(static_cast<std::uint16_t>(length));
  }
  return *this;
}

DataSetBuilder& DataSetBuilder::raw(std::string_view bytes) {
  for (char const c : bytes) bytes_.push_back(static_cast<std::byte>(c));
  return *this;
}

DataSetBuilder& DataSetBuilder::text(std::uint32_t tag, std::string_view vr, std::string value) {
  if (value.size() % 2 != 0) value += vr == "UI" ? '\0' : ' ';
  return header(tag, vr, static_cast<std::uint32_t>(value.size())).raw(value);
}

DataSetBuilder& DataSetBuilder::words(std::uint32_t tag, std::string_view vr,
                                      std::vector<std::uint16_t> const& values) {
  header(tag, vr, static_cast<std::uint32_t>(2 * values.size()));
  for (std::uint16_t const value : values) u16(value);
  return *this;
}

DataSetBuilder& DataSetBuilder::doubles(std::uint32_t tag, std::vector<double> const& values) {
  header(tag, "FD", static_cast<std::uint32_t>(8 * values.size()));
  for (double const value : values) {
    auto const bits = std::bit_cast<std::uint64_t>(value);
    u32(static_cast<std::uint32_t>(bits));
    u32(static_cast<std::uint32_t>(bits >> 32));
  }
  return *this;
}

DataSetBuilder& DataSetBuilder::bytes(std::uint32_t tag, std::string_view vr, Bytes const& value) {
  header(tag, vr, static_cast<std::uint32_t>(value.size()));
  append(bytes_, value);
  return *this;
}

DataSetBuilder& DataSetBuilder::sequence(std::uint32_t tag,
                                         std::vector<DataSetBuilder> const& items,
                                         bool undefined_length) {
  DataSetBuilder content(encoding_);
  for (DataSetBuilder const& item : items) {
    content.header(dicom::kItem, "",
                   undefined_length ? kUndefined : static_cast<std::uint32_t>(item.bytes_.size()));
    append(content.bytes_, item.bytes_);
    if (undefined_length) content.header(dicom::kItemEnd, "", 0);
  }
  header(tag, "SQ",
         undefined_length ? kUndefined : static_cast<std::uint32_t>(content.bytes_.size()));
  append(bytes_, content.bytes_);
  if (undefined_length) header(dicom::kSequenceEnd, "", 0);
  return *this;
}

DataSetBuilder& DataSetBuilder::fragments(std::vector<std::uint32_t> const& offset_table,
                                          std::vector<Bytes> const& values, bool delimited) {
  header(0x7FE00010, "OB", kUndefined);
  header(dicom::kItem, "", static_cast<std::uint32_t>(4 * offset_table.size()));
  for (std::uint32_t const offset : offset_table) u32(offset);
  for (Bytes const& value : values) {
    header(dicom::kItem, "", static_cast<std::uint32_t>(value.size()));
    append(bytes_, value);
  }
  if (delimited) header(dicom::kSequenceEnd, "", 0);
  return *this;
}

Bytes bytes_of(std::initializer_list<int> values) {
  Bytes bytes;
  for (int const value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

Bytes meta(std::string_view transfer_syntax_uid) {
  return DataSetBuilder()
      .bytes(0x00020001, "OB", bytes_of({0, 1}))
      .text(0x00020002, "UI", "1.2.840.10008.5.1.4.1.1.7")
      .text(0x00020003, "UI", "1.2.3.4")
      .text(0x00020010, "UI", std::string(transfer_syntax_uid))
      .view();
}

Bytes part10(std::string_view transfer_syntax_uid, DataSetBuilder const& data_set) {
  Bytes file(128);
  for (char const c : {'D', 'I', 'C', 'M'}) file.push_back(static_cast<std::byte>(c));
  append(file, meta(transfer_syntax_uid));
  append(file, data_set.view());
  return file;
}

DataSetBuilder picture_header(Picture const& picture, dicom::ElementEncoding encoding) {
  DataSetBuilder builder(encoding);
  builder.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7")
      .text(0x00080018, "UI", "1.2.3.4")
      .text(0x00080060, "CS", "CT")
      .text(0x00100010, "PN", "Doe^Jane")
      .words(0x00280002, "US", {picture.samples})
      .text(0x00280004, "CS", picture.photometric);
  if (!picture.number_of_frames.empty()) builder.text(0x00280008, "IS", picture.number_of_frames);
  return builder.words(0x00280010, "US", {picture.rows})
      .words(0x00280011, "US", {picture.cols})
      .words(0x00280100, "US", {picture.bits_allocated})
      .words(0x00280101, "US", {picture.bits_stored})
      .words(0x00280102, "US", {picture.high_bit})
      .words(0x00280103, "US", {picture.is_signed});
}

}  // namespace sightline::dicom_test
