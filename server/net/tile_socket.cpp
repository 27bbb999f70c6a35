#include "net/tile_socket.hpp"

#include <netinet/tcp.h>

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>
#include <exception>

#include "net/tile_session.hpp"
#include "wire/tile_frame.hpp"

namespace sightline::server {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

constexpr int kUnsentBytes = 128 * 1024;
constexpr std::uint32_t kPieceBytes =
    1 << 20;  ///< of a large tile: read and sent piece by piece, as one message
constexpr std::size_t kWantHeaderBytes = 12, kWantEntryBytes = 8;

std::span<std::byte const> bytes_of(beast::flat_buffer const& buffer) {
  auto const data = buffer.data();
  return {static_cast<std::byte const*>(data.data()), data.size()};
}

net::const_buffer buffer_of(std::span<std::byte const> bytes) {
  return net::buffer(bytes.data(), bytes.size());
}

/// The header of a tile of which only the beginning is in memory: the length field, its last four
/// bytes, is the whole's.
std::vector<std::byte> encode_large_tile_header(TileSession::LoadTile const& tile,
                                                StreamRange range,
                                                std::span<std::byte const> beginning) {
  wire::WantEntry const& entry = tile.entry;
  wire::Tile const message{tile.epoch,        entry.frame,      range.first, entry.slot,
                           entry.first_level, entry.last_level, beginning};
  std::vector<std::byte> header = wire::encode_tile_header(message);
  std::uint32_t const length = range.last - range.first;
  for (std::size_t i = 0; i < 4; ++i)
    header.at(wire::kTileHeaderBytes - 4 + i) = static_cast<std::byte>(length >> (8 * i));
  return header;
}

}  // namespace

/// What Beast asks of a stream, to end it after the close handshake.
template <class Handler>
void async_teardown(beast::role_type role, ClientStream& stream, Handler&& handler) {
  stream.visit([&](auto& layer) {
    using websocket::async_teardown;
    async_teardown(role, layer, std::forward<Handler>(handler));
  });
}

struct TileSocket::Impl : std::enable_shared_from_this<Impl> {
  Impl(ClientStream stream, Parts given)
      : parts(std::move(given)),
        ws(std::move(stream)),
        session(parts.services.limits.max_open_studies),
        wake(ws.get_executor()),
        poll(ws.get_executor()) {}

  net::awaitable<bool> accept();
  net::awaitable<void> reader();
  net::awaitable<void> writer();
  net::awaitable<void> poller();
  net::awaitable<bool> take(TileSession::Send send);
  net::awaitable<bool> take(TileSession::LoadStudy request);
  net::awaitable<bool> take(TileSession::LoadTile tile);
  net::awaitable<bool> send_small(TileSession::LoadTile const& tile);
  net::awaitable<bool> send_in_pieces(TileSession::LoadTile const& tile, StreamRange range);
  net::awaitable<bool> send_piece(std::array<net::const_buffer, 2> buffers, bool is_last);

  /// Lets the writer say goodbye with this code.
  void finish(websocket::close_code code) {
    if (close_code == websocket::close_code::none) close_code = code;
    poll.cancel();
    wake.cancel();
  }
  bool is_finishing() const { return close_code != websocket::close_code::none; }
  /// Starts a sibling coroutine; run() waits for it.
  void start(net::awaitable<void> (Impl::*coroutine)()) {
    ++running;
    auto body = [self = shared_from_this(), coroutine]() -> net::awaitable<void> {
      co_await ((*self).*coroutine)();
    };
    net::co_spawn(ws.get_executor(), std::move(body),
                  [self = shared_from_this()](std::exception_ptr error) {
                    --self->running;
                    if (error) self->report(error);
                    self->finish(error ? websocket::close_code::internal_error
                                       : websocket::close_code::normal);
                  });
  }
  void report(std::exception_ptr const& error) {
    try {
      std::rethrow_exception(error);
    } catch (std::exception const& caught) {
      parts.services.log.warning(std::string("tile socket given up: ") + caught.what());
    }
  }

  Parts parts;
  websocket::stream<ClientStream> ws;
  TileSession session;
  net::steady_timer wake;  ///< never expires; cancelled when there may be something to do
  net::steady_timer poll;
  websocket::close_code close_code = websocket::close_code::none;
  int running = 0;
  bool accepted = false;
  std::uint64_t sent_bytes = 0;
};

TileSocket::TileSocket(ClientStream stream, Parts parts)
    : impl_(std::make_shared<Impl>(std::move(stream), std::move(parts))) {}
