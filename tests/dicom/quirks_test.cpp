// One case for each quirk of wasm/dicom/quirks.hpp, and for those named where they are used.
#include "dicom/quirks.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

Bytes const kPixels = bytes_of({1, 2, 3, 4, 5, 6});

void expect_picture(Bytes const& file) {
  auto const instance = dicom::read_instance(file);
  ASSERT_TRUE(instance) << instance.error().detail;
  EXPECT_EQ(instance->unshowable_reason, "");
  EXPECT_EQ(instance->patient.name, "Doe^Jane");
  EXPECT_EQ(instance->format.rows, 2u);
  EXPECT_EQ(dicom::frame_bytes(file, *instance, 0).value_or(Bytes{}), kPixels);
}

Bytes joined(Bytes first, Bytes const& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

std::string text_of(Bytes const& bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

TEST(Quirks, ATransferSyntaxThatTheBytesContradictIsNotBelieved) {
  expect_picture(part10(kExplicitLittleUid,
                        picture_header({}, kImplicitLittle).bytes(0x7FE00010, "OB", kPixels)));
  expect_picture(part10(kImplicitLittleUid,
                        picture_header({}, kExplicitLittle).bytes(0x7FE00010, "OB", kPixels)));
  expect_picture(part10(kExplicitBigUid,
                        picture_header({}, kExplicitLittle).bytes(0x7FE00010, "OB", kPixels)));
}

TEST(Quirks, MetaInformationInImplicitVrIsRead) {
  Bytes file(128);
  for (char const c : {'D', 'I', 'C', 'M'}) file.push_back(static_cast<std::byte>(c));
  DataSetBuilder meta(kImplicitLittle);
  meta.text(0x00020010, "UI", kExplicitLittleUid);
  expect_picture(
      joined(joined(file, meta.view()), picture_header().bytes(0x7FE00010, "OB", kPixels).view()));
}

TEST(Quirks, AMissingTransferSyntaxIsGuessed) {
  Bytes file(128);
  for (char const c : {'D', 'I', 'C', 'M'}) file.push_back(static_cast<std::byte>(c));
  DataSetBuilder meta;
  meta.bytes(0x00020001, "OB", bytes_of({0, 1}));
  expect_picture(
      joined(joined(file, meta.view()), picture_header().bytes(0x7FE00010, "OB", kPixels).view()));
  expect_picture(
      joined(joined(file, meta.view()),
             picture_header({}, kImplicitLittle).bytes(0x7FE00010, "OB", kPixels).view()));
}

TEST(Quirks, VrLettersThatAreNoneAreGotOver) {
  for (std::string const& odd :
       {std::string("??\x04\x00", 4), std::string("  \x04\x00", 4),
        std::string("\x04\x00\x00\x00", 4), std::string("\x00\x00\x00\x00\x04\x00\x00\x00", 8),
        std::string("ZZ\x00\x00\x04\x00\x00\x00", 8), std::string("ZZ\x04\x00", 4)}) {
    DataSetBuilder builder;
    builder.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7")
        .raw(std::string("\x08\x00\x50\x00", 4) + odd + "ACC1");
    builder.text(0x00100010, "PN", "Doe^Jane")
        .words(0x00280002, "US", {1})
        .text(0x00280004, "CS", "MONOCHROME2");
    builder.words(0x00280010, "US", {2})
        .words(0x00280011, "US", {3})
        .words(0x00280100, "US", {8})
        .bytes(0x7FE00010, "OB", kPixels);
    Bytes const file = part10(kExplicitLittleUid, builder);
    SCOPED_TRACE(odd.substr(0, 2));
    expect_picture(file);
    EXPECT_EQ(dicom::read_instance(file)->study.accession_number, "ACC1");
  }
}

TEST(Quirks, EverythingAsUnknownIsReadByTheDictionary) {
  DataSetBuilder builder, window_lut;
  builder.text(0x00080016, "UN", "1.2.840.10008.5.1.4.1.1.7")
      .text(0x00100010, "UN", "Doe^Jane")
      .words(0x00280002, "UN", {1});
  builder.text(0x00280004, "UN", "MONOCHROME2")
      .words(0x00280010, "UN", {2})
      .words(0x00280011, "UN", {3})
      .words(0x00280100, "UN", {8});
  builder.text(0x00281050, "UN", "40").text(0x00281051, "UN", "80");
  // PS3.5 6.2.2: what is inside is Implicit VR Little Endian.
  DataSetBuilder item(kImplicitLittle), items(kImplicitLittle);
  item.words(0x00283002, "US", {2, 0, 16}).words(0x00283006, "OW", {7, 9});
  items.header(dicom::kItem, "", static_cast<std::uint32_t>(item.view().size()));
  builder.bytes(0x00283010, "UN", joined(items.view(), item.view()))
      .bytes(0x7FE00010, "OB", kPixels);
  Bytes const file = part10(kExplicitLittleUid, builder);
  expect_picture(file);
  dicom::DisplayPipeline const display = dicom::read_instance(file)->display.front();
  EXPECT_EQ(display.windows, (std::vector<dicom::Window>{{40, 80, ""}}));
  ASSERT_EQ(display.voi_luts.size(), 1u);
  EXPECT_EQ(display.voi_luts[0].entries, (std::vector<std::uint16_t>{7, 9}));
}

TEST(Quirks, ASequenceWithABrokenInsideCostsOnlyItself) {
  DataSetBuilder builder = picture_header();
  builder.header(0x00283010, "SQ", 16)
      .header(dicom::kItem, "", 200)
      .raw("12345678")
      .bytes(0x7FE00010, "OB", kPixels);
  expect_picture(part10(kExplicitLittleUid, builder));
}

TEST(Quirks, BitDepthsThatContradictEachOtherAreRepaired) {
  PixelFormat format{1, 1, 1, 16, 0, 0xFFFF, false, 0, Photometric::monochrome2};
  dicom::quirks::repair_bit_depths(format);
  EXPECT_EQ(format.bits_stored, 16);
  EXPECT_EQ(format.high_bit, 15);
  format = {1, 1, 1, 16, 12, 3, false, 0, Photometric::monochrome2};
  dicom::quirks::repair_bit_depths(format);
  EXPECT_EQ(format.high_bit, 11);
  format = {1, 1, 1, 16, 12, 15, false, 0, Photometric::monochrome2};
  dicom::quirks::repair_bit_depths(format);
  EXPECT_EQ(format.high_bit, 15) << "legal: left as it is";
}

TEST(Quirks, APhotometricThatIsMissingFollowsTheSamples) {
  EXPECT_EQ(dicom::quirks::photometric_or_default("", 1), Photometric::monochrome2);
  EXPECT_EQ(dicom::quirks::photometric_or_default("", 3), Photometric::rgb);
  EXPECT_EQ(dicom::quirks::photometric_or_default("HSV", 3), Photometric::unknown);
}

TEST(Quirks, APhotometricInSmallLettersOrWithASecondValueIsKnown) {
  EXPECT_EQ(dicom::quirks::photometric_or_default("monochrome1", 1), Photometric::monochrome1);
  EXPECT_EQ(dicom::quirks::photometric_or_default("Palette Color", 1), Photometric::palette_color);
  EXPECT_EQ(dicom::quirks::photometric_or_default("RGB\\YBR_FULL", 3), Photometric::rgb);
  EXPECT_EQ(dicom::quirks::photometric_or_default("grey", 1), Photometric::unknown);
}

/// pydicom gives such samples by Samples per Pixel, GDCM by Photometric Interpretation: the same
/// bytes where the length agrees with one of them only.
TEST(Quirks, SamplesThatContradictTheKindAreSettledByTheLength) {
  struct Case {
    std::uint16_t samples;
    Photometric photometric;
    std::uint64_t bytes;
    std::uint16_t samples_then;
    Photometric photometric_then;
  };
  for (auto const& [samples, photometric, bytes, samples_then, photometric_then] :
       {Case{1, Photometric::rgb, 15, 1, Photometric::monochrome2},
        Case{1, Photometric::rgb, 46, 3, Photometric::rgb},
        Case{1, Photometric::ybr_full, 45, 3, Photometric::ybr_full},
        Case{3, Photometric::monochrome1, 45, 3, Photometric::rgb},
        Case{3, Photometric::monochrome1, 16, 1, Photometric::monochrome1},
        Case{3, Photometric::palette_color, 45, 3, Photometric::rgb},
        Case{1, Photometric::rgb, 30, 1, Photometric::rgb},
        Case{1, Photometric::rgb, 0, 1, Photometric::rgb},
        Case{1, Photometric::monochrome2, 45, 1, Photometric::monochrome2}}) {
    PixelFormat format{3, 5, samples, 8, 8, 7, false, 0, photometric};
    dicom::quirks::settle_samples(bytes, format);
    EXPECT_EQ(format.samples_per_pixel, samples_then) << bytes;
    EXPECT_EQ(format.photometric, photometric_then) << bytes;
  }
}

TEST(Quirks, ElementsOutOfOrderAreFound) {
  DataSetBuilder late;
  late.text(0x7FE10010, "LO", "PRIVATE").bytes(0x7FE11001, "OB", bytes_of({1, 2}));
  expect_picture(part10(
      kExplicitLittleUid,
      DataSetBuilder(late).raw(text_of(picture_header().view())).bytes(0x7FE00010, "OB", kPixels)));
  DataSetBuilder pixels_first;
  pixels_first.bytes(0x7FE00010, "OB", kPixels).raw(text_of(picture_header().view()));
  expect_picture(part10(kExplicitLittleUid, pixels_first));
  expect_picture(part10(kExplicitLittleUid, pixels_first.raw("garbage that is no element")));
}

TEST(Quirks, DelimitersOfNothingAreSkipped) {
  DataSetBuilder builder;
  builder.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7").header(dicom::kSequenceEnd, "", 0);
  builder.header(dicom::kItemEnd, "", 0).raw(text_of(picture_header().view()));
  expect_picture(part10(kExplicitLittleUid, builder.bytes(0x7FE00010, "OB", kPixels)));
}

TEST(Quirks, ExplicitVrInAnUnknownSequenceIsRead) {
  DataSetBuilder lut_item, items, builder = picture_header();
  lut_item.words(0x00283002, "US", {2, 0, 16}).words(0x00283006, "OW", {7, 9});
  items.header(dicom::kItem, "", 0xFFFFFFFF).raw(text_of(lut_item.view()));
  items.header(dicom::kItemEnd, "", 0).header(dicom::kSequenceEnd, "", 0);
  builder.header(0x00283010, "UN", 0xFFFFFFFF).raw(text_of(items.view()));
  Bytes const file = part10(kExplicitLittleUid, builder.bytes(0x7FE00010, "OB", kPixels));
  expect_picture(file);
  dicom::DisplayPipeline const display = dicom::read_instance(file)->display.front();
  ASSERT_EQ(display.voi_luts.size(), 1u);
  EXPECT_EQ(display.voi_luts[0].entries, (std::vector<std::uint16_t>{7, 9}));
}

TEST(Quirks, AnIconsFragmentsAreGotOverInImplicitVrToo) {
  DataSetBuilder icon(kImplicitLittle), builder(kImplicitLittle);
  icon.fragments({}, {bytes_of({0xFF, 0xD8, 0xFF, 0xD9})});
  builder.sequence(0x00080200, {icon}, true);
  builder.raw(text_of(picture_header({}, kImplicitLittle).view()));
  expect_picture(part10(kImplicitLittleUid, builder.bytes(0x7FE00010, "OB", kPixels)));
}

TEST(Quirks, AVrOfTheLongFormMayHaveAShortHeader) {
  DataSetBuilder builder;
  builder.text(0x00050010, "LO", "PRIVATE");
  builder.raw(std::string("\x05\0\x01\x10UN\x04\0", 8) + "abcd");
  builder.raw(text_of(picture_header().view()));
  expect_picture(part10(kExplicitLittleUid, builder.bytes(0x7FE00010, "OB", kPixels)));
}

TEST(Quirks, APreambleWithoutMetaInformationIsGotOver) {
  for (auto const encoding : {kExplicitLittle, kImplicitLittle}) {
    Bytes const data_set = picture_header({}, encoding).bytes(0x7FE00010, "OB", kPixels).view();
    expect_picture(joined(Bytes(128), data_set));
    expect_picture(joined(joined(Bytes(128), bytes_of({'D', 'I', 'C', 'M'})), data_set));
  }
}

TEST(Quirks, WhatIsDeflatedInNameOnlyIsRead) {
  expect_picture(part10(kDeflatedUid, picture_header().bytes(0x7FE00010, "OB", kPixels)));
}

TEST(Quirks, AMissingMagicAfterABlankPreambleIsGotOver) {
  Bytes const file = part10(kExplicitLittleUid, picture_header().bytes(0x7FE00010, "OB", kPixels));
  Bytes without(file.begin(), file.begin() + 128);
  without.insert(without.end(), file.begin() + 132, file.end());
  expect_picture(without);
}

TEST(Quirks, FourTwoTwoWithAllItsChromaIsYbrFull) {
  Picture const picture{.rows = 2, .cols = 2, .samples = 3, .photometric = "YBR_FULL_422"};
  auto const packed = dicom::read_instance(
      part10(kExplicitLittleUid, picture_header(picture).bytes(0x7FE00010, "OB", Bytes(8))));
  auto const full = dicom::read_instance(
      part10(kExplicitLittleUid, picture_header(picture).bytes(0x7FE00010, "OB", Bytes(12))));
  EXPECT_EQ(packed->format.photometric, Photometric::ybr_full_422);
  EXPECT_EQ(full->format.photometric, Photometric::ybr_full);
  EXPECT_EQ(full->frames.front().fragments.front().length_bytes, 12u);
}

TEST(Quirks, IdentifiersKeepTheirInnerSpacesAndLoseTheirPadding) {
  for (auto const& [stored, name] : std::vector<std::pair<std::string, std::string>>{
           {"REM SAMPLES 1", "REM SAMPLES 1"}, {"1.2.3 ", "1.2.3"}, {"1.2.3", "1.2.3"}}) {
    DataSetBuilder builder;
    builder.text(0x00080018, "UI", "1.2.3").text(0x0020000E, "UI", stored);
    EXPECT_EQ(dicom::read_instance(part10(kExplicitLittleUid, builder))->series.series_instance_uid,
              name);
  }
}

TEST(Quirks, CharacterSetsInOtherSpellingsAreKnown) {
  EXPECT_EQ(dicom::quirks::character_set_name("ISO-IR 100"), "ISO_IR 100");
  EXPECT_EQ(dicom::quirks::character_set_name("ISO_IR_192"), "ISO_IR 192");
  EXPECT_EQ(dicom::quirks::character_set_name("ISO_2022_IR_87"), "ISO 2022 IR 87");
  EXPECT_EQ(dicom::quirks::character_set_name("UTF-8"), "ISO_IR 192");
  EXPECT_EQ(dicom::quirks::character_set_name("ISO_IR100"), "ISO_IR 100");
  EXPECT_EQ(dicom::quirks::character_set_name("iso-8859-15"), "ISO_IR 203");
  EXPECT_EQ(dicom::quirks::character_set_name("KLINGON"), "KLINGON");
}

}  // namespace
}  // namespace sightline::dicom_test
