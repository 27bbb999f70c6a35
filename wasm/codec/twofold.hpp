#pragma once

namespace sightline::codec {

/// A number of twice the bits of a double: the sum of two. What overflows is not finite. Needs
/// products and sums that are rounded one by one (-ffp-contract=off). Source: T. J. Dekker, "A
/// floating-point technique for extending the available precision", Numer. Math. 18, 1971.
class Twofold {
 public:
  Twofold() = default;
  explicit Twofold(double value) : high_(value) {}

  [[nodiscard]] double value() const { return high_ + low_; }
  [[nodiscard]] bool is_zero() const { return high_ == 0 && low_ == 0; }
  void add(Twofold const& other) {
    double const sum = high_ + other.high_, part = sum - high_;
    double const lost = (high_ - (sum - part)) + (other.high_ - part);
    set(sum, lost + (low_ + other.low_));
  }
  [[nodiscard]] Twofold times(double factor) const {
    double const product = high_ * factor;
    double const a = upper_half(high_), b = high_ - a, c = upper_half(factor), d = factor - c;
    double const lost = ((a * c - product) + a * d + b * c) + b * d;
    Twofold result;
    result.set(product, lost + low_ * factor);
    return result;
  }

 private:
  /// Of the 53 bits of a double.
  static double upper_half(double value) {
    double const scaled = value * 134217729;  // 2^27 + 1
    return scaled - (scaled - value);
  }
  /// `low` is small beside `high`.
  void set(double high, double low) {
    high_ = high + low;
    low_ = low - (high_ - high);
  }

  double high_ = 0, low_ = 0;
};

}  // namespace sightline::codec
