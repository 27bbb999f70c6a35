#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "dicom/transfer_syntax.hpp"

namespace sightline::dicom {

/// A data set in Explicit VR Little Endian. `encapsulated`: its Pixel Data is fragments.
struct PlainDataSet {
  std::span<std::byte const> bytes;
  bool encapsulated = false;
};

/// Writes the data set with DCMTK: elements ascending, values padded to even lengths, sequences and
/// items with their lengths, group lengths that are there made right, words in the byte order of
/// `encoding`. Errors: corrupt, truncated, limit_exceeded (nesting), invalid_argument (fragments in
/// an encoding that has none), out_of_memory. Threads: any, one at a time (DCMTK's globals).
/// Source: PS3.5 7, A.
Result<std::vector<std::byte>> write_data_set(PlainDataSet const& data_set,
                                              ElementEncoding encoding,
                                              Limits const& limits = kDefaultLimits);

/// What DCMTK finds wrong with the values of a data set, one to a line: path (tags, and between
/// them the number of the item), tab, a word: length, characters, multiplicity, value, vr (not that
/// of the dictionary). DCMTK does not measure SH, LO and PN, whose limits count characters. No text
/// of the data set is in it. Errors: as write_data_set. Threads: as write_data_set. Source:
/// PS3.5 6.2, PS3.6 6.
Result<std::string> check_data_set(PlainDataSet const& data_set,
                                   Limits const& limits = kDefaultLimits);

}  // namespace sightline::dicom
