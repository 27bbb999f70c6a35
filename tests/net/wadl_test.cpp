// The description of the service and the routes, which must be the same. Source: PS3.18 8.9.
#include "net/wadl.hpp"

#include <gtest/gtest.h>

#include <set>

#include "net/router.hpp"

namespace sightline::server {
namespace {

std::vector<std::string> values_of(std::string_view text, std::string_view attribute) {
  std::vector<std::string> values;
  std::string const begin = " " + std::string(attribute) + "=\"";
  for (std::size_t at = 0; (at = text.find(begin, at)) != text.npos;) {
    at += begin.size();
    values.emplace_back(text.substr(at, text.find('"', at) - at));
  }
  return values;
}

TEST(Wadl, EveryResourceHasARoute) {
  auto const paths = values_of(describe_service("http://h/dicom-web", true), "path");
  EXPECT_EQ(paths.size(), 22u);
  for (std::string path : paths) {
    for (auto const& [name, value] :
         {std::pair<std::string_view, std::string_view>{"{study}", "1.2"},
          {"{series}", "1.3"},
          {"{instance}", "1.4"},
          {"{frames}", "1"},
          {"{bulkdata}", "7FE00010"}}) {
      if (std::size_t const at = path.find(name); at != path.npos)
        path.replace(at, name.size(), value);
    }
    EXPECT_EQ(path.find('{'), path.npos) << path;
    auto const target = parse_request_target("/dicom-web/" + path);
    ASSERT_TRUE(target) << path;
    EXPECT_TRUE(find_route(*target)) << path;
  }
}

TEST(Wadl, NamesAreUniqueAndTextIsEscaped) {
  std::string const whole = describe_service("http://h\"<&/dicom-web", true);
  auto const ids = values_of(whole, "id");
  EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), ids.size());
  EXPECT_EQ(values_of(whole, "base"),
            std::vector<std::string>{"http://h&quot;&lt;&amp;/dicom-web"});
  EXPECT_TRUE(
      whole.contains("mediaType=\"multipart/related; type=&quot;application/dicom&quot;\""));
}

TEST(Wadl, AReadOnlyArchiveHasNoPost) {
  EXPECT_TRUE(describe_service("http://h/dicom-web", true).contains("name=\"POST\""));
  EXPECT_FALSE(describe_service("http://h/dicom-web", false).contains("name=\"POST\""));
}

TEST(Wadl, VideoIsNamedWhereThereIsACodec) {
  EXPECT_TRUE(describe_service("http://h/dicom-web", true, true).contains("\"video/mp4\""));
  EXPECT_FALSE(describe_service("http://h/dicom-web", true, false).contains("\"video/mp4\""));
}

}  // namespace
}  // namespace sightline::server
