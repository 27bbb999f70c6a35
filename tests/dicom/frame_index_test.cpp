#include <gtest/gtest.h>

#include "base/frame_mark.hpp"
#include "data_set_builder.hpp"
#include "dicom/component_frames.hpp"
#include "dicom/frame_index.hpp"

namespace sightline::dicom_test {
namespace {

// Two bytes that begin a JPEG, a name, two bytes that end it: as much of a codestream as the index
// looks at.
Bytes jpeg(int name) { return bytes_of({0xFF, 0xD8, 0xFF, name, 0xFF, 0xD9}); }
Bytes jpeg_begin(int name) { return bytes_of({0xFF, 0xD8, 0xFF, name}); }
Bytes jpeg_end(int name) { return bytes_of({name, 0x11, 0xFF, 0xD9}); }
Bytes rle(int name) {
  Bytes fragment(66);
  fragment[0] = std::byte{1};
  fragment[4] = std::byte{64};
  fragment[64] = static_cast<std::byte>(name);
  return fragment;
}

Bytes joined(std::vector<Bytes> const& parts) {
  Bytes whole;
  for (Bytes const& part : parts) whole.insert(whole.end(), part.begin(), part.end());
  return whole;
}

void expect_frames(Bytes const& file, std::vector<Bytes> const& frames) {
  auto const instance = dicom::read_instance(file);
  ASSERT_TRUE(instance) << instance.error().detail;
  EXPECT_EQ(instance->unshowable_reason, "");
  ASSERT_EQ(instance->number_of_frames, frames.size());
  ASSERT_EQ(instance->frames.size(), frames.size());
  for (std::uint32_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(dicom::frame_bytes(file, *instance, i).value_or(Bytes{}), frames[i]) << "frame " << i;
  }
}

Bytes encapsulated(char const* frames, std::vector<std::uint32_t> const& table,
                   std::vector<Bytes> const& fragments,
                   char const* transfer_syntax = kJpegBaselineUid, bool delimited = true) {
  return part10(
      transfer_syntax,
      picture_header({.number_of_frames = frames}).fragments(table, fragments, delimited));
}

TEST(FrameIndexNative, FramesFollowEachOther) {
  Bytes const pixels = bytes_of({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  expect_frames(part10(kExplicitLittleUid,
                       picture_header({.number_of_frames = "2"}).bytes(0x7FE00010, "OB", pixels)),
                {bytes_of({0, 1, 2, 3, 4, 5}), bytes_of({6, 7, 8, 9, 10, 11})});
}

TEST(FrameIndexNative, PaddingAfterTheLastFrameIsNoFrame) {
  expect_frames(part10(kExplicitLittleUid,
                       picture_header({.rows = 1}).bytes(0x7FE00010, "OB", bytes_of({7, 8, 9, 0}))),
                {bytes_of({7, 8, 9})});
}

TEST(FrameIndexNative, TheByteThatMakesALengthEvenIsNoFrameWhereTheNumberIsMissing) {
  expect_frames(
      part10(kExplicitLittleUid,
             picture_header({.rows = 1, .cols = 1}).bytes(0x7FE00010, "OB", bytes_of({7, 0}))),
      {bytes_of({7})});
  Picture const bits{.rows = 1, .cols = 7, .bits_allocated = 1, .bits_stored = 1, .high_bit = 0};
  expect_frames(part10(kExplicitLittleUid,
                       picture_header(bits).bytes(0x7FE00010, "OB", bytes_of({0b1010101, 0}))),
                {bytes_of({0b1010101})});
}

TEST(FrameIndexNative, SeveralFramesOfAnOddNumberOfBytesAreCountedByTheLength) {
  Bytes const pixels = bytes_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 0});  // and a byte of padding
  expect_frames(
      part10(kExplicitLittleUid,
             picture_header({.rows = 1, .number_of_frames = ""}).bytes(0x7FE00010, "OB", pixels)),
      {bytes_of({1, 2, 3}), bytes_of({4, 5, 6}), bytes_of({7, 8, 9})});
}

TEST(FrameIndexNative, OneBitFramesAreAlignedWhereverTheyBegin) {
  // 2 x 3 pixels: frame 0 has bits 0-5, frame 1 bits 6-11, frame 2 bits 12-17. PS3.5 8.1.1: the
  // first pixel is the lowest bit.
  Picture const picture{
      .bits_allocated = 1, .bits_stored = 1, .high_bit = 0, .number_of_frames = "3"};
  std::uint32_t const bits = 0b110001'010101'101101;
  expect_frames(
      part10(kExplicitLittleUid,
             picture_header(picture).bytes(
                 0x7FE00010, "OB", bytes_of({bits & 0xFF, bits >> 8 & 0xFF, bits >> 16, 0}))),
      {bytes_of({0b01'101101}), bytes_of({0b0001'010101}), bytes_of({0b110001})});
}

TEST(FrameIndexNative, WordsOfEightBitSamplesAreSwappedInBigEndian) {
  Picture const picture{.rows = 1, .cols = 3, .number_of_frames = "2"};
  DataSetBuilder as_words = picture_header(picture, kExplicitBig), as_bytes = as_words;
  expect_frames(
      part10(kExplicitBigUid, as_words.bytes(0x7FE00010, "OW", bytes_of({2, 1, 4, 3, 6, 5}))),
      {bytes_of({1, 2, 3}), bytes_of({4, 5, 6})});
  expect_frames(
      part10(kExplicitBigUid, as_bytes.bytes(0x7FE00010, "OB", bytes_of({1, 2, 3, 4, 5, 6}))),
      {bytes_of({1, 2, 3}), bytes_of({4, 5, 6})});
}

TEST(FrameIndexNative, ANumberOfFramesThatIsMissingZeroOrTooLargeFollowsTheLength) {
  Bytes const pixels(12, std::byte{5});
  for (char const* const stated : {"", "0", "-3", "7"}) {
    auto const instance = dicom::read_instance(
        part10(kExplicitLittleUid,
               picture_header({.number_of_frames = stated}).bytes(0x7FE00010, "OB", pixels)));
    ASSERT_TRUE(instance);
    EXPECT_EQ(instance->number_of_frames, 2u) << stated;
  }
}

TEST(FrameIndexNative, OfFramesThatACutOffFileDoesNotHoldWholeThereIsAPart) {
  Bytes const file = part10(
      kExplicitLittleUid,
      picture_header({.number_of_frames = "3"}).header(0x7FE00010, "OB", 18).raw("abcdefgh"));
  auto const instance = dicom::read_instance(file);
  ASSERT_TRUE(instance);
  ASSERT_EQ(instance->number_of_frames, 3u);
  EXPECT_TRUE(dicom::frame_bytes(file, *instance, 0));
  EXPECT_EQ(dicom::frame_bytes(file, *instance, 1).value_or(Bytes{}), bytes_of({'g', 'h'}));
  EXPECT_EQ(dicom::frame_bytes(file, *instance, 2).error().code, Errc::truncated);
  EXPECT_EQ(dicom::frame_bytes(file, *instance, 3).error().code, Errc::not_found);
}

TEST(FrameIndexEncapsulated, OneFragmentEachWithoutATable) {
  expect_frames(encapsulated("2", {}, {jpeg(1), jpeg(2)}), {jpeg(1), jpeg(2)});
}

TEST(FrameIndexEncapsulated, OneFrameInManyFragments) {
  expect_frames(encapsulated("1", {}, {jpeg_begin(1), bytes_of({5, 5}), jpeg_end(1)}),
                {joined({jpeg_begin(1), bytes_of({5, 5}), jpeg_end(1)})});
}

TEST(FrameIndexEncapsulated, TheBasicOffsetTableTellsFramesApart) {
  // Items begin at 0, 12 (8 + 4), 24, 38 (8 + 6): frame 0 has the first two.
  expect_frames(encapsulated("3", {0, 24, 38},
                             {bytes_of({1, 1, 1, 1}), bytes_of({2, 2, 2, 2}), jpeg(3), jpeg(4)}),
                {bytes_of({1, 1, 1, 1, 2, 2, 2, 2}), jpeg(3), jpeg(4)});
}

TEST(FrameIndexEncapsulated, AWrongTableIsFoundAndIgnored) {
  for (std::vector<std::uint32_t> const& table : {std::vector<std::uint32_t>{0, 13},
                                                  {8, 22},
                                                  {0, 0},
                                                  {14, 0},
                                                  {0},
                                                  {0, 14, 28},
                                                  {0, 0xFFFFFFF0}}) {
    expect_frames(encapsulated("2", table, {jpeg(1), jpeg(2)}), {jpeg(1), jpeg(2)});
  }
}

TEST(FrameIndexEncapsulated, WithoutATableFramesBeginWhereCodestreamsBegin) {
  expect_frames(
      encapsulated("2", {},
                   {jpeg_begin(1), jpeg_end(1), jpeg_begin(2), bytes_of({9, 9}), jpeg_end(2)}),
      {joined({jpeg_begin(1), jpeg_end(1)}),
       joined({jpeg_begin(2), bytes_of({9, 9}), jpeg_end(2)})});
}

TEST(FrameIndexEncapsulated, AFragmentThatLooksLikeABeginningInsideAFrameIsNone) {
  expect_frames(encapsulated("2", {}, {jpeg_begin(1), jpeg_begin(0), jpeg_end(1), jpeg(2)}),
                {joined({jpeg_begin(1), jpeg_begin(0), jpeg_end(1)}), jpeg(2)});
}

TEST(FrameIndexEncapsulated, RleFramesBeginWithTheirHeader) {
  expect_frames(encapsulated("2", {}, {rle(1), bytes_of({7, 7}), rle(2)}, kRleUid),
                {joined({rle(1), bytes_of({7, 7})}), rle(2)});
}

TEST(FrameIndexEncapsulated, JpegXlFramesBeginAsCodestreamOrAsFile) {
  Bytes const codestream = bytes_of({0xFF, 0x0A, 1, 2});
  Bytes const file = bytes_of({0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20});
  Bytes const jp2 = bytes_of({0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20});
  expect_frames(encapsulated("2", {}, {codestream, jp2, file}, "1.2.840.10008.1.2.4.110"),
                {joined({codestream, jp2}), file});
}

TEST(FrameIndexEncapsulated, Jpeg2000FramesBeginWithSocOrAsJp2) {
  Bytes const codestream = bytes_of({0xFF, 0x4F, 0xFF, 0x51, 1, 0xFF, 0xD9, 0});
  Bytes const jp2 = bytes_of({0, 0, 0, 0x0C, 0x6A, 0x50, 0xFF, 0xD9});
  expect_frames(encapsulated("2", {}, {codestream, jp2, bytes_of({3, 3})}, kJpeg2000Uid),
                {codestream, joined({jp2, bytes_of({3, 3})})});
}

TEST(FrameIndexEncapsulated, ANumberOfFramesThatIsMissingOrWrongFollowsTheFragments) {
  expect_frames(encapsulated("", {0, 14}, {jpeg(1), jpeg(2)}), {jpeg(1), jpeg(2)});
  expect_frames(encapsulated("", {}, {jpeg(1), jpeg(2), jpeg(3)}), {jpeg(1), jpeg(2), jpeg(3)});
  expect_frames(encapsulated("5", {}, {jpeg(1), jpeg(2)}), {jpeg(1), jpeg(2)});
  expect_frames(encapsulated("2", {}, {jpeg(1), jpeg(2), jpeg(3)}), {jpeg(1), jpeg(2), jpeg(3)});
}

/// Quirk: starts_of_another_number. What is no codestream may be told by the table.
TEST(FrameIndexEncapsulated, FramesOfSeveralFragmentsAreRightWhereTheirNumberIsWrong) {
  Bytes const whole = joined({jpeg_begin(1), jpeg_end(1)});
  std::vector<Bytes> const parts{jpeg_begin(1), jpeg_end(1), jpeg_begin(1), bytes_of({9, 9}),
                                 jpeg_end(1)};
  Bytes const second = joined({jpeg_begin(1), bytes_of({9, 9}), jpeg_end(1)});
  for (char const* const stated : {"3", "4", "7"}) {
    expect_frames(encapsulated(stated, {}, parts), {whole, second});
    expect_frames(encapsulated(stated, {0, 24}, parts), {whole, second});
  }
  expect_frames(encapsulated("3", {}, {jpeg_begin(1), jpeg_end(1)}), {whole});
  expect_frames(encapsulated("4", {0, 20}, {bytes_of({1, 1}), bytes_of({2, 2}), bytes_of({3, 3})}),
                {bytes_of({1, 1, 2, 2}), bytes_of({3, 3})});
}

TEST(FrameIndexEncapsulated, AnEndMarkMayLieInTwoFragments) {
  Bytes const first = bytes_of({0xFF, 0xD8, 0xFF, 1, 5, 0xFF}), end = bytes_of({0xD9, 0});
  expect_frames(encapsulated("2", {}, {first, end, first, end, bytes_of({0, 0})}),
                {joined({first, end}), joined({first, end, bytes_of({0, 0})})});
}

/// Quirk: repair_fragments.
TEST(FrameIndexEncapsulated, FragmentsWithoutBytesAreNoFrames) {
  expect_frames(encapsulated("2", {}, {Bytes(), jpeg(1), jpeg(2)}), {jpeg(1), jpeg(2)});
  expect_frames(encapsulated("2", {8, 22}, {Bytes(), jpeg(1), jpeg(2)}), {jpeg(1), jpeg(2)});
  expect_frames(encapsulated("", {}, {jpeg(1), Bytes(), jpeg(2), Bytes()}), {jpeg(1), jpeg(2)});
}

/// Quirk: repair_fragments.
TEST(FrameIndexEncapsulated, AFragmentMayStandWhereTheTableShould) {
  DataSetBuilder builder = picture_header({.number_of_frames = "2"});
  builder.header(0x7FE00010, "OB", 0xFFFFFFFF);
  for (Bytes const& each : {jpeg(1), jpeg(2)}) {
    builder.header(dicom::kItem, "", static_cast<std::uint32_t>(each.size()));
    builder.raw({reinterpret_cast<char const*>(each.data()), each.size()});
  }
  builder.header(dicom::kSequenceEnd, "", 0);
  expect_frames(part10(kJpegBaselineUid, builder), {jpeg(1), jpeg(2)});
}

TEST(FrameIndexEncapsulated, SamplesMayStandWhereTheTableShould) {
  Bytes const first = bytes_of({1, 2, 3, 4, 5, 6}), second = bytes_of({7, 8, 9, 10, 11, 12});
  DataSetBuilder builder = picture_header({.number_of_frames = "2"});
  builder.header(0x7FE00010, "OB", 0xFFFFFFFF);
  for (Bytes const& each : {first, second})
    builder.header(dicom::kItem, "", 6).raw({reinterpret_cast<char const*>(each.data()), 6});
  builder.header(dicom::kSequenceEnd, "", 0);
  expect_frames(part10("1.2.840.10008.1.2.1.98", builder), {first, second});
}

TEST(FrameIndexEncapsulated, WhatIsNoFragmentEndsThem) {
  DataSetBuilder builder =
      picture_header({.number_of_frames = "2"}).fragments({}, {jpeg(1), jpeg(2)}, false);
  builder.header(dicom::kItemEnd, "", 0).header(dicom::kSequenceEnd, "", 0);
  expect_frames(part10(kJpegBaselineUid, builder), {jpeg(1), jpeg(2)});
}

TEST(FrameIndexEncapsulated, SamplesInSeveralFragmentsAreToldBySize) {
  Bytes const half = bytes_of({1, 2, 3}), rest = bytes_of({4, 5, 6}),
              whole = bytes_of({6, 5, 4, 3, 2, 1});
  expect_frames(encapsulated("2", {}, {half, rest, whole}, "1.2.840.10008.1.2.1.98"),
                {joined({half, rest}), whole});
  Bytes const file = encapsulated("2", {}, {half, whole, rest}, "1.2.840.10008.1.2.1.98");
  EXPECT_EQ(dicom::read_instance(file)->unshowable_reason,
            "The pictures in the pixel data cannot be told apart.");
}

TEST(FrameIndexEncapsulated, SamplesOfAllFramesInOneFragmentAreCut) {
  Bytes const first = bytes_of({1, 2, 3, 4, 5, 6}), second = bytes_of({7, 8, 9, 10, 11, 12});
  expect_frames(encapsulated("2", {}, {joined({first, second})}, "1.2.840.10008.1.2.1.98"),
                {first, second});
  expect_frames(encapsulated("3", {}, {first, second}, "1.2.840.10008.1.2.1.98"), {first, second});
}

TEST(FrameIndexEncapsulated, ACutOffFileKeepsTheStatedNumber) {
  Bytes const file = encapsulated("5", {}, {jpeg(1), jpeg(2)}, kJpegBaselineUid, false);
  auto const instance = dicom::read_instance(file);
  ASSERT_TRUE(instance);
  EXPECT_EQ(instance->number_of_frames, 5u);
  EXPECT_EQ(dicom::frame_bytes(file, *instance, 1).value_or(Bytes{}), jpeg(2));
  EXPECT_EQ(dicom::frame_bytes(file, *instance, 2).error().code, Errc::truncated);
}

TEST(FrameIndexEncapsulated, FramesThatCannotBeToldApartAreSaidToBeSo) {
  Bytes const file = encapsulated("2", {}, {bytes_of({1, 1}), bytes_of({2, 2}), bytes_of({3, 3})});
  auto const instance = dicom::read_instance(file);
  ASSERT_TRUE(instance);
  EXPECT_EQ(instance->unshowable_reason, "The pictures in the pixel data cannot be told apart.");
  EXPECT_TRUE(instance->frames.empty());
  EXPECT_EQ(instance->number_of_frames, 2u);
}

TEST(FrameIndexEncapsulated, TheExtendedOffsetTableWinsAndTrimsPadding) {
  auto const u64s = [](std::initializer_list<int> values) {
    Bytes bytes;
    for (int const value : values) {
      bytes.push_back(static_cast<std::byte>(value));
      bytes.resize(bytes.size() + 7);
    }
    return bytes;
  };
  DataSetBuilder builder = picture_header({.number_of_frames = "2"});
  builder.bytes(0x7FE00001, "OV", u64s({0, 14})).bytes(0x7FE00002, "OV", u64s({5, 6}));
  builder.fragments({}, {bytes_of({1, 2, 3, 4, 5, 0}), jpeg(2)});
  expect_frames(part10(kJpegBaselineUid, builder), {bytes_of({1, 2, 3, 4, 5}), jpeg(2)});
}

/// A raw RFC 1951 stream of one stored block.
Bytes stored_deflate(Bytes const& samples) {
  auto const length = static_cast<int>(samples.size());
  return joined({bytes_of({1, length, 0, 255 - length, 255}), samples});
}

TEST(FrameIndexEncapsulated, SamplesMayBeDeflatedFrameByFrame) {
  constexpr char kDeflatedFramesUid[] = "1.2.840.10008.1.2.8.1";
  Bytes const first = bytes_of({1, 2, 3, 4, 5, 6}), second = bytes_of({6, 5, 4, 3, 2, 1});
  Bytes const padded = joined({stored_deflate(second), bytes_of({0})});
  expect_frames(encapsulated("2", {}, {stored_deflate(first), padded}, kDeflatedFramesUid),
                {first, second});
  // no fragment says that a frame begins there
  Bytes const three = encapsulated("2", {}, {stored_deflate(first), stored_deflate(first), padded},
                                   kDeflatedFramesUid);
  EXPECT_EQ(dicom::read_instance(three)->unshowable_reason,
            "The pictures in the pixel data cannot be told apart.");
  Bytes const damaged = encapsulated(
      "2", {}, {stored_deflate(bytes_of({1, 2, 3})), bytes_of({7, 7})}, kDeflatedFramesUid);
  auto const instance = dicom::read_instance(damaged);
  ASSERT_TRUE(instance);
  EXPECT_EQ(dicom::frame_bytes(damaged, *instance, 0).value_or(Bytes{}), bytes_of({1, 2, 3}));
  EXPECT_EQ(dicom::frame_bytes(damaged, *instance, 1).error().code, Errc::corrupt);
}

TEST(FrameIndexEncapsulated, OneBitSamplesOfADeflatedFrameBeginAtAByte) {
  DataSetBuilder builder = picture_header({.rows = 1,
                                           .cols = 3,
                                           .bits_allocated = 1,
                                           .bits_stored = 1,
                                           .high_bit = 0,
                                           .number_of_frames = "2"});
  builder.fragments({}, {stored_deflate(bytes_of({5})), stored_deflate(bytes_of({2}))});
  expect_frames(part10("1.2.840.10008.1.2.8.1", builder), {bytes_of({5}), bytes_of({2})});
}

TEST(FrameIndexEncapsulated, SamplesMayLieInFragmentsAsTheyAre) {
  Bytes const first = bytes_of({1, 2, 3, 4, 5, 6}), second = bytes_of({6, 5, 4, 3, 2, 1});
  expect_frames(encapsulated("2", {}, {first, second}, "1.2.840.10008.1.2.1.98"), {first, second});
}

/// Quirk: split_at_codestreams.
TEST(FrameIndexEncapsulated, AFragmentThatHoldsSeveralFramesIsCutBetweenThem) {
  Bytes const all = joined({jpeg(1), jpeg(2), jpeg(3)});
  expect_frames(encapsulated("3", {}, {all}), {jpeg(1), jpeg(2), jpeg(3)});
  expect_frames(encapsulated("3", {0}, {joined({jpeg(1), jpeg(2)}), jpeg(3)}),
                {jpeg(1), jpeg(2), jpeg(3)});
  expect_frames(encapsulated("1", {}, {all}), {all});
}

/// One segment of 2 x 3 samples: a run of `run` and as many others, to an even length.
Bytes rle_frame(int run, std::vector<int> const& literals) {
  Bytes frame(64);
  frame[0] = std::byte{1};
  frame[4] = std::byte{64};
  frame.push_back(static_cast<std::byte>(257 - run));
  frame.push_back(std::byte{9});
  frame.push_back(static_cast<std::byte>(literals.size() - 1));
  for (int const each : literals) frame.push_back(static_cast<std::byte>(each));
  if (frame.size() % 2 != 0) frame.push_back(std::byte{0});
  return frame;
}

/// Quirk: split_at_rle_frames.
TEST(FrameIndexEncapsulated, ARleFragmentThatHoldsSeveralFramesIsCutWhereTheirRunsEnd) {
  Bytes const a = rle_frame(3, {1, 0, 0}), b = rle_frame(4, {2, 3}), c = rle_frame(2, {4, 5, 6, 7});
  expect_frames(encapsulated("3", {}, {joined({a, b, c})}, kRleUid), {a, b, c});
  expect_frames(encapsulated("3", {0}, {joined({a, b}), c}, kRleUid), {a, b, c});
  // Runs that end early, and what follows a frame and is none: not cut.
  Bytes const early = joined({rle_frame(2, {1}), b});
  expect_frames(encapsulated("2", {}, {early}, kRleUid), {early});
  Bytes const other = joined({a, bytes_of({1, 2, 3, 4})});
  expect_frames(encapsulated("2", {}, {other}, kRleUid), {other});
}

TEST(FrameIndexEncapsulated, OneFrameThatIsStatedOfSeveralFollowsTheFragments) {
  expect_frames(encapsulated("1", {}, {jpeg(1), jpeg(2), jpeg(3)}), {jpeg(1), jpeg(2), jpeg(3)});
  auto const in_two = [](int name) { return joined({jpeg_begin(name), jpeg_end(name)}); };
  expect_frames(
      encapsulated("1", {0, 24}, {jpeg_begin(1), jpeg_end(1), jpeg_begin(2), jpeg_end(2)}),
      {in_two(1), in_two(2)});
  expect_frames(encapsulated("1", {}, {jpeg_begin(1), jpeg_end(1)}), {in_two(1)});
}

TEST(FrameIndexEncapsulated, TooManyFragmentsOrFramesAreRefused) {
  Limits limits;
  limits.max_fragments = 2;
  EXPECT_EQ(
      dicom::read_instance(encapsulated("3", {}, {jpeg(1), jpeg(2), jpeg(3)}), limits).error().code,
      Errc::limit_exceeded);
  limits = {};
  limits.max_frames = 2;
  EXPECT_EQ(dicom::read_instance(encapsulated("3", {}, {jpeg(1)}), limits).error().code,
            Errc::limit_exceeded);
  EXPECT_EQ(dicom::read_instance(encapsulated("2147483647", {}, {jpeg(1)})).error().code,
            Errc::limit_exceeded);
}

/// As much of a codestream as is looked at: SOC, SIZ with that many components, CBD with that many
/// (0: none), SOT, a name, EOC.
Bytes codestream(int coded, int outputs, int name) {
  Bytes made = bytes_of({0xFF, 0x4F, 0xFF, 0x51, 0, 38 + 3 * coded});
  made.resize(made.size() + 34);
  for (int const each : {0, coded}) made.push_back(static_cast<std::byte>(each));
  made.resize(made.size() + 3 * static_cast<std::size_t>(coded));
  Bytes const depths = bytes_of({0xFF, 0x78, 0, 4 + outputs, 0, outputs});
  if (outputs != 0) {
    made.insert(made.end(), depths.begin(), depths.end());
    made.resize(made.size() + static_cast<std::size_t>(outputs));
  }
  Bytes const rest = bytes_of({0xFF, 0x90, name, name, 0xFF, 0xD9});
  made.insert(made.end(), rest.begin(), rest.end());
  return made;
}
Bytes marked(Bytes stream, std::uint32_t frame) { return mark_frame(std::move(stream), frame); }

constexpr char kPart2Uid[] = "1.2.840.10008.1.2.4.92";

/// PS3.5 A.4.4: frames are components; each fragment is of one component collection, and a
/// collection may have several.
TEST(FrameIndexEncapsulated, FramesAreComponentsOfCodestreams) {
  Bytes const a = codestream(4, 0, 1), b = codestream(2, 0, 2);
  std::vector<Bytes> const frames = {marked(a, 0), marked(a, 1), marked(a, 2),
                                     marked(a, 3), marked(b, 0), marked(b, 1)};
  expect_frames(encapsulated("6", {}, {a, b}, kPart2Uid), frames);
  auto const at_b = static_cast<std::uint32_t>(a.size() + 8);
  expect_frames(encapsulated("6", {0, 0, 0, 0, at_b, at_b}, {a, b}, kPart2Uid), frames);
  expect_frames(encapsulated("6", {0, at_b}, {a, b}, kPart2Uid), frames);
  // A header that lies in three fragments.
  auto const piece = [&](std::size_t begin, std::size_t end) {
    return Bytes(a.begin() + static_cast<std::ptrdiff_t>(begin),
                 a.begin() + static_cast<std::ptrdiff_t>(end));
  };
  ASSERT_EQ(a.size() % 2, 0u);
  expect_frames(
      encapsulated("6", {}, {piece(0, 10), piece(10, 40), piece(40, a.size()), b}, kPart2Uid),
      frames);
}

TEST(FrameIndexEncapsulated, ComponentsThatComeOutAreTheFrames) {
  Bytes const mixed = codestream(2, 4, 1);
  expect_frames(encapsulated("4", {}, {mixed}, kPart2Uid),
                {marked(mixed, 0), marked(mixed, 1), marked(mixed, 2), marked(mixed, 3)});
}

/// A transform that is broken may state any number; then its components are the frames.
TEST(FrameIndexEncapsulated, ComponentsThatAreCodedAreTheFramesWhereOthersAreNot) {
  Bytes const broken = codestream(4, 7, 1);
  expect_frames(encapsulated("4", {}, {broken}, kPart2Uid),
                {marked(broken, 0), marked(broken, 1), marked(broken, 2), marked(broken, 3)});
}

TEST(FrameIndexEncapsulated, FramesOfColourHaveThreeComponentsEach) {
  Bytes const a = codestream(6, 0, 1);
  Bytes b = codestream(3, 0, 2);
  b.push_back(std::byte{0});
  auto const colour = [](char const* frames, std::vector<Bytes> const& fragments) {
    return part10(kPart2Uid,
                  picture_header({.samples = 3, .photometric = "RGB", .number_of_frames = frames})
                      .fragments({}, fragments));
  };
  expect_frames(colour("2", {a}), {marked(a, 0), marked(a, 1)});
  expect_frames(colour("3", {a, b}), {marked(a, 0), marked(a, 1), b});
  expect_frames(colour("2", {b, b}), {b, b});
  EXPECT_TRUE(dicom::read_instance(colour("2", {codestream(7, 0, 1)})));
}

TEST(FrameIndexEncapsulated, CodestreamsOfOneFrameAreNotMarked) {
  Bytes const a = codestream(1, 0, 1), b = codestream(1, 0, 2), c = codestream(1, 0, 3);
  ASSERT_EQ(a.size() % 2, 1u);
  auto const padded = [](Bytes bytes) {
    bytes.push_back(std::byte{0});
    return bytes;
  };
  expect_frames(encapsulated("3", {}, {padded(a), padded(b), padded(c)}, kPart2Uid),
                {padded(a), padded(b), padded(c)});
}

TEST(FrameIndexEncapsulated, ComponentsThatAreNotAsManyAsTheFramesAreNone) {
  for (char const* const frames : {"5", "7"}) {
    auto const instance = dicom::read_instance(
        encapsulated(frames, {}, {codestream(4, 0, 1), codestream(2, 0, 2)}, kPart2Uid));
    ASSERT_TRUE(instance);
    EXPECT_FALSE(dicom::component_of_frame(instance->frames, 0)) << frames;
  }
}

}  // namespace
}  // namespace sightline::dicom_test
