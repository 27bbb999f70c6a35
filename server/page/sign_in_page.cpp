#include "page/sign_in_page.hpp"

#include <array>

namespace sightline::server {
namespace {

constexpr std::string_view kTo = "sightline:to", kUser = "sightline:user",
                           kProblem = "<!--sightline:problem-->";

/// Text that stays text in an element and in a quoted attribute. Source: HTML 13.2.5.
std::string escape(std::string_view text) {
  std::string out;
  for (char const c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out.push_back(c);
    }
  }
  return out;
}

}  // namespace

Result<SignInPage> SignInPage::parse(std::string_view login_html) {
  for (std::string_view const place : {kTo, kUser, kProblem}) {
    std::size_t const at = login_html.find(place);
    if (at == std::string_view::npos || login_html.find(place, at + 1) != std::string_view::npos)
      return fail(Errc::corrupt, "login.html must hold " + std::string(place) + " once");
  }
  SignInPage page;
  page.html_ = login_html;
  return page;
}

std::string SignInPage::with(std::string_view to, std::string_view user,
                             std::string_view problem) const {
  std::string alert;
  if (!problem.empty()) alert = R"(<p class="problem" role="alert">)" + escape(problem) + "</p>";
  std::array<std::pair<std::string_view, std::string>, 3> const places{
      {{kTo, escape(to)}, {kUser, escape(user)}, {kProblem, std::move(alert)}}};
  std::string out;
  // One pass: what is put in is not looked at again.
  for (std::string_view rest = html_; !rest.empty();) {
    std::size_t first = std::string_view::npos;
    std::pair<std::string_view, std::string> const* next = nullptr;
    for (auto const& place : places) {
      std::size_t const at = rest.find(place.first);
      if (at >= first) continue;
      first = at;
      next = &place;
    }
    out.append(rest.substr(0, first));
    if (next == nullptr) break;
    out.append(next->second);
    rest.remove_prefix(first + next->first.size());
  }
  return out;
}

}  // namespace sightline::server
