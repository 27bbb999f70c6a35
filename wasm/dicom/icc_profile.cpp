#include "dicom/icc_profile.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/byte_reader.hpp"
#include "dicom/element_tree.hpp"
#include "dicom/part10_reader.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kIccProfile = 0x00282000, kOpticalPathSequence = 0x00480105;
/// The header, and the number of tags behind it. Source: ICC.1:2022 7.2, 7.3.
constexpr std::uint32_t kLeastBytes = 132;

constexpr std::uint32_t signature(char const (&name)[5]) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(name[i]);
  return value;
}

constexpr auto kClasses = std::to_array({signature("scnr"), signature("mntr"), signature("spac")});

std::optional<TreeElement> element_of(TreeLevel const& level, std::uint32_t tag) {
  auto const found = std::ranges::lower_bound(level.elements, tag, {}, &TreeElement::tag);
  if (found == level.elements.end() || found->tag != tag) return std::nullopt;
  return *found;
}

using Profile = std::span<std::byte const>;

/// Of the first item that has one; empty: none has.
Result<Profile> profile_of_optical_paths(ElementTree const& tree, TreeElement const& sequence) {
  auto cursor = tree.items(sequence);
  if (!cursor) return std::unexpected(cursor.error());
  Profile common;
  for (;;) {
    auto const next = tree.next_item(*cursor, {});
    if (!next) return std::unexpected(next.error());
    std::optional<TreeLevel> const& item = *next;
    if (!item) return common;
    auto const element = element_of(*item, kIccProfile);
    Profile const own = element ? tree.value(*element) : Profile{};
    if (own.empty()) continue;
    if (!common.empty() && !std::ranges::equal(common, own))
      return fail(Errc::unsupported, "optical paths with different colour profiles");
    common = own;
  }
}

/// Goes no further than it must: what follows may be large, or not be there. Empty: none.
Result<Profile> find_profile(ByteSource const& bytes, std::uint64_t offset,
                             ElementEncoding encoding, Limits const& limits) {
  ElementScanner const scanner(bytes, encoding, limits);
  while (offset < bytes.size()) {
    auto const header = scanner.header_at(offset);
    if (!header) return std::unexpected(header.error());
    if (header->tag > kOpticalPathSequence) return Profile{};
    auto const end = scanner.value_end(*header);
    if (!end) return std::unexpected(end.error());
    if (header->tag == kIccProfile && !header->undefined() && header->length_bytes > 0)
      return bytes.view(header->value_offset, header->length_bytes);
    if (header->tag == kOpticalPathSequence) {
      ElementTree const tree(bytes, encoding, limits);
      return profile_of_optical_paths(
          tree, {header->tag, {'S', 'Q'}, header->value_offset, header->length_bytes, encoding});
    }
    offset = *end;
  }
  return Profile{};
}

}  // namespace

Result<Profile> checked_icc_profile(Profile value) {
  if (value.size() > kMaxIccProfileBytes)
    return fail(Errc::limit_exceeded, "the colour profile is too large");
  ByteReader reader(value);
  std::uint32_t const size = reader.u32_be();
  reader.seek(8);
  unsigned const major = reader.u8();
  reader.seek(12);
  std::uint32_t const device_class = reader.u32_be(), space = reader.u32_be(),
                      connection_space = reader.u32_be();
  reader.seek(36);
  std::uint32_t const magic = reader.u32_be();
  if (reader.failed() || value.size() < kLeastBytes)
    return fail(Errc::truncated, "the colour profile's header");
  if (magic != signature("acsp")) return fail(Errc::corrupt, "not a colour profile");
  if (size < kLeastBytes) return fail(Errc::corrupt, "the colour profile's size");
  if (size > value.size()) return fail(Errc::truncated, "the colour profile");
  if (major != 2 && major != 4)
    return fail(Errc::unsupported, "a colour profile of another version");
  if (std::ranges::find(kClasses, device_class) == kClasses.end())
    return fail(Errc::unsupported, "a colour profile of another class of device");
  if (space != signature("RGB "))
    return fail(Errc::unsupported, "a colour profile of another colour space than RGB");
  if (connection_space != signature("XYZ ") && connection_space != signature("Lab "))
    return fail(Errc::corrupt, "the colour profile's connection space");
  return value.first(size);
}

Result<std::vector<std::byte>> read_icc_profile(std::span<std::byte const> file,
                                                Limits const& limits) {
  auto const part10 = read_part10(file, limits);
  if (!part10) return std::unexpected(part10.error());
  auto const value = find_profile(part10->data_set(file), part10->data_set_offset,
                                  part10->syntax.elements, limits);
  if (!value) return std::unexpected(value.error());
  if (value->empty()) return fail(Errc::not_found, "no colour profile");
  auto const profile = checked_icc_profile(*value);
  if (!profile) return std::unexpected(profile.error());
  return std::vector<std::byte>(profile->begin(), profile->end());
}

}  // namespace sightline::dicom
