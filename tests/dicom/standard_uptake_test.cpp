#include "dicom/standard_uptake.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "data_set_builder.hpp"
#include "dicom/attributes.hpp"
#include "dicom/data_set_outline.hpp"

namespace sightline::dicom_test {
namespace {

using Texts = std::map<std::uint32_t, std::pair<std::string_view, std::string>>;

/// PET of ../shared/dicom/pet-ct: its README has the factor that the formula gives, 0.00042111.
Texts const kPet = {{0x00080021, {"DA", "19600116"}},   {0x00080022, {"DA", "19600116"}},
                    {0x00080031, {"TM", "095947.00"}},  {0x00080032, {"TM", "100312.00"}},
                    {0x00080060, {"CS", "PT"}},         {0x00101030, {"DS", "91"}},
                    {0x00280051, {"CS", "ATTN\\DECY"}}, {0x00541001, {"CS", "BQML"}},
                    {0x00541102, {"CS", "START"}}};
Texts const kDrug = {{0x00181072, {"TM", "072100.00"}},
                     {0x00181074, {"DS", "588802304"}},
                     {0x00181075, {"DS", "6588"}}};

DataSetBuilder written(Texts const& texts, DataSetBuilder const* drug = nullptr) {
  DataSetBuilder out;
  for (auto const& [tag, element] : texts) {
    if (drug != nullptr && tag > 0x00540016) {
      out.sequence(0x00540016, {*drug});
      drug = nullptr;
    }
    out.text(tag, element.first, element.second);
  }
  if (drug != nullptr) out.sequence(0x00540016, {*drug});
  return out;
}

/// With some of the elements replaced, or left out where the text is empty.
std::optional<double> factor(Texts const& changed = {}, Texts const& changed_drug = {}) {
  auto const with = [](Texts texts, Texts const& changes) {
    for (auto const& [tag, element] : changes) texts[tag] = element;
    std::erase_if(texts, [](auto const& entry) { return entry.second.second.empty(); });
    return texts;
  };
  DataSetBuilder const drug = written(with(kDrug, changed_drug));
  DataSetBuilder const all = written(with(kPet, changed), &drug);
  // as read_instance does: what the outline does not keep is not there
  auto const outline = dicom::outline_data_set(all.view(), 0, kExplicitLittle, kDefaultLimits);
  if (!outline) return std::nullopt;
  auto const data_set = dicom::DataSet::parse(outline->kept, kExplicitLittle, kDefaultLimits);
  if (!data_set) return std::nullopt;
  return dicom::read_suv_factor(data_set->attributes());
}

TEST(StandardUptake, BecquerelsFromTheInjectionToTheScan) {
  EXPECT_NEAR(factor().value_or(0), 0.00042111, 5e-9);
  EXPECT_NEAR(factor({}, {{0x00181078, {"DT", "19600116072100.00"}}}).value_or(0), 0.00042111,
              5e-9);
  // the same 2:38:47 h, from the evening before
  EXPECT_NEAR(factor({{0x00080031, {"TM", "003847"}}, {0x00080032, {"TM", "004000"}}},
                     {{0x00181072, {"TM", "220000"}}})
                  .value_or(0),
              0.00042111, 5e-9);
}

TEST(StandardUptake, DecayCorrectedToTheInjection) {
  EXPECT_NEAR(factor({{0x00541102, {"CS", "ADMIN"}}}).value_or(0), 91000 / 588802304.0, 1e-12);
}

TEST(StandardUptake, ValuesThatAreSuchAlready) {
  EXPECT_EQ(factor({{0x00541001, {"CS", "GML"}}}), 1.0);
  EXPECT_EQ(factor({{0x00541001, {"CS", "GML"}}, {0x00541006, {"CS", "BW"}}}), 1.0);
  EXPECT_FALSE(factor({{0x00541001, {"CS", "GML"}}, {0x00541006, {"CS", "LBM"}}}));
}

TEST(StandardUptake, PartsOfASecond) {
  // Rb-82 halves in 76.4 s: half a second is 0.45 %
  double const whole = factor({}, {{0x00181075, {"DS", "76.4"}}}).value_or(0);
  double const half =
      factor({{0x00080031, {"TM", "095947.50"}}}, {{0x00181075, {"DS", "76.4"}}}).value_or(0);
  EXPECT_NEAR(half / whole, std::exp2(0.5 / 76.4), 1e-9);
}

TEST(StandardUptake, CountsOfPhilips) {
  Texts const counts = {{0x00541001, {"CS", "CNTS"}},
                        {0x70530010, {"LO", "Philips PET Private Group"}}};
  auto const with = [&](Texts more) {
    more.insert(counts.begin(), counts.end());
    return factor(more);
  };
  EXPECT_EQ(with({{0x70531000, {"DS", "0.000551"}}}), 0.000551);
  EXPECT_EQ(with({{0x70531000, {"DS", "0.000551"}}, {0x70531009, {"DS", "4.5"}}}), 0.000551);
  EXPECT_EQ(with({{0x70531000, {"DS", "0.000551"}}, {0x00101030, {"DS", ""}}}), 0.000551);
  EXPECT_NEAR(with({{0x70531009, {"DS", "4.5"}}}).value_or(0), 4.5 * 0.00042111, 3e-8);
  EXPECT_NEAR(with({{0x70531000, {"DS", "0"}}, {0x70531009, {"DS", "4.5"}}}).value_or(0),
              4.5 * 0.00042111, 3e-8);
  EXPECT_FALSE(with({}));
  EXPECT_FALSE(with({{0x70531000, {"DS", "0"}}, {0x70531009, {"DS", "0"}}}));
  EXPECT_FALSE(with({{0x70531009, {"DS", "4.5"}}, {0x00101030, {"DS", ""}}}));
  EXPECT_FALSE(factor({{0x00541001, {"CS", "CNTS"}}, {0x70531000, {"DS", "0.000551"}}}));
}

TEST(StandardUptake, SeriesOfGeThatWasMadeLater) {
  Texts later = {{0x00080031, {"TM", "235959"}},
                 {0x00090010, {"LO", "GEMS_PETD_01"}},
                 {0x0009100D, {"DT", "19600116095947.00"}}};
  EXPECT_NEAR(factor(later).value_or(0), 0.00042111, 5e-9);
  later[0x00090010].second = "ANOTHER";
  EXPECT_FALSE(factor(later));
}

TEST(StandardUptake, NothingIsGuessed) {
  EXPECT_FALSE(factor({{0x00080060, {"CS", "NM"}}}));
  EXPECT_FALSE(factor({{0x00541001, {"CS", "PROPCPS"}}}));
  EXPECT_FALSE(factor({{0x00101030, {"DS", ""}}}));
  EXPECT_FALSE(factor({{0x00101030, {"DS", "0"}}}));
  EXPECT_FALSE(factor({{0x00280051, {"CS", "DECY"}}}));
  EXPECT_FALSE(factor({{0x00541102, {"CS", "NONE"}}}));
  EXPECT_FALSE(factor({{0x00080031, {"TM", "235959"}}}));  // a series that was made later
  EXPECT_FALSE(factor({{0x00080021, {"DA", "19601301"}}}));
  EXPECT_FALSE(factor({}, {{0x00181075, {"DS", ""}}}));
  EXPECT_FALSE(factor({}, {{0x00181072, {"TM", ""}}}));
  EXPECT_FALSE(factor({}, {{0x00181074, {"DS", "588"}}}));  // MBq
  EXPECT_FALSE(factor({}, {{0x00181078, {"DT", "19600117072100"}}}));
}

}  // namespace
}  // namespace sightline::dicom_test
