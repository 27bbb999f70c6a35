#include "dicom/standard_uptake.hpp"

#include <charconv>
#include <chrono>
#include <cmath>
#include <string>
#include <string_view>

#include "base/decimal.hpp"
#include "dicom/attributes.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kGeCreator = 0x00090010, kGeScanDateTime = 0x0009100D,
                        kPhilipsCreator = 0x70530010, kPhilipsSuvFactor = 0x70531000,
                        kPhilipsActivityFactor = 0x70531009;
constexpr std::uint32_t kSeriesDate = 0x00080021, kAcquisitionDate = 0x00080022,
                        kSeriesTime = 0x00080031, kAcquisitionTime = 0x00080032,
                        kModality = 0x00080060, kPatientWeight = 0x00101030,
                        kStartTime = 0x00181072, kTotalDose = 0x00181074, kHalfLife = 0x00181075,
                        kStartDateTime = 0x00181078, kRadiopharmaceutical = 0x00540016,
                        kCorrectedImage = 0x00280051, kUnits = 0x00541001, kSuvType = 0x00541006,
                        kDecayCorrection = 0x00541102;
constexpr double kSecondsOfDay = 86400, kGramsOfKilogram = 1000;
/// Some write the dose in MBq: nobody is given less than this, of which a scanner sees nothing.
constexpr double kLeastDoseBq = 100'000;

std::optional<int> digits(std::string_view text, std::size_t begin, std::size_t count) {
  if (text.size() < begin + count) return std::nullopt;
  int value = 0;
  char const* const first = text.data() + begin;
  auto const [end, error] = std::from_chars(first, first + count, value);
  return error == std::errc() && end == first + count && value >= 0 ? std::optional(value)
                                                                    : std::nullopt;
}

/// Days since 1970 of YYYYMMDD. Source: PS3.5 6.2 (DA).
std::optional<double> day_of(std::string_view date) {
  auto const year = digits(date, 0, 4), month = digits(date, 4, 2), day = digits(date, 6, 2);
  if (!year || !month || !day) return std::nullopt;
  std::chrono::year_month_day const ymd{std::chrono::year{*year},
                                        std::chrono::month{static_cast<unsigned>(*month)},
                                        std::chrono::day{static_cast<unsigned>(*day)}};
  if (!ymd.ok()) return std::nullopt;
  return static_cast<double>(std::chrono::sys_days{ymd}.time_since_epoch().count());
}

/// Seconds since midnight of HHMMSS.FFFFFF. Source: PS3.5 6.2 (TM).
std::optional<double> second_of(std::string_view time) {
  auto const hour = digits(time, 0, 2), minute = digits(time, 2, 2);
  auto const second = time.size() > 4 ? digits(time, 4, 2) : std::optional(0);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
    return std::nullopt;
  // of a tracer that lives a minute, half a second is half a percent
  std::string_view const fraction = time.substr(0, time.find_first_not_of("0123456789.", 6));
  bool const has_fraction = fraction.size() > 7 && fraction[6] == '.';
  double const part = has_fraction ? decimal_number(fraction.substr(6)).value_or(0) : 0;
  return *hour * 3600.0 + *minute * 60.0 + *second + part;
}

/// Seconds since 1970.
std::optional<double> moment(std::string_view date, std::string_view time) {
  auto const day = day_of(date), second = second_of(time);
  return day && second ? std::optional(*day * kSecondsOfDay + *second) : std::nullopt;
}

std::optional<double> positive(std::optional<double> value) {
  return value && *value > 0 ? value : std::nullopt;
}

/// When the decay that is corrected for began: the start of the series' first acquisition. Of a
/// series that was made later GE says it in an element of its own.
std::optional<double> scan_start(Attributes const& attributes) {
  auto const series = moment(attributes.code(kSeriesDate), attributes.code(kSeriesTime));
  auto const acquisition =
      moment(attributes.code(kAcquisitionDate), attributes.code(kAcquisitionTime));
  if (!series || !acquisition) return std::nullopt;
  if (*series <= *acquisition) return series;
  std::string const stated = attributes.code(kGeScanDateTime);
  if (attributes.code(kGeCreator) != "GEMS_PETD_01" || stated.size() < 12) return std::nullopt;
  return moment(stated.substr(0, 8), stated.substr(8));
}

/// Seconds from the injection to the scan; a time of day without a date is the last one before it.
std::optional<double> uptake_seconds(Attributes const& attributes, Attributes const& drug) {
  auto const scan = scan_start(attributes);
  if (!scan) return std::nullopt;
  std::string const stated = drug.code(kStartDateTime);
  double seconds = 0;
  if (auto const start =
          stated.size() >= 12 ? moment(stated.substr(0, 8), stated.substr(8)) : std::nullopt) {
    seconds = *scan - *start;
  } else {
    auto const time = second_of(drug.code(kStartTime));
    if (!time) return std::nullopt;
    seconds = *scan - *time;
    seconds -= std::floor(seconds / kSecondsOfDay) * kSecondsOfDay;
  }
  return seconds >= 0 && seconds <= kSecondsOfDay ? std::optional(seconds) : std::nullopt;
}

/// Of values in Bq/ml.
std::optional<double> factor_of_becquerels(Attributes const& attributes) {
  std::string const corrections = attributes.code(kCorrectedImage);
  bool const is_corrected = corrections.find("ATTN") != std::string::npos &&
                            corrections.find("DECY") != std::string::npos;
  auto const drug = attributes.first_item(kRadiopharmaceutical);
  auto const weight = positive(attributes.number(kPatientWeight));
  if (!is_corrected || !drug || !weight) return std::nullopt;
  double dose = drug->number(kTotalDose).value_or(0);
  if (!(dose >= kLeastDoseBq)) return std::nullopt;
  std::string const correction = attributes.code(kDecayCorrection);
  if (correction == "START") {
    auto const half_life = positive(drug->number(kHalfLife));
    auto const seconds = uptake_seconds(attributes, *drug);
    if (!half_life || !seconds) return std::nullopt;
    dose *= std::exp2(-*seconds / *half_life);
  } else if (correction != "ADMIN") {
    return std::nullopt;
  }
  return *weight * kGramsOfKilogram / dose;
}

/// Of Philips' counts: what it gives for SUV, else for Bq/ml; 0 where it gives none.
std::optional<double> factor_of_counts(Attributes const& attributes) {
  if (attributes.code(kPhilipsCreator) != "Philips PET Private Group") return std::nullopt;
  if (auto const factor = positive(attributes.number(kPhilipsSuvFactor))) return factor;
  auto const activity = positive(attributes.number(kPhilipsActivityFactor));
  auto const factor = activity ? factor_of_becquerels(attributes) : std::nullopt;
  return factor ? std::optional(*activity * *factor) : std::nullopt;
}

}  // namespace

std::optional<double> read_suv_factor(Attributes const& attributes) {
  if (attributes.code(kModality) != "PT") return std::nullopt;
  std::string const units = attributes.code(kUnits), type = attributes.code(kSuvType);
  if (units == "GML") return type.empty() || type == "BW" ? std::optional(1.0) : std::nullopt;
  std::optional<double> factor;
  if (units == "BQML") factor = factor_of_becquerels(attributes);
  if (units == "CNTS") factor = factor_of_counts(attributes);
  return factor && *factor > 0 && std::isfinite(*factor) ? factor : std::nullopt;
}

}  // namespace sightline::dicom
