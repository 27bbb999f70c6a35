#include "wire/lut_json.hpp"

#include <cstdint>
#include <vector>

#include "base/base64.hpp"
#include "base/byte_writer.hpp"
#include "wire/json_writer.hpp"

namespace sightline::wire {

std::string lut_json(dicom::Lut const& lut) {
  ByteWriter entries(2 * lut.entries.size());
  for (std::uint16_t const entry : lut.entries) entries.u16_le(entry);
  json::Object object;
  object.add("first", json::number(std::int64_t{lut.first_mapped}));
  object.add("bits", json::number(std::int64_t{lut.bits_per_entry}));
  object.add("entries", json::quote(base64(entries.view())));
  object.add_text("explanation", lut.explanation);
  return object.text();
}

std::string windows_json(std::span<dicom::Window const> windows) {
  std::vector<std::string> items;
  for (dicom::Window const& window : windows) {
    std::vector<std::string> parts{json::number(window.center), json::number(window.width)};
    if (!window.explanation.empty()) parts.push_back(json::quote(window.explanation));
    items.push_back(json::array(parts));
  }
  return json::array(items);
}

}  // namespace sightline::wire
