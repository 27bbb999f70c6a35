// Objects without pictures as JSON: synthetic ones, value by value, and hostile ones.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "data_set_builder.hpp"
#include "dicom/document.hpp"
#include "dicom/sr_content.hpp"

namespace sightline::dicom_test {
namespace {

namespace json = boost::json;

constexpr std::string_view kSr = "1.2.840.10008.5.1.4.1.1.88.33";

DataSetBuilder code(std::string const& value, std::string const& meaning) {
  DataSetBuilder item;
  item.text(0x00080100, "SH", value).text(0x00080102, "SH", "DCM");
  return item.text(0x00080104, "LO", meaning);
}
/// A content item up to the concept name; values with higher tags may follow.
DataSetBuilder content(std::string const& relationship, std::string const& type,
                       std::string const& name) {
  DataSetBuilder item;
  if (!relationship.empty()) item.text(0x0040A010, "CS", relationship);
  return item.text(0x0040A040, "CS", type).sequence(0x0040A043, {code("1", name)});
}
DataSetBuilder report(std::vector<DataSetBuilder> const& children) {
  DataSetBuilder data_set;
  data_set.text(0x00080005, "CS", "ISO_IR 100").text(0x00080016, "UI", std::string(kSr));
  data_set.text(0x00080018, "UI", "1.2.3").text(0x0040A040, "CS", "CONTAINER");
  data_set.sequence(0x0040A043, {code("121", "Report")}).text(0x0040A050, "CS", "SEPARATE");
  data_set.text(0x0040A491, "CS", "COMPLETE").text(0x0040A493, "CS", "VERIFIED");
  return data_set.sequence(0x0040A730, children, true);
}
json::object model(DataSetBuilder const& data_set) {
  auto const text = dicom::document_json(part10(kExplicitLittleUid, data_set));
  EXPECT_TRUE(text) << (text ? "" : text.error().detail);
  json::parse_options options;
  options.max_depth = 4 * dicom::kMaxContentLevels;  // an object and a list of each level, and more
  return text ? json::parse(*text, {}, options).as_object() : json::object();
}
json::object child(json::object const& document, std::size_t index) {
  return document.at("root").at("children").at(index).as_object();
}
std::string text(json::value const& value) { return std::string(value.as_string()); }

TEST(SrDocument, ValuesOfEveryTypeAreThere) {
  auto num = content("CONTAINS", "NUM", "Length");
  DataSetBuilder measured;
  measured.sequence(0x004008EA, {code("mm", "millimeter")}).text(0x0040A30A, "DS", "1.50");
  num.sequence(0x0040A300, {measured});
  DataSetBuilder image;
  image.text(0x00081150, "UI", "1.2.840.10008.5.1.4.1.1.2").text(0x00081155, "UI", "1.2.9");
  image.text(0x00081160, "IS", "3\\7");
  DataSetBuilder image_item;
  image_item.sequence(0x00081199, {image});
  image_item.text(0x0040A010, "CS", "CONTAINS").text(0x0040A040, "CS", "IMAGE");
  DataSetBuilder by_reference;
  by_reference.text(0x0040A010, "CS", "INFERRED FROM");
  by_reference.bytes(0x0040DB73, "UL", bytes_of({1, 0, 0, 0, 2, 0, 0, 0}));
  auto scoord = content("CONTAINS", "SCOORD", "Outline");
  scoord.bytes(0x00700022, "FL", bytes_of({0, 0, 0xC0, 0x3F, 0, 0, 0, 0x40}));
  scoord.text(0x00700023, "CS", "POINT");

  auto const document = model(report({
      content("CONTAINS", "TEXT", "Finding").text(0x0040A160, "UT", "Caf\xE9 <b>"),
      num,
      image_item,
      by_reference,
      scoord,
      content("CONTAINS", "PNAME", "Reader").text(0x0040A123, "PN", "Doe^Jane"),
      content("CONTAINS", "CODE", "Side").sequence(0x0040A168, {code("L", "Left")}),
  }));

  EXPECT_EQ(text(document.at("kind")), "sr");
  EXPECT_EQ(text(document.at("completion")), "COMPLETE");
  EXPECT_EQ(text(document.at("verification")), "VERIFIED");
  EXPECT_FALSE(document.contains("incomplete"));
  EXPECT_EQ(text(document.at("root").at("concept").at("meaning")), "Report");
  EXPECT_EQ(text(child(document, 0).at("text")), "Caf\xC3\xA9 <b>");
  EXPECT_EQ(text(child(document, 0).at("id")), "1.1");
  EXPECT_EQ(json::serialize(child(document, 1).at("numbers")), R"(["1.50"])");
  EXPECT_EQ(text(child(document, 1).at("unit").at("value")), "mm");
  EXPECT_EQ(json::serialize(child(document, 2).at("references")),
            R"([{"sopClass":"1.2.840.10008.5.1.4.1.1.2","sopInstance":"1.2.9","frames":[3,7]}])");
  EXPECT_EQ(text(child(document, 3).at("target")), "1.2");
  EXPECT_EQ(json::serialize(child(document, 4).at("graphicData")), "[1.5E0,2]");
  EXPECT_EQ(text(child(document, 5).at("text")), "Doe^Jane");
  EXPECT_EQ(text(child(document, 6).at("code").at("meaning")), "Left");
}

TEST(SrDocument, AnItemHasItsOwnCharacterSet) {
  DataSetBuilder item;
  item.text(0x00080005, "CS", "ISO_IR 192").text(0x0040A010, "CS", "CONTAINS");
  item.text(0x0040A040, "CS", "TEXT").text(0x0040A160, "UT", "\xE2\x82\xAC");
  EXPECT_EQ(text(child(model(report({item})), 0).at("text")), "\xE2\x82\xAC");
}

TEST(SrDocument, MarkupCannotEndAScriptElement) {
  auto const file = part10(
      kExplicitLittleUid,
      report({content("CONTAINS", "TEXT", "x").text(0x0040A160, "UT", "</script><script>")}));
  auto const made = dicom::document_json(file);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->find('<'), std::string::npos);
}

/// Levels as far as they are read, what stands beside and behind them, and that there is more; by
/// defined lengths and by delimiters.
TEST(SrDocument, NestingBeyondTheLimitIsLeftOutAndSaidSo) {
  for (bool const undefined_length : {false, true}) {
    auto const levels_of = [&](std::size_t levels) {
      auto item = content("CONTAINS", "TEXT", "deepest");
      for (std::size_t i = 2; i < levels; ++i)
        item = content("CONTAINS", "CONTAINER", "x")
                   .sequence(0x0040A730, {item, content("CONTAINS", "TEXT", "beside")},
                             undefined_length);
      return model(report({item, content("CONTAINS", "TEXT", "last")}));
    };
    auto const whole = levels_of(dicom::kMaxContentLevels);
    EXPECT_FALSE(whole.contains("deeper"));
    EXPECT_FALSE(whole.contains("incomplete"));
    auto const document = levels_of(dicom::kMaxContentLevels + 60);
    EXPECT_TRUE(document.at("deeper").as_bool());
    EXPECT_FALSE(document.contains("incomplete"));
    EXPECT_EQ(text(child(document, 1).at("concept").at("meaning")), "last");
    json::object item = document.at("root").as_object();
    std::size_t levels = 1;
    for (; item.contains("children"); ++levels) {
      auto const& children = item.at("children").as_array();
      ASSERT_EQ(children.size(), 2u) << "level " << levels;
      item = json::object(children.front().as_object());
    }
    EXPECT_EQ(levels, dicom::kMaxContentLevels);
    EXPECT_TRUE(item.at("deeper").as_bool());
  }
}

TEST(SrDocument, TextOverTheLimitIsCutAndSaidSo) {
  Limits limits;
  limits.max_text_bytes = 16;
  auto const made = dicom::document_json(
      part10(kExplicitLittleUid, report({content("CONTAINS", "TEXT", "long")
                                             .text(0x0040A160, "UT", std::string(64, 'a'))})),
      limits);
  ASSERT_TRUE(made) << made.error().detail;
  auto const document = json::parse(*made).as_object();
  EXPECT_TRUE(document.at("incomplete").as_bool());
  EXPECT_EQ(text(child(document, 0).at("text")), std::string(16, 'a'));
}

TEST(Document, OtherObjectsAreRefused) {
  DataSetBuilder plan;
  plan.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.481.5").text(0x00080018, "UI", "1.2.3");
  auto const made = dicom::document_json(part10(kExplicitLittleUid, plan));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::unsupported);
  EXPECT_EQ(dicom::document_part(part10(kExplicitLittleUid, plan), 0).error().code,
            Errc::not_found);
}