TileSocket::~TileSocket() = default;
bool TileSocket::was_accepted() const { return impl_->accepted; }
std::uint64_t TileSocket::sent_bytes() const { return impl_->sent_bytes; }
void TileSocket::end() { impl_->finish(websocket::close_code::going_away); }

void TileSocket::abort() {
  end();
  boost::system::error_code ignored;
  beast::get_lowest_layer(impl_->ws).close(ignored);
}

net::awaitable<void> TileSocket::run() {
  bool const accepted = co_await impl_->accept();
  if (!accepted) co_return;
  impl_->start(&Impl::reader);
  impl_->start(&Impl::poller);
  try {
    co_await impl_->writer();
  } catch (std::exception const&) {
    impl_->report(std::current_exception());
  }
  // After the writer's goodbye (or failure) nothing is read: closing the socket ends the reader.
  impl_->finish(websocket::close_code::normal);
  boost::system::error_code ignored;
  beast::get_lowest_layer(impl_->ws).close(ignored);
  while (impl_->running > 0) {
    impl_->wake.expires_at(net::steady_timer::time_point::max());
    auto const [error] = co_await impl_->wake.async_wait(kAsTuple);
    static_cast<void>(error);
  }
}

net::awaitable<bool> TileSocket::Impl::accept() {
  NetLimits const& limits = parts.services.limits;
  tcp::socket& socket = beast::get_lowest_layer(ws);
  int const unsent = kUnsentBytes;
  // Without it more is buffered and a new epoch takes effect later; nothing breaks.
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
  websocket::stream_base::timeout timeouts{};
  timeouts.handshake_timeout = limits.header_timeout;
  timeouts.idle_timeout = limits.idle_timeout;
  timeouts.keep_alive_pings = true;
  ws.set_option(timeouts);
  ws.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
    response.set(beast::http::field::sec_websocket_protocol, wire::kSubprotocol);
    response.set(beast::http::field::cache_control, "no-store");
  }));
  ws.read_message_max(kWantHeaderBytes + kWantEntryBytes * kDefaultLimits.max_wants);
  ws.binary(true);
  ws.auto_fragment(false);  // a tile is one WebSocket frame, its buffers written as they are
  std::string const start = parts.head + parts.rest;
  auto const [error] = co_await ws.async_accept(net::buffer(start), kAsTuple);
  accepted = !error;
  co_return accepted;
}

/// Executor: the session's strand. Ends on close, error or a broken rule; the writer ends with it.
net::awaitable<void> TileSocket::Impl::reader() {
  for (beast::flat_buffer input; !is_finishing(); input.clear()) {
    auto const [error, count] = co_await ws.async_read(input, kAsTuple);
    if (error) {
      bool const too_big = error == websocket::error::message_too_big;
      co_return finish(too_big ? websocket::close_code::too_big : websocket::close_code::normal);
    }
    if (!ws.got_binary()) co_return finish(websocket::close_code::unknown_data);
    Result<wire::ClientMessage> message = wire::parse_client_message(bytes_of(input));
    if (!message) co_return finish(websocket::close_code::protocol_error);
    // Looking at other pictures is use; an open window is none.
    if (!parts.services.doorkeeper.is_current(parts.identity, true))
      co_return finish(websocket::close_code::policy_error);
    Status const taken = session.receive(std::move(*message));
    if (!taken) co_return finish(websocket::close_code::protocol_error);
    wake.cancel();
  }
}

/// Executor: the session's strand. One step after the other; ends with the close handshake.
net::awaitable<void> TileSocket::Impl::writer() {
  bool is_open = true;
  while (is_open && !is_finishing()) {
    TileSession::Step step = session.next();
    if (std::holds_alternative<TileSession::Wait>(step)) {
      wake.expires_at(net::steady_timer::time_point::max());
      auto const [error] = co_await wake.async_wait(kAsTuple);
      static_cast<void>(error);
    } else if (auto* const send = std::get_if<TileSession::Send>(&step)) {
      is_open = co_await take(std::move(*send));
    } else if (auto* const study = std::get_if<TileSession::LoadStudy>(&step)) {
      is_open = co_await take(std::move(*study));
    } else if (auto* const tile = std::get_if<TileSession::LoadTile>(&step)) {
      is_open = co_await take(std::move(*tile));
    }
  }
  if (!is_open || !ws.is_open()) co_return;
  auto const [error] = co_await ws.async_close(websocket::close_reason(close_code), kAsTuple);
  static_cast<void>(error);
}

