#include "dicom/lut.hpp"

#include <gtest/gtest.h>

namespace sightline::dicom_test {
namespace {

using Entries = std::vector<std::uint16_t>;

TEST(LutDescriptor, ZeroEntriesAre65536) {
  EXPECT_EQ(dicom::read_lut_descriptor({{0, 0, 16}, false}, false)->entry_count, 65536u);
  EXPECT_EQ(dicom::read_lut_descriptor({{256, 0, 16}, false}, false)->entry_count, 256u);
}

TEST(LutDescriptor, TheSecondNumberIsSignedWhenItsInputIsOrItsVrIs) {
  EXPECT_EQ(dicom::read_lut_descriptor({{16, 0xFFFE, 16}, false}, false)->first_mapped, 65534);
  EXPECT_EQ(dicom::read_lut_descriptor({{16, 0xFFFE, 16}, false}, true)->first_mapped, -2);
  EXPECT_EQ(dicom::read_lut_descriptor({{16, 0xFFFE, 16}, true}, false)->first_mapped, -2);
}

TEST(LutDescriptor, LessThanThreeNumbersAreNone) {
  EXPECT_FALSE(dicom::read_lut_descriptor({{16, 0}, false}, false));
  EXPECT_FALSE(dicom::read_lut_descriptor({{}, false}, false));
}

TEST(Lut, EightBitEntriesPackedInWordsComeLowByteFirst) {
  EXPECT_EQ(dicom::make_lut({4, 0, 8}, {0x0201, 0x0403})->entries, (Entries{1, 2, 3, 4}));
  EXPECT_EQ(dicom::make_lut({3, 0, 8}, {0x0201, 0x0003})->entries, (Entries{1, 2, 3}));
}

TEST(Lut, EightBitEntriesInOneWordEachStayAsTheyAre) {
  EXPECT_EQ(dicom::make_lut({4, 0, 8}, {1, 2, 3, 255})->entries, (Entries{1, 2, 3, 255}));
}

TEST(Lut, EntriesLargerThanTheirBitsHaveSixteen) {
  EXPECT_EQ(dicom::make_lut({2, 0, 8}, {1, 256})->bits_per_entry, 16);
  EXPECT_EQ(dicom::make_lut({2, 0, 12}, {1, 4095})->bits_per_entry, 12);
}

/// pydicom divides the value's length by the number of entries, too.
TEST(Lut, EntriesOfBytesAreTakenAsBytesWhateverTheDescriptorSays) {
  dicom::Lut const lut = *dicom::make_lut({4, 0, 16}, {0x0201, 0xFF03});
  EXPECT_EQ(lut.entries, (Entries{1, 2, 3, 255}));
  EXPECT_EQ(lut.bits_per_entry, 8);
  EXPECT_EQ(dicom::make_lut({7, 0, 8}, {0x0201, 0x0403, 0x0605})->entries,
            (Entries{1, 2, 3, 4, 5, 6}))
      << "a byte is missing";
  EXPECT_EQ(dicom::make_lut({65536, 0, 8}, {0x0201, 0x0403})->entries, (Entries{1, 2, 3, 4}))
      << "a length that nobody wrote";
  EXPECT_EQ(dicom::make_lut({4, 0, 8}, {256, 257, 258})->entries, (Entries{256, 257, 258}))
      << "words, the last one is missing";
}

TEST(Lut, SixteenBitsOfWhichFewAreUsedAreThese) {
  EXPECT_EQ(dicom::make_lut({2, 0, 16}, {1, 255})->bits_per_entry, 8);
  EXPECT_EQ(dicom::make_lut({2, 0, 16}, {1, 1023})->bits_per_entry, 10);
  EXPECT_EQ(dicom::make_lut({2, 0, 16}, {1, 4095})->bits_per_entry, 12);
  EXPECT_EQ(dicom::make_lut({2, 0, 16}, {1, 4096})->bits_per_entry, 16);
  EXPECT_EQ(dicom::make_lut({2, 0, 12}, {1, 255})->bits_per_entry, 12) << "meant to be dark";
}

TEST(Lut, WhatIsTooLongIsCutAndWhatIsEmptyIsNone) {
  EXPECT_EQ(dicom::make_lut({2, 0, 16}, {1, 2, 3})->entries, (Entries{1, 2}));
  EXPECT_EQ(dicom::make_lut({4, 0, 16}, {1, 2, 3})->entries, (Entries{1, 2, 3}));
  EXPECT_FALSE(dicom::make_lut({4, 0, 16}, {}));
}

}  // namespace
}  // namespace sightline::dicom_test