struct Group {
  std::uint16_t channels = 2, bits = 16;
  std::uint32_t samples = 2;
  std::string interpretation = "SS", vr = "OW";
  Bytes data = {}, padding = {};
};
DataSetBuilder waveform(Group const& group, dicom::ElementEncoding encoding = kExplicitLittle) {
  DataSetBuilder item(encoding);
  auto const u32 = [&](std::uint32_t value) {
    auto const byte = [&](int i) { return static_cast<int>(value >> (8 * i) & 255); };
    return encoding.big_endian ? bytes_of({byte(3), byte(2), byte(1), byte(0)})
                               : bytes_of({byte(0), byte(1), byte(2), byte(3)});
  };
  item.words(0x003A0005, "US", {group.channels}).bytes(0x003A0010, "UL", u32(group.samples));
  item.text(0x003A001A, "DS", "500").words(0x54001004, "US", {group.bits});
  item.text(0x54001006, "CS", group.interpretation);
  if (!group.padding.empty()) item.bytes(0x5400100A, group.vr, group.padding);
  item.bytes(0x54001010, group.vr, group.data);
  DataSetBuilder data_set(encoding);
  data_set.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.9.1.1");
  data_set.text(0x00080018, "UI", "1.2.3");
  return data_set.sequence(0x54000100, {item});
}
template <class Word = std::int32_t>
std::vector<Word> file_samples(Bytes const& file) {
  auto const made = dicom::document_part(file, 0);
  EXPECT_TRUE(made) << (made ? "" : made.error().detail);
  std::vector<Word> values;
  for (std::size_t i = 0; made && i + sizeof(Word) <= made->size(); i += sizeof(Word)) {
    std::uint64_t word = 0;
    for (std::size_t k = 0; k < sizeof(Word); ++k)
      word |= std::to_integer<std::uint64_t>((*made)[i + k]) << (8 * k);
    values.push_back(static_cast<Word>(word));
  }
  return values;
}
std::vector<std::int32_t> samples(Group const& group) {
  return file_samples(part10(kExplicitLittleUid, waveform(group)));
}
using Values = std::vector<std::int32_t>;

