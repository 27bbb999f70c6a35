// The DICOM JSON of real files against DCMTK's dcm2json. Where the two differ by intent,
// `explained` says so.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <random>

#include "base/base64.hpp"
#include "base/utf8.hpp"
#include "dicom/dicom_json.hpp"
#include "dicom/element_scanner.hpp"
#include "dicom/part10_reader.hpp"
#include "shared_files.hpp"

namespace sightline::dicom_test {
namespace {

namespace json = boost::json;

/// Every fourth file, so that a run stays short, and all of the character sets.
constexpr std::size_t kEvery = 4;

/// The file up to Pixel Data: dcm2json refuses compressed pixels, and the others cost time.
std::vector<std::byte> without_pixels(std::vector<std::byte> file) {
  auto const part10 = dicom::read_part10(file, kDefaultLimits);
  if (!part10 || part10->syntax.deflated) return file;
  dicom::ElementScanner const scanner(file, part10->syntax.elements, kDefaultLimits);
  for (std::uint64_t offset = part10->data_set_offset;;) {
    auto const header = scanner.header_at(offset);
    if (!header) return file;
    if (header->tag >= 0x7FE00001) {
      file.resize(static_cast<std::size_t>(offset));
      return file;
    }
    auto const end = scanner.value_end(*header);
    if (!end) return file;
    offset = *end;
  }
}

std::optional<json::value> dcm2json(std::vector<std::byte> const& file) {
  auto const path = std::filesystem::path(testing::TempDir()) /
                    ("dicom_json_" + std::to_string(std::random_device{}()) + ".dcm");
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<char const*>(file.data()), static_cast<std::streamsize>(file.size()));
  std::string const command = "dcm2json -q -fc " + path.string() + " 2>/dev/null";
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string text(1 << 16, '\0'), all;
  for (std::size_t n = 0; (n = std::fread(text.data(), 1, text.size(), pipe)) > 0;)
    all.append(text, 0, n);
  bool const good = pclose(pipe) == 0;
  std::filesystem::remove(path);
  boost::system::error_code error;
  auto const value = json::parse(all, error);
  return good && !error ? std::optional(value) : std::nullopt;
}

std::string trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return std::string(text);
}

/// Text is compared without the spaces round it, a person name group by group.
bool same_value(json::value const& ours, json::value const& theirs, bool single_precision) {
  if (ours.is_number() && theirs.is_number()) {
    double const mine = ours.to_number<double>(), its = theirs.to_number<double>();
    // DCMTK writes nine digits of FL. Boost.JSON is off by one in the last place of a double.
    return single_precision ? static_cast<float>(mine) == static_cast<float>(its)
                            : std::abs(mine - its) <= 1e-14 * std::abs(its);
  }
  if (ours.is_string() && theirs.is_string())
    return trimmed(ours.get_string()) == trimmed(theirs.get_string());
  if (!ours.is_object() || !theirs.is_object()) return ours == theirs;
  auto const &mine = ours.get_object(), &its = theirs.get_object();
  return mine.size() == its.size() && std::ranges::all_of(mine, [&](auto const& group) {
           auto const* other = its.if_contains(group.key());
           return other != nullptr && same_value(group.value(), *other, false);
         });
}

class Comparison {
 public:
  void compare(std::vector<std::byte> const& file, json::value const& ours,
               json::value const& theirs) {
    file_ = &file;
    compare_objects(ours.as_object(), theirs.as_object(), "");
  }
  int elements = 0;
  std::map<std::string, int> explained;  ///< how often each difference by intent was met

 private:
  void compare_objects(json::object const& ours, json::object const& theirs,
                       std::string const& path) {
    for (auto const& [tag, element] : theirs)
      if (!ours.contains(tag)) fail("is missing", path + std::string(tag), {}, element);
    for (auto const& [tag, element] : ours) {
      std::string const name = path + std::string(tag);
      auto const* other = theirs.if_contains(tag);
      if (other != nullptr) {
        ++elements;
        compare_elements(element.as_object(), other->as_object(), name);
      } else if (!tag.starts_with("7FE0")) {  // see without_pixels
        fail("is here only", name, element, {});
      }
    }
  }

