#include "net/forwarded.hpp"

#include <algorithm>
#include <optional>

#include "net/client_address.hpp"

namespace sightline::server {
namespace {

constexpr std::size_t kMostHops = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
/// Source: RFC 9110 5.6.2.
bool is_token_char(char c) {
  return is_digit(c) || is_letter(c) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
/// Source: RFC 7239 6.3.
bool is_obfuscated(std::string_view text) {
  return text.size() > 1 && text.front() == '_' && std::ranges::all_of(text.substr(1), [](char c) {
           return is_digit(c) || is_letter(c) || c == '.' || c == '_' || c == '-';
         });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

/// Takes characters from the front of what is left.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }

  /// Empty: there is none here.
  std::string_view token() {
    auto const end = std::ranges::find_if_not(rest_, is_token_char) - rest_.begin();
    std::string_view const text = rest_.substr(0, static_cast<std::size_t>(end));
    rest_.remove_prefix(text.size());
    return text;
  }
  /// A token or a quoted string; nothing when it is neither. Source: RFC 9110 5.6.4.
  std::optional<std::string> value() {
    if (!take('"')) {
      std::string_view const text = token();
      return text.empty() ? std::nullopt : std::optional(std::string(text));
    }
    std::string text;
    while (!rest_.empty()) {
      if (take('"')) return text;
      (void)take('\\');
      if (rest_.empty()) break;
      char const c = rest_.front();
      if ((c < ' ' && c != '\t') || c == '\x7f') break;
      text += c;
      rest_.remove_prefix(1);
    }
    return std::nullopt;
  }

 private:
  std::string_view rest_;
};

bool is_port(std::string_view text) {
  bool const is_number = !text.empty() && text.size() <= 5 && std::ranges::all_of(text, is_digit);
  return is_number || is_obfuscated(text);
}

/// An address with or without a port. Empty: hidden. Nothing: neither. Source: RFC 7239 6.
std::optional<std::string> address_of_node(std::string_view node) {
  bool const is_bracketed = node.starts_with('[');
  std::size_t const name_end =
      is_bracketed ? node.find(']') : std::min(node.find(':'), node.size());
  if (name_end == std::string_view::npos) return std::nullopt;
  std::string_view const after = node.substr(is_bracketed ? name_end + 1 : name_end);
  if (!after.empty() && !(after.front() == ':' && is_port(after.substr(1)))) return std::nullopt;
  std::string_view const name =
      node.substr(is_bracketed ? 1 : 0, name_end - (is_bracketed ? 1 : 0));
  if (!is_bracketed && (lower(name) == "unknown" || is_obfuscated(name))) return "";
  bool const is_v6 = name.find(':') != std::string_view::npos;
  return is_v6 == is_bracketed ? normal_address(name) : std::nullopt;
}

/// Whether the pair is one that may stand there. Parameters that we do not know are passed over.
bool take_pair(std::string const& name, std::string const& value, ForwardedHop& hop) {
  if (name == "proto") {
    std::string const scheme = lower(value);
    hop.is_https = scheme == "https";
    return hop.is_https || scheme == "http";
  }
  if (name != "for") return true;
  auto address = address_of_node(value);
  if (!address) return false;
  hop.address = std::move(*address);
  return true;
}

/// A hop: pairs between semicolons, up to a comma or the end.
std::optional<ForwardedHop> read_hop(Scanner& in) {
  ForwardedHop hop;
  std::vector<std::string> seen;
  do {
    std::string const name = lower(in.token());
    if (name.empty() || !in.take('=')) return std::nullopt;
    auto const value = in.value();
    bool const is_again = std::ranges::find(seen, name) != seen.end();
    if (!value || is_again || !take_pair(name, *value, hop)) return std::nullopt;
    seen.push_back(name);
  } while (in.take(';'));
  return hop;
}

}  // namespace

Result<std::vector<ForwardedHop>> parse_forwarded(std::string_view value) {
  std::vector<ForwardedHop> hops;
  Scanner in(value);
  do {
    in.skip_space();
    auto hop = read_hop(in);
    if (!hop || hops.size() == kMostHops)
      return fail(Errc::invalid_argument, "a Forwarded header that cannot be read");
    hops.push_back(std::move(*hop));
    in.skip_space();
  } while (in.take(','));
  if (!in.at_end()) return fail(Errc::invalid_argument, "a Forwarded header that cannot be read");
  return hops;
}

}  // namespace sightline::server
