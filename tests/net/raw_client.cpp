#include "raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

namespace sightline::server {

RawClient::RawClient(std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  timeval const patience{5, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("connect");
}

RawClient::~RawClient() { ::close(socket_); }

void RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t const sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool RawClient::read_more() {
  std::array<char, 65536> block;
  ssize_t const count = ::recv(socket_, block.data(), block.size(), 0);
  if (count < 0) throw std::runtime_error("the server is silent or has reset the connection");
  input_.append(block.data(), static_cast<std::size_t>(count));
  return count > 0;
}

RawAnswer RawClient::read_answer(bool has_body) {
  std::size_t end = std::string::npos;
  while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) throw std::runtime_error("closed before an answer");
  }
  std::string const head = input_.substr(0, end + 2);
  input_.erase(0, end + 4);
  RawAnswer answer;
  answer.status = static_cast<unsigned>(std::stoul(head.substr(9, 3)));
  for (std::size_t line = head.find("\r\n") + 2; line < head.size();) {
    std::size_t const line_end = head.find("\r\n", line);
    std::size_t const colon = head.find(": ", line);
    std::string name = head.substr(line, colon - line);
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    answer.headers[name] = head.substr(colon + 2, line_end - colon - 2);
    line = line_end + 2;
  }
  auto const length = answer.headers.find("content-length");
  if (!has_body || length == answer.headers.end()) return answer;
  std::size_t const bytes = std::stoul(length->second);
  while (input_.size() < bytes) {
    if (!read_more()) throw std::runtime_error("closed within an answer");
  }
  answer.body = input_.substr(0, bytes);
  input_.erase(0, bytes);
  return answer;
}

bool RawClient::is_closed_by_server() { return input_.empty() && !read_more(); }

}  // namespace sightline::server
