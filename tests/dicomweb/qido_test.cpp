// QIDO-RS over a real index: what is matched, and what is answered. Source: PS3.18 10.6.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "dicomweb/qido_answer.hpp"
#include "small_archive.hpp"

namespace sightline::server {
namespace {

namespace json = boost::json;
using Level = DicomSearch::Level;
using Parameters = std::vector<std::pair<std::string, std::string>>;

class Qido : public ::testing::Test {
 protected:
  void SetUp() override {
    archive_.put({.study = "1.1", .series = "1.1.1", .sop = "1.1.1.1", .procedure_step = "STEP7"});
    archive_.put({.study = "1.1", .series = "1.1.1", .sop = "1.1.1.2", .instance_number = 2});
    archive_.put({.study = "1.1",
                  .series = "1.1.2",
                  .sop = "1.1.2.1",
                  .modality = "SR",
                  .series_number = 2});
    archive_.put({.study = "1.2",
                  .series = "1.2.1",
                  .sop = "1.2.1.1",
                  .patient = "Roe^Richard",
                  .patient_id = "P[2]",
                  .date = "20260105",
                  .time = "0830",
                  .modality = "MR",
                  .accession = "A2",
                  .description = "Knee"});
  }
  json::array ask(Level level, Parameters const& parameters, std::string study = {},
                  std::string series = {}) {
    auto const query = parse_qido_query({level, std::move(study), std::move(series)}, parameters);
    EXPECT_TRUE(query) << query.error().detail;
    if (!query) return {};
    auto const answer = answer_qido(archive_.index(), *query, "http://h/dicom-web");
    EXPECT_TRUE(answer);
    is_cut_ = answer->is_cut;
    return json::parse(answer->json).as_array();
  }
  std::vector<std::string> studies(Parameters const& parameters) {
    std::vector<std::string> uids;
    for (json::value const& one : ask(Level::study, parameters)) uids.push_back(uid(one));
    return uids;
  }
  static std::string uid(json::value const& object, char const* tag = "0020000D") {
    return std::string(object.at(tag).at("Value").at(0).as_string());
  }
  using Uids = std::vector<std::string>;