  void compare_elements(json::object const& ours, json::object const& theirs,
                        std::string const& name) {
    if (ours.at("vr") != theirs.at("vr")) return compare_vrs(ours, theirs, name);
    if (ours.contains("BulkDataURI") || ours.contains("InlineBinary"))
      return compare_bytes(ours, theirs, name);
    if (name.ends_with("/00080005")) {
      ++explained["an item's character set: its text is UTF-8 here, dcm2json keeps the old name"];
      return;
    }
    static json::array const kNone, kNull{nullptr};
    auto const *value = ours.if_contains("Value"), *other = theirs.if_contains("Value");
    auto const& mine = value != nullptr ? value->as_array() : kNone;
    auto const& its = other != nullptr ? other->as_array() : kNone;
    if (mine.empty() && its == kNull) {
      ++explained["a value of padding only: no Value here, [null] there"];
      return;
    }
    if (mine.size() != its.size()) return fail("has another count", name, ours, theirs);
    bool const sequence = ours.at("vr") == "SQ", single_precision = ours.at("vr") == "FL";
    for (std::size_t i = 0; i < mine.size(); ++i) {
      if (sequence)
        compare_objects(mine[i].as_object(), its[i].as_object(),
                        name + '/' + std::to_string(i + 1) + '/');
      else if (!same_value(mine[i], its[i], single_precision))
        fail("has another value", name, mine[i], its[i]);
    }
  }

  void compare_vrs(json::object const& ours, json::object const& theirs, std::string const& name) {
    std::string const tag = name.substr(name.size() - 8);
    bool const is_private = std::string_view("13579BDF").contains(tag[3]);
    if (theirs.at("vr") == "UN" && (!is_private || tag.substr(4, 2) == "00")) {
      ++explained["UN of a tag that PS3.6 knows, or of a private creator: read here, bytes there"];
    } else if (ours.at("vr") == "UN" && is_private) {
      ++explained["private in Implicit VR: UN here, DCMTK's list of private tags there"];
    } else {
      fail("has another VR", name, ours, theirs);
    }
  }

  /// Everything is inline in dcm2json, so this proves bulk_value too.
  void compare_bytes(json::object const& ours, json::object const& theirs,
                     std::string const& name) {
    auto const value = dicom::bulk_value(*file_, name);
    if (!value) return fail("is not found by its path", name, ours, theirs);
    if (auto const* uri = ours.if_contains("BulkDataURI"))
      EXPECT_EQ(uri->as_string(), "b/" + name);
    else
      EXPECT_EQ(ours.at("InlineBinary").as_string(), base64(*value));
    auto padded = *value;
    if (padded.size() % 2 != 0) {
      ++explained["bytes of odd length: as they are here, one more there"];
      padded.push_back(std::byte{0});
    }
    auto const* other = theirs.if_contains("InlineBinary");
    if (other == nullptr || other->as_string() != base64(padded))
      fail("has other bytes", name, ours, theirs);
  }

  static void fail(char const* what, std::string const& name, json::value const& ours,
                   json::value const& theirs) {
    ADD_FAILURE() << name << ' ' << what << ": " << json::serialize(ours).substr(0, 200) << " | "
                  << json::serialize(theirs).substr(0, 200);
  }

  std::vector<std::byte> const* file_ = nullptr;
};

TEST(DicomJsonShared, EveryFileThatIsReadBecomesJson) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  int written = 0;
  for (auto const& path : shared_files()) {
    SCOPED_TRACE(path.string());
    auto const file = read_file(path);
    auto const text = dicom::dicom_json(file, {"b", 1024});
    EXPECT_EQ(text.has_value(), dicom::read_instance(file).has_value());
    if (!text) continue;
    ++written;
    boost::system::error_code error;
    EXPECT_TRUE(json::parse(*text, error).is_object()) << error.message();
    EXPECT_TRUE(is_valid_utf8(*text));
  }
  std::printf("%d files\n", written);
  EXPECT_GT(written, 900);
}

TEST(DicomJsonShared, SaysWhatDcm2jsonSays) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  if (std::system("dcm2json --version >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "SKIPPED: needs dcm2json (package dcmtk), which is not here";
  Comparison comparison;
  int compared = 0;
  auto const paths = shared_files();
  for (std::size_t i = 0; i < paths.size(); ++i) {
    std::string const name = paths[i].lexically_relative(shared_folder()).string();
    if (i % kEvery != 0 && !name.starts_with("charset/")) continue;
    SCOPED_TRACE(name);
    auto const file = read_file(paths[i]);
    auto const ours = dicom::dicom_json(file, {"b", 1024});
    auto const theirs = ours ? dcm2json(without_pixels(file)) : std::nullopt;
    if (ours && !theirs) std::printf("dcm2json refuses %s\n", name.c_str());
    if (!theirs) continue;
    comparison.compare(file, json::parse(*ours), *theirs);
    ++compared;
  }
  std::printf("%d files, %d elements\n", compared, comparison.elements);
  for (auto const& [why, count] : comparison.explained)
    std::printf("differs %d times: %s\n", count, why.c_str());
  EXPECT_GT(compared, 200);
}

}  // namespace
}  // namespace sightline::dicom_test
