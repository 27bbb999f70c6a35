// The rules of the DICOM JSON Model, one case each. PS3.18 F.2.
#include "dicom/dicom_json.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

constexpr std::uint32_t kCharacterSet = 0x00080005, kName = 0x00100010, kComments = 0x00204000,
                        kDescription = 0x00081030;

std::string json_of(DataSetBuilder const& data_set, std::string_view syntax = kExplicitLittleUid,
                    dicom::DicomJsonOptions const& options = {"bulk", 4}) {
  auto const json = dicom::dicom_json(part10(syntax, data_set), options);
  return json ? *json : std::string(errc_name(json.error().code)) + ": " + json.error().detail;
}

std::string text_json(std::string_view vr, std::string const& value) {
  return json_of(DataSetBuilder().text(0x00091001, vr, value));
}
std::string text_value(std::string_view vr, std::string_view value) {
  return R"({"00091001":{"vr":")" + std::string(vr) + "\"" +
         (value.empty() ? std::string() : ",\"Value\":[" + std::string(value) + "]") + "}}";
}

TEST(DicomJson, AnEmptyDataSetIsAnEmptyObject) {
  DataSetBuilder padding;
  padding.bytes(0xFFFCFFFC, "OB", Bytes(10));
  EXPECT_EQ(json_of(padding), "{}");
}

TEST(DicomJson, ElementsAscendAndTheFirstOfTwoStays) {
  DataSetBuilder builder;
  builder.text(0x00100020, "LO", "B").text(0x00080060, "CS", "CT").text(0x00100020, "LO", "C");
  EXPECT_EQ(json_of(builder),
            R"({"00080060":{"vr":"CS","Value":["CT"]},"00100020":{"vr":"LO","Value":["B"]}})");
}

TEST(DicomJson, GroupLengthsMetaInformationAndPaddingAreLeftOut) {
  DataSetBuilder builder;
  builder.bytes(0x00080000, "UL", bytes_of({1, 0, 0, 0})).text(0x00080060, "CS", "CT");
  builder.bytes(0x7FE00010, "OB", Bytes(2)).bytes(0xFFFCFFFC, "OB", Bytes(2));
  EXPECT_EQ(
      json_of(builder),
      R"({"00080060":{"vr":"CS","Value":["CT"]},"7FE00010":{"vr":"OB","BulkDataURI":"bulk/7FE00010"}})");
}

TEST(DicomJson, EmptyValuesHaveNoValueAndEmptyComponentsAreNull) {
  EXPECT_EQ(text_json("LO", ""), text_value("LO", ""));
  EXPECT_EQ(text_json("LO", "  "), text_value("LO", ""));
  EXPECT_EQ(text_json("LO", "A\\\\B"), text_value("LO", R"("A",null,"B")"));
  EXPECT_EQ(text_json("DS", "1\\\\"), text_value("DS", "1,null,null"));
  EXPECT_EQ(text_json("CS", "\\"), text_value("CS", "null,null"));
  for (auto const* vr : {"US", "FD", "AT", "OB", "UN", "SQ", "PN", "UT"})
    EXPECT_EQ(json_of(DataSetBuilder().bytes(0x00091001, vr, {})), text_value(vr, ""));
}

TEST(DicomJson, PaddingIsDroppedFromEachComponent) {
  EXPECT_EQ(text_json("CS", "A \\ B"), text_value("CS", R"("A","B")"));
  EXPECT_EQ(text_json("SH", "A \\ B"), text_value("SH", R"("A","B")"));
  EXPECT_EQ(text_json("UI", "1.2.3"), text_value("UI", R"("1.2.3")"));
  EXPECT_EQ(text_json("UT", " A\\B "), text_value("UT", R"(" A\\B")"));
}

