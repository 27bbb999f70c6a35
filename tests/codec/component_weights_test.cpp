// What stages are as one sum. Expected weights: the stages' own formulas (ISO/IEC 15444-2 J.2),
// worked out by hand.
#include "codec/component_weights.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "codec/twofold.hpp"

namespace sightline::codec {
namespace {

std::vector<ComponentSize> sizes(std::size_t count, std::uint8_t bits = 8) {
  return std::vector<ComponentSize>(count, {bits, false});
}

std::vector<std::uint16_t> first(std::size_t count) {
  std::vector<std::uint16_t> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(static_cast<std::uint16_t>(i));
  return all;
}

TransformStage stage_of(ComponentCollection collection) {
  std::size_t const outputs = collection.outputs.size();
  return {{std::move(collection)}, outputs};
}

/// Each of `count` is `factors[0]` of the one before it, `factors[1]` of the one before that, …
TransformStage predicting(std::size_t count, std::vector<double> const& factors) {
  ComponentCollection made{true, first(count), first(count), {}, {}};
  for (std::size_t row = 1; row < count; ++row)
    for (std::size_t col = 0; col < row; ++col)
      made.matrix.push_back(row - col <= factors.size() ? factors[row - col - 1] : 0);
  return stage_of(std::move(made));
}

std::vector<double> weights_of(ComponentWeights const& weights, std::size_t sample = 0) {
  std::vector<double> all;
  for (std::size_t i = 0; i < weights.inputs().size(); ++i)
    all.push_back(weights.weight(sample, i));
  return all;
}

TEST(ComponentWeights, WithoutStagesAreTheComponentsThemselves) {
  std::vector<std::uint16_t> const wanted = {2, 0};
  ComponentWeights const weights({}, sizes(3), wanted);
  EXPECT_EQ(std::vector(weights.inputs().begin(), weights.inputs().end()),
            (std::vector<std::uint16_t>{0, 2}));
  EXPECT_EQ(weights_of(weights, 0), (std::vector<double>{0, 1}));
  EXPECT_EQ(weights_of(weights, 1), (std::vector<double>{1, 0}));
}

TEST(ComponentWeights, OfOneMatrixAreItsRow) {
  std::vector const stages = {stage_of({false, {2, 0, 1}, {1, 0}, {1, 2, 3, 0.1, 0, 0.3}, {5, 7}})};
  std::vector<std::uint16_t> const wanted = {0, 1};
  ComponentWeights const weights(stages, sizes(3), wanted);
  EXPECT_EQ(std::vector(weights.inputs().begin(), weights.inputs().end()),
            (std::vector<std::uint16_t>{2, 0, 1}));
  EXPECT_EQ(weights_of(weights, 0), (std::vector<double>{0.1, 0, 0.3}));
  EXPECT_EQ(weights_of(weights, 1), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(weights.offset(0), 7);
  EXPECT_EQ(weights.offset(1), 5);
}

TEST(ComponentWeights, ComponentsThatWeighNothingAreNotNeeded) {
  std::vector const stages = {stage_of({false, {0, 1, 2}, {0}, {1, 0, 2}, {}})};
  std::vector<std::uint16_t> const wanted = {0};
  ComponentWeights const weights(stages, sizes(3), wanted);
  EXPECT_EQ(std::vector(weights.inputs().begin(), weights.inputs().end()),
            (std::vector<std::uint16_t>{0, 2}));
}

TEST(ComponentWeights, ComponentsThatComeTwiceWeighBoth) {
  std::vector const stages = {stage_of({false, {0, 1, 0}, {0}, {1, 2, 4}, {}})};
  std::vector<std::uint16_t> const wanted = {0};
  EXPECT_EQ(weights_of(ComponentWeights(stages, sizes(2), wanted)), (std::vector<double>{5, 2}));
}

/// x2 = c2 + 3 x1 + 5 x0 + 40, x1 = c1 + 2 x0 + 30, x0 = c0 + 20.
TEST(ComponentWeights, DependenciesAreOnWhatTheOthersAreMadeOf) {
  std::vector const stages = {stage_of({true, first(3), first(3), {2, 5, 3}, {20, 30, 40}})};
  std::vector<std::uint16_t> const wanted = {2};
  ComponentWeights const weights(stages, sizes(3), wanted);
  EXPECT_EQ(weights_of(weights), (std::vector<double>{3 * 2 + 5, 3, 1}));
  EXPECT_EQ(weights.offset(0), 40 + 3 * (30 + 2 * 20) + 5 * 20);
}

/// y = 10 x0 + 100 x1 + 1 with the dependency x1 = c1 + 2 x0 + 4, and c0, c1 taken crosswise.
TEST(ComponentWeights, StagesFollowEachOther) {
  std::vector const stages = {stage_of({true, {1, 0}, {0, 1}, {2}, {0, 4}}),
                              stage_of({false, {0, 1}, {0}, {10, 100}, {1}})};
  std::vector<std::uint16_t> const wanted = {0};
  ComponentWeights const weights(stages, sizes(2), wanted);
  EXPECT_EQ(std::vector(weights.inputs().begin(), weights.inputs().end()),
            (std::vector<std::uint16_t>{1, 0}));
  EXPECT_EQ(weights_of(weights), (std::vector<double>{210, 100}));
  EXPECT_EQ(weights.offset(0), 401);
}

/// Second differences summed twice: 1, 2, 3, …, though 2 + 1 times as much goes in at each step.
TEST(ComponentWeights, WholeNumbersAreExactThoughWhatIsBetweenCancels) {
  constexpr std::size_t kCount = 200;
  std::vector const stages = {predicting(kCount, {2, -1})};
  std::vector<std::uint16_t> const wanted = {kCount - 1};
  ComponentWeights const weights(stages, sizes(kCount), wanted);
  for (std::size_t i = 0; i < kCount; ++i)
    ASSERT_EQ(weights.weight(0, i), static_cast<double>(kCount - i)) << i;
  EXPECT_TRUE(weights.are_sound());
}

/// 2^60 + 1 - 2^60: doubles alone would lose the 1.
TEST(ComponentWeights, StagesThatCancelAreExact) {
  std::vector const stages = {stage_of({false, {0}, {0, 1}, {0x1p30, 1}, {}}),
                              stage_of({false, {0, 1}, {0, 1}, {0x1p30, 1, 0x1p30, 0}, {}}),
                              stage_of({false, {0, 1}, {0}, {1, -1}, {}})};
  std::vector<std::uint16_t> const wanted = {0};
  EXPECT_EQ(weights_of(ComponentWeights(stages, sizes(1), wanted)), std::vector<double>{1});
}

bool is_sound(TransformStage const& stage, std::uint8_t bits = 8) {
  std::vector const stages = {stage};
  std::vector<std::uint16_t> const wanted = {static_cast<std::uint16_t>(stage.outputs - 1)};
  std::size_t const coded = stage.collections[0].inputs.size();
  return ComponentWeights(stages, sizes(coded, bits), wanted).are_sound();
}

TEST(ComponentWeights, AreSoundWhereADoubleHoldsTheirSums) {
  EXPECT_TRUE(is_sound(predicting(10, {3})));
  EXPECT_FALSE(is_sound(predicting(40, {3})));
  EXPECT_TRUE(is_sound(stage_of({false, {0}, {0}, {0x1p20}, {}}), 32));
  EXPECT_FALSE(is_sound(stage_of({false, {0}, {0}, {0x1p21}, {}}), 32));
  EXPECT_TRUE(is_sound(stage_of({false, {0}, {0}, {255.5}, {}}), 32));
  EXPECT_FALSE(is_sound(stage_of({false, {0}, {0}, {256.5}, {}}), 32));
  EXPECT_FALSE(is_sound(stage_of({false, {0}, {0}, {1}, {1e300}})));
  double const none = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(is_sound(stage_of({false, {0}, {0}, {none}, {}})));
  EXPECT_FALSE(is_sound(stage_of({false, {0}, {0}, {1}, {none}})));
  double const endless = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(is_sound(stage_of({false, {0, 1}, {0}, {endless, -endless}, {}})));
}

TEST(Twofold, HoldsWhatADoubleLoses) {
  double const third = 1.0 / 3;
  Twofold value = Twofold(third).times(third);
  value.add(Twofold(-(third * third)));
  EXPECT_EQ(value.value(), std::fma(third, third, -(third * third)));
  EXPECT_NE(value.value(), 0);
  Twofold sum(1);
  sum.add(Twofold(0x1p-80));
  sum.add(Twofold(-1));
  EXPECT_EQ(sum.value(), 0x1p-80);
  EXPECT_TRUE(Twofold().is_zero());
}

}  // namespace
}  // namespace sightline::codec
