#include "dicomweb/json_object.hpp"

#include <boost/json.hpp>

#include "dicom/dicom_json.hpp"

namespace sightline::server {

boost::json::object read_json_object(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 4 * dicom::kMaxDicomJsonLevels;  // a data set, an element, its values
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(text, error, {}, options);
  return !error && value.is_object() ? std::move(value.as_object()) : boost::json::object{};
}

}  // namespace sightline::server
