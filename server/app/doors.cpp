#include "app/doors.hpp"

namespace sightline::server {
namespace {

bool is_any_address(std::string const& host) {
  return host == "0.0.0.0" || host == "::" || host == "[::]";
}

}  // namespace

std::optional<std::string> reason_not_to_serve(Options const& options) {
  bool const has_tls = !options.tls_cert.empty(), has_proxy = !options.behind_proxy.empty();
  if (has_tls != !options.tls_key.empty())
    return "--tls-cert and --tls-key belong together: give both";
  if (is_loopback(options.host)) return std::nullopt;
  if (!has_tls && !has_proxy) {
    std::string const port = std::to_string(options.port);
    return "--host " + options.host +
           " is not this machine's loopback, and without TLS anybody on the way could read the "
           "studies. Give --tls-cert FILE and --tls-key FILE, or say with --behind-proxy ADDRESS "
           "which proxy has them. Or stay on loopback and forward the port: ssh -L " +
           port + ":127.0.0.1:" + port + " THIS-MACHINE";
  }
  if (is_any_address(options.host) && options.allow_host.empty())
    return "--host " + options.host +
           " listens on every address, and none of them is a name: say with --allow-host NAME "
           "what browsers call this server";
  return std::nullopt;
}

std::optional<std::string> reason_not_to_serve(Options const& options, bool knows_somebody) {
  if (auto const reason = reason_not_to_serve(options)) return reason;
  bool const is_exposed = !is_loopback(options.host) || !options.behind_proxy.empty();
  if (!is_exposed || knows_somebody) return std::nullopt;
  return "nobody may sign in yet, and off this machine nobody comes in without. Add a user first: "
         "sightline user add NAME --store " +
         options.store.string();
}

}  // namespace sightline::server
