#include "dicom/dictionary.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctag.h>

#include "dicom/dcmtk_setup.hpp"

namespace sightline::dicom {

std::array<char, 2> dictionary_vr(std::uint32_t tag) {
  set_up_dcmtk();
  DcmTag const known(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag));
  DcmVR const vr(DcmVR(known.getEVR()).getValidEVR());
  char const* const name = vr.getVRName();
  return {name[0], name[1]};
}

}  // namespace sightline::dicom
