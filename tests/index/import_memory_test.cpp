#include "index/import_memory.hpp"

#include <gtest/gtest.h>

#include "../app/temporary_folder.hpp"
#include "sample_instance.hpp"

namespace sightline::server {
namespace {

TEST(ImportMemory, RecallsAnUnchangedFileOnly) {
  testing::TemporaryFolder const folder;
  auto const memory = ImportMemory::open(folder.path() / "imports.sqlite");
  ASSERT_TRUE(memory.has_value());
  FileIdentity const file{"/data/a", 100, 5};
  EXPECT_EQ(*(*memory)->recall(file), std::nullopt);
  ASSERT_TRUE((*memory)->remember(file, testing::hash_of(1)).has_value());
  EXPECT_EQ(*(*memory)->recall(file), testing::hash_of(1));
  EXPECT_EQ(*(*memory)->recall({"/data/a", 101, 5}), std::nullopt);
  EXPECT_EQ(*(*memory)->recall({"/data/a", 100, 6}), std::nullopt);
  EXPECT_EQ(*(*memory)->recall({"/data/b", 100, 5}), std::nullopt);
}

}  // namespace
}  // namespace sightline::server
