#include "app/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <thread>

namespace sightline::server {
namespace {

constexpr unsigned kMostWorkers = 256, kMostConnections = 60'000;
constexpr std::size_t kMostConfigBytes = 1 << 20;

std::unexpected<Error> wrong(std::string sentence) {
  return fail(Errc::invalid_argument, std::move(sentence));
}

template <class Number>
Result<Number> number_in(std::string_view text, Number least, Number most, char const* what) {
  Number value{};
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    return wrong(std::string(what) + " has to be a number from " + std::to_string(least) + " to " +
                 std::to_string(most));
  }
  return value;
}

Status set_store(Options& o, std::string const& value) {
  if (value.empty()) return wrong("--store needs a folder");
  o.store = value;
  return {};
}
Status set_host(Options& o, std::string const& value) {
  if (value.empty()) return wrong("--host needs an address");
  o.host = value;
  return {};
}
Status set_port(Options& o, std::string const& value) {
  auto const port = number_in<std::uint16_t>(value, 0, 65535, "--port");
  if (!port) return std::unexpected(port.error());
  o.port = *port;
  return {};
}
Status set_workers(Options& o, std::string const& value) {
  auto const workers = number_in<unsigned>(value, 1, kMostWorkers, "--workers");
  if (!workers) return std::unexpected(workers.error());
  o.workers = *workers;
  return {};
}
Status set_log_level(Options& o, std::string const& value) {
  constexpr std::array kNames = {"error", "warning", "info", "debug"};
  auto const found =
      std::ranges::find(kNames, value, [](char const* name) { return std::string_view(name); });
  if (found == kNames.end()) return wrong("--log-level is one of error, warning, info, debug");
  o.log_level = static_cast<LogLevel>(found - kNames.begin());
  return {};
}
Status set_assets(Options& o, std::string const& value) {
  o.assets = value;
  return {};
}
Status add_origin_to(std::vector<std::string>& origins, std::string const& value,
                     std::string const& flag) {
  auto const scheme_end = value.find("://");
  bool const has_scheme = value.starts_with("https://") || value.starts_with("http://");
  bool const has_more =
      has_scheme && value.find_first_of("/?#@ \t*\"'<>", scheme_end + 3) != std::string::npos;
  if (!has_scheme || value.size() == scheme_end + 3 || has_more) {
    return wrong(flag + " needs an origin such as https://portal.example, without a path");
  }
  origins.push_back(value);
  return {};
}
Status add_origin(Options& o, std::string const& value) {
  return add_origin_to(o.allow_origin, value, "--allow-origin");
}
Status add_cors_origin(Options& o, std::string const& value) {
  return add_origin_to(o.cors_origin, value, "--cors-origin");
}
Status add_host(Options& o, std::string const& value) {
  if (value.empty() || value.find_first_of("/@ \t*\"'<>") != std::string::npos)
    return wrong("--allow-host needs a host name");
  o.allow_host.push_back(value);
  return {};
}

Status set_tls_cert(Options& o, std::string const& value) {
  if (value.empty()) return wrong("--tls-cert needs a file");
  o.tls_cert = value;
  return {};
}
Status set_tls_key(Options& o, std::string const& value) {
  if (value.empty()) return wrong("--tls-key needs a file");
  o.tls_key = value;
  return {};
}
Status add_proxies(Options& o, std::string const& value) {
  for (std::size_t at = 0; at <= value.size();) {
    std::size_t const end = std::min(value.find(',', at), value.size());
    if (end == at) return wrong("--behind-proxy needs addresses, such as 10.0.0.1,10.0.0.2");
    o.behind_proxy.push_back(value.substr(at, end - at));
    at = end + 1;
  }
  return {};
}
Status set_max_connections(Options& o, std::string const& value) {
  auto const most = number_in<unsigned>(value, 1, kMostConnections, "--max-connections");
  if (!most) return std::unexpected(most.error());
  o.max_connections = *most;
  return {};
}
Status set_max_per_address(Options& o, std::string const& value) {
  auto const most =
      number_in<unsigned>(value, 1, kMostConnections, "--max-connections-per-address");
  if (!most) return std::unexpected(most.error());
  o.max_connections_per_address = *most;
  return {};
}

Status set_read_only(Options& o, std::string const& value) {
  if (value != "yes" && value != "no") return wrong("--read-only is yes or no");
  o.read_only = value == "yes";
  return {};
}

constexpr unsigned bit(Command command) { return 1u << static_cast<unsigned>(command); }
constexpr unsigned kEvery = ~0u;

/// A setting has the same name as a flag and in the configuration file.
struct Setting {
  std::string_view name;
  unsigned commands;  ///< that take it as a flag
  Status (*set)(Options&, std::string const&);
};
constexpr std::array kSettings = {
    Setting{"store", kEvery, set_store},
    Setting{"log-level", kEvery, set_log_level},
    Setting{"workers",
            bit(Command::serve) | bit(Command::import) | bit(Command::demo) |
                bit(Command::reindex) | bit(Command::verify),
            set_workers},
    Setting{"host", bit(Command::serve), set_host},
    Setting{"port", bit(Command::serve), set_port},
    Setting{"assets", bit(Command::serve), set_assets},
    Setting{"allow-origin", bit(Command::serve), add_origin},
    Setting{"allow-host", bit(Command::serve), add_host},
    Setting{"cors-origin", bit(Command::serve), add_cors_origin},
    Setting{"read-only", bit(Command::serve), set_read_only},
    Setting{"tls-cert", bit(Command::serve), set_tls_cert},
    Setting{"tls-key", bit(Command::serve), set_tls_key},
    Setting{"behind-proxy", bit(Command::serve), add_proxies},
    Setting{"max-connections", bit(Command::serve), set_max_connections},
    Setting{"max-connections-per-address", bit(Command::serve), set_max_per_address},
};

Setting const* find_setting(std::string_view name) {
  auto const found = std::ranges::find(kSettings, name, &Setting::name);
  return found == kSettings.end() ? nullptr : &*found;
}

std::string known_settings() {
  std::string names;
  for (Setting const& setting : kSettings)
    names += (names.empty() ? "" : ", ") + std::string(setting.name);
  return names;
}

std::string_view trim(std::string_view text) {
  auto const first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

Status read_config(Options& options, std::filesystem::path const& file) {
  std::error_code ec;
  if (auto const size = std::filesystem::file_size(file, ec); ec || size > kMostConfigBytes) {
    return fail(Errc::not_found, "cannot read the configuration file " + file.string());
  }
  std::ifstream in(file);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    auto const text = trim(line);
    if (text.empty() || text.front() == '#') continue;
    std::string const where = file.string() + ", line " + std::to_string(number) + ": ";
    auto const equals = text.find('=');
    if (equals == std::string_view::npos) return wrong(where + "expected `key = value`");
    auto const key = trim(text.substr(0, equals));
    Setting const* const setting = find_setting(key);
    if (!setting)
      return wrong(where + "unknown key `" + std::string(key) + "`; known are " + known_settings());
    if (auto const set = setting->set(options, std::string(trim(text.substr(equals + 1)))); !set)
      return wrong(where + set.error().detail);
  }
  if (in.bad()) return fail(Errc::io, "cannot read the configuration file " + file.string());
  return {};
}

Command command_named(std::string_view name) {
  if (name == "serve") return Command::serve;
  if (name == "import") return Command::import;
  if (name == "list") return Command::list;
  if (name == "remove") return Command::remove;
  if (name == "demo") return Command::demo;
  if (name == "verify") return Command::verify;
  if (name == "reindex") return Command::reindex;
  if (name == "backup") return Command::backup;
  if (name == "restore") return Command::restore;
  if (name == "user") return Command::user;
  if (name == "token") return Command::token;
  return Command::none;
}

/// The arguments taken apart, nothing judged yet.
struct Split {
  std::vector<std::pair<Setting const*, std::string>> settings;
  std::optional<std::string> config;
};

/// Takes `--name[=value]`, with its value from the next argument when it needs one. Advances `at`
/// over what it used.
Status take_flag(Options& options, Split& split, std::vector<std::string> const& arguments,
                 std::size_t& at) {
  std::string const& argument = arguments[at];
  auto const equals = argument.find('=');
  std::string const name =
      argument.substr(2, equals == std::string::npos ? std::string::npos : equals - 2);
  if (equals == std::string::npos) {
    bool* const toggle = name == "help"       ? &options.help
                         : name == "version"  ? &options.version
                         : name == "json"     ? &options.json
                         : name == "yes"      ? &options.yes
                         : name == "verbose"  ? &options.verbose
                         : name == "quick"    ? &options.quick
                         : name == "pictures" ? &options.pictures
                         : name == "check"    ? &options.check
                                              : nullptr;
    if (toggle) return *toggle = true, Status{};
  }
  Setting const* const setting = find_setting(name);
  if (!setting && name != "config")
    return wrong("unknown flag --" + name + "; see sightline --help");
  if (equals == std::string::npos && at + 1 == arguments.size())
    return wrong("--" + name + " needs a value");
  std::string value = equals == std::string::npos ? arguments[++at] : argument.substr(equals + 1);
  if (setting)
    split.settings.emplace_back(setting, std::move(value));
  else
    split.config = std::move(value);
  return {};
}

Result<Split> split_arguments(Options& options, std::vector<std::string> const& arguments) {
  Split split;
  bool only_operands = false;
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    std::string const& argument = arguments[at];
    if (!only_operands && argument == "--") {
      only_operands = true;
    } else if (!only_operands && (argument == "-h" || argument == "-y")) {
      (argument == "-h" ? options.help : options.yes) = true;
    } else if (!only_operands && argument.starts_with("--")) {
      if (auto const taken = take_flag(options, split, arguments, at); !taken)
        return std::unexpected(taken.error());
    } else if (!only_operands && argument.size() > 1 && argument.front() == '-') {
      return wrong("unknown flag " + argument + "; see sightline --help");
    } else if (options.command == Command::none && argument == "help") {
      options.help = true;
    } else if (options.command == Command::none) {
      options.command = command_named(argument);
      if (options.command == Command::none)
        return wrong("unknown command `" + argument + "`; see sightline --help");
    } else {
      options.operands.push_back(argument);
    }
  }
  return split;
}

