#pragma once
#include <string_view>

#include "base/error.hpp"
#include "net/http_message.hpp"

namespace sightline::server {

/// An error answer: application/problem+json with status, title, our error's name and a sentence.
/// Source: RFC 9457. `detail` must not carry patient data, a path or any part of the request.
Response problem(unsigned status, std::string_view detail = {}, Errc code = Errc::ok);

/// The status for an error of the core or the store: not_found 404, pending 409, … The detail is
/// the code's, not the error's own text.
Response problem_of(Error const& error);

}  // namespace sightline::server
