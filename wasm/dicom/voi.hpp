#pragma once
#include <string_view>

#include "dicom/attributes.hpp"
#include "dicom/instance.hpp"

namespace sightline::dicom {

/// What decides how the numbers of the Modality and VOI LUT modules are read.
struct DisplayContext {
  bool is_signed = false;     ///< Pixel Representation (0028,0103) = 1
  std::string_view modality;  ///< (0008,0060)
  unsigned real_bits = 0;     ///< 32: Float, 64: Double Float Pixel Data, 0: neither
};

/// Rescale and Modality LUT, where `attributes` has them, over what `display` held. `attributes` is
/// a data set or an item of Pixel Value Transformation Sequence (0028,9145). Threads: as
/// Attributes. Source: PS3.3 C.11.1, C.7.6.16.2.9.
void read_modality_lut(Attributes const& attributes, DisplayContext const& context,
                       DisplayPipeline& display);

/// Windows, VOI LUT Function and VOI LUTs likewise; of a data set or an item of Frame VOI LUT
/// Sequence (0028,9132). Threads: as Attributes. Source: PS3.3 C.11.2, C.7.6.16.2.10.
void read_voi_lut(Attributes const& attributes, DisplayContext const& context,
                  DisplayPipeline& display);

/// All of a data set's top level: both of the above, padding and Presentation LUT Shape. Threads:
/// as Attributes. Source: PS3.3 C.11.1, C.11.2, C.11.6, C.7.5.1.1.2, C.7.6.24, C.7.6.25.
DisplayPipeline read_display(Attributes const& attributes, DisplayContext const& context);

}  // namespace sightline::dicom
