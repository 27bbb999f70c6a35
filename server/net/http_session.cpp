#include "net/http_session.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <ctime>
#include <exception>

#include "net/block_budget.hpp"
#include "net/gate.hpp"
#include "net/password_desk.hpp"
#include "net/problem.hpp"
#include "net/request_body.hpp"
#include "net/request_head.hpp"
#include "net/responder.hpp"
#include "net/sign_in_responder.hpp"
#include "net/stow_responder.hpp"
#include "net/tile_socket.hpp"

namespace sightline::server {
namespace {

constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kBodyReadBytes = 64 * 1024;
constexpr std::size_t kLingerBytes = 256 * 1024;
constexpr std::chrono::milliseconds kLingerTime{1000};

std::string_view method_name(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::options: return "OPTIONS";
    case Method::other: break;
  }
  return "other";
}

/// Source: Fetch 3.2.
void add_cors_headers(Response& response, std::string const& origin, bool is_preflight) {
  auto const add = [&response](std::string name, std::string value) {
    response.headers.push_back({std::move(name), std::move(value)});
  };
  add("Vary", "Origin");
  if (origin.empty()) return;
  add("Access-Control-Allow-Origin", origin);
  add("Access-Control-Expose-Headers", "Content-Location, Content-Range, ETag, Warning");
  if (!is_preflight) return;
  add("Access-Control-Allow-Methods", "GET, HEAD, POST");
  add("Access-Control-Allow-Headers",
      "Accept, Authorization, Content-Type, If-None-Match, If-Range, Range");
  add("Access-Control-Max-Age", "600");
}

}  // namespace

HttpSession::HttpSession(ClientStream stream, std::string peer, Parts const& parts)
    : stream_(std::move(stream)),
      services_(parts.services),
      pool_(parts.pool),
      passwords_(parts.passwords),
      blocks_(parts.blocks),
      peer_(std::move(peer)) {}

HttpSession::~HttpSession() = default;

net::awaitable<void> HttpSession::run() {
  boost::system::error_code ignored;
  stream_.next_layer().set_option(tcp::no_delay(true), ignored);
  deadline_ = std::make_shared<Deadline>(stream_.get_executor(), [weak = weak_from_this()] {
    boost::system::error_code error;
    if (auto const self = weak.lock()) self->stream_.next_layer().cancel(error);
  });
  try {
    deadline_->set(services_.limits.header_timeout);
    is_waiting_ = true;
    bool const is_open = co_await stream_.handshake();
    is_waiting_ = false;
    if (is_open) co_await serve();
    deadline_->set(kLingerTime);
    if (is_open && !tile_socket_) co_await stream_.say_goodbye();
  } catch (std::exception const& error) {
    services_.log.warning(std::string("connection given up: ") + error.what());
  }
  deadline_->cancel();
  stream_.next_layer().close(ignored);
}

void HttpSession::end() {
  net::post(stream_.get_executor(), [self = shared_from_this()] {
    self->is_ending_ = true;
    boost::system::error_code ignored;
    if (self->tile_socket_) return self->tile_socket_->end();
    if (self->is_waiting_) self->stream_.next_layer().cancel(ignored);
  });
}

void HttpSession::abort() {
  net::post(stream_.get_executor(), [self = shared_from_this()] {
    self->is_ending_ = true;
    boost::system::error_code ignored;
    if (self->tile_socket_) return self->tile_socket_->abort();
    self->stream_.next_layer().close(ignored);
  });
}

net::awaitable<void> HttpSession::serve() {
  for (bool goes_on = true; goes_on;) {
    HeadOutcome outcome = co_await read_head();
    if (std::holds_alternative<ConnectionEnded>(outcome)) co_return;
    if (auto const* const status = std::get_if<unsigned>(&outcome)) {
      Response response = problem(*status);
      co_return co_await finish(std::move(response), Exchange{});
    }
    goes_on = co_await answer(std::move(std::get<std::string>(outcome)));
  }
}

