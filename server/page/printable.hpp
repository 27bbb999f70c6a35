#pragma once
#include <string>
#include <string_view>

namespace sightline::server {

/// A line of hostile text as it can be drawn: valid UTF-8 without control characters and ends of
/// lines (U+FFFD instead), at most `most` characters, then an ellipsis. Threads: any.
std::string printable(std::string_view text, std::size_t most);

}  // namespace sightline::server
