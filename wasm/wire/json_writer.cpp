#include "wire/json_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/json_text.hpp"

namespace sightline::wire::json {
namespace {

template <class T>
std::string shortest(T value) {
  std::array<char, 32> text{};
  auto const [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? std::string(text.data(), end) : std::string("0");
}

}  // namespace

std::string quote(std::string_view text) { return json_quote(text); }
std::string number(double value) { return std::isfinite(value) ? shortest(value) : "0"; }
std::string number(std::int64_t value) { return shortest(value); }
std::string boolean(bool value) { return value ? "true" : "false"; }

std::string array(std::span<std::string const> items) {
  std::string out = "[";
  for (std::string const& item : items) {
    if (out.size() > 1) out += ',';
    out += item;
  }
  return out + ']';
}

std::string const* Object::find(std::string_view key) const {
  auto const found =
      std::ranges::find_if(members_, [&](auto const& member) { return member.first == key; });
  return found != members_.end() ? &found->second : nullptr;
}

std::string Object::text() const {
  std::string out = "{";
  for (auto const& [key, value] : members_) {
    if (out.size() > 1) out += ',';
    out += '"';
    out += key;
    out += "\":";
    out += value;
  }
  return out + '}';
}

}  // namespace sightline::wire::json
