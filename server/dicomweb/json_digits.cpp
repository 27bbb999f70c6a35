#include "dicomweb/json_digits.hpp"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>

#include "dicom/dicom_json.hpp"

namespace sightline::server {
namespace {

namespace json = boost::json;

/// Makes values of what the parser reports, numbers as strings.
class DigitKeeper {
 public:
  static constexpr std::size_t max_object_size = SIZE_MAX, max_array_size = SIZE_MAX,
                               max_key_size = SIZE_MAX, max_string_size = SIZE_MAX;
  using Error = boost::system::error_code;

  explicit DigitKeeper(std::size_t max_values) : left_(max_values) {}

  bool on_document_begin(Error&) { return stack_.reset(), true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error& error) { return count(error); }
  bool on_object_end(std::size_t size, Error&) { return stack_.push_object(size), true; }
  bool on_array_begin(Error& error) { return count(error); }
  bool on_array_end(std::size_t size, Error&) { return stack_.push_array(size), true; }
  bool on_key_part(std::string_view part, std::size_t, Error&) {
    return stack_.push_chars(part), true;
  }
  bool on_key(std::string_view part, std::size_t, Error&) { return stack_.push_key(part), true; }
  bool on_string_part(std::string_view part, std::size_t, Error&) {
    return stack_.push_chars(part), true;
  }
  bool on_string(std::string_view part, std::size_t, Error& error) {
    return stack_.push_string(part), count(error);
  }
  bool on_number_part(std::string_view part, Error&) { return stack_.push_chars(part), true; }
  bool on_int64(std::int64_t, std::string_view part, Error& error) {
    return stack_.push_string(part), count(error);
  }
  bool on_uint64(std::uint64_t, std::string_view part, Error& error) {
    return stack_.push_string(part), count(error);
  }
  bool on_double(double, std::string_view part, Error& error) {
    return stack_.push_string(part), count(error);
  }
  bool on_bool(bool value, Error& error) { return stack_.push_bool(value), count(error); }
  bool on_null(Error& error) { return stack_.push_null(), count(error); }
  bool on_comment_part(std::string_view, Error&) { return true; }
  bool on_comment(std::string_view, Error&) { return true; }

  json::value release() { return stack_.release(); }

 private:
  bool count(Error& error) {
    if (left_-- > 0) return true;
    error = json::error::array_too_large;
    return false;
  }

  json::value_stack stack_;
  std::size_t left_;
};

}  // namespace

Result<json::value> parse_keeping_digits(std::string_view text, std::size_t max_values) {
  json::parse_options options;
  options.max_depth = 4 * dicom::kMaxDicomJsonLevels;  // a data set, an element, its values
  json::basic_parser<DigitKeeper> parser(options, max_values);
  boost::system::error_code error;
  std::size_t const read = parser.write_some(false, text.data(), text.size(), error);
  if (error == json::error::array_too_large)
    return fail(Errc::limit_exceeded, "more values in the JSON than are taken");
  if (error || read != text.size()) return fail(Errc::corrupt, "not JSON, or nested too deeply");
  return parser.handler().release();
}

}  // namespace sightline::server
