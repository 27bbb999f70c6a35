#pragma once
#include <string>
#include <string_view>

namespace sightline::server {

/// The first executable of this name in the folders, which have ":" between as PATH has them; empty
/// when there is none. Relative folders are passed over: programs are started from another folder.
std::string find_program(std::string_view folders, std::string_view name);

}  // namespace sightline::server
