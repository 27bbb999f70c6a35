#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "access/credential_file.hpp"
#include "app/commands.hpp"
#include "app/log.hpp"
#include "app/store.hpp"

namespace sightline::server {
namespace {

/// What is typed is not shown while this lives; a pipe is no terminal and stays as it is.
class SilentTerminal {
 public:
  SilentTerminal() : is_terminal_(::isatty(STDIN_FILENO) == 1) {
    if (!is_terminal_ || ::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() {
    if (!is_terminal_) return;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    std::fputc('\n', stderr);
  }
  SilentTerminal(SilentTerminal const&) = delete;
  SilentTerminal& operator=(SilentTerminal const&) = delete;
  bool is_terminal() const { return is_terminal_; }

 private:
  bool is_terminal_;
  termios before_{};
};

/// One line of stdin, bounded; nothing at its end.
std::optional<std::string> read_line(char const* prompt) {
  SilentTerminal const terminal;
  if (terminal.is_terminal()) std::fputs(prompt, stderr);
  std::string line;
  for (int c = std::getchar(); c != '\n'; c = std::getchar()) {
    if (c == EOF) return line.empty() ? std::nullopt : std::optional(line);
    if (line.size() <= kMostPasswordBytes) line.push_back(static_cast<char>(c));
  }
  return line;
}

Result<std::string> ask_password() {
  auto const password = read_line("Password: ");
  if (!password) return fail(Errc::invalid_argument, "there is no password on stdin");
  if (password->size() < kLeastPasswordBytes)
    return fail(Errc::invalid_argument,
                "a password has at least " + std::to_string(kLeastPasswordBytes) + " characters");
  if (password->size() > kMostPasswordBytes)
    return fail(Errc::invalid_argument, "the password is too long");
  if (::isatty(STDIN_FILENO) == 1 && read_line("The same again: ") != password)
    return fail(Errc::invalid_argument, "the two are not the same");
  return *password;
}

Status add_user(CredentialFile const& file, std::string const& name) {
  auto const password = ask_password();
  if (!password) return std::unexpected(password.error());
  auto hash = hash_password(*password);
  if (!hash) return std::unexpected(hash.error());
  bool is_new = true;
  auto const done = file.change([&](Credentials& all) -> Status {
    auto const found = std::ranges::find(all.users, name, &User::name);
    is_new = found == all.users.end();
    if (is_new)
      all.users.push_back({name, *hash});
    else
      found->password = *hash;
    return {};
  });
  if (done)
    std::printf(
        is_new ? "%s may sign in.\n" : "%s has a new password; sessions of the old one end.\n",
        name.c_str());
  return done;
}

Status add_token(CredentialFile const& file, std::string const& name) {
  auto const secret = make_token();
  if (!secret) return std::unexpected(secret.error());
  auto const done = file.change([&](Credentials& all) -> Status {
    if (std::ranges::find(all.tokens, name, &ApiToken::name) != all.tokens.end())
      return fail(Errc::invalid_argument, "there is a token " + name + ": remove it first");
    all.tokens.push_back({name, digest_of(*secret)});
    return {};
  });
  if (done) std::printf("%s\n", secret->c_str());
  return done;
}

template <class Entry>
Status remove_from(std::vector<Entry>& entries, std::string const& name) {
  if (std::erase_if(entries, [&](Entry const& entry) { return entry.name == name; }) > 0) return {};
  return fail(Errc::not_found, "there is no " + name);
}

template <class Entry>
Status print_names(Result<Credentials> const& all, std::vector<Entry> Credentials::* entries) {
  if (!all) return std::unexpected(all.error());
  for (Entry const& entry : (*all).*entries) std::printf("%s\n", entry.name.c_str());
  return {};
}

/// `user` and `token` are the same words with different verbs.
template <class Entry>
int run_credentials(Options const& options, std::vector<Entry> Credentials::* entries,
                    Status (*add)(CredentialFile const&, std::string const&)) {
  Log const log(options.log_level);
  // Opened for its folder and its sentences; the file is the store's, the studies are not touched.
  std::string const& verb = options.operands[0];
  auto const store =
      verb == "add" ? Store::open(options.store) : Store::open_existing(options.store);
  if (!store) return log.error(store.error().detail), 1;
  CredentialFile const file((*store)->root());
  if (verb == "list") {
    auto const printed = print_names(file.load(), entries);
    return printed ? 0 : (log.error(printed.error().detail), 1);
  }
  std::string const& name = options.operands[1];
  if (!is_credential_name(name)) return log.error("a name is 1 to 64 letters, digits and ._@+-"), 2;
  auto const done = verb == "add" ? add(file, name) : file.change([&](Credentials& all) -> Status {
    return remove_from(all.*entries, name);
  });
  if (!done) return log.error(done.error().detail), 1;
  if (verb == "remove") std::printf("%s is removed.\n", name.c_str());
  return 0;
}

}  // namespace

int run_user(Options const& options) {
  return run_credentials(options, &Credentials::users, add_user);
}

int run_token(Options const& options) {
  return run_credentials(options, &Credentials::tokens, add_token);
}

}  // namespace sightline::server
