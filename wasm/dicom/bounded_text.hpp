#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace sightline::dicom {

/// Text that grows up to a bound. Passing it is sticky, as failure is in ByteReader: from then on
/// nothing is added, and who writes in a loop asks full() each time round. Threads: one object, one
/// thread.
class BoundedText {
 public:
  explicit BoundedText(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  BoundedText& operator+=(std::string_view more) {
    full_ = full_ || more.size() > max_bytes_ - text_.size();
    if (!full_) text_ += more;
    return *this;
  }
  [[nodiscard]] bool full() const { return full_; }
  [[nodiscard]] std::size_t size() const { return text_.size(); }
  [[nodiscard]] char back() const { return text_.empty() ? '\0' : text_.back(); }
  /// Takes back what was added after `size_bytes`.
  void cut(std::size_t size_bytes) { text_.resize(size_bytes); }
  [[nodiscard]] std::string take() { return std::exchange(text_, {}); }

 private:
  std::string text_;
  std::size_t max_bytes_;
  bool full_ = false;
};

}  // namespace sightline::dicom
