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
  for (char const* const text : {"5,5,1,1", "5,5,-1,0,1,1", "5,5,0,0,0,1", "5,5,a,0,1,1",
                                 "0,5,0,0,1,1", "5,5,0,0,1,1,1", "5,5,0,0,inf,1"}) {
    EXPECT_FALSE(parse_rendered_query(Query{{"viewport", text}})) << text;
  }
  for (char const* const text : {"", "0", "101", "1.5", "50%"})
    EXPECT_FALSE(parse_rendered_query(Query{{"quality", text}})) << text;
  for (char const* const text : {"", "patient,", "patient,patient", "Patient", "patient;technique"})
    EXPECT_FALSE(parse_rendered_query(Query{{"annotation", text}})) << text;
}

TEST(RenderedQuery, AnnotationsAreWords) {
  EXPECT_EQ(parse_rendered_query({{"annotation", "technique"}})->annotation,
            (Annotation{false, true}));
  EXPECT_EQ(parse_rendered_query({{"annotation", "technique,patient"}})->annotation,
            (Annotation{true, true}));
}

TEST(RenderedQuery, AColourProfileIsOneOfFiveWords) {
  using enum RenderedQuery::IccProfile;
  EXPECT_EQ(parse_rendered_query({})->icc_profile, automatic);
  EXPECT_EQ(parse_rendered_query({{"iccprofile", "no"}})->icc_profile, no);
  EXPECT_EQ(parse_rendered_query({{"iccprofile", "yes"}})->icc_profile, yes);
  EXPECT_EQ(parse_rendered_query({{"iccprofile", "srgb"}})->icc_profile, srgb);
  EXPECT_EQ(parse_rendered_query({{"iccprofile", "adobergb"}})->icc_profile, adobe_rgb);
  EXPECT_EQ(parse_rendered_query({{"iccprofile", "rommrgb"}})->icc_profile, romm_rgb);
  for (char const* const text : {"", "Yes", "sRGB", "automatic", "srgb,yes"})
    EXPECT_FALSE(parse_rendered_query(Query{{"iccprofile", text}})) << text;
}

TEST(RenderedQuery, ARegionOfTheMatrixAndAQuality) {
  RenderedQuery const query =
      parse_rendered_query({{"viewport", "512,128,10,,-20,30.5"}, {"quality", "75"}}).value();
  EXPECT_EQ(query.viewport, (RenderedQuery::Viewport{512, 128}));
  EXPECT_EQ(query.region, (RenderedQuery::Region{10, 0, 20, 30.5, true, false, false}));
  EXPECT_EQ(query.quality, 75);
  EXPECT_EQ(parse_relative_region("0.25,0,0.75,1"),
            (RenderedQuery::Region{0.25, 0, 0.5, 1, false, false, true}));
  for (char const* const text : {"", "0,0,1", "0,0,1,1.1", "-0.1,0,1,1", "0.5,0,0.5,1", "1,0,0,1"})
    EXPECT_FALSE(parse_relative_region(text)) << text;
}

}  // namespace
}  // namespace sightline::server
