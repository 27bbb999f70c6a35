#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>
#include <utility>

/// The short names of Asio in this folder, and the one way from a session's strand to the pool.
namespace sightline::server {

namespace net = boost::asio;
using tcp = net::ip::tcp;

/// Every wait gives (error, value) instead of throwing: `auto [error, n] = co_await
/// socket.async_read_some(b, kAsTuple);`
inline constexpr auto kAsTuple = net::as_tuple(net::use_awaitable);

/// Runs `work` on the pool and comes back to the caller's executor with its result (or exception).
/// Executor: the caller's strand, before and after.
template <class Work>
net::awaitable<std::invoke_result_t<Work&>> on_pool(net::thread_pool& pool, Work work) {
  using Value = std::invoke_result_t<Work&>;
  auto job = [work = std::move(work)]() mutable -> net::awaitable<Value> { co_return work(); };
  Value value = co_await net::co_spawn(pool, std::move(job), net::use_awaitable);
  co_return value;
}

}  // namespace sightline::server
