#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sightline::test {

/// What OpenJPEG makes of a whole codestream, samples interleaved; nothing when it refuses it or
/// has anything to say about it.
std::optional<std::vector<std::int32_t>> openjpeg_values(std::span<std::byte const> codestream,
                                                         std::uint32_t discard_levels);

/// What it makes of one that is cut or broken, which it may have more or less to say about; nothing
/// when it refuses that.
std::optional<std::vector<std::int32_t>> openjpeg_best(std::span<std::byte const> codestream,
                                                       std::uint32_t discard_levels = 0);

}  // namespace sightline::test
