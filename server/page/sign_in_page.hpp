#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sightline::server {

/// The built login.html, with the places `sightline:to`, `sightline:user` (attribute values) and
/// `<!--sightline:problem-->` once each. It holds nothing of a patient: who reads it is not in yet.
class SignInPage {
 public:
  /// Errors: corrupt (a place is missing or there twice).
  static Result<SignInPage> parse(std::string_view login_html);

  /// `to`: the path to come back to. `user`: as it was typed, hostile. `problem`: a sentence, or
  /// empty. All three are escaped.
  std::string with(std::string_view to, std::string_view user, std::string_view problem) const;

 private:
  std::string html_;
};

}  // namespace sightline::server
