#include "dicom/dose_histogram.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dicom/base64_doubles.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kReferencedInstance = 0x00081155, kType = 0x30040001,
                        kDoseUnits = 0x30040002, kDoseType = 0x30040004, kHistograms = 0x30040050,
                        kDoseScaling = 0x30040052, kVolumeUnits = 0x30040054, kData = 0x30040058,
                        kReferencedRegions = 0x30040060, kContribution = 0x30040062,
                        kMinimumDose = 0x30040070, kMaximumDose = 0x30040072,
                        kMeanDose = 0x30040074, kReferencedRegion = 0x30060084,
                        kReferencedStructureSet = 0x300C0060;

void add_regions(std::vector<Attributes> const& items, std::string_view contribution,
                 std::string_view key, JsonObject& object) {
  JsonArray numbers = object.array(key);
  for (Attributes const& item : items) {
    bool const is_excluded = item.code(kContribution) == "EXCLUDED";
    auto const number = item.integer(kReferencedRegion);
    if (number && is_excluded == (contribution == "EXCLUDED")) numbers.raw(std::to_string(*number));
  }
}

/// False: it is left out.
bool add_histogram(Attributes const& item, std::size_t& numbers_left, JsonArray& histograms) {
  auto const bins = item.numbers(kData);
  auto const scaling = item.number(kDoseScaling);
  if (bins.empty() || bins.size() % 2 != 0 || bins.size() > numbers_left || !scaling) return false;
  numbers_left -= bins.size();
  JsonObject object = histograms.object();
  object.text("type", item.code(kType));
  object.text("doseUnits", item.code(kDoseUnits));
  object.text("doseType", item.code(kDoseType));
  object.text("volumeUnits", item.code(kVolumeUnits));
  object.number("scaling", *scaling);
  object.raw("bins", base64_of_doubles(bins));
  auto const regions = item.items(kReferencedRegions);
  add_regions(regions, "INCLUDED", "regions", object);
  add_regions(regions, "EXCLUDED", "excluded", object);
  for (auto const& [key, tag] : {std::pair{"min", kMinimumDose}, std::pair{"max", kMaximumDose},
                                 std::pair{"mean", kMeanDose}})
    if (auto const value = item.number(tag)) object.number(key, *value);
  return true;
}

}  // namespace

void add_dose_histograms(Attributes const& attributes, JsonObject& object) {
  if (auto const set = attributes.first_item(kReferencedStructureSet))
    object.text("structureSet", set->code(kReferencedInstance));
  auto const items = attributes.items(kHistograms);
  if (items.empty()) return;
  std::size_t numbers_left = kMaxHistogramNumbers, histograms_left = kMaxHistograms;
  std::int64_t left_out = 0;
  {
    JsonArray histograms = object.array("histograms");
    for (Attributes const& item : items) {
      bool const is_added = histograms_left > 0 && add_histogram(item, numbers_left, histograms);
      if (is_added) --histograms_left;
      if (!is_added) ++left_out;
    }
  }
  if (left_out > 0) object.integer("leftOut", left_out);
}

}  // namespace sightline::dicom