/// Executor: the session's strand. Asks for newer revisions of the open studies, and whether the
/// reader is still signed in.
net::awaitable<void> TileSocket::Impl::poller() {
  while (!is_finishing()) {
    poll.expires_after(parts.services.limits.revision_poll);
    auto const [error] = co_await poll.async_wait(kAsTuple);
    if (error || is_finishing()) co_return;
    if (!parts.services.doorkeeper.is_current(parts.identity))
      co_return finish(websocket::close_code::policy_error);
    std::vector<TileSession::Watched> const open_studies = session.watched();
    for (TileSession::Watched const& watched : open_studies) {
      auto ask = [&index = parts.services.index, uid = watched.study_instance_uid] {
        return index.revision(uid);
      };
      Result<std::uint64_t> const revision = co_await on_pool(parts.pool, std::move(ask));
      if (revision) session.revision_seen(watched, *revision);
    }
    wake.cancel();
  }
}

net::awaitable<bool> TileSocket::Impl::take(TileSession::Send send) {
  auto const [error, count] = co_await ws.async_write(buffer_of(send.message), kAsTuple);
  sent_bytes += count;
  co_return !error;
}

net::awaitable<bool> TileSocket::Impl::take(TileSession::LoadStudy request) {
  auto load = [&tiles = parts.services.tiles, uid = request.study_instance_uid] {
    return tiles.open(uid);
  };
  Result<StudyHandle> study = co_await on_pool(parts.pool, std::move(load));
  session.study_loaded(request, std::move(study));
  co_return true;
}

net::awaitable<bool> TileSocket::Impl::take(TileSession::LoadTile tile) {
  std::optional<StreamRange> const range = stream_range(*tile.study, tile.entry);
  if (range && range->last - range->first > kPieceBytes) {
    bool const is_open = co_await send_in_pieces(tile, *range);
    co_return is_open;
  }
  bool const is_open = co_await send_small(tile);
  co_return is_open;
}

net::awaitable<bool> TileSocket::Impl::send_small(TileSession::LoadTile const& tile) {
  wire::WantEntry const& entry = tile.entry;
  auto load = [&tiles = parts.services.tiles, study = tile.study, entry] {
    return tiles.read(*study, entry.frame, entry.first_level, entry.last_level);
  };
  Result<TileBytes> const bytes = co_await on_pool(parts.pool, std::move(load));
  if (!bytes) {
    session.tile_failed(tile, bytes.error());
    co_return true;
  }
  if (!session.is_current(tile)) co_return true;
  wire::Tile const message{tile.epoch,        entry.frame,      bytes->offset_bytes, entry.slot,
                           entry.first_level, entry.last_level, bytes->bytes};
  std::vector<std::byte> const header = wire::encode_tile_header(message);
  std::array<net::const_buffer, 2> const buffers{buffer_of(header), buffer_of(bytes->bytes)};
  bool const is_open = co_await send_piece(buffers, true);
  co_return is_open;
}

/// Holds one piece in memory whatever the tile's size. Between pieces a ping can pass, so that a
/// slow line is not idle.
net::awaitable<bool> TileSocket::Impl::send_in_pieces(TileSession::LoadTile const& tile,
                                                      StreamRange range) {
  wire::FrameRef const& frame = tile.study->frames[tile.entry.frame];
  std::string const& hash = tile.study->manifest.instances[frame.instance_index].sha256_hex;
  std::vector<std::byte> header;
  for (std::uint32_t at = range.first; at < range.last;) {
    std::uint32_t const next = at + std::min(kPieceBytes, range.last - at);
    auto load = [&tiles = parts.services.tiles, &hash, index0 = frame.frame_index0, at, next] {
      return tiles.read_range(hash, index0, at, next);
    };
    Result<std::vector<std::byte>> const bytes = co_await on_pool(parts.pool, std::move(load));
    if (!bytes) {
      if (at == range.first) {
        session.tile_failed(tile, bytes.error());
        co_return true;
      }
      finish(websocket::close_code::internal_error);  // half a message is out
      co_return false;
    }
    if (at == range.first) {
      if (!session.is_current(tile)) co_return true;
      header = encode_large_tile_header(tile, range, *bytes);
    }
    std::array<net::const_buffer, 2> const buffers{buffer_of(header), buffer_of(*bytes)};
    bool const is_open = co_await send_piece(buffers, next == range.last);
    if (!is_open) co_return false;
    header.clear();
    at = next;
  }
  co_return true;
}

net::awaitable<bool> TileSocket::Impl::send_piece(std::array<net::const_buffer, 2> buffers,
                                                  bool is_last) {
  auto const [error, count] = co_await ws.async_write_some(is_last, buffers, kAsTuple);
  sent_bytes += count;
  co_return !error;
}

}  // namespace sightline::server