TEST(DicomJson, StringsAreEscaped) {
  EXPECT_EQ(text_json("UT", "a\"b\\c\r\n\x01</script>"),
            text_value("UT", R"("a\"b\\c\r\n\u003c/script>")"));
}

TEST(DicomJson, PersonNamesAreObjectsOfTheirGroups) {
  EXPECT_EQ(text_json("PN", "Doe^Jane"), text_value("PN", R"({"Alphabetic":"Doe^Jane"})"));
  EXPECT_EQ(text_json("PN", "A=B=C"),
            text_value("PN", R"({"Alphabetic":"A","Ideographic":"B","Phonetic":"C"})"));
  EXPECT_EQ(text_json("PN", "A==C"), text_value("PN", R"({"Alphabetic":"A","Phonetic":"C"})"));
  EXPECT_EQ(text_json("PN", "=B="), text_value("PN", R"({"Ideographic":"B"})"));
  EXPECT_EQ(text_json("PN", "A\\\\B=="),
            text_value("PN", R"({"Alphabetic":"A"},null,{"Alphabetic":"B"})"));
  EXPECT_EQ(text_json("PN", "=="), text_value("PN", ""));
  EXPECT_EQ(text_json("PN", "A^^B^^"), text_value("PN", R"({"Alphabetic":"A^^B"})"));
  EXPECT_EQ(text_json("PN", "^^^^"), text_value("PN", ""));
}

TEST(DicomJson, DecimalsKeepTheirDigits) {
  EXPECT_EQ(text_json("DS", "1.50\\.5\\+3\\007\\-.25\\5.\\1.0E+02\\-0 "),
            text_value("DS", "1.50,0.5,3,7,-0.25,5,1.0e02,-0"));
  EXPECT_EQ(text_json("IS", "12 \\ -3\\000"), text_value("IS", "12,-3,0"));
}

TEST(DicomJson, DecimalsThatAreNoneAreStrings) {
  EXPECT_EQ(text_json("DS", "1e999\\1,5\\0x10\\.\\--1\\nan\\1e\\ inf"),
            text_value("DS", R"("1e999","1,5","0x10",".","--1","nan","1e","inf")"));
  EXPECT_EQ(text_json("IS", "12 mm"), text_value("IS", R"("12 mm")"));
  EXPECT_EQ(text_json("DS", std::string(80, '1')),
            text_value("DS", '"' + std::string(80, '1') + '"'));
}

TEST(DicomJson, FloatingPointIsShortestAndWhatIsNotFiniteAString) {
  double const infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(json_of(DataSetBuilder().doubles(
                0x00091001,
                {0.1, -2, 1e300, std::numeric_limits<double>::quiet_NaN(), infinity, -infinity})),
            text_value("FD", R"(0.1,-2,1e+300,"NaN","Infinity","-Infinity")"));
  EXPECT_EQ(json_of(DataSetBuilder().bytes(0x00091001, "FL", bytes_of({0xCD, 0xCC, 0xCC, 0x3D}))),
            text_value("FL", "0.1"));
}

TEST(DicomJson, IntegersAreNumbers) {
  auto const json = [](char const* vr, Bytes const& bytes) {
    return json_of(DataSetBuilder().bytes(0x00091001, vr, bytes));
  };
  Bytes const minus_one(4, std::byte{0xFF});
  EXPECT_EQ(json("US", minus_one), text_value("US", "65535,65535"));
  EXPECT_EQ(json("SS", minus_one), text_value("SS", "-1,-1"));
  EXPECT_EQ(json("UL", minus_one), text_value("UL", "4294967295"));
  EXPECT_EQ(json("SL", minus_one), text_value("SL", "-1"));
  EXPECT_EQ(json("SL", bytes_of({1, 0, 0, 0, 9})), text_value("SL", "1"));
  EXPECT_EQ(json("AT", bytes_of({0x10, 0, 0x2A, 0xFE})), text_value("AT", R"("0010FE2A")"));
}

TEST(DicomJson, LongIntegersThatADoubleCannotHoldAreStrings) {
  auto const json = [](char const* vr, Bytes const& bytes) {
    return json_of(DataSetBuilder().bytes(0x00091001, vr, bytes));
  };
  EXPECT_EQ(json("UV", bytes_of({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 0,  //
                                 0, 0, 0, 0, 0, 0, 0x20, 0})),
            text_value("UV", R"(9007199254740991,"9007199254740992")"));
  EXPECT_EQ(json("UV", Bytes(8, std::byte{0xFF})), text_value("UV", R"("18446744073709551615")"));
  EXPECT_EQ(json("SV", Bytes(8, std::byte{0xFF})), text_value("SV", "-1"));
  EXPECT_EQ(json("SV", bytes_of({0, 0, 0, 0, 0, 0, 0, 0x80})),
            text_value("SV", R"("-9223372036854775808")"));
}

TEST(DicomJson, BigEndianReadsTheSame) {
  DataSetBuilder builder(kExplicitBig);
  builder.words(0x00091001, "US", {258, 3}).words(0x00091002, "OW", {0x0102});
  builder.bytes(0x00091003, "OB", bytes_of({1, 2})).doubles(0x00091004, {});
  builder.words(0x00091005, "AT", {0x0010, 0x0020});
  EXPECT_EQ(
      json_of(builder, kExplicitBigUid),
      R"({"00091001":{"vr":"US","Value":[258,3]},"00091002":{"vr":"OW","InlineBinary":"AgE="},)"
      R"("00091003":{"vr":"OB","InlineBinary":"AQI="},"00091004":{"vr":"FD"},)"
      R"("00091005":{"vr":"AT","Value":["00100020"]}})");
}

TEST(DicomJson, ImplicitVrGoesByTheDictionary) {
  DataSetBuilder builder(kImplicitLittle);
  builder.text(0x00080060, "CS", "CT").text(0x00090010, "LO", "ACME");
  builder.bytes(0x00091001, "UN", bytes_of({1, 2})).words(0x00280103, "US", {0});
  builder.words(0x00280106, "US", {0xFFFF}).words(0x00283006, "OW", {1});
  EXPECT_EQ(
      json_of(builder, kImplicitLittleUid),
      R"({"00080060":{"vr":"CS","Value":["CT"]},"00090010":{"vr":"LO","Value":["ACME"]},)"
      R"("00091001":{"vr":"UN","InlineBinary":"AQI="},"00280103":{"vr":"US","Value":[0]},)"
      R"("00280106":{"vr":"US","Value":[65535]},"00283006":{"vr":"OW","InlineBinary":"AQA="}})");
}

TEST(DicomJson, UnsignedOrSignedGoesByPixelRepresentation) {
  DataSetBuilder item(kImplicitLittle), builder(kImplicitLittle);
  item.words(0x00280106, "US", {0xFFFE});
  builder.sequence(0x00082112, {item}).words(0x00280103, "US", {1});
  builder.words(0x00280106, "US", {0xFFFF});
  EXPECT_EQ(json_of(builder, kImplicitLittleUid),
            R"({"00082112":{"vr":"SQ","Value":[{"00280106":{"vr":"SS","Value":[-2]}}]},)"
            R"("00280103":{"vr":"US","Value":[1]},"00280106":{"vr":"SS","Value":[-1]}})");
}

TEST(DicomJson, UnknownVrOfAStandardTagGoesByTheDictionary) {
  EXPECT_EQ(json_of(DataSetBuilder().bytes(0x00280010, "UN", bytes_of({2, 0}))),
            R"({"00280010":{"vr":"US","Value":[2]}})");
}

TEST(DicomJson, SequencesAreArraysOfObjects) {
  DataSetBuilder item;
  item.text(kComments, "LT", "x");
  for (bool const undefined : {false, true}) {
    EXPECT_EQ(json_of(DataSetBuilder().sequence(0x00081140, {item, {}, item}, undefined)),
              R"({"00081140":{"vr":"SQ","Value":[{"00204000":{"vr":"LT","Value":["x"]}},{},)"
              R"({"00204000":{"vr":"LT","Value":["x"]}}]}})");
  }
}

TEST(DicomJson, AnUnknownOfUndefinedLengthIsASequenceInImplicitVr) {
  DataSetBuilder item(kImplicitLittle);
  item.text(0x00080060, "CS", "CT");
  DataSetBuilder sequence(kImplicitLittle), builder;
  sequence.sequence(0x00091001, {item}, true);
  std::string inside;
  for (std::byte const b : sequence.view()) inside += static_cast<char>(b);
  builder.header(0x00091001, "UN", 0xFFFFFFFF).raw(inside.substr(8));
  EXPECT_EQ(json_of(builder),
            R"({"00091001":{"vr":"SQ","Value":[{"00080060":{"vr":"CS","Value":["CT"]}}]}})");
}

TEST(DicomJson, ABrokenSequenceCostsOnlyItself) {
  DataSetBuilder item;
  item.header(kComments, "UT", 5000);
  DataSetBuilder builder;
  builder.text(0x00080060, "CS", "CT").sequence(0x00081140, {{}, item}).text(kName, "PN", "A");
  builder.bytes(0x00400260, "SQ", Bytes(16));
  EXPECT_EQ(
      json_of(builder),
      R"({"00080060":{"vr":"CS","Value":["CT"]},"00100010":{"vr":"PN","Value":[{"Alphabetic":"A"}]}})");
}

TEST(DicomJson, TextIsUtf8AndSaysSo) {
  DataSetBuilder builder;
  builder.text(kCharacterSet, "CS", "ISO_IR 100").text(kName, "PN", "Buc^J\xE9r\xF4me");
  EXPECT_EQ(json_of(builder), R"({"00080005":{"vr":"CS","Value":["ISO_IR 192"]},)"
                              R"("00100010":{"vr":"PN","Value":[{"Alphabetic":"Buc^Jérôme"}]}})");
}

TEST(DicomJson, AnItemMayHaveItsOwnCharacterSet) {
  DataSetBuilder own, inherits, builder;
  own.text(kCharacterSet, "CS", "ISO_IR 144").text(kDescription, "LO", "\xBB\xEE");
  inherits.text(kDescription, "LO", "\xE9");
  builder.text(kCharacterSet, "CS", "ISO_IR 100").sequence(0x00081140, {own, inherits});
  builder.text(kName, "PN", "\xE9");
  EXPECT_EQ(
      json_of(builder),
      R"({"00080005":{"vr":"CS","Value":["ISO_IR 192"]},"00081140":{"vr":"SQ","Value":[)"
      R"({"00080005":{"vr":"CS","Value":["ISO_IR 192"]},"00081030":{"vr":"LO","Value":["Лю"]}},)"
      R"({"00081030":{"vr":"LO","Value":["é"]}}]},)"
      R"("00100010":{"vr":"PN","Value":[{"Alphabetic":"é"}]}})");
}

TEST(DicomJson, ABackslashInsideACharacterDoesNotSplit) {
  // GB18030: 81 5C is one character.
  DataSetBuilder builder;
  builder.text(kCharacterSet, "CS", "GB18030").text(kDescription, "LO", "\x81\x5C\\B");
  EXPECT_EQ(json_of(builder), R"({"00080005":{"vr":"CS","Value":["ISO_IR 192"]},)"
                              R"("00081030":{"vr":"LO","Value":["乗","B"]}})");
}

TEST(DicomJson, BytesAreInlineUpToTheBoundAndALinkOverIt) {
  DataSetBuilder builder;
  builder.bytes(0x00091001, "OB", bytes_of({1, 2, 3, 4})).bytes(0x00091002, "OB", Bytes(6));
  builder.bytes(0x00091003, "UN", bytes_of({0xFB, 0xFF}));
  EXPECT_EQ(json_of(builder), R"({"00091001":{"vr":"OB","InlineBinary":"AQIDBA=="},)"
                              R"("00091002":{"vr":"OB","BulkDataURI":"bulk/00091002"},)"
                              R"("00091003":{"vr":"UN","InlineBinary":"+/8="}})");
}

TEST(DicomJson, PixelDataOfAnyKindIsALink) {
  EXPECT_EQ(json_of(DataSetBuilder().words(0x7FE00010, "OW", {1})),
            R"({"7FE00010":{"vr":"OW","BulkDataURI":"bulk/7FE00010"}})");
  EXPECT_EQ(
      json_of(DataSetBuilder(kImplicitLittle).words(0x7FE00010, "OW", {1}), kImplicitLittleUid),
      R"({"7FE00010":{"vr":"OW","BulkDataURI":"bulk/7FE00010"}})");
  EXPECT_EQ(json_of(DataSetBuilder().fragments({}, {Bytes(2)}), kJpegBaselineUid),
            R"({"7FE00010":{"vr":"OB","BulkDataURI":"bulk/7FE00010"}})");
  EXPECT_EQ(json_of(DataSetBuilder().bytes(0x7FE00008, "OF", Bytes(4))),
            R"({"7FE00008":{"vr":"OF","BulkDataURI":"bulk/7FE00008"}})");
}

TEST(DicomJson, WhatFollowsPixelDataIsThere) {
  DataSetBuilder builder;
  builder.fragments({}, {Bytes(2)}).sequence(0xFFFAFFFA, {{}});
  EXPECT_EQ(json_of(builder, kJpegBaselineUid),
            R"({"7FE00010":{"vr":"OB","BulkDataURI":"bulk/7FE00010"},)"
            R"("FFFAFFFA":{"vr":"SQ","Value":[{}]}})");
}

TEST(DicomJson, PixelDataThatIsCutOffIsStillNamed) {
  EXPECT_EQ(json_of(picture_header().header(0x7FE00010, "OW", 5000)).substr(0, 12),
            R"({"00080016":)");
  auto const file = part10(kExplicitLittleUid, DataSetBuilder().header(0x7FE00010, "OW", 5000));
  EXPECT_EQ(*dicom::dicom_json(file, {"b", 0}),
            R"({"7FE00010":{"vr":"OW","BulkDataURI":"b/7FE00010"}})");
  EXPECT_EQ(dicom::bulk_value(file, "7FE00010").error().code, Errc::truncated);
}

TEST(DicomJsonHostile, AFileThatEndsInAnElementIsTruncated) {
  EXPECT_TRUE(
      json_of(DataSetBuilder().header(0x00281201, "OW", 3'221'225'472u)).starts_with("truncated"));
  EXPECT_EQ(dicom::dicom_json(Bytes(10), {}).error().code, Errc::not_dicom);
}

TEST(DicomJsonHostile, DeepNestingIsRefused) {
  for (auto const encoding : {kExplicitLittle, kImplicitLittle, kExplicitBig}) {
    for (bool const undefined : {false, true}) {
      DataSetBuilder inner(encoding);
      for (int i = 0; i < 500; ++i)
        inner = DataSetBuilder(encoding).sequence(0x52009230, {inner}, undefined);
      char const* const syntax = encoding.big_endian    ? kExplicitBigUid
                                 : encoding.explicit_vr ? kExplicitLittleUid
                                                        : kImplicitLittleUid;
      EXPECT_TRUE(json_of(inner, syntax).starts_with("limit_exceeded"));
    }
  }
}

TEST(DicomJsonHostile, NestingUpToTheLimitIsWritten) {
  DataSetBuilder inner;
  inner.text(kComments, "LT", "deep").bytes(0x00420011, "OB", bytes_of({1, 2}));
  std::string path = "00420011";
  for (std::uint32_t i = 0; i < dicom::kMaxDicomJsonLevels; ++i) {
    inner = DataSetBuilder().sequence(0x00081140, {inner}, i % 2 == 0);
    path.insert(0, "00081140/1/");
  }
  EXPECT_TRUE(json_of(inner).contains("\"deep\""));
  auto const value = dicom::bulk_value(part10(kExplicitLittleUid, inner), path);
  ASSERT_TRUE(value) << value.error().detail;
  EXPECT_EQ(*value, bytes_of({1, 2}));
  inner = DataSetBuilder().sequence(0x00081140, {inner});
  EXPECT_TRUE(json_of(inner).starts_with("limit_exceeded"));
}

TEST(DicomJsonHostile, TheWholeIsBounded) {
  // Each is 1.1945305291614955e+103.
  EXPECT_TRUE(json_of(DataSetBuilder()
                          .bytes(0x00091001, "UN", {})
                          .bytes(0x00720074, "OD", Bytes(24 << 20, std::byte{0x55})))
                  .contains("BulkDataURI"));
  DataSetBuilder doubles(kImplicitLittle);
  doubles.text(0x00080060, "CS", "CT").bytes(0x00720074, "FD", Bytes(24 << 20, std::byte{0x55}));
  EXPECT_TRUE(json_of(doubles, kImplicitLittleUid).starts_with("limit_exceeded"));
}

TEST(DicomJsonHostile, TooManyElementsAreRefused) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += std::string("\x09\x00\x01\x10\x4C\x4F\x00\x00", 8);
  EXPECT_TRUE(json_of(DataSetBuilder().text(0x00080060, "CS", "CT").raw(text))
                  .starts_with("limit_exceeded"));
}

TEST(DicomJsonHostile, LongTextIsCut) {
  std::string const json =
      json_of(DataSetBuilder().bytes(0x00091001, "UT", Bytes(200'000, std::byte{'A'})));
  EXPECT_EQ(json, text_value("UT", '"' + std::string(65536, 'A') + '"'));
}

TEST(BulkValue, IsFoundByThePathOfTheJson) {
  DataSetBuilder item, builder;
  item.bytes(0x00420011, "OB", bytes_of({1, 2, 3, 4, 5, 6}));
  builder.sequence(0x00400260, {{}, item}).bytes(0x7FE00010, "OW", bytes_of({7, 8}));
  Bytes const file = part10(kExplicitLittleUid, builder);
  EXPECT_EQ(*dicom::dicom_json(file, {"/x", 4}),
            R"({"00400260":{"vr":"SQ","Value":[{},{"00420011":{"vr":"OB",)"
            R"("BulkDataURI":"/x/00400260/2/00420011"}}]},)"
            R"("7FE00010":{"vr":"OW","BulkDataURI":"/x/7FE00010"}})");
  EXPECT_EQ(dicom::bulk_value(file, "00400260/2/00420011").value_or(Bytes{}),
            bytes_of({1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(dicom::bulk_value(file, "7FE00010").value_or(Bytes{}), bytes_of({7, 8}));
  auto const place = dicom::find_bulk_value(file, "7FE00010");
  ASSERT_TRUE(place);
  EXPECT_EQ(place->vr, "OW");
  EXPECT_TRUE(place->verbatim);
  EXPECT_EQ(file[static_cast<std::size_t>(place->span.offset_bytes)], std::byte{7});
}

TEST(BulkValue, ACompressedIconIsItsFragmentsJoined) {
  DataSetBuilder icon;
  icon.fragments({}, {bytes_of({1, 2}), bytes_of({3, 4})});
  auto const file = part10(kJpegBaselineUid,
                           DataSetBuilder().sequence(0x00880200, {icon}).fragments({}, {Bytes(2)}));
  EXPECT_EQ(dicom::bulk_value(file, "00880200/1/7FE00010").value_or(Bytes{}),
            bytes_of({1, 2, 3, 4}));
  auto const place = dicom::find_bulk_value(file, "00880200/1/7FE00010");
  ASSERT_TRUE(place);
  EXPECT_EQ(place->encapsulated_in, kJpegBaselineUid);
  EXPECT_FALSE(place->verbatim);
  EXPECT_EQ(dicom::bulk_value(file, "7FE00010").error().code, Errc::not_found)
      << "the picture's frames are asked for singly";
}

TEST(BulkValue, BigEndianWordsAreTurned) {
  Bytes const file =
      part10(kExplicitBigUid, DataSetBuilder(kExplicitBig)
                                  .text(0x00080060, "CS", "CT")
                                  .bytes(0x00091001, "OW", bytes_of({1, 2, 3, 4}))
                                  .bytes(0x00091002, "OF", bytes_of({1, 2, 3, 4}))
                                  .bytes(0x00091003, "OD", bytes_of({1, 2, 3, 4, 5, 6, 7, 8}))
                                  .bytes(0x00091004, "OB", bytes_of({1, 2})));
  EXPECT_EQ(dicom::bulk_value(file, "00091001").value_or(Bytes{}), bytes_of({2, 1, 4, 3}));
  EXPECT_EQ(dicom::bulk_value(file, "00091002").value_or(Bytes{}), bytes_of({4, 3, 2, 1}));
  EXPECT_EQ(dicom::bulk_value(file, "00091003").value_or(Bytes{}),
            bytes_of({8, 7, 6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(dicom::bulk_value(file, "00091004").value_or(Bytes{}), bytes_of({1, 2}));
  EXPECT_FALSE(dicom::find_bulk_value(file, "00091001")->verbatim);
  EXPECT_TRUE(dicom::find_bulk_value(file, "00091004")->verbatim);
}

TEST(BulkValue, WhatIsNotThereIsSaidToBeSo) {
  Bytes const file = part10(kJpegBaselineUid, DataSetBuilder()
                                                  .text(0x00080060, "CS", "CT")
                                                  .sequence(0x00400260, {{}})
                                                  .fragments({}, {Bytes(2)}));
  for (auto const* path : {"7FE00010", "00080060", "00420011", "00400260", "00400260/2/00420011",
                           "00400260/1/00420011", "00080060/1/00420011", "00400260/0/00420011"})
    EXPECT_EQ(dicom::bulk_value(file, path).error().code, Errc::not_found) << path;
  for (auto const* path : {"", "7FE0001", "7FE0001G", "+7FE0001", "00400260/x/00420011",
                           "00400260//00420011", "00400260/1/", "../7FE00010"})
    EXPECT_EQ(dicom::bulk_value(file, path).error().code, Errc::invalid_argument) << path;
}

}  // namespace
}  // namespace sightline::dicom_test
