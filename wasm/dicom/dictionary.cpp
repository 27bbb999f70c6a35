#include "dicom/dictionary.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctag.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "dicom/dcmtk_setup.hpp"

namespace sightline::dicom {

std::array<char, 2> dictionary_vr(std::uint32_t tag) {
  set_up_dcmtk();
  DcmTag const known(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag));
  DcmVR const vr(DcmVR(known.getEVR()).getValidEVR());
  char const* const name = vr.getVRName();
  return {name[0], name[1]};
}

std::string dictionary_keyword(std::uint32_t tag) {
  constexpr std::string_view kRetired = "RETIRED_";  // DCMTK's own prefix
  if ((tag >> 16) % 2 != 0) return {};
  set_up_dcmtk();
  DcmTag known(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag));
  std::string_view name = known.getTagName();
  if (name.starts_with(kRetired)) name.remove_prefix(kRetired.size());
  bool const is_keyword = std::ranges::none_of(name, [](char c) { return c == ' ' || c == '_'; });
  return is_keyword ? std::string(name) : std::string();
}

std::optional<std::uint32_t> dictionary_tag(std::string_view name) {
  constexpr std::size_t kHexDigits = 8, kLongestKeyword = 64;
  std::uint32_t tag = 0;
  if (name.size() == kHexDigits) {
    auto const [end, error] = std::from_chars(name.data(), name.data() + name.size(), tag, 16);
    if (error == std::errc{} && end == name.data() + name.size()) return tag;
  }
  bool const is_keyword =
      !name.empty() && name.size() <= kLongestKeyword && std::ranges::all_of(name, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      });
  if (!is_keyword) return std::nullopt;
  set_up_dcmtk();
  DcmTag found;
  if (DcmTag::findTagFromName(std::string(name).c_str(), found).bad()) return std::nullopt;
  return static_cast<std::uint32_t>(found.getGroup()) << 16 | found.getElement();
}

VrChoice dictionary_choice(std::uint32_t tag) {
  set_up_dcmtk();
  DcmTag const known(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag));
  switch (known.getEVR()) {
    case EVR_xs: return VrChoice::us_or_ss;
    case EVR_ox:
    case EVR_px: return VrChoice::ob_or_ow;
    default: return VrChoice::none;
  }
}

}  // namespace sightline::dicom
