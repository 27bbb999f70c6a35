// Real series, against the order that another program worked out: expect/series.tsv of
// ../shared/dicom.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>

#include "../dicom/shared_files.hpp"
#include "base/sha256.hpp"
#include "wire/manifest.hpp"
#include "wire/manifest_order.hpp"

namespace sightline::wire {
namespace {

using dicom_test::Row;

struct Series {
  Manifest manifest;
  std::vector<std::string> paths;
};

/// All instances of one series in the folder that the row names.
Series read_series(Row const& row) {
  Series series;
  for (auto const& path : dicom_test::shared_files()) {
    std::string const name = path.lexically_relative(dicom_test::shared_folder()).generic_string();
    if (!name.starts_with(row.at("folder") + "/")) continue;
    auto const file = dicom_test::read_file(path);
    auto instance = dicom::read_instance(file);
    if (!instance || instance->series.series_instance_uid != row.at("series_uid")) continue;
    ManifestInstance one;
    one.instance = std::move(*instance);
    one.sha256_hex = to_hex(sha256(file));
    series.manifest.instances.push_back(std::move(one));
    series.paths.push_back(name);
  }
  return series;
}

TEST(SeriesOrder, LowestAndHighestSliceAreAsAnotherProgramFoundThem) {
  if (!dicom_test::has_shared_files()) GTEST_SKIP() << dicom_test::kSkipped;
  int by_position = 0;
  for (Row const& row :
       dicom_test::read_table(dicom_test::shared_folder() / "expect" / "series.tsv")) {
    bool const one_stack =
        row.at("same_orientation") == "True" && row.at("distinct_positions") == row.at("instances");
    if (!one_stack) continue;
    SCOPED_TRACE(row.at("folder") + " " + row.at("series_uid"));
    Series const series = read_series(row);
    ASSERT_EQ(std::to_string(series.paths.size()), row.at("instances"));
    auto const order = order_manifest(series.manifest);
    ASSERT_EQ(order.size(), 1u);
    EXPECT_TRUE(order[0].by_position);
    EXPECT_EQ(series.paths[order[0].instances.front()], row.at("lowest_along_normal"));
    EXPECT_EQ(series.paths[order[0].instances.back()], row.at("highest_along_normal"));
    ++by_position;
  }
  std::printf("%d series in order of position\n", by_position);
  EXPECT_GE(by_position, 8);
}

TEST(SeriesOrder, RepeatedPositionsGoByInstanceNumber) {
  if (!dicom_test::has_shared_files()) GTEST_SKIP() << dicom_test::kSkipped;
  for (Row const& row :
       dicom_test::read_table(dicom_test::shared_folder() / "expect" / "series.tsv")) {
    if (row.at("folder") != "mr-4d/ge-epi-classic") continue;
    Series const series = read_series(row);
    auto const order = order_manifest(series.manifest);
    ASSERT_EQ(order.size(), 1u);
    EXPECT_FALSE(order[0].by_position);
    std::int32_t before = 0;
    for (std::size_t const index : order[0].instances) {
      std::int32_t const number =
          series.manifest.instances[index].instance.instance_number.value_or(-1);
      EXPECT_GT(number, before);
      before = number;
    }
    EXPECT_EQ(order[0].instances.size(), 150u);
  }
}

}  // namespace
}  // namespace sightline::wire