  testing::SmallArchive archive_;
  bool is_cut_ = false;
};

TEST_F(Qido, StudiesNewestFirstWithWhatTheStandardRequires) {
  auto const all = ask(Level::study, {});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(uid(all[0]), "1.2");
  json::object const& study = all[1].as_object();
  for (char const* const tag :
       {"00080005", "00080020", "00080030", "00080050", "00080056", "00080061", "00080090",
        "00081190", "00100010", "00100020", "00100030", "00100040", "0020000D", "00200010",
        "00201206", "00201208"}) {
    EXPECT_TRUE(study.contains(tag)) << tag;
  }
  EXPECT_EQ(json::serialize(study.at("00080061").at("Value")), R"(["CT","SR"])");
  EXPECT_EQ(study.at("00201206").at("Value").at(0).to_number<int>(), 2);
  EXPECT_EQ(study.at("00201208").at("Value").at(0).to_number<int>(), 3);
  EXPECT_EQ(uid(study, "00081190"), "http://h/dicom-web/studies/1.1");
  EXPECT_EQ(study.at("00100010").at("Value").at(0).at("Alphabetic"), "Doe^Jane");
  EXPECT_FALSE(study.contains("00080060")) << "an attribute of the series";
}

TEST_F(Qido, MatchesByNameIdAndWildcard) {
  EXPECT_EQ(studies({{"PatientName", "doe^jane"}}), Uids{"1.1"});
  EXPECT_EQ(studies({{"00100010", "D?e*"}}), Uids{"1.1"});
  EXPECT_EQ(studies({{"PatientName", "Doe"}}), Uids{});
  EXPECT_EQ(studies({{"PatientID", "P[2]"}}), Uids{"1.2"});
  EXPECT_EQ(studies({{"PatientID", "P[*"}}), Uids{"1.2"}) << "a bracket means itself";
  EXPECT_EQ(studies({{"PatientID", "p1"}}), Uids{}) << "case counts but in names";
  EXPECT_EQ(studies({{"AccessionNumber", "A?"}}), (Uids{"1.2", "1.1"}));
  EXPECT_EQ(studies({{"PatientName", ""}}), (Uids{"1.2", "1.1"})) << "universal";
  EXPECT_EQ(studies({{"PatientSex", "F"}, {"StudyDescription", "Kn*"}}), Uids{"1.2"});
  EXPECT_EQ(studies({{"ReferringPhysicianName", "refer*"}}), (Uids{"1.2", "1.1"}));
}

TEST_F(Qido, MatchesDatesTimesAndBothTogether) {
  EXPECT_EQ(studies({{"StudyDate", "20260102"}}), Uids{"1.1"});
  EXPECT_EQ(studies({{"StudyDate", "20260101-20260104"}}), Uids{"1.1"});
  EXPECT_EQ(studies({{"StudyDate", "20260103-"}}), Uids{"1.2"});
  EXPECT_EQ(studies({{"StudyDate", "-20260102"}}), Uids{"1.1"});
  EXPECT_EQ(studies({{"StudyTime", "10-11"}}), Uids{"1.1"});
  // One range over two attributes: from the 2nd at 11 h to the 5th at 9 h.
  EXPECT_EQ(studies({{"StudyDate", "20260102-20260105"}, {"StudyTime", "110000-090000"}}),
            Uids{"1.2"});
  EXPECT_EQ(studies({{"StudyDate", "20260102-20260105"}, {"StudyTime", "1000-0800"}}), Uids{"1.1"});
}

TEST_F(Qido, MatchesUidListsAndModalities) {
  EXPECT_EQ(studies({{"StudyInstanceUID", "1.2,1.9"}}), Uids{"1.2"});
  EXPECT_EQ(studies({{"StudyInstanceUID", "1.1\\1.2"}}), (Uids{"1.2", "1.1"}));
  EXPECT_EQ(studies({{"ModalitiesInStudy", "SR"}}), Uids{"1.1"});
  EXPECT_EQ(studies({{"Modality", "MR"}}), Uids{"1.2"}) << "means Modalities in Study";
}

TEST_F(Qido, SeriesAndInstancesUnderTheirPathsAndAtTheRoot) {
  auto const series = ask(Level::series, {}, "1.1");
  ASSERT_EQ(series.size(), 2u);
  EXPECT_EQ(uid(series[0], "0020000E"), "1.1.1");
  EXPECT_EQ(series[0].at("00201209").at("Value").at(0).to_number<int>(), 2);
  EXPECT_FALSE(series[0].as_object().contains("00100010")) << "the path names the study";
  EXPECT_TRUE(ask(Level::series, {})[0].as_object().contains("00100010"));

  auto const instances = ask(Level::instance, {}, "1.1", "1.1.1");
  ASSERT_EQ(instances.size(), 2u);
  EXPECT_EQ(uid(instances[1], "00080018"), "1.1.1.2");
  EXPECT_EQ(instances[0].at("00280010").at("Value").at(0).to_number<int>(), 2);
  EXPECT_EQ(uid(instances[0], "00081190"),
            "http://h/dicom-web/studies/1.1/series/1.1.1/instances/1.1.1.1");
  EXPECT_EQ(ask(Level::instance, {{"PatientName", "Roe*"}}).size(), 1u);
  EXPECT_EQ(ask(Level::instance, {{"Rows", "2"}}).size(), 4u);
  EXPECT_EQ(ask(Level::instance, {{"Rows", "3"}}).size(), 0u);
}

TEST_F(Qido, MatchesInsideSequences) {
  Parameters const keyword{{"RequestAttributesSequence.ScheduledProcedureStepID", "STEP?"}};
  Parameters const tags{{"00400275.00400009", "STEP7"}};
  EXPECT_EQ(ask(Level::series, keyword).size(), 1u);
  EXPECT_EQ(ask(Level::series, tags).size(), 1u);
  EXPECT_EQ(ask(Level::series, {{"00400275.00400009", "STEP8"}}).size(), 0u);
}

TEST_F(Qido, LimitOffsetAndIncludedFields) {
  EXPECT_EQ(studies({{"limit", "1"}}), Uids{"1.2"});
  EXPECT_FALSE(is_cut_) << "the client asked for no more";
  EXPECT_EQ(studies({{"limit", "1"}, {"offset", "1"}}), Uids{"1.1"});
  EXPECT_EQ(studies({{"offset", "2"}}), Uids{});
  EXPECT_EQ(studies({{"offset", "1"}, {"PatientSex", "F"}}), Uids{"1.1"})
      << "counted after all that matches";
  EXPECT_TRUE(ask(Level::instance, {{"includefield", "BitsStored,00280103"}}, "1.1", "1.1.1")[0]
                  .as_object()
                  .contains("00280103"));
  auto const whole = ask(Level::instance, {{"includefield", "all"}}, "1.1", "1.1.1")[0];
  EXPECT_EQ(whole.at("7FE00010").at("BulkDataURI"),
            "http://h/dicom-web/studies/1.1/series/1.1.1/instances/1.1.1.1/bulkdata/7FE00010");
  EXPECT_FALSE(whole.as_object().contains("00100010"));
}

TEST_F(Qido, AnswersAreInOrderOfTags) {
  auto const query = parse_qido_query({Level::study, {}, {}}, {});
  std::string const text = answer_qido(archive_.index(), *query, "http://h/dicom-web")->json;
  std::vector<std::string> keys;
  json::value const answer = json::parse(text);
  for (auto const& [key, value] : answer.at(0).as_object()) keys.emplace_back(key);
  EXPECT_TRUE(std::ranges::is_sorted(keys));
}

TEST_F(Qido, WhatCannotBeReadIsRefusedWithoutBeingRepeated) {
  for (Parameters const& wrong :
       {Parameters{{"NoSuchKeyword", "secret"}}, Parameters{{"limit", "-1"}},
        Parameters{{"offset", "1x"}}, Parameters{{"StudyInstanceUID", "1.2/secret"}},
        Parameters{{"SOPInstanceUID", "1.2"}}, Parameters{{"PatientID", std::string(2000, 'x')}},
        Parameters{{"00400275.00400275.00400275.00400275.00400009", "secret"}}}) {
    auto const query = parse_qido_query({Level::study, {}, {}}, wrong);
    ASSERT_FALSE(query) << wrong[0].first;
    EXPECT_EQ(query.error().code, Errc::invalid_argument);
    EXPECT_EQ(query.error().detail.find("secret"), std::string::npos);
  }
}

TEST_F(Qido, HostileValuesAreValues) {
  EXPECT_EQ(studies({{"PatientID", "' OR 1=1 --"}}), Uids{});
  EXPECT_EQ(studies({{"PatientID", "\"],\""}}), Uids{});
  EXPECT_EQ(studies({{"PatientName", "%"}}), Uids{});
  EXPECT_EQ(studies({{"PatientSex", "*F*F*F*F*F*F*F*F*F*F*x"}}), Uids{});
}

}  // namespace
}  // namespace sightline::server
