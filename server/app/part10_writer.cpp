#include "app/part10_writer.hpp"

#include <algorithm>
#include <bit>

#include "base/byte_writer.hpp"
#include "base/sha256.hpp"

namespace sightline::server {
namespace {

bool has_long_length(std::string_view vr) {
  return vr == "OB" || vr == "OW" || vr == "OF" || vr == "OD" || vr == "SQ" || vr == "UN" ||
         vr == "UT";
}

std::span<std::byte const> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

DataSetWriter& DataSetWriter::put(Tag tag, std::string_view vr, std::span<std::byte const> value,
                                  char padding) {
  ByteWriter out(value.size() + 14);
  std::size_t const padded = value.size() + value.size() % 2;
  out.u16_le(static_cast<std::uint16_t>(tag >> 16));
  out.u16_le(static_cast<std::uint16_t>(tag & 0xffff));
  out.text(vr);
  if (has_long_length(vr)) {
    out.u16_le(0);
    out.u32_le(static_cast<std::uint32_t>(padded));
  } else {
    out.u16_le(static_cast<std::uint16_t>(padded));
  }
  out.bytes(value);
  if (padded != value.size()) out.u8(static_cast<std::uint8_t>(padding));
  elements_[tag] = out.take();
  return *this;
}

DataSetWriter& DataSetWriter::text(Tag tag, char const (&vr)[3], std::string_view value) {
  return put(tag, vr, bytes_of(value), std::string_view(vr) == "UI" ? '\0' : ' ');
}

DataSetWriter& DataSetWriter::us(Tag tag, std::uint16_t value) {
  ByteWriter out;
  out.u16_le(value);
  return put(tag, "US", out.view(), '\0');
}

DataSetWriter& DataSetWriter::ss(Tag tag, std::int16_t value) {
  ByteWriter out;
  out.u16_le(static_cast<std::uint16_t>(value));
  return put(tag, "SS", out.view(), '\0');
}

DataSetWriter& DataSetWriter::ul(Tag tag, std::uint32_t value) {
  ByteWriter out;
  out.u32_le(value);
  return put(tag, "UL", out.view(), '\0');
}

DataSetWriter& DataSetWriter::fd(Tag tag, double value) {
  ByteWriter out;
  out.u64_le(std::bit_cast<std::uint64_t>(value));
  return put(tag, "FD", out.view(), '\0');
}

DataSetWriter& DataSetWriter::sequence(Tag tag, std::vector<DataSetWriter> const& items) {
  ByteWriter out;
  for (DataSetWriter const& item : items) {
    auto const content = item.bytes();
    out.u16_le(0xfffe);
    out.u16_le(0xe000);
    out.u32_le(static_cast<std::uint32_t>(content.size()));
    out.bytes(content);
  }
  return put(tag, "SQ", out.view(), '\0');
}

DataSetWriter& DataSetWriter::binary(Tag tag, char const (&vr)[3],
                                     std::span<std::byte const> value) {
  return put(tag, vr, value, '\0');
}

std::vector<std::byte> DataSetWriter::bytes() const {
  ByteWriter out;
  for (auto const& [tag, element] : elements_) out.bytes(element);
  return out.take();
}

std::vector<std::byte> part10_file(std::string_view sop_class_uid,
                                   std::string_view sop_instance_uid, DataSetWriter const& data_set,
                                   std::string_view transfer_syntax_uid) {
  constexpr std::byte kVersion[] = {std::byte{0}, std::byte{1}};
  DataSetWriter meta;
  meta.binary(0x00020001, "OB", kVersion)
      .text(0x00020002, "UI", sop_class_uid)
      .text(0x00020003, "UI", sop_instance_uid);
  meta.text(0x00020010, "UI", transfer_syntax_uid)
      .text(0x00020012, "UI", uid_for("sightline implementation class"));
  auto const meta_bytes = meta.bytes();
  auto const length =
      DataSetWriter().ul(0x00020000, static_cast<std::uint32_t>(meta_bytes.size())).bytes();
  ByteWriter out;
  for (int i = 0; i < 128; ++i) out.u8(0);
  out.text("DICM");
  out.bytes(length);
  out.bytes(meta_bytes);
  out.bytes(data_set.bytes());
  return out.take();
}

std::string uid_for(std::string_view name) {
  auto const digest = sha256(bytes_of(name));
  std::array<unsigned, 16> uuid;
  for (std::size_t i = 0; i < uuid.size(); ++i) uuid[i] = std::to_integer<unsigned>(digest[i]);
  uuid[6] = (uuid[6] & 0x0f) | 0x80;  // version 8: made by a rule of our own, RFC 9562 5.8
  uuid[8] = (uuid[8] & 0x3f) | 0x80;
  std::string decimal;
  while (std::ranges::any_of(uuid, [](unsigned byte) { return byte != 0; })) {
    unsigned remainder = 0;
    for (unsigned& byte : uuid) {  // long division by ten, most significant byte first
      unsigned const value = remainder << 8 | byte;
      byte = value / 10;
      remainder = value % 10;
    }
    decimal.insert(decimal.begin(), static_cast<char>('0' + remainder));
  }
  return "2.25." + decimal;
}

}  // namespace sightline::server