net::awaitable<HttpSession::HeadOutcome> HttpSession::read_head() {
  bool has_begun = false;
  deadline_->set(services_.limits.idle_timeout);
  for (;;) {
    input_.erase(0, skip_empty_lines(input_));
    HeadScan const scan = scan_request_head(input_, services_.limits);
    if (auto const* const complete = std::get_if<HeadComplete>(&scan)) {
      std::string head = input_.substr(0, complete->length);
      input_.erase(0, complete->length);
      co_return HeadOutcome{std::move(head)};
    }
    if (auto const* const refused = std::get_if<HeadRefused>(&scan))
      co_return HeadOutcome{refused->status};
    if (!has_begun && !input_.empty()) {
      has_begun = true;
      deadline_->set(services_.limits.header_timeout);
    }
    if (is_ending_) co_return HeadOutcome{ConnectionEnded{}};
    // The deadline may have passed when no read was there to be cancelled.
    if (deadline_->has_passed())
      co_return has_begun ? HeadOutcome{408u} : HeadOutcome{ConnectionEnded{}};
    std::array<char, kReadBytes> block;
    is_waiting_ = true;
    auto const [error, count] = co_await stream_.async_read_some(net::buffer(block), kAsTuple);
    is_waiting_ = false;
    if (error) {
      bool const too_slow = deadline_->has_passed() && has_begun;
      co_return too_slow ? HeadOutcome{408u} : HeadOutcome{ConnectionEnded{}};
    }
    input_.append(block.data(), count);
  }
}

net::awaitable<void> HttpSession::finish(Response response, Exchange exchange) {
  bool const written = co_await write(std::move(response), exchange, false);
  if (written) co_await linger();
}

net::awaitable<bool> HttpSession::answer(std::string head) {
  Exchange exchange;
  std::expected<Request, unsigned> request = parse_request_head(head, services_.limits);
  auto client = request ? services_.proxies.client_of(*request, peer_, stream_.is_tls())
                        : std::unexpected(request.error());
  if (!client) {
    Response response =
        problem(client.error(), client.error() == 403 ? "Come by TLS, or by the proxy." : "");
    co_await finish(std::move(response), exchange);
    co_return false;
  }
  client_ = network_of(client->address);
  request->is_https = exchange.is_https = client->is_https;
  exchange.method = request->method;
  bool const is_dicom =
      request->target.starts_with("/dicom-web") || request->target.starts_with("/wado");
  exchange.is_shared = services_.origins.has_cors() && is_dicom;
  bool const may_read = services_.origins.may_read_by_cors(request->header("origin"));
  cors_origin_ = may_read ? request->header("origin") : std::string_view{};
  Admission admission = admit(*request, services_.origins);
  if (auto* const refusal = std::get_if<Refusal>(&admission)) {
    bool const keep_alive = request->keep_alive && !refusal->must_close && !is_ending_;
    bool const written = co_await write(std::move(refusal->response), exchange, keep_alive);
    if (written && !keep_alive) co_await linger();
    co_return written&& keep_alive;
  }
  Route const& route = std::get<Route>(admission);
  exchange.route = route_pattern(route);
  std::variant<Identity, Response> passed = co_await pass(*request, route);
  if (auto* const refusal = std::get_if<Response>(&passed)) {
    bool const keep_alive = request->keep_alive && !request->has_body && !is_ending_;
    bool const written = co_await write(std::move(*refusal), exchange, keep_alive);
    if (written && !keep_alive) co_await linger();
    co_return written&& keep_alive;
  }
  if (std::holds_alternative<TileSocketUpgrade>(route)) {
    co_await upgrade(std::move(head), std::move(std::get<Identity>(passed)), exchange);
    co_return false;
  }
  if (std::holds_alternative<SignIn>(route)) {
    bool const goes_on = co_await sign_in(std::move(head), std::move(*request), exchange);
    co_return goes_on;
  }
  if (auto const* const stow = std::get_if<StowStore>(&route)) {
    bool const goes_on = co_await store(std::move(head), std::move(*request), *stow, exchange);
    co_return goes_on;
  }
  deadline_->set(services_.limits.idle_timeout);
  auto work = [this, &request, &route] { return respond(services_, *request, route); };
  Response response = co_await on_pool(pool_, std::move(work));
  bool const keep_alive = request->keep_alive && !is_ending_;
  bool const written = co_await write(std::move(response), exchange, keep_alive);
  co_return written&& keep_alive;
}

net::awaitable<std::variant<Identity, Response>> HttpSession::pass(Request const& request,
                                                                   Route const& route) {
  Passage passage = allow(request, route, services_.doorkeeper, services_.sign_in_page);
  if (auto* const identity = std::get_if<Identity>(&passage)) co_return std::move(*identity);
  if (auto* const refusal = std::get_if<Response>(&passage)) co_return std::move(*refusal);
  auto& basic = std::get<PasswordToCheck>(passage);
  deadline_->set(services_.limits.idle_timeout);
  std::string address = client_;
  auto checked = co_await passwords_.check(std::move(basic.user), std::move(basic.password),
                                           std::move(address));
  if (checked) co_return std::move(*checked);
  co_return turn_away(request, route, services_.sign_in_page, checked.error());
}

