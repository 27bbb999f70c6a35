#pragma once
#include <cstdint>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace sightline::bind {

/// What every handle of the ABI begins with: sl_error_text reads it without knowing the kind of the
/// handle.
struct Handle {
  std::string error_text;
};

/// Keeps the text for sl_error_text, hands the code to JavaScript.
inline std::int32_t report(Handle& handle, Error error) {
  handle.error_text = std::move(error.detail);
  return static_cast<std::int32_t>(error.code);
}

/// What sl_error_text(NULL) tells: why the last sl_renderer_create gave no handle that could carry
/// the text. The only mutable global of the module; an instance has one thread.
Handle& creation_failure();

}  // namespace sightline::bind