TEST(Waveform, ChannelsAreTakenApart) {
  EXPECT_EQ(samples({.data = bytes_of({1, 0, 2, 0, 255, 255, 4, 0})}), (Values{1, -1, 2, 4}));
  EXPECT_EQ(samples({.interpretation = "US", .data = bytes_of({1, 0, 2, 0, 255, 255, 4, 0})}),
            (Values{1, 65535, 2, 4}));
  EXPECT_EQ(samples({.bits = 8, .interpretation = "SB", .data = bytes_of({1, 2, 255, 4})}),
            (Values{1, -1, 2, 4}));
  EXPECT_EQ(samples({.bits = 8, .interpretation = "UB", .data = bytes_of({1, 2, 255, 4})}),
            (Values{1, 255, 2, 4}));
  EXPECT_EQ(samples({.channels = 1,
                     .bits = 32,
                     .interpretation = "SL",
                     .data = bytes_of({1, 0, 0, 0, 254, 255, 255, 255})}),
            (Values{1, -2}));
}

TEST(Waveform, BigEndianIsReadByItsWords) {
  auto const big = [](Group const& group) {
    return file_samples(part10(kExplicitBigUid, waveform(group, kExplicitBig)));
  };
  EXPECT_EQ(big({.data = bytes_of({0, 1, 0, 2, 255, 255, 0, 4})}), (Values{1, -1, 2, 4}));
  // PS3.5 7.3, 8.1.1: two samples of 8 bits in a word of OW, the first in its low byte
  EXPECT_EQ(big({.bits = 8, .interpretation = "UB", .data = bytes_of({2, 1, 4, 3})}),
            (Values{1, 3, 2, 4}));
  EXPECT_EQ(big({.bits = 8, .interpretation = "UB", .vr = "OB", .data = bytes_of({1, 2, 3, 4})}),
            (Values{1, 3, 2, 4}));
}

