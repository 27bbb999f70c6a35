#include <gtest/gtest.h>

#include <string_view>

#include "tile/transcode_worker.hpp"

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "transcode-worker")
    return sightline::server::run_transcode_worker();
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