/// `add NAME`, `remove NAME` or `list`.
Status check_verb(std::vector<std::string> const& operands) {
  bool const is_list = operands.size() == 1 && operands[0] == "list";
  bool const has_name = operands.size() == 2 && (operands[0] == "add" || operands[0] == "remove");
  return is_list || has_name ? Status{} : wrong("say `add NAME`, `remove NAME` or `list`");
}

Status check_operands(Options const& options) {
  std::size_t const count = options.operands.size();
  switch (options.command) {
    case Command::import: return count > 0 ? Status{} : wrong("import needs a file or a folder");
    case Command::remove:
      return count == 1 ? Status{} : wrong("remove needs one Study Instance UID");
    case Command::backup: return count == 1 ? Status{} : wrong("backup needs one folder");
    case Command::restore:
      return count == 1 ? Status{} : wrong("restore needs the folder of a backup");
    case Command::list: break;
    case Command::user:
    case Command::token: return check_verb(options.operands);
    default:
      if (count > 0) return wrong("unexpected argument `" + options.operands[0] + "`");
  }
  return {};
}

/// Each switch belongs to one command.
Status check_toggles(Options const& options) {
  struct Toggle {
    bool given;
    Command command;
    char const* sentence;
  };
  for (auto const& [given, command, sentence] :
       {Toggle{options.json, Command::list, "--json is a flag of list"},
        Toggle{options.yes, Command::remove, "--yes is a flag of remove"},
        Toggle{options.verbose, Command::import, "--verbose is a flag of import"},
        Toggle{options.quick, Command::verify, "--quick is a flag of verify"},
        Toggle{options.pictures, Command::reindex, "--pictures is a flag of reindex"},
        Toggle{options.check, Command::serve, "--check is a flag of serve"}}) {
    if (given && options.command != command) return wrong(sentence);
  }
  return {};
}