/// Two channels of two samples, in both byte orders. Values: pydicom.waveforms.multiplex_array of
/// the little-endian file; the big-endian bytes are those that dcmconv +tb makes of it.
TEST(Waveform, WideSamplesAreReadInBothByteOrders) {
  struct Wide {
    std::uint16_t bits;
    char const* interpretation;
    Bytes little, big;
    std::vector<std::int64_t> values;  // channel by channel
  };
  Bytes const words = bytes_of({1, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0x78, 0x56, 0x34, 0x12, 0xF0,
                                0xCD, 0xAB, 0x89}),
              swapped = bytes_of({0, 1, 0, 0, 0xFF, 0xFE, 0xFF, 0xFF, 0x56, 0x78, 0x12, 0x34, 0xCD,
                                  0xF0, 0x89, 0xAB}),
              longs = bytes_of({1,    0,    0,    0,    0,    0,    0,    0,    0xFE, 0xFF, 0xFF,
                                0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xAB, 0x89, 0x67, 0x45, 0x23, 1,
                                0,    0,    0x55, 0x76, 0x98, 0xBA, 0xDC, 0xFE, 0xFF, 0xFF}),
              longs_swapped =
                  bytes_of({0,    1,    0,    0,    0,    0,    0,    0,    0xFF, 0xFE, 0xFF,
                            0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x89, 0xAB, 0x45, 0x67, 1,    0x23,
                            0,    0,    0x76, 0x55, 0xBA, 0x98, 0xFE, 0xDC, 0xFF, 0xFF});
  for (Wide const& wide :
       {Wide{32, "SL", words, swapped, {1, 305419896, -2, -1985229328}},
        Wide{32, "UL", words, swapped, {1, 305419896, 4294967294, 2309737968}},
        Wide{64, "SV", longs, longs_swapped, {1, 1250999896491, -2, -1250999896491}},
        Wide{64, "UV", longs, longs_swapped, {1, 1250999896491, -2, -1250999896491}}}) {
    SCOPED_TRACE(wide.interpretation);
    auto const read = [&](Bytes const& file) -> std::vector<std::int64_t> {
      if (wide.bits == 64) return file_samples<std::int64_t>(file);  // UV: the same bits
      std::vector<std::int64_t> values;
      for (std::uint32_t const word : file_samples<std::uint32_t>(file))
        values.push_back(wide.interpretation[0] == 'S'
                             ? std::int64_t{static_cast<std::int32_t>(word)}
                             : std::int64_t{word});
      return values;
    };
    Group group{.bits = wide.bits, .interpretation = wide.interpretation, .data = wide.little};
    EXPECT_EQ(read(part10(kExplicitLittleUid, waveform(group))), wide.values);
    group.data = wide.big;
    EXPECT_EQ(read(part10(kExplicitBigUid, waveform(group, kExplicitBig))), wide.values);
  }
}

