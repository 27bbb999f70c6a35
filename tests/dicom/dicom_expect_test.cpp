// Every frame of EXPECT.tsv: read, decode, and compare with what other decoders gave.
// ../shared/dicom/README.md says how the table was made and what its forms mean.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>

#include "base/sha256.hpp"
#include "codec/frame_decoder.hpp"
#include "dicom/instance.hpp"
#include "shared_files.hpp"

namespace sightline::dicom_test {
namespace {

using Bytes = std::vector<std::byte>;

struct Counts {
  int equal = 0, differ = 0, high_bits = 0, form = 0, refused = 0;
};

/// What one line of the table came to.
struct Outcome {
  enum class Kind { equal, differ, high_bits, other_form, refused } kind = Kind::refused;
  std::string detail;
  bool exact_expected =
      false;  ///< lossless, one of the plain kinds, and at least two other decoders agree
};

int decoders_that_agree(Row const& row) {
  std::string const& agree = row.at("agree");
  return agree.empty() ? 0 : static_cast<int>(std::ranges::count(agree, '+')) + 1;
}

bool must_be_exact(Row const& row, dicom::Instance const& instance) {
  bool const plain = instance.format.photometric == Photometric::monochrome1 ||
                     instance.format.photometric == Photometric::monochrome2 ||
                     instance.format.photometric == Photometric::rgb ||
                     instance.format.photometric == Photometric::palette_color;
  return decoders_that_agree(row) >= 2 && codec::is_lossless_syntax(instance.transfer_syntax_uid) &&
         plain && instance.format.bits_allocated <= 16;
}

std::string hash_of(Bytes const& bytes) { return to_hex(sha256(bytes)); }

/// PS3.5 8.1.1: bits above High Bit, and below the stored ones, are no part of the value. The
/// table's hashes hold them, a SampleBlock does not. This is what it must hold, made of the file's
/// own native little-endian bytes.
Bytes stored_values(Bytes frame, PixelFormat const& format) {
  if (format.bits_allocated != 8 && format.bits_allocated != 16) return frame;
  unsigned const width = format.bits_allocated / 8u,
                 low_bit = format.high_bit + 1u - format.bits_stored;
  for (std::size_t i = 0; i + width <= frame.size(); i += width) {
    unsigned value = std::to_integer<unsigned>(frame[i]);
    if (width == 2) value |= std::to_integer<unsigned>(frame[i + 1]) << 8;
    value = value >> low_bit & ((1u << format.bits_stored) - 1u);
    bool const negative = format.is_signed && (value >> (format.bits_stored - 1u) & 1u) != 0;
    if (negative) value |= ~((1u << format.bits_stored) - 1u);
    frame[i] = static_cast<std::byte>(value & 0xFF);
    if (width == 2) frame[i + 1] = static_cast<std::byte>(value >> 8 & 0xFF);
  }
  return frame;
}

/// The table's decoders leave the bits above High Bit of a codestream's samples 0; a SampleBlock
/// has the sign there.
Bytes without_sign_extension(Bytes bytes, PixelFormat const& format) {
  if (format.bits_allocated != 16) return bytes;
  unsigned const mask = (1u << (format.high_bit + 1u)) - 1u;
  for (std::size_t i = 1; i < bytes.size(); i += 2) bytes[i] &= static_cast<std::byte>(mask >> 8);
  return bytes;
}

/// The shapes of EXPECT.tsv that a decoded frame is not made in.
bool has_other_form(Row const& row, codec::DecodedFrame const& decoded) {
  std::string const& form = row.at("form");
  if (form == "ybr422-packed-as-stored") return true;
  if (form.ends_with("as-stored-interleaved")) return decoded.block_is_rgb;
  return false;
}

Outcome compare(Row const& row, Bytes const& file) {
  auto const instance = dicom::read_instance(file);
  if (!instance) return {Outcome::Kind::refused, "read: " + instance.error().detail};
  Outcome outcome;
  outcome.exact_expected = instance->has_pixels && must_be_exact(row, *instance);
  auto const frame_index0 = static_cast<std::uint32_t>(std::stoul(row.at("frame")) - 1);
  auto const frame = dicom::frame_bytes(file, *instance, frame_index0);
  if (!frame) {
    outcome.detail = "frame: " + instance->unshowable_reason + " " + frame.error().detail;
    return outcome;
  }
  codec::Encoding const encoding = instance->frame_bytes_big_endian && !instance->frames.empty()
                                       ? codec::Encoding::native_be
                                       : codec::encoding_of(instance->transfer_syntax_uid);
  auto const decoded = codec::decode_frame({encoding, instance->format, *frame, 0});
  if (!decoded) {
    outcome.detail =
        "decode: " + std::string(errc_name(decoded.error().code)) + " " + decoded.error().detail;
    return outcome;
  }
  bool const equal = hash_of(decoded->block.bytes) == row.at("sha256");
  outcome.kind = equal ? Outcome::Kind::equal : Outcome::Kind::differ;
  if (!equal && row.at("form") == "ybr422-packed-as-stored" &&
      hash_of(*frame) == row.at("sha256")) {
    outcome.kind = Outcome::Kind::other_form;
    outcome.detail = "the packed bytes are equal; the decoder gives three full planes";
  } else if (!equal && has_other_form(row, *decoded)) {
    outcome.kind = Outcome::Kind::other_form;
    outcome.detail = "the table has YBR, the decoder gives RGB";
  } else if (!equal && hash_of(*frame) == row.at("sha256") &&
             stored_values(*frame, instance->format) == decoded->block.bytes) {
    outcome.kind = Outcome::Kind::high_bits;
    outcome.detail = "the file has data in unused bits; apart from them its bytes are equal";
  } else if (!equal && hash_of(without_sign_extension(decoded->block.bytes, instance->format)) ==
                           row.at("sha256")) {
    outcome.kind = Outcome::Kind::high_bits;
    outcome.detail = "equal but for the sign, which the table's decoders did not extend";
  } else if (!equal) {
    outcome.detail = "differs";
  }
  return outcome;
}

void count(Outcome const& outcome, Counts& counts) {
  switch (outcome.kind) {
    case Outcome::Kind::equal: ++counts.equal; break;
    case Outcome::Kind::differ: ++counts.differ; break;
    case Outcome::Kind::high_bits: ++counts.high_bits; break;
    case Outcome::Kind::other_form: ++counts.form; break;
    case Outcome::Kind::refused: ++counts.refused; break;
  }
}

void print(std::map<std::string, Counts> const& table) {
  std::printf("%-28s %6s %7s %11s %11s %8s\n", "transfer syntax", "equal", "differ", "unused bits",
              "other form", "refused");
  for (auto const& [syntax, counts] : table) {
    std::printf("%-28s %6d %7d %11d %11d %8d\n", syntax.c_str(), counts.equal, counts.differ,
                counts.high_bits, counts.form, counts.refused);
  }
}

TEST(DicomExpect, FramesEqualWhatOtherDecodersGave) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  auto const rows = read_table(shared_folder() / "EXPECT.tsv");
  ASSERT_GT(rows.size(), 800u);
  std::map<std::string, Counts> table;
  for (Row const& row : rows) {
    Outcome const outcome = compare(row, read_file(shared_folder() / row.at("path")));
    count(outcome, table[row.at("transfer_syntax")]);
    std::string const name =
        row.at("path") + " frame " + row.at("frame") + " (" + row.at("form") + ")";
    if (outcome.kind != Outcome::Kind::equal) {
      std::printf("%s: %s; agree: %s; %s\n", outcome.exact_expected ? "EXACT" : "loose",
                  name.c_str(), row.at("agree").c_str(), outcome.detail.c_str());
    }
    bool const excused =
        outcome.kind == Outcome::Kind::high_bits || outcome.kind == Outcome::Kind::other_form;
    EXPECT_TRUE(!outcome.exact_expected || outcome.kind == Outcome::Kind::equal || excused)
        << name << ": " << outcome.detail;
  }
  print(table);
}

}  // namespace
}  // namespace sightline::dicom_test
