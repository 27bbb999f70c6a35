#include "page/sign_in_page.hpp"

#include <gtest/gtest.h>

namespace sightline::server {
namespace {

constexpr std::string_view kHtml =
    R"(<form><!--sightline:problem--><input value="sightline:to"><input value="sightline:user">)";

TEST(SignInPage, HoldsWhereToComeBackTo) {
  SignInPage const page = SignInPage::parse(kHtml).value();
  EXPECT_EQ(page.with("/view/1.2.3", "", ""),
            R"(<form><input value="/view/1.2.3"><input value="">)");
}

TEST(SignInPage, WhatWasTypedIsText) {
  SignInPage const page = SignInPage::parse(kHtml).value();
  EXPECT_EQ(page.with("/", R"("><script>'&)", "<b>"),
            R"(<form><p class="problem" role="alert">&lt;b&gt;</p><input value="/">)"
            R"(<input value="&quot;&gt;&lt;script&gt;&#39;&amp;">)");
}

TEST(SignInPage, WhatIsPutInIsNotLookedAtAgain) {
  SignInPage const page = SignInPage::parse(kHtml).value();
  EXPECT_EQ(page.with("sightline:user", "sightline:to", ""),
            R"(<form><input value="sightline:user"><input value="sightline:to">)");
}

TEST(SignInPage, EachPlaceMustBeThereOnce) {
  EXPECT_EQ(SignInPage::parse("<form>").error().code, Errc::corrupt);
  EXPECT_EQ(SignInPage::parse(std::string(kHtml) + "sightline:to").error().code, Errc::corrupt);
}

}  // namespace
}  // namespace sightline::server
