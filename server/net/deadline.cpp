#include "net/deadline.hpp"

namespace sightline::server {

void Deadline::set(std::chrono::milliseconds from_now) {
  when_ = Clock::now() + from_now;
  has_passed_ = false;
  if (!is_armed_ || when_ < armed_) arm(when_);
}

void Deadline::cancel() {
  on_passed_ = nullptr;
  timer_.cancel();
}

void Deadline::arm(Clock::time_point when) {
  armed_ = when;
  is_armed_ = true;
  timer_.expires_at(when);  // cancels the wait that was there
  timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
    if (error || !self->on_passed_) return;
    self->is_armed_ = false;
    if (Clock::now() < self->when_) return self->arm(self->when_);
    self->has_passed_ = true;
    self->on_passed_();
  });
}

}  // namespace sightline::server
