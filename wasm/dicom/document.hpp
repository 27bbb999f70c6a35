#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"

namespace sightline::dicom {

/// The most that document_json makes of one object.
inline constexpr std::size_t kMaxDocumentJsonBytes = 32u << 20;

/// An object without pictures as JSON for people: a structured report or key object selection
/// (`"kind":"sr"`), a waveform (`"waveform"`), or an encapsulated document (`"encapsulated"`), by
/// what is in it. docs/documents.md describes the model. `"incomplete":true`: something is broken
/// or too large and was left out. Errors: as read_instance; unsupported (none of these);
/// limit_exceeded over kMaxDocumentJsonBytes. Threads: any. Source: PS3.3 C.17, C.10.9, C.24.
Result<std::string> document_json(std::span<std::byte const> file,
                                  Limits const& limits = kDefaultLimits);

/// Bytes of it: of a waveform the samples of a multiplex group (waveform_samples), of an
/// encapsulated document, with part 0, the document. Errors: as document_json; not_found. Threads:
/// any. Source: PS3.3 C.10.9, C.24.
Result<std::vector<std::byte>> document_part(std::span<std::byte const> file, std::uint32_t part,
                                             Limits const& limits = kDefaultLimits);

}  // namespace sightline::dicom
