#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sightline::server {

enum class Command : std::uint8_t {
  none,
  serve,
  import,
  list,
  remove,
  demo,
  verify,
  reindex,
  backup,
  restore,
  user,
  token
};
enum class LogLevel : std::uint8_t { error, warning, info, debug };

/// What the command line and the configuration file ask for.
struct Options {
  Command command = Command::none;
  bool help = false, version = false;
  std::vector<std::string> operands;  ///< what stands after the command without a flag

  std::filesystem::path store;  ///< never empty after parsing
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  unsigned workers = 0;  ///< never 0 after parsing
  LogLevel log_level = LogLevel::info;
  std::filesystem::path assets;  ///< empty: beside the program
  std::vector<std::string> allow_origin, allow_host, cors_origin;
  std::filesystem::path tls_cert, tls_key;  ///< empty: plain HTTP
  std::vector<std::string> behind_proxy;    ///< addresses
  unsigned max_connections = 4096, max_connections_per_address = 256;
  bool json = false, yes = false;
  bool read_only = false;  ///< no STOW-RS
  bool check = false;      ///< serve: only say whether it would
  bool verbose = false;    ///< import: name what is stored
  bool quick = false;      ///< verify: do not decode pictures
  bool pictures = false;   ///< reindex: make the pictures again too
};

/// Reads an environment variable; nothing when unset. Tests give their own.
using Environment = std::function<std::optional<std::string>(char const* name)>;

/// Parses the arguments after the program's name. Flags stand anywhere; `--flag value` and
/// `--flag=value` are the same; a flag beats the configuration file. Errors: invalid_argument with
/// a sentence for people, not_found (--config FILE).
Result<Options> parse_options(std::vector<std::string> const& arguments,
                              Environment const& environment);

/// The help page of a command, or of the program.
std::string help_text(Command command);

/// True for addresses and the name of this machine's loopback.
bool is_loopback(std::string_view host);

}  // namespace sightline::server
