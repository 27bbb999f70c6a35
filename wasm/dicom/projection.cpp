#include "dicom/projection.hpp"

#include <array>
#include <string_view>

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kCodeValue = 0x00080100, kCodeMeaning = 0x00080104,
                        kViewPosition = 0x00185101, kImageLaterality = 0x00200062,
                        kFrameAnatomySequence = 0x00209071, kFrameLaterality = 0x00209072,
                        kViewCodeSequence = 0x00540220, kSharedFunctionalGroups = 0x52009229;

/// A view of mammography in the codes of SNOMED CT and, as older files have it, SNOMED-RT.
struct MammographyView {
  std::string_view sct, srt, abbreviation;
};
constexpr auto kMammographyViews = std::to_array<MammographyView>({
    {"399260004", "R-10224", "ML"},
    {"399368009", "R-10226", "MLO"},
    {"399352003", "R-10228", "LM"},
    {"399099002", "R-10230", "LMO"},
    {"399162004", "R-10242", "CC"},
    {"399196006", "R-10244", "FB"},
    {"399188001", "R-102D0", "SIO"},
    {"441555000", "R-40AAA", "ISO"},
    {"399265009", "R-102CF", "XCC"},
    {"399192008", "R-1024A", "XCCL"},
    {"399101009", "R-1024B", "XCCM"},
});

}  // namespace

std::string read_view_position(Attributes const& attributes) {
  if (std::string stated = attributes.code(kViewPosition); !stated.empty()) return stated;
  auto const view = attributes.first_item(kViewCodeSequence);
  if (!view) return {};
  std::string const code = view->text(kCodeValue);
  for (MammographyView const& known : kMammographyViews)
    if (code == known.sct || code == known.srt) return std::string(known.abbreviation);
  return view->text(kCodeMeaning);
}

std::string read_image_laterality(Attributes const& attributes) {
  if (std::string stated = attributes.code(kImageLaterality); !stated.empty()) return stated;
  auto const shared = attributes.first_item(kSharedFunctionalGroups);
  auto const anatomy = shared ? shared->first_item(kFrameAnatomySequence) : std::nullopt;
  std::string const side = anatomy ? anatomy->code(kFrameLaterality) : std::string();
  return side == "U" ? std::string() : side;  // unpaired
}

}  // namespace sightline::dicom
