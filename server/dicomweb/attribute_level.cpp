#include "dicomweb/attribute_level.hpp"

#include <algorithm>
#include <array>

namespace sightline::server {
namespace {

constexpr auto kStudyTags = std::to_array<std::uint32_t>({
    0x00080020, 0x00080030, 0x00080050, 0x00080051, 0x00080061, 0x00080062, 0x00080090, 0x00080096,
    0x00081030, 0x00081032, 0x00081048, 0x00081049, 0x00081060, 0x00081062, 0x00081080, 0x00081084,
    0x00081110, 0x00081120, 0x00100010, 0x00100020, 0x00100021, 0x00100024, 0x00100026, 0x00100027,
    0x00100028, 0x00100030, 0x00100032, 0x00100040, 0x00101000, 0x00101001, 0x00101002, 0x00101010,
    0x00101020, 0x00101030, 0x00102160, 0x00102180, 0x001021B0, 0x001021F0, 0x00102201, 0x00104000,
    0x00120062, 0x00120063, 0x00120064, 0x0020000D, 0x00200010, 0x00201206, 0x00201208, 0x00321033,
    0x00380010, 0x00380014,
});
constexpr auto kSeriesTags = std::to_array<std::uint32_t>({
    0x00080021, 0x00080031, 0x00080060, 0x00080068, 0x00080070, 0x00080080, 0x00080081, 0x00081010,
    0x0008103E, 0x0008103F, 0x00081040, 0x00081050, 0x00081052, 0x00081070, 0x00081072, 0x00081090,
    0x00081111, 0x00081250, 0x00180015, 0x00181000, 0x00181020, 0x00181030, 0x00185100, 0x0020000E,
    0x00200011, 0x00200052, 0x00200060, 0x00201040, 0x00201209, 0x00400244, 0x00400245, 0x00400250,
    0x00400251, 0x00400253, 0x00400254, 0x00400260, 0x00400275, 0x00400280,
});
constexpr auto kStudyDefaults = std::to_array<std::uint32_t>({
    0x00080005,
    0x00080020,
    0x00080030,
    0x00080050,
    0x00080056,
    0x00080061,
    0x00080090,
    0x00081030,
    0x00081190,
    0x00100010,
    0x00100020,
    0x00100030,
    0x00100040,
    0x0020000D,
    0x00200010,
    0x00201206,
    0x00201208,
});
constexpr auto kSeriesDefaults = std::to_array<std::uint32_t>({
    0x00080005,
    0x00080056,
    0x00080060,
    0x0008103E,
    0x00081190,
    0x0020000E,
    0x00200011,
    0x00201209,
    0x00400244,
    0x00400245,
    0x00400275,
});
constexpr auto kInstanceDefaults = std::to_array<std::uint32_t>({
    0x00080005,
    0x00080016,
    0x00080018,
    0x00080056,
    0x00081190,
    0x00200013,
    0x00280008,
    0x00280010,
    0x00280011,
    0x00280100,
});
static_assert(std::ranges::is_sorted(kStudyTags) && std::ranges::is_sorted(kSeriesTags));
static_assert(std::ranges::is_sorted(kStudyDefaults) && std::ranges::is_sorted(kSeriesDefaults));
static_assert(std::ranges::is_sorted(kInstanceDefaults));

}  // namespace

DicomSearch::Level attribute_level(std::uint32_t tag) {
  if (std::ranges::binary_search(kStudyTags, tag)) return DicomSearch::Level::study;
  if (std::ranges::binary_search(kSeriesTags, tag)) return DicomSearch::Level::series;
  return DicomSearch::Level::instance;
}

std::span<std::uint32_t const> default_attributes(DicomSearch::Level level) {
  switch (level) {
    case DicomSearch::Level::study: return kStudyDefaults;
    case DicomSearch::Level::series: return kSeriesDefaults;
    case DicomSearch::Level::instance: break;
  }
  return kInstanceDefaults;
}

}  // namespace sightline::server
