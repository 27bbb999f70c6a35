#include "dicom/sop_class_kind.hpp"

#include <array>
#include <utility>

namespace sightline::dicom {
namespace {

// The first prefix that fits, so the longer ones stand first.
constexpr auto kKinds = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"1.2.840.10008.1.3.10", "media directory"},
    {"1.2.840.10008.5.1.4.1.1.88.59", "key object selection"},
    {"1.2.840.10008.5.1.4.1.1.88.", "SR document"},
    {"1.2.840.10008.5.1.4.1.1.11.", "presentation state"},
    {"1.2.840.10008.5.1.4.1.1.9.", "waveform"},
    {"1.2.840.10008.5.1.4.1.1.104.1", "PDF document"},
    {"1.2.840.10008.5.1.4.1.1.104.2", "CDA document"},
    {"1.2.840.10008.5.1.4.1.1.104.", "3D model"},
    {"1.2.840.10008.5.1.4.1.1.481.3", "RT structure set"},
    {"1.2.840.10008.5.1.4.1.1.481.5", "RT plan"},
    {"1.2.840.10008.5.1.4.1.1.481.8", "RT ion plan"},
    {"1.2.840.10008.5.1.4.1.1.481.", "RT object"},
    {"1.2.840.10008.5.1.4.1.1.4.2", "MR spectroscopy"},
    {"1.2.840.10008.5.1.4.1.1.66.1", "spatial registration"},
    {"1.2.840.10008.5.1.4.1.1.66.2", "spatial fiducials"},
    {"1.2.840.10008.5.1.4.1.1.66.3", "deformable registration"},
    {"1.2.840.10008.5.1.4.1.1.66.5", "surface segmentation"},
    {"1.2.840.10008.5.1.4.1.1.66.6", "tractography"},
    {"1.2.840.10008.5.1.4.1.1.66", "raw data"},
    {"1.2.840.10008.5.1.4.1.1.67", "real world value mapping"},
    {"1.2.840.10008.5.1.4.1.1.68.", "surface scan"},
    {"1.2.840.10008.5.1.4.1.1.78.", "ophthalmic measurements"},
    {"1.2.840.10008.5.1.4.1.1.91.1", "bulk annotations"},
    {"1.2.840.10008.5.1.4.1.1.200.", "content assessment"},
    {"1.2.840.10008.5.1.4.38.", "hanging protocol"},
    {"1.2.840.10008.5.1.4.39.", "colour palette"},
});

}  // namespace

std::string_view sop_class_kind(std::string_view sop_class_uid) {
  for (auto const& [prefix, kind] : kKinds) {
    if (sop_class_uid.starts_with(prefix)) return kind;
  }
  return {};
}

}  // namespace sightline::dicom
