#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Just enough JSON for the manifest. Values are JSON text; what is made never contains '<', so
/// that it may stand inside a script element of a page. Source: RFC 8259.
namespace sightline::wire::json {

/// A string literal. Control characters, '<', U+2028 and U+2029 are escaped; bytes that are no
/// UTF-8 become U+FFFD.
std::string quote(std::string_view text);
/// The shortest text that reads back to the same double; a value that is not finite has none in
/// JSON and is 0.
std::string number(double value);
std::string number(std::int64_t value);
std::string boolean(bool value);
std::string array(std::span<std::string const> items);

/// An object whose keys stay in the order they were added. Keys are written as they are: letters
/// and digits only.
class Object {
 public:
  void add(std::string_view key, std::string value) {
    members_.emplace_back(key, std::move(value));
  }
  /// Left out when empty.
  void add_text(std::string_view key, std::string_view text) {
    if (!text.empty()) add(key, quote(text));
  }
  [[nodiscard]] bool empty() const { return members_.empty(); }
  [[nodiscard]] std::string const* find(std::string_view key) const;
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> const& members() const {
    return members_;
  }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> members_;
};

}  // namespace sightline::wire::json