net::awaitable<bool> HttpSession::store(std::string head, Request request, StowStore route,
                                        Exchange exchange) {
  auto reader = begin_stow(services_, request, route);
  std::optional<Response> early;  // the answer that does not wait for the end of the body
  if (!reader) {
    early = std::move(reader.error());
  } else {
    TakeBlock const feed = [&reader](std::vector<std::byte> const& block) {
      Status const fed = (*reader)->feed(block);
      return fed ? std::nullopt : std::optional(stow_broken(**reader, fed.error()));
    };
    early = co_await read_body(head, request, services_.limits.max_body_bytes, feed);
  }
  bool const keep_alive = !early && request.keep_alive && !is_ending_;
  Response response;
  if (early) {
    response = std::move(*early);
  } else {
    auto work = [&request, &route, &reader] { return finish_stow(request, route, **reader); };
    response = co_await on_pool(pool_, std::move(work));
  }
  bool const written = co_await write(std::move(response), exchange, keep_alive);
  if (written && !keep_alive) co_await linger();
  co_return written&& keep_alive;
}

net::awaitable<bool> HttpSession::sign_in(std::string head, Request request, Exchange exchange) {
  std::string form;
  TakeBlock const keep = [&form](std::vector<std::byte> const& block) -> std::optional<Response> {
    form.append(reinterpret_cast<char const*>(block.data()), block.size());
    return std::nullopt;
  };
  std::optional<Response> early = co_await read_body(head, request, kMostFormBytes, keep);
  bool const keep_alive = !early && request.keep_alive && !is_ending_;
  Response response;
  if (early) {
    response = std::move(*early);
  } else if (auto fields = parse_sign_in(request, form); !fields) {
    response = std::move(fields.error());
  } else {
    std::string user = fields->user, password = fields->password, address = client_;
    auto const checked =
        co_await passwords_.check(std::move(user), std::move(password), std::move(address));
    response = checked ? signed_in(services_, request, *fields, *checked)
                       : sign_in_failed(services_, *fields, checked.error());
  }
  bool const written = co_await write(std::move(response), exchange, keep_alive);
  if (written && !keep_alive) co_await linger();
  co_return written&& keep_alive;
}

net::awaitable<std::optional<Response>> HttpSession::read_body(std::string const& head,
                                                               Request const& request,
                                                               std::uint64_t max_bytes,
                                                               TakeBlock const& take) {
  auto body = RequestBody::create(head, max_bytes);
  if (!body) co_return problem(body.error(), "The body is larger than this server takes.");
  if (!request.header("expect").empty()) {
    bool const asked = co_await write_bytes("HTTP/1.1 100 Continue\r\n\r\n", {});
    if (!asked) co_return problem(408, "The body was not asked for in time.");
  }
  auto early = co_await receive(*body, take);
  co_return early;
}

net::awaitable<std::optional<Response>> HttpSession::receive(RequestBody& body,
                                                             TakeBlock const& take) {
  using Clock = std::chrono::steady_clock;
  NetLimits const& limits = services_.limits;
  std::vector<std::byte> payload;
  std::vector<char> block(kReadBytes);  // a thousand bodies that hardly come cost little
  BlockBudget::Share const share(blocks_);
  Clock::duration waited{};
  std::uint64_t received = 0;
  for (;;) {
    auto const used = body.take(input_, payload);
    if (!used) co_return problem(used.error(), "The body's framing is broken, or it is too large.");
    input_.erase(0, *used);
    if (payload.size() >= share.bytes() || (body.is_done() && !payload.empty())) {
      auto work = [&take, &payload] { return take(payload); };
      std::optional<Response> early = co_await on_pool(pool_, std::move(work));
      if (early) co_return early;
      payload.clear();
    }
    if (body.is_done()) co_return std::nullopt;
    auto const began = Clock::now();
    deadline_->set(limits.idle_timeout);
    auto const [error, count] = co_await stream_.async_read_some(net::buffer(block), kAsTuple);
    if (error) co_return problem(408, "The body did not come in time.");
    waited += Clock::now() - began;
    received += count;
    input_.append(block.data(), count);
    if (count == block.size())
      block.resize(std::clamp<std::size_t>(share.bytes(), kReadBytes, kBodyReadBytes));
    auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(waited).count();
    bool const is_slow = received < limits.min_body_rate * static_cast<std::uint64_t>(seconds);
    if (waited > limits.idle_timeout && is_slow)
      co_return problem(408, "The body comes too slowly.");
  }
}

