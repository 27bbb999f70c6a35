#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "../app/temporary_folder.hpp"
#include "index/database.hpp"
#include "index/index.hpp"
#include "index/search_text.hpp"
#include "sample_instance.hpp"

namespace sightline::server {
namespace {

using testing::hash_of;
using testing::instance_of;
using testing::stream_of;
using Sort = StudyQuery::Sort;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double p95(std::vector<double> times) {
  std::ranges::sort(times);
  return times[times.size() * 95 / 100];
}

StudyQuery query(std::string search, Sort sort = Sort::date, bool descending = true,
                 std::uint32_t offset = 0, std::uint32_t limit = 100) {
  return {std::move(search), sort, descending, offset, limit};
}

class StudyListTest : public ::testing::Test {
 protected:
  void SetUp() override { index_ = std::move(*open_sqlite_index(folder_.path() / "index.sqlite")); }
  void add(unsigned n, std::string const& name, std::string const& id, std::string const& date,
           std::string const& modality, std::string const& description) {
    std::string const uid = "1.2." + std::to_string(n + 1);
    auto instance = instance_of(uid, uid + ".1", uid + ".1.1");
    instance.patient.name = name, instance.patient.id = id, instance.study.study_date = date;
    instance.series.modality = modality, instance.study.study_description = description;
    ASSERT_TRUE(index_->add(instance, hash_of(n + 1), 1).has_value());
  }
  std::vector<std::string> names(StudyQuery const& wanted) const {
    std::vector<std::string> found;
    auto const page = index_->studies(wanted);
    for (auto const& study : page->studies) found.push_back(study.patient_name);
    return found;
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Index> index_;
};

TEST_F(StudyListTest, EveryWordMustOccurSomewhere) {
  add(0, "Müller^Anna", "A-17", "20240131", "CT", "Thorax with contrast");
  add(1, "Muster^Max", "B-18", "20230501", "MR", "Knee");
  add(2, "Ωmega^Zoe", "C-19", "20220101", "US", "Abdomen");
  EXPECT_EQ(names(query("MÜLL")), std::vector<std::string>{"Müller^Anna"});
  EXPECT_EQ(names(query("mu knee")), std::vector<std::string>{"Muster^Max"});
  EXPECT_EQ(names(query("ωMEG")), std::vector<std::string>{"Ωmega^Zoe"});
  EXPECT_EQ(names(query("2023-05")), std::vector<std::string>{"Muster^Max"});
  EXPECT_EQ(names(query("ct -17")), std::vector<std::string>{"Müller^Anna"});
  EXPECT_TRUE(names(query("anna knee")).empty());
  EXPECT_EQ(names(query("%")), std::vector<std::string>{}) << "no wildcard of SQL";
  EXPECT_EQ(index_->studies(query("m", Sort::date, true, 0, 1))->total, 3U);
}

TEST_F(StudyListTest, SortsByEachColumnBothWays) {
  add(0, "b", "1", "20240101", "MR", "z");
  add(1, "A", "3", "20220101", "CT", "Y");
  add(2, "c", "2", "20230101", "US", "x");
  EXPECT_EQ(names(query("")), (std::vector<std::string>{"b", "c", "A"})) << "newest first";
  EXPECT_EQ(names(query("", Sort::date, false)), (std::vector<std::string>{"A", "c", "b"}));
  EXPECT_EQ(names(query("", Sort::patient_name, false)), (std::vector<std::string>{"A", "b", "c"}));
  EXPECT_EQ(names(query("", Sort::patient_id)), (std::vector<std::string>{"A", "c", "b"}));
  EXPECT_EQ(names(query("", Sort::modality, false)), (std::vector<std::string>{"A", "b", "c"}));
  EXPECT_EQ(names(query("", Sort::description, false)), (std::vector<std::string>{"c", "A", "b"}));
}

TEST_F(StudyListTest, CollectsModalitiesAndFillsWhatWasEmpty) {
  auto first = instance_of("1.1", "1.1.1", "1.1.1.1");
  first.study.study_description = "", first.series.modality = "PT";
  auto second = instance_of("1.1", "1.1.2", "1.1.2.1");
  second.study.study_description = "Whole body", second.series.modality = "CT";
  ASSERT_TRUE(index_->add(first, hash_of(1), 1).has_value());
  ASSERT_TRUE(index_->add(second, hash_of(2), 1).has_value());
  auto const study = index_->studies(query("whole pt ct"))->studies.at(0);
  EXPECT_EQ(study.modalities, (std::vector<std::string>{"CT", "PT"}));
  EXPECT_EQ(study.study_description, "Whole body");
}

TEST_F(StudyListTest, PagesAreBoundedAndFollowEachOther) {
  for (unsigned i = 0; i < 5; ++i)
    add(i, "p" + std::to_string(i), "", "2024010" + std::to_string(i), "CT", "");
  EXPECT_EQ(names(query("", Sort::date, true, 0, 2)), (std::vector<std::string>{"p4", "p3"}));
  EXPECT_EQ(names(query("", Sort::date, true, 4, 2)), (std::vector<std::string>{"p0"}));
  EXPECT_EQ(index_->studies(query("", Sort::date, true, 0, 1001)).error().code,
            Errc::invalid_argument);
}

/// Ten thousand studies through the index's own tables; the durable path of one instance is
/// measured elsewhere.
TEST_F(StudyListTest, TenThousandStudiesAreSearchedAsOneTypes) {
  constexpr int kStudies = 10'000;
  char const* const family[] = {"Müller", "Smith",        "Иванов", "García",
                                "Nguyen", "Παπαδόπουλος", "Rossi",  "Kowalski"};
  char const* const given[] = {"Anna",  "John", "Ольга", "José", "Linh",
                               "Μαρία", "Luca", "Zofia", "Tom",  "Eva"};
  char const* const modality[] = {"CT", "MR", "US", "DX", "XA", "PT"};
  char const* const description[] = {"Thorax native", "Knee left", "Abdomen with contrast", "Head",
                                     "Follow-up oncology"};
  {
    auto database = std::move(*Database::open(folder_.path() / "index.sqlite"));
    ASSERT_TRUE(database->execute("BEGIN").has_value());
    for (int i = 0; i < kStudies; ++i) {
      std::string const name =
          std::string(family[i % 8]) + "^" + given[i / 8 % 10] + " " + std::to_string(i % 97);
      std::string const id = "PID" + std::to_string(100'000 + i * 7 % kStudies);
      std::string const date = std::to_string(20'100'101 + i % 12 * 10'000 + i % 9 * 100 + i % 28);
      std::string const text = description[i % 5];
      auto write = database->statement(
          "INSERT INTO studies (study_instance_uid, revision, study_date, study_time, "
          "study_description, accession_number, "
          "patient_name, patient_id, patient_birth_date, patient_sex, referring_physician_name, "
          "modalities, sort_name, "
          "sort_patient_id, sort_description, search, series, instances, frames, bytes) "
          "VALUES (?, 1, ?, '120000', ?, ?, ?, ?, '19700101', 'O', 'Ref^Doc', ?, ?, ?, ?, ?, 3, "
          "300, 300, 157286400)");
      std::string const accession = "ACC" + std::to_string(i);
      write.text("1.2.3." + std::to_string(i))
          .text(date)
          .text(text)
          .text(accession)
          .text(name)
          .text(id)
          .text(modality[i % 6]);
      write.text(fold_case(name)).text(fold_case(id)).text(fold_case(text));
      write.text(searchable({name, id, text, accession, modality[i % 6]}, date));
      ASSERT_TRUE(write.run().has_value());
    }
    ASSERT_TRUE(database->execute("COMMIT").has_value());
  }
  ASSERT_EQ(index_->counts()->studies, static_cast<std::uint64_t>(kStudies));

  std::vector<double> typed;
  for (std::string const& words : std::vector<std::string>{
           "müller anna", "παπαδ thorax", "pid100 ct", "2015-0 knee", "zzzz nothing"}) {
    for (auto const sort : {Sort::date, Sort::patient_name, Sort::patient_id, Sort::modality,
                            Sort::description, Sort::instances}) {
      for (std::size_t length = 0; length <= words.size(); ++length) {
        auto const start = Clock::now();
        auto const page = index_->studies(query(words.substr(0, length), sort));
        typed.push_back(milliseconds_since(start));
        ASSERT_TRUE(page.has_value());
        if (length == 0) {
          EXPECT_EQ(page->total, static_cast<std::uint64_t>(kStudies));
        }
      }
    }
  }
  std::printf(
      "10,000 studies, search as you type, 100 rows: p95 %.1f ms, max %.1f ms over %zu queries\n",
      p95(typed), *std::ranges::max_element(typed), typed.size());
  auto const start = Clock::now();
  ASSERT_TRUE(index_->studies(query("", Sort::date, true, 9'900)).has_value());
  std::printf("last page: %.1f ms\n", milliseconds_since(start));
}

TEST_F(StudyListTest, AManifestOfFiveThousandInstancesIsReadAtOnce) {
  auto instance = instance_of("1.1", "1.1.1", "");
  instance.display.resize(1), instance.geometry.resize(1);
  instance.geometry[0].image_position = {{0, 0, 0}};
  instance.sop_instance_uid = "1.1.1.1";
  ASSERT_TRUE(index_->add(instance, hash_of(1), 500'000).has_value());
  ASSERT_TRUE(
      index_->set_streams(hash_of(1), {stream_of({100, 200, 300, 400, 500, 600})}).has_value());
  {
    auto database = std::move(*Database::open(folder_.path() / "index.sqlite"));
    auto const copied = database->execute(
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT "
        "INTO instances (study_id, "
        "series_id, sop_instance_uid, sha256, size_bytes, frames, pending, attributes, streams) "
        "SELECT study_id, series_id, "
        "'1.1.1.' || i, printf('%064d', i), size_bytes, frames, pending, attributes, streams FROM "
        "n, instances WHERE id = 1");
    ASSERT_TRUE(copied.has_value());
  }
  for (int run = 0; run < 3; ++run) {
    auto const start = Clock::now();
    auto const manifest = index_->manifest("1.1");
    std::printf("manifest of 5,000 instances: %.1f ms\n", milliseconds_since(start));
    ASSERT_EQ(manifest->instances.size(), 5'000U);
  }
}

}  // namespace
}  // namespace sightline::server
