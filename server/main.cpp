// sightline: options -> command -> exit code. Each command builds its objects in app/*_command.cpp.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "app/commands.hpp"
#include "app/options.hpp"
#include "tile/program_sandbox.hpp"
#include "tile/transcode_worker.hpp"

namespace {

using namespace sightline::server;

std::optional<std::string> environment(char const* name) {
  char const* const value = std::getenv(name);
  return value ? std::optional<std::string>(value) : std::nullopt;
}

int run(Options const& options) {
  switch (options.command) {
    case Command::serve: return run_serve(options);
    case Command::import: return run_import(options);
    case Command::list: return run_list(options);
    case Command::remove: return run_remove(options);
    case Command::demo: return run_demo(options);
    case Command::verify: return run_verify(options);
    case Command::reindex: return run_reindex(options);
    case Command::backup: return run_backup(options);
    case Command::restore: return run_restore(options);
    case Command::user: return run_user(options);
    case Command::token: return run_token(options);
    case Command::none: break;
  }
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  // The program starts itself under this name, without an environment, to decode what it does not
  // trust.
  if (argc == 2 && std::string_view(argv[1]) == "transcode-worker") return run_transcode_worker();
  // The same for a program of others.
  if (argc > 2 && std::string_view(argv[1]) == "program-worker")
    return run_program_worker(argv + 2);
  try {
    auto const options = parse_options({argv + 1, argv + argc}, environment);
    if (!options) {
      std::fprintf(stderr, "sightline: %s\n", options.error().detail.c_str());
      return 2;
    }
    if (options->help) return std::fputs(help_text(options->command).c_str(), stdout), 0;
    if (options->version) return std::puts("sightline " SIGHTLINE_VERSION), 0;
    return run(*options);
  } catch (std::exception const& problem) {
    std::fprintf(stderr, "sightline: %s\n", problem.what());
    return 1;
  }
}
