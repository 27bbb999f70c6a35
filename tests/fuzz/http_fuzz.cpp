#include <algorithm>
#include <cstdlib>
#include <string>

#include "net/byte_range.hpp"
#include "net/entity_tag.hpp"
#include "net/request_body.hpp"
#include "net/request_head.hpp"
#include "net/request_target.hpp"

namespace {

using namespace sightline;
using namespace sightline::server;

struct Read {
  unsigned status = 0;
  std::string payload;
  bool is_done = false;
  bool operator==(Read const&) const = default;
};
Read read_body(std::string_view head, std::string_view bytes, std::size_t piece) {
  auto body = RequestBody::create(head, 1 << 20);
  if (!body) return {body.error(), {}, false};
  std::string input;
  std::vector<std::byte> payload;
  for (std::size_t at = 0; at < bytes.size() && !body->is_done(); at += piece) {
    input.append(bytes.substr(at, piece));
    auto const used = body->take(input, payload);
    if (!used) return {used.error(), {}, false};
    if (*used > input.size()) std::abort();
    input.erase(0, *used);
  }
  return {0, std::string(reinterpret_cast<char const*>(payload.data()), payload.size()),
          body->is_done()};
}

}  // namespace

/// A request's head, target, range and body: every byte that comes before a route is found. A body
/// is the same however it is cut.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const bytes(reinterpret_cast<char const*>(data), size);
  NetLimits const limits;
  HeadScan const scan = scan_request_head(bytes, limits);
  auto const* const complete = std::get_if<HeadComplete>(&scan);
  if (complete == nullptr) return 0;
  std::string_view const head = bytes.substr(0, complete->length);
  auto const request = parse_request_head(head, limits);
  if (!request) return 0;
  (void)parse_request_target(request->target);
  (void)client_has(*request, "\"a\"");
  RangeChoice const range = choose_range(request->header("range"), 1000);
  if (auto const* const part = std::get_if<ByteRange>(&range)) {
    if (part->first >= part->last || part->last > 1000) std::abort();
  }
  if (!request->has_body) return 0;
  std::string_view const rest = bytes.substr(complete->length);
  Read const whole = read_body(head, rest, std::max<std::size_t>(rest.size(), 1));
  Read const cut = read_body(head, rest, 1);
  // A refusal may come before the end of a piece; what both take must be the same.
  if (whole.status == 0 && cut.status == 0 && whole != cut) std::abort();
  return 0;
}
