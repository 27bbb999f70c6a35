#include "access/sign_in_throttle.hpp"

#include <gtest/gtest.h>

namespace sightline::server {
namespace {

using namespace std::chrono_literals;

class SignInThrottleTest : public ::testing::Test {
 protected:
  void fail_times(int times, std::string_view account, std::string_view address) {
    for (int i = 0; i < times; ++i) throttle.begin(account, address, now);
  }
  std::chrono::steady_clock::time_point now{1000s};
  SignInThrottle throttle{ProcessKey{}, ThrottleLimits{}};
};

TEST_F(SignInThrottleTest, AFewMistakesCostNothing) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.begin("anna", "10.0.0.1", now), 0s);
  EXPECT_EQ(throttle.begin("anna", "10.0.0.1", now), 1s);
}

TEST_F(SignInThrottleTest, EachFurtherFailureDoublesTheDelayUpToAMinute) {
  fail_times(5, "anna", "10.0.0.1");
  auto expected = 1s;
  for (int i = 0; i < 12; ++i) {
    auto const wait = throttle.begin("anna", "10.0.0." + std::to_string(i + 2), now);
    EXPECT_EQ(wait, expected);
    now += wait;
    EXPECT_EQ(throttle.begin("anna", "10.0.1." + std::to_string(i + 2), now), 0s);
    expected = std::min(expected * 2, 60s);
  }
}

TEST_F(SignInThrottleTest, AnAddressWaitsWhateverNamesItTries) {
  for (int i = 0; i < 5; ++i) fail_times(1, "name" + std::to_string(i), "10.0.0.1");
  EXPECT_EQ(throttle.begin("another", "10.0.0.1", now), 1s);
  EXPECT_EQ(throttle.begin("another", "10.0.0.2", now), 0s);
}

TEST_F(SignInThrottleTest, WaitingIsNotPunished) {
  fail_times(5, "anna", "10.0.0.1");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(throttle.begin("anna", "10.0.0.1", now), 1s);
  EXPECT_EQ(throttle.begin("anna", "10.0.0.1", now + 1s), 0s);
}

TEST_F(SignInThrottleTest, SuccessForgetsTheAccountAndOneAttemptOfTheAddress) {
  fail_times(4, "anna", "10.0.0.1");
  EXPECT_EQ(throttle.begin("anna", "10.0.0.1", now), 0s);
  throttle.succeeded("anna", "10.0.0.1");
  EXPECT_EQ(throttle.begin("anna", "10.0.0.2", now), 0s);
  EXPECT_EQ(throttle.begin("bert", "10.0.0.1", now), 0s);
  EXPECT_EQ(throttle.begin("bert", "10.0.0.1", now), 1s);
}

TEST_F(SignInThrottleTest, IsForgottenAfterAnHour) {
  fail_times(5, "anna", "10.0.0.1");
  now += 3601s;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.begin("anna", "10.0.0.1", now), 0s);
}

TEST(SignInThrottle, ItsMemoryIsBounded) {
  ThrottleLimits limits;
  limits.max_entries = 4;
  SignInThrottle throttle{ProcessKey{}, limits};
  std::chrono::steady_clock::time_point now{1000s};
  for (int i = 0; i < 5; ++i) throttle.begin("anna", "10.0.0.1", now += 1ms);
  EXPECT_EQ(throttle.begin("anna", "10.0.0.1", now), 1s);
  for (int i = 0; i < 50; ++i)
    throttle.begin("name" + std::to_string(i), "10.1.0." + std::to_string(i), now += 1ms);
  EXPECT_EQ(throttle.begin("anna", "10.0.0.1", now), 0s);  // pushed out by others
}

}  // namespace
}  // namespace sightline::server
