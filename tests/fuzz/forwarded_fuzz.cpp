#include <cstdlib>
#include <string_view>

#include "net/client_address.hpp"
#include "net/forwarded.hpp"

/// The header by which proxies say for whom they ask: each address that is read has one form.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline::server;
  auto const hops = parse_forwarded({reinterpret_cast<char const*>(data), size});
  if (!hops) return 0;
  if (hops->empty() || hops->size() > 64) std::abort();
  for (ForwardedHop const& hop : *hops) {
    if (!hop.address.empty() && normal_address(hop.address) != hop.address) std::abort();
  }
  return 0;
}
