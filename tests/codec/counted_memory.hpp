#pragma once
#include <cstddef>
#include <functional>

namespace sightline::test {

/// Bytes that were allocated at once while `work` ran, at most, beside those that were before.
/// Every allocation of the process is counted, malloc itself: whatever is linked with this is an
/// executable of its own, and none under a sanitizer. Threads: one.
std::size_t most_allocated(std::function<void()> const& work);

}  // namespace sightline::test
