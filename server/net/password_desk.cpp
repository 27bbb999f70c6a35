#include "net/password_desk.hpp"

namespace sightline::server {
namespace {

constexpr int kMostWaiting = 16;
constexpr std::chrono::seconds kComeAgain{2};

}  // namespace

net::awaitable<std::expected<Identity, SignInRefused>> PasswordDesk::check(std::string user,
                                                                           std::string password,
                                                                           std::string address) {
  if (waiting_.fetch_add(1) >= kMostWaiting) {
    --waiting_;
    co_return std::unexpected(SignInRefused{SignInRefused::Why::busy, kComeAgain});
  }
  auto work = [this, &user, &password, &address] {
    auto outcome = doorkeeper_.sign_in(user, password, address);
    --waiting_;
    return outcome;
  };
  auto outcome = co_await on_pool(thread_, std::move(work));
  co_return outcome;
}

}  // namespace sightline::server
