// Patient names in every character set of DICOM, in UTF-8 by two other libraries:
// expect/charset.tsv.
#include <gtest/gtest.h>

#include "dicom/instance.hpp"
#include "shared_files.hpp"

namespace sightline::dicom_test {
namespace {

TEST(DicomCharset, PatientNamesAreAsTwoOtherLibrariesReadThem) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  auto const rows = read_table(shared_folder() / "expect" / "charset.tsv");
  ASSERT_GE(rows.size(), 18u);
  for (Row const& row : rows) {
    SCOPED_TRACE(row.at("path"));
    auto const instance = dicom::read_instance(read_file(shared_folder() / row.at("path")));
    ASSERT_TRUE(instance) << instance.error().detail;
    EXPECT_EQ(instance->patient.name, row.at("expected"));
  }
}

}  // namespace
}  // namespace sightline::dicom_test