Status fill_defaults(Options& options, Environment const& environment) {
  if (options.workers == 0)
    options.workers = std::clamp(std::thread::hardware_concurrency(), 1u, kMostWorkers);
  if (!options.store.empty()) return {};
  if (auto const data = environment("XDG_DATA_HOME");
      data && data->starts_with('/')) {  // others are to be ignored
    options.store = std::filesystem::path(*data) / "sightline";
  } else if (auto const home = environment("HOME"); home && !home->empty()) {
    options.store = std::filesystem::path(*home) / ".local/share/sightline";
  } else {
    return wrong("neither HOME nor XDG_DATA_HOME is set: say where the store is with --store DIR");
  }
  return {};
}

}  // namespace

Result<Options> parse_options(std::vector<std::string> const& arguments,
                              Environment const& environment) {
  Options options;
  auto const split = split_arguments(options, arguments);
  if (!split) return std::unexpected(split.error());
  if (options.help || options.version) return options;
  if (options.command == Command::none) return wrong("say what to do; see sightline --help");
  if (auto const checked = check_toggles(options); !checked)
    return std::unexpected(checked.error());
  if (split->config) {
    if (auto const read = read_config(options, *split->config); !read)
      return std::unexpected(read.error());
  }
  for (auto const& [setting, value] : split->settings) {
    if (!(setting->commands & bit(options.command)))
      return wrong("--" + std::string(setting->name) + " is not a flag of this command");
    if (auto const set = setting->set(options, value); !set) return std::unexpected(set.error());
  }
  if (auto const checked = check_operands(options); !checked)
    return std::unexpected(checked.error());
  if (auto const filled = fill_defaults(options, environment); !filled)
    return std::unexpected(filled.error());
  return options;
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1" || host == "[::1]") return true;
  if (!host.starts_with("127.")) return false;
  unsigned parts = 0;
  for (std::size_t at = 0; at <= host.size(); ++parts) {
    std::size_t const end = std::min(host.find('.', at), host.size());
    if (!number_in<unsigned>(host.substr(at, end - at), 0, 255, "")) return false;
    at = end + 1;
  }
  return parts == 4;
}

}  // namespace sightline::server
