#pragma once
#include "app/options.hpp"

namespace sightline::server {

/// What `sightline COMMAND` does. Each returns the exit code and says on stderr why it is not 0.
int run_serve(Options const& options);
int run_import(Options const& options);
int run_list(Options const& options);
int run_remove(Options const& options);
int run_demo(Options const& options);
int run_verify(Options const& options);
int run_reindex(Options const& options);
int run_backup(Options const& options);
int run_restore(Options const& options);
int run_user(Options const& options);
int run_token(Options const& options);

}  // namespace sightline::server
