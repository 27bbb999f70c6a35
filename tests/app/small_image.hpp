#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "app/part10_writer.hpp"

namespace sightline::server::testing {

/// A Secondary Capture image of 4 columns, all in one study and series. Its SOP Instance UID comes
/// from `name`, its bytes also from `rows`.
inline std::vector<std::byte> small_image(std::string const& name, std::uint16_t rows = 4) {
  constexpr char kSecondaryCapture[] = "1.2.840.10008.5.1.4.1.1.7";
  std::string const sop = uid_for(name);
  DataSetWriter d;
  d.text(0x00080016, "UI", kSecondaryCapture)
      .text(0x00080018, "UI", sop)
      .text(0x00080060, "CS", "OT")
      .text(0x00100010, "PN", "Test^Import");
  d.text(0x0020000D, "UI", uid_for("study"))
      .text(0x0020000E, "UI", uid_for("series"))
      .us(0x00280002, 1)
      .text(0x00280004, "CS", "MONOCHROME2");
  d.us(0x00280010, rows)
      .us(0x00280011, 4)
      .us(0x00280100, 8)
      .us(0x00280101, 8)
      .us(0x00280102, 7)
      .us(0x00280103, 0);
  d.binary(0x7FE00010, "OB", std::vector<std::byte>(rows * 4u, std::byte{9}));
  return part10_file(kSecondaryCapture, sop, d);
}

inline void write_file(std::filesystem::path const& path, std::span<std::byte const> bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<char const*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

}  // namespace sightline::server::testing
