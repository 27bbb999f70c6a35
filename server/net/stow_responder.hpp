#pragma once
#include <memory>

#include "dicomweb/stow_reader.hpp"
#include "net/http_message.hpp"
#include "net/router.hpp"
#include "net/services.hpp"

namespace sightline::server {

/// Why a store request is refused before its body is read, or the reader of that body.
/// 403 read-only, 406, 415, 400.
std::expected<std::unique_ptr<StowReader>, Response> begin_stow(Services const& services,
                                                                Request const& request,
                                                                StowStore const& route);
/// The answer to a body whose reading went wrong.
Response stow_broken(StowReader const& reader, Error const& error);
/// The answer when the body has ended. Blocks on the disk.
Response finish_stow(Request const& request, StowStore const& route, StowReader& reader);

}  // namespace sightline::server
