#include "access/credentials.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace sightline::server {
namespace {

constexpr std::string_view kFirstLine = "sightline credentials 1";
constexpr std::size_t kMostNameBytes = 64;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    std::size_t const end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<User> read_user(std::vector<std::string_view> const& words) {
  if (words.size() != 8 || words[2] != "scrypt") return std::nullopt;
  auto const log2_n = number(words[3]), block = number(words[4]), parallel = number(words[5]);
  if (!log2_n || !block || !parallel) return std::nullopt;
  if (*log2_n < kLeastLog2N || *log2_n > kMostLog2N) return std::nullopt;
  User user{std::string(words[1]), {{*log2_n, *block, *parallel}}};
  if (!read_hex(words[6], user.password.salt) || !read_hex(words[7], user.password.key))
    return std::nullopt;
  return user;
}

std::optional<ApiToken> read_token(std::vector<std::string_view> const& words) {
  ApiToken token{std::string(words[1])};
  if (words.size() != 4 || words[2] != "sha256" || !read_hex(words[3], token.digest))
    return std::nullopt;
  return token;
}

/// False: the line is none, or its name is taken.
bool take_line(Credentials& credentials, std::string_view line) {
  auto const words = split(line, ' ');
  if (words.size() < 2 || !is_credential_name(words[1])) return false;
  if (words[0] == "user") {
    auto user = read_user(words);
    if (!user || credentials.find_user(user->name) != nullptr) return false;
    credentials.users.push_back(std::move(*user));
    return true;
  }
  if (words[0] != "token") return false;
  auto token = read_token(words);
  if (!token || std::ranges::find(credentials.tokens, token->name, &ApiToken::name) !=
                    credentials.tokens.end())
    return false;
  credentials.tokens.push_back(std::move(*token));
  return true;
}

}  // namespace

Sha256Digest User::credential_id() const {
  Sha256 hash;
  hash.update(password.salt);
  hash.update(password.key);
  return hash.finish();
}

User const* Credentials::find_user(std::string_view name) const {
  auto const found = std::ranges::find(users, name, &User::name);
  return found == users.end() ? nullptr : &*found;
}

ApiToken const* Credentials::find_token(Sha256Digest const& digest) const {
  auto const found = std::ranges::find(tokens, digest, &ApiToken::digest);
  return found == tokens.end() ? nullptr : &*found;
}

bool is_credential_name(std::string_view name) {
  return !name.empty() && name.size() <= kMostNameBytes && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._@+-").find(c) != std::string_view::npos;
  });
}

std::string encode_credentials(Credentials const& credentials) {
  std::string text(kFirstLine);
  text += '\n';
  for (User const& user : credentials.users) {
    ScryptCost const& cost = user.password.cost;
    text += "user " + user.name + " scrypt " + std::to_string(cost.log2_n) + " " +
            std::to_string(cost.block) + " " + std::to_string(cost.parallel) + " " +
            hex_of(user.password.salt) + " " + hex_of(user.password.key) + "\n";
  }
  for (ApiToken const& token : credentials.tokens)
    text += "token " + token.name + " sha256 " + hex_of(token.digest) + "\n";
  return text;
}

Result<Credentials> parse_credentials(std::string_view text) {
  auto const lines = split(text, '\n');
  if (lines[0] != kFirstLine) {
    return lines[0].starts_with("sightline credentials ")
               ? fail(Errc::unsupported, "the credential file is of another version")
               : fail(Errc::corrupt, "this is not a credential file");
  }
  if (lines.size() > 2 * kMostCredentials)
    return fail(Errc::limit_exceeded, "too many credentials");
  Credentials credentials;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    bool const is_end = i + 1 == lines.size() && lines[i].empty();
    if (!is_end && !take_line(credentials, lines[i]))
      return fail(Errc::corrupt,
                  "the credential file cannot be read at line " + std::to_string(i + 1));
  }
  return credentials;
}

}  // namespace sightline::server
