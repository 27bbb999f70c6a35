#include "page/rendered_query.hpp"

#include <gtest/gtest.h>

namespace sightline::server {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

TEST(RenderedQuery, WindowAndViewport) {
  RenderedQuery const query =
      parse_rendered_query({{"window", "-40.5,350,sigmoid"}, {"viewport", "512,128"}}).value();
  EXPECT_EQ(query.window, (RenderedQuery::Window{-40.5, 350, dicom::VoiFunction::sigmoid}));
  EXPECT_EQ(query.viewport, (RenderedQuery::Viewport{512, 128}));
  EXPECT_EQ(parse_rendered_query({}).value(), RenderedQuery{});
}

TEST(RenderedQuery, WidthFollowsItsFunction) {
  EXPECT_TRUE(parse_rendered_query({{"window", "0,1,linear"}}));
  EXPECT_FALSE(parse_rendered_query({{"window", "0,0.5,linear"}}));
  EXPECT_TRUE(parse_rendered_query({{"window", "0,0.5,linear-exact"}}));
  EXPECT_FALSE(parse_rendered_query({{"window", "0,0,linear-exact"}}));
  EXPECT_FALSE(parse_rendered_query({{"window", "0,0,sigmoid"}}));
}

TEST(RenderedQuery, MalformedValuesAreRefused) {
  for (char const* const text : {"", "1,2", "1,2,linear,", "a,2,linear", "1,nan,linear",
                                 "inf,2,linear", "1, 2,linear", "1,2,LINEAR"}) {
    EXPECT_FALSE(parse_rendered_query(Query{{"window", text}})) << text;
  }
  for (char const* const text :
       {"", "0,5", "5", "5,5,5", "-1,5", "8193,1", "1e3,5", "99999999999,1"}) {
    EXPECT_FALSE(parse_rendered_query(Query{{"viewport", text}})) << text;
  }
  EXPECT_FALSE(parse_rendered_query({{"quality", "1"}}));
}

}  // namespace
}  // namespace sightline::server