/// Expected: Python's audioop.ulaw2lin(x, 2) / 4 and alaw2lin(x, 2) / 8.
TEST(Waveform, CompandedSamplesAreExpanded) {
  EXPECT_EQ(samples({.channels = 1,
                     .bits = 8,
                     .samples = 6,
                     .interpretation = "MB",
                     .data = bytes_of({0x00, 0x80, 0xFF, 0x7F, 0x2A, 0xC5})}),
            (Values{-8031, 8031, 0, 0, -1343, 391}));
  EXPECT_EQ(samples({.channels = 1,
                     .bits = 8,
                     .samples = 6,
                     .interpretation = "AB",
                     .data = bytes_of({0x00, 0x80, 0xD5, 0x55, 0x2A, 0xC5})}),
            (Values{-688, 688, 1, -1, -4032, 33}));
}

TEST(Waveform, WhatCannotBeShownSaysWhy) {
  auto const reason = [](Group const& group) {
    auto const file = part10(kExplicitLittleUid, waveform(group));
    EXPECT_EQ(dicom::document_part(file, 0).error().code, Errc::unsupported);
    return text(json::parse(*dicom::document_json(file)).at("groups").at(0).at("reason"));
  };
  EXPECT_EQ(reason({.data = bytes_of({1, 0})}), "Its samples are cut off.");
  // PS3.5 8.3 allows 8, 16, 32 and 64
  EXPECT_EQ(reason({.bits = 24, .interpretation = "SL"}),
            "Samples of 24 bits as \"SL\" cannot be shown.");
  EXPECT_EQ(reason({.channels = 0}), "It holds no samples.");
  EXPECT_EQ(reason({.channels = 65535, .samples = 0xFFFFFFFF}),
            "It holds more samples than can be shown.");
}

TEST(Waveform, ThePaddingValueIsReadAsASample) {
  auto const group = [](Group const& made) {
    auto const file = part10(kExplicitLittleUid, waveform(made));
    return json::parse(*dicom::document_json(file)).at("groups").at(0).as_object();
  };
  Bytes const data = bytes_of({1, 0, 2, 0, 255, 255, 4, 0});
  EXPECT_EQ(group({.data = data, .padding = bytes_of({0, 128})}).at("padding"), -32768);
  EXPECT_EQ(
      group({.interpretation = "US", .data = data, .padding = bytes_of({0, 128})}).at("padding"),
      32768);
  Bytes const least = bytes_of({0, 0, 0, 0, 0, 0, 0, 0x80});  // of dcmconv's file: 2^63, -2^63
  EXPECT_EQ(group({.bits = 64, .interpretation = "SV", .data = data, .padding = least})
                .at("padding")
                .to_number<double>(),
            -9223372036854775808.0);
  EXPECT_EQ(group({.bits = 64, .interpretation = "UV", .data = data, .padding = least})
                .at("padding")
                .to_number<double>(),
            9223372036854775808.0);
  // no such width of samples
  EXPECT_FALSE(group({.bits = 39, .data = data, .padding = data}).contains("padding"));
}

TEST(Waveform, OtherGroupsAreNotFound) {
  auto const file =
      part10(kExplicitLittleUid, waveform({.data = bytes_of({1, 0, 2, 0, 255, 255, 4, 0})}));
  EXPECT_EQ(dicom::document_part(file, 1).error().code, Errc::not_found);
}

DataSetBuilder encapsulated(Bytes const& document) {
  DataSetBuilder data_set;
  data_set.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.104.1");
  data_set.text(0x00080018, "UI", "1.2.3").text(0x00280301, "CS", "YES");
  data_set.text(0x00420010, "ST", "Letter").bytes(0x00420011, "OB", document);
  return data_set.text(0x00420012, "LO", "application/pdf");
}

