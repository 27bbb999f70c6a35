#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "app/part10_writer.hpp"
#include "dicom/instance.hpp"

namespace sightline::server::testing {

/// Smooth shapes with some noise, like an image, over the whole range of its bits. Deterministic.
template <class Word>
std::vector<std::byte> made_values(std::uint32_t rows, std::uint32_t cols, std::uint16_t samples,
                                   unsigned bits, bool is_signed) {
  std::mt19937 random(rows * 31 + cols * 7 + samples);
  std::vector<std::byte> bytes(std::size_t{rows} * cols * samples * sizeof(Word));
  std::int64_t const span = std::int64_t{1} << bits;
  std::size_t at = 0;
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t col = 0; col < cols; ++col) {
      for (std::uint16_t sample = 0; sample < samples; ++sample, at += sizeof(Word)) {
        std::int64_t value =
            (std::int64_t{row} * 3 + std::int64_t{col} * 5 + sample * 11) * span / 2048 +
            random() % 8;
        if ((row / 16 + col / 16) % 7 == 0) value = random();
        value = value % span - (is_signed ? span / 2 : 0);
        auto const word = static_cast<Word>(value);
        std::memcpy(bytes.data() + at, &word, sizeof(Word));
      }
    }
  }
  return bytes;
}

/// What a data set of these numbers would say, for native frames.
inline dicom::Instance native_instance(std::uint32_t rows, std::uint32_t cols,
                                       std::uint16_t samples, std::uint16_t allocated,
                                       std::uint16_t stored, bool is_signed,
                                       Photometric photometric) {
  dicom::Instance i;
  i.transfer_syntax_uid = "1.2.840.10008.1.2.1";
  i.has_pixels = true, i.number_of_frames = 1;
  i.format = {rows,      cols,   samples,
              allocated, stored, static_cast<std::uint16_t>(stored - 1),
              is_signed, 0,      photometric};
  return i;
}

/// A Part 10 file of a secondary capture with native frames.
inline std::vector<std::byte> part10_image(std::string const& sop, std::uint16_t rows,
                                           std::uint16_t cols, std::uint32_t frames,
                                           std::vector<std::byte> const& pixels,
                                           std::uint16_t allocated = 16,
                                           std::string const& study = "1.2.826.0.1") {
  constexpr char kMultiFrameWord[] = "1.2.840.10008.5.1.4.1.1.7.3";
  DataSetWriter d;
  d.text(0x00080016, "UI", kMultiFrameWord)
      .text(0x00080018, "UI", sop)
      .text(0x00080020, "DA", "20240101")
      .text(0x00080060, "CS", "OT");
  d.text(0x00100010, "PN", "Test^Image")
      .text(0x00100020, "LO", "T1")
      .text(0x0020000D, "UI", study)
      .text(0x0020000E, "UI", study + ".1");
  d.text(0x00200013, "IS", "1")
      .us(0x00280002, 1)
      .text(0x00280004, "CS", "MONOCHROME2")
      .text(0x00280008, "IS", std::to_string(frames));
  d.us(0x00280010, rows).us(0x00280011, cols).us(0x00280100, allocated).us(0x00280101, allocated);
  d.us(0x00280102, static_cast<std::uint16_t>(allocated - 1))
      .us(0x00280103, 0)
      .binary(0x7FE00010, "OW", pixels);
  return part10_file(kMultiFrameWord, sop, d);
}

}  // namespace sightline::server::testing
