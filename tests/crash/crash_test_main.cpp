#include <gtest/gtest.h>

#include <cstdio>
#include <string_view>

#include "app/store.hpp"

namespace {

/// What upgrade_test runs under faults: a store is opened by this version of the program, and what
/// an earlier one has not described is described, as `serve` does.
int upgrade(char const* root) {
  auto const store = sightline::server::Store::open_existing(root);
  if (!store) return std::puts(store.error().detail.c_str()), 1;
  auto const described = (*store)->describe_rest();
  if (!described) return std::puts(described.error().detail.c_str()), 1;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "upgrade") return upgrade(argv[2]);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
