#pragma once
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <string>
#include <vector>

#include "wire/tile_frame.hpp"

namespace sightline::server {

/// A client of `sightline.tiles.v1` on loopback. Throws after five seconds of silence.
class SocketClient {
 public:
  explicit SocketClient(std::uint16_t port, std::string const& origin = {},
                        std::string const& cookie = {})
      : ws_(io_) {
    ws_.next_layer().connect({boost::asio::ip::address_v4::loopback(), port});
    timeval const patience{5, 0};
    ::setsockopt(ws_.next_layer().native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience,
                 sizeof patience);
    ws_.set_option(boost::beast::websocket::stream_base::decorator(
        [=](boost::beast::websocket::request_type& request) {
          request.set(boost::beast::http::field::sec_websocket_protocol, wire::kSubprotocol);
          if (!origin.empty()) request.set(boost::beast::http::field::origin, origin);
          if (!cookie.empty()) request.set(boost::beast::http::field::cookie, cookie);
        }));
    ws_.handshake(response_, "localhost:" + std::to_string(port), "/socket", error_);
    ws_.binary(true);
  }
  bool is_open() const { return !error_; }
  std::string subprotocol() const {
    return std::string(response_[boost::beast::http::field::sec_websocket_protocol]);
  }

  void send(wire::ClientMessage const& message) {
    std::vector<std::byte> const bytes = wire::encode(message);
    ws_.write(boost::asio::buffer(bytes.data(), bytes.size()));
  }
  void send_text(std::string const& text) {
    ws_.text(true);
    ws_.write(boost::asio::buffer(text));
  }
  void send_bytes(std::string const& bytes) { ws_.write(boost::asio::buffer(bytes)); }
  /// The next message, kept until the one after it.
  template <class T>
  T read() {
    bytes_ = read_bytes();
    return std::get<T>(wire::parse_server_message(bytes_).value());
  }
  std::vector<std::byte> read_bytes() {
    boost::beast::flat_buffer buffer;
    ws_.read(buffer);
    auto const* const data = static_cast<std::byte const*>(buffer.data().data());
    return {data, data + buffer.size()};
  }
  /// Reads until the server closes; the code it gave.
  unsigned close_code() {
    boost::beast::flat_buffer buffer;
    boost::system::error_code error;
    while (!error) ws_.read(buffer, error);
    return error == boost::beast::websocket::error::closed ? ws_.reason().code : 0;
  }

 private:
  boost::asio::io_context io_;
  boost::beast::websocket::stream<boost::asio::ip::tcp::socket> ws_;
  boost::beast::websocket::response_type response_;
  boost::system::error_code error_;
  std::vector<std::byte> bytes_;
};

}  // namespace sightline::server