TEST(EncapsulatedDocument, ThePaddingIsTakenOffWhereTheLengthIsKnown) {
  auto const padded =
      part10(kExplicitLittleUid,
             encapsulated(bytes_of({1, 2, 3, 0})).bytes(0x00420015, "UL", bytes_of({3, 0, 0, 0})));
  EXPECT_EQ(dicom::document_part(padded, 0).value(), bytes_of({1, 2, 3}));
  auto const unknown = part10(kExplicitLittleUid, encapsulated(bytes_of({1, 2, 3, 0})));
  EXPECT_EQ(dicom::document_part(unknown, 0).value(), bytes_of({1, 2, 3, 0}));
  auto const wrong =
      part10(kExplicitLittleUid,
             encapsulated(bytes_of({1, 2, 3, 0})).bytes(0x00420015, "UL", bytes_of({1, 0, 0, 0})));
  EXPECT_EQ(dicom::document_part(wrong, 0).value(), bytes_of({1, 2, 3, 0}));
}

TEST(EncapsulatedDocument, WhatIsSaidOfItIsThere) {
  auto const document = model(encapsulated(bytes_of({1, 2})));
  EXPECT_EQ(text(document.at("kind")), "encapsulated");
  EXPECT_EQ(text(document.at("documentTitle")), "Letter");
  EXPECT_EQ(text(document.at("mimeType")), "application/pdf");
  EXPECT_EQ(text(document.at("burnedIn")), "YES");
  EXPECT_EQ(document.at("length").as_int64(), 2);
}

DataSetBuilder encapsulated_as(int sop_class, std::string const& document,
                               std::string const& type) {
  DataSetBuilder data_set;
  data_set.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.104." + std::to_string(sop_class));
  Bytes bytes;
  for (char const c : document) bytes.push_back(static_cast<std::byte>(c));
  if (bytes.size() % 2 != 0) bytes.push_back({});
  data_set.bytes(0x00420011, "OB", bytes);
  return type.empty() ? data_set : data_set.text(0x00420012, "LO", type);
}

/// The bytes first, then the SOP Class; what the object says of its type comes last.
TEST(EncapsulatedDocument, IsWhatItsBytesOrItsClassSay) {
  std::string const mesh = std::string(80, ' ') + std::string("\1\0\0\0", 4) + std::string(50, 'x');
  struct Case {
    int sop_class;
    std::string document, type, found;
  };
  for (auto const& [sop_class, document, type, found] :
       std::vector<Case>{{3, mesh, "", "model/stl"},
                         {4, mesh, "application/pdf", "model/stl"},
                         {3, "solid a\nfacet normal 0 0 1\n", "text/xml", "model/stl"},
                         {3, "solid a\n", "", "model/stl"},
                         {4, "v 0 0 0\nf 1 1 1\n", "", "model/obj"},
                         {5, "newmtl red\n", "application/octet-stream", "model/mtl"},
                         {1, "junk %PDF-1.7\n", "text/xml", "application/pdf"},
                         {2, "\xEF\xBB\xBF <?xml version=\"1.0\"?>", "application/pdf", "text/xml"},
                         {2, " <ClinicalDocument/>", "", "text/xml"},
                         {1, "anything", "", "application/pdf"},
                         {9, "anything", "text/plain", ""}}) {
    auto const made = model(encapsulated_as(sop_class, document, type));
    EXPECT_EQ(made.contains("contentType") ? text(made.at("contentType")) : "", found) << document;
  }
}

/// Each prefix of each kind gives an answer or an error; the sanitizers watch.
TEST(Document, PrefixesAreAnswered) {
  for (Bytes const& file :
       {part10(kExplicitLittleUid,
               report({content("CONTAINS", "TEXT", "x").text(0x0040A160, "UT", "abc")})),
        part10(kExplicitLittleUid, waveform({.data = bytes_of({1, 0, 2, 0, 255, 255, 4, 0})})),
        part10(kExplicitLittleUid, encapsulated(bytes_of({1, 2, 3, 4})))}) {
    for (std::size_t size = 0; size < file.size(); ++size) {
      Bytes const prefix(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
      if (auto const made = dicom::document_json(prefix)) {
        boost::system::error_code error;
        json::parse(*made, error);
        EXPECT_FALSE(error) << *made;
      }
      (void)dicom::document_part(prefix, 0);
    }
  }
}

}  // namespace
}  // namespace sightline::dicom_test
