#pragma once
#include <charconv>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/json_text.hpp"
#include "dicom/bounded_text.hpp"

namespace sightline::dicom {

class JsonArray;

/// One JSON object that is written member by member into bounded text; the destructor closes it.
/// Keys are letters and digits. What is empty is left out. Threads: one text, one thread. Source:
/// RFC 8259 (not DICOM's own JSON Model: that is dicom_json.hpp).
class JsonObject {
 public:
  explicit JsonObject(BoundedText& out) : out_(out) { out_ += "{"; }
  JsonObject(JsonObject const&) = delete;
  JsonObject& operator=(JsonObject const&) = delete;
  ~JsonObject() { out_ += "}"; }

  /// `json` is a JSON value.
  void raw(std::string_view name, std::string_view json) {
    key(name);
    out_ += json;
  }
  void text(std::string_view name, std::string_view value) {
    if (!value.empty()) raw(name, json_quote(value));
  }
  void integer(std::string_view name, std::int64_t value) { raw(name, std::to_string(value)); }
  /// Left out when it is not finite: JSON has no such number.
  void number(std::string_view name, double value) {
    if (std::isfinite(value)) raw(name, number_text(value));
  }
  void flag(std::string_view name, bool value) {
    if (value) raw(name, "true");
  }
  /// Finite ones. Nothing when there are none.
  void numbers(std::string_view name, std::span<double const> values);
  [[nodiscard]] JsonObject object(std::string_view name) {
    key(name);
    return JsonObject(out_);
  }
  [[nodiscard]] JsonArray array(std::string_view name);

  static std::string number_text(double value) {
    char text[32];
    auto const [end, error] = std::to_chars(text, text + sizeof text, value);
    return {text, end};
  }

 private:
  void key(std::string_view name) {
    if (!first_) out_ += ",";
    first_ = false;
    out_ += "\"";
    out_ += name;
    out_ += "\":";
  }
  BoundedText& out_;
  bool first_ = true;
};

/// One JSON array, as JsonObject. Source: RFC 8259.
class JsonArray {
 public:
  explicit JsonArray(BoundedText& out) : out_(out) { out_ += "["; }
  JsonArray(JsonArray const&) = delete;
  JsonArray& operator=(JsonArray const&) = delete;
  ~JsonArray() { out_ += "]"; }

  void raw(std::string_view json) {
    comma();
    out_ += json;
  }
  [[nodiscard]] JsonObject object() {
    comma();
    return JsonObject(out_);
  }

 private:
  void comma() {
    if (!first_) out_ += ",";
    first_ = false;
  }
  BoundedText& out_;
  bool first_ = true;
};

inline JsonArray JsonObject::array(std::string_view name) {
  key(name);
  return JsonArray(out_);
}

inline void JsonObject::numbers(std::string_view name, std::span<double const> values) {
  if (values.empty()) return;
  JsonArray list = array(name);
  for (double const value : values) list.raw(number_text(value));
}

}  // namespace sightline::dicom
