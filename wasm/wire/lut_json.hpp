#pragma once
#include <span>
#include <string>

#include "dicom/instance.hpp"

namespace sightline::wire {

/// A look-up table as docs/wire_format.md writes it.
std::string lut_json(dicom::Lut const& lut);
/// `[[center, width, "name"], …]` likewise.
std::string windows_json(std::span<dicom::Window const> windows);

}  // namespace sightline::wire