net::awaitable<bool> HttpSession::write(Response response, Exchange exchange, bool keep_alive) {
  if (exchange.is_shared)
    add_cors_headers(response, cors_origin_, exchange.method == Method::options);
  std::string const date = http_date(std::time(nullptr));
  std::string head = encode_response_head(
      response, {keep_alive, services_.origins.frame_ancestors(), date, exchange.is_https});
  bool const has_body = exchange.method != Method::head && response.status != 304;
  Result<bool> written = false;
  if (has_body) {
    written = co_await write_body(response.body, std::move(head));
  } else {
    written = co_await write_bytes(head, {});
  }
  if (!written) {  // in memory, and so never refused itself
    Response refusal = problem_of(written.error());
    bool const told = co_await write(std::move(refusal), exchange, keep_alive);
    co_return told;
  }
  log(exchange, response.status, has_body ? response.body.length_bytes() : 0);
  co_return *written;
}

net::awaitable<Result<bool>> HttpSession::write_body(Body const& body, std::string head) {
  std::uint64_t const length = body.length_bytes();
  std::uint64_t offset = 0;
  do {  // each block has idle_timeout to go out
    BlockBudget::Share const share(blocks_);
    auto const count =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(share.bytes(), length - offset));
    std::vector<std::byte> owned;
    std::span<std::byte const> block;
    if (body.in_memory()) {
      block = body.bytes().subspan(offset, count);
    } else {
      auto read = [&body, offset, count] { return body.read(offset, count); };
      Result<std::vector<std::byte>> bytes = co_await on_pool(pool_, std::move(read));
      if (bytes && bytes->size() != count) bytes = fail(Errc::io, "another length than announced");
      // The head goes out with the first block. After it, all that can still be told is that the
      // answer is not whole: by its end before Content-Length (RFC 9112 8).
      if (!bytes && offset == 0) co_return std::unexpected(bytes.error());
      if (!bytes) co_return false;
      owned = std::move(*bytes);
      block = owned;
    }
    bool const written = co_await write_bytes(head, block);
    if (!written) co_return false;
    head.clear();
    offset += count;
  } while (offset < length);
  co_return true;
}

net::awaitable<bool> HttpSession::write_bytes(std::string_view head,
                                              std::span<std::byte const> bytes) {
  deadline_->set(services_.limits.idle_timeout);
  std::array<net::const_buffer, 2> const buffers{net::buffer(head.data(), head.size()),
                                                 net::buffer(bytes.data(), bytes.size())};
  auto const [error, count] = co_await net::async_write(stream_, buffers, kAsTuple);
  co_return !error;
}

net::awaitable<void> HttpSession::upgrade(std::string head, Identity identity, Exchange exchange) {
  deadline_->cancel();  // the WebSocket keeps its own time
  TileSocket::Parts parts{services_, pool_, std::move(identity), std::move(head),
                          std::move(input_)};
  tile_socket_ = std::make_shared<TileSocket>(std::move(stream_), std::move(parts));
  if (is_ending_) tile_socket_->end();
  co_await tile_socket_->run();
  log(exchange, tile_socket_->was_accepted() ? 101 : 400, tile_socket_->sent_bytes());
}

/// A socket that is closed with unread input is reset, and the client may lose the answer that
/// explains why.
net::awaitable<void> HttpSession::linger() {
  boost::system::error_code ignored;
  deadline_->set(kLingerTime);
  co_await stream_.say_goodbye();
  tcp::socket& socket = stream_.next_layer();
  socket.shutdown(tcp::socket::shutdown_send, ignored);
  std::array<char, kReadBytes> block;
  for (std::size_t drained = 0; drained < kLingerBytes && !deadline_->has_passed();) {
    auto const [error, count] = co_await socket.async_read_some(net::buffer(block), kAsTuple);
    if (error) co_return;
    drained += count;
  }
}

void HttpSession::log(Exchange const& exchange, unsigned status, std::uint64_t bytes) const {
  auto const took = std::chrono::steady_clock::now() - exchange.started;
  double const ms = std::chrono::duration<double, std::milli>(took).count();
  std::array<char, 64> numbers{};
  std::snprintf(numbers.data(), numbers.size(), " %u %llu B %.1f ms", status,
                static_cast<unsigned long long>(bytes), ms);
  std::string line(method_name(exchange.method));
  line.append(" ").append(exchange.route).append(numbers.data());
  services_.log.debug(line);
}

}  // namespace sightline::server
