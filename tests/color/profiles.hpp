#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "source_folder.hpp"

namespace sightline::color {

/// What icc_profiles.py writes, in a folder that is gone when the program ends.
class Profiles {
 public:
  Profiles()
      : folder_(std::filesystem::path(testing::TempDir()) / ("icc-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    std::string const command = "/usr/bin/python3 " +
                                (source_folder() / "tests/color/icc_profiles.py").string() + " " +
                                folder_.string();
    if (std::system(command.c_str()) != 0) std::abort();
  }
  ~Profiles() { std::filesystem::remove_all(folder_); }
  Profiles(Profiles const&) = delete;
  Profiles& operator=(Profiles const&) = delete;

  std::string path(std::string const& name) const { return (folder_ / (name + ".icc")).string(); }
  std::vector<std::byte> read(std::string const& name) const {
    std::ifstream file(path(name), std::ios::binary);
    std::vector<std::byte> bytes;
    for (auto at = std::istreambuf_iterator<char>(file); at != std::istreambuf_iterator<char>();
         ++at)
      bytes.push_back(static_cast<std::byte>(*at));
    EXPECT_FALSE(bytes.empty()) << name;
    return bytes;
  }
  static Profiles const& get() {
    static Profiles const made;
    return made;
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace sightline::color
