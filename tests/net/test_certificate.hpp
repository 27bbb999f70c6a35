#pragma once
#include <filesystem>
#include <string>

namespace sightline::server {

/// Writes a new self-signed certificate (P-256, for a day) and its key, in PEM. `name`: its common
/// name.
void write_certificate(std::filesystem::path const& certificate, std::filesystem::path const& key,
                       std::string const& name);

}  // namespace sightline::server
