#include "dicom/acquisition.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "dicom/text.hpp"

namespace sightline::dicom {
namespace {

constexpr std::size_t kDateCharacters = 8;
constexpr std::uint32_t kSharedFunctionalGroups = 0x52009229,
                        kPerFrameFunctionalGroups = 0x52009230;

std::string text_of(double value) {
  std::array<char, 32> text{};
  auto const [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? std::string(text.data(), end) : std::string();
}

/// An attribute of a functional group.
struct GroupAttribute {
  std::uint32_t sequence, tag;
};

std::string value_in(Attributes const& groups, GroupAttribute wanted) {
  auto const group = groups.first_item(wanted.sequence);
  auto const value = group ? group->number(wanted.tag) : std::nullopt;
  return value ? text_of(*value) : std::string();
}

/// Functional groups of an enhanced object.
class FrameGroups {
 public:
  explicit FrameGroups(Attributes const& attributes)
      : shared_(attributes.first_item(kSharedFunctionalGroups)),
        frames_(attributes.items(kPerFrameFunctionalGroups)) {}

  /// What all frames have; empty: some differ, or nothing is said.
  [[nodiscard]] std::string common(GroupAttribute wanted) const {
    std::string value = shared_ ? value_in(*shared_, wanted) : std::string();
    if (!value.empty() || frames_.empty()) return value;
    value = value_in(frames_.front(), wanted);
    for (Attributes const& frame : frames_)
      if (value.empty() || value_in(frame, wanted) != value) return {};
    return value;
  }

 private:
  std::optional<Attributes> shared_;
  std::vector<Attributes> frames_;
};

}  // namespace

void read_acquisition(Attributes const& attributes, Instance& instance) {
  std::string const both = attributes.code(0x0008002A);
  std::string const time =
      both.size() > kDateCharacters ? both.substr(kDateCharacters) : std::string();
  instance.acquisition_date = either(attributes.code(0x00080022), both.substr(0, kDateCharacters));
  instance.acquisition_time =
      either(attributes.code(0x00080032), time.substr(0, time.find_first_of("+-")));
  FrameGroups const groups(attributes);
  instance.kvp = either(attributes.code(0x00180060), groups.common({0x00189325, 0x00180060}));
  instance.exposure = either(attributes.code(0x00181152), groups.common({0x00189321, 0x00189332}));
  instance.repetition_time =
      either(attributes.code(0x00180080), groups.common({0x00189112, 0x00180080}));
  instance.echo_time = either(attributes.code(0x00180081), groups.common({0x00189114, 0x00189082}));
  instance.magnetic_field_strength = attributes.code(0x00180087);
  instance.contrast_agent = attributes.text(0x00180010);
}

std::vector<double> read_phase(Attributes const& attributes) {
  constexpr auto kTags =
      std::to_array<std::uint32_t>({0x00200100, 0x00200012, 0x00181060, 0x00180081, 0x00189087});
  constexpr double kMissing = std::numeric_limits<double>::lowest();
  std::vector<double> phase;
  for (std::uint32_t const tag : kTags) phase.push_back(attributes.number(tag).value_or(kMissing));
  bool const is_empty = std::ranges::all_of(phase, [](double value) { return value == kMissing; });
  return is_empty ? std::vector<double>() : phase;
}

}  // namespace sightline::dicom
