#pragma once

namespace sightline::dicom {

/// Sets DCMTK's globals, once per process: no log output, odd lengths accepted, UN read as what the
/// dictionary says. Every function of this folder that reaches DCMTK calls it. Threads: any.
void set_up_dcmtk();

}  // namespace sightline::dicom
