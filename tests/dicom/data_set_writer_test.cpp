#include "dicom/data_set_writer.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"
#include "dicom/deflate.hpp"
#include "dicom/inflate.hpp"

namespace sightline::dicom_test {
namespace {

/// In Implicit VR with undefined lengths, as the writer has them: they tell what a private sequence
/// is.
DataSetBuilder sample(dicom::ElementEncoding encoding) {
  DataSetBuilder item(encoding);
  item.text(0x00081150, "UI", "1.2.3");
  DataSetBuilder builder(encoding);
  builder.text(0x00080060, "CS", "MR").sequence(0x00081140, {item}, !encoding.explicit_vr);
  builder.sequence(0x00091001, {item, {}}, !encoding.explicit_vr);
  builder.words(0x00280010, "US", {0x1234}).words(0x7FE00010, "OW", {1, 0x0203});
  return builder;
}

TEST(DataSetWriter, WritesTheThreeEncodings) {
  for (auto const encoding : {kExplicitLittle, kImplicitLittle, kExplicitBig}) {
    auto const written = dicom::write_data_set({sample(kExplicitLittle).view()}, encoding);
    ASSERT_TRUE(written) << written.error().detail;
    EXPECT_EQ(*written, sample(encoding).view());
  }
}

TEST(DataSetWriter, KeepsFragments) {
  DataSetBuilder builder;
  builder.text(0x00080060, "CS", "MR").fragments({0}, {bytes_of({1, 2, 3, 4})});
  auto const written = dicom::write_data_set({builder.view(), true}, kExplicitLittle);
  ASSERT_TRUE(written) << written.error().detail;
  EXPECT_EQ(*written, builder.view());
  EXPECT_EQ(dicom::write_data_set({builder.view(), true}, kImplicitLittle).error().code,
            Errc::invalid_argument);
}

TEST(DataSetWriter, AnUnknownVrStaysUnknown) {
  DataSetBuilder builder;
  builder.bytes(0x00100020, "UN", bytes_of({'4', '2'})).bytes(0x00291010, "UN", bytes_of({1, 2}));
  auto const written = dicom::write_data_set({builder.view()}, kExplicitLittle);
  ASSERT_TRUE(written);
  EXPECT_EQ(*written, builder.view());
}

TEST(DataSetWriter, RefusesWhatIsBrokenOrTooDeep) {
  DataSetBuilder broken;
  broken.header(0x00100010, "PN", 100).raw("x");
  EXPECT_EQ(dicom::write_data_set({broken.view()}, kExplicitLittle).error().code, Errc::truncated);
  DataSetBuilder deep;
  for (int depth = 0; depth < 40; ++depth) {
    DataSetBuilder outer;
    outer.sequence(0x00081140, {deep});
    deep = outer;
  }
  EXPECT_EQ(dicom::write_data_set({deep.view()}, kExplicitLittle).error().code,
            Errc::limit_exceeded);
}

TEST(DataSetCheck, NamesWhatIsWrongAndNoValue) {
  DataSetBuilder item;
  item.text(0x0040A040, "CS", "A CODE THAT IS FAR TOO LONG");
  DataSetBuilder builder;
  builder.text(0x00080020, "DA", "2026-11-28").text(0x00080060, "CS", "mr");
  builder.sequence(0x00089215, {item}).words(0x00280010, "US", {1, 2});
  auto const found = dicom::check_data_set({builder.view()});
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->contains("00080020\tvalue\n")) << *found;
  EXPECT_TRUE(found->contains("00080060\tvalue\n")) << *found;
  EXPECT_TRUE(found->contains("00089215/1/0040A040\tlength\n")) << *found;
  EXPECT_TRUE(found->contains("00280010\tmultiplicity\n")) << *found;
  EXPECT_FALSE(found->contains("FAR TOO LONG"));
  EXPECT_EQ(dicom::check_data_set({sample(kExplicitLittle).view()}).value_or("?"), "");
}

TEST(Deflate, InflatesToTheSame) {
  Bytes const bytes = sample(kExplicitLittle).view();
  auto const deflated = dicom::deflate_bytes(bytes);
  ASSERT_TRUE(deflated);
  EXPECT_EQ(deflated->size() % 2, 0u);
  EXPECT_EQ(dicom::inflate_bytes(*deflated, 1 << 20).value_or(Bytes{}), bytes);
}

}  // namespace
}  // namespace sightline::dicom_test
