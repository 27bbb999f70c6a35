#pragma once
#include <boost/json/object.hpp>
#include <string_view>

namespace sightline::server {

/// A stored document as an object; empty when it is none or nested too deeply. Threads: any.
boost::json::object read_json_object(std::string_view text);

}  // namespace sightline::server
