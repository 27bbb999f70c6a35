#include "dicom/dcmtk_setup.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcobject.h>
#include <dcmtk/dcmdata/dcvr.h>
#include <dcmtk/oflog/oflog.h>

namespace sightline::dicom {
namespace {

bool configure() {
  // Messages of DCMTK quote values, and so patients: none may leave the process.
  OFLog::configure(OFLogger::OFF_LOG_LEVEL);
  // Values as they are in the file: the correction takes spaces out of UIDs, and others would not
  // know the object again.
  dcmEnableAutomaticInputDataCorrection.set(OFFalse);
  dcmAcceptOddAttributeLength.set(OFTrue);
  dcmEnableCP246Support.set(OFTrue);
  dcmEnableUnknownVRConversion.set(OFTrue);
  dcmIgnoreParsingErrors.set(OFFalse);
  return true;
}

}  // namespace

void set_up_dcmtk() {
  static bool const done = configure();
  (void)done;
}

}  // namespace sightline::dicom
