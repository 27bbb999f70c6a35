#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"

namespace sightline::codec {

/// A Huffman table as DHT has it.
struct JpegCodeCounts {
  std::array<std::uint8_t, 16> counts{};  ///< codes of 1 to 16 bits
  std::vector<std::uint8_t> symbols;
  bool is_set = false;
};

/// A component of the frame. B.2.2.
struct JpegFrameComponent {
  std::uint8_t id = 0, across = 1, down = 1;  ///< Hi, Vi
};

/// A scan header. B.2.3.
struct JpegScan {
  struct Component {
    std::uint8_t index = 0;  ///< in the frame
    std::uint8_t table = 0;  ///< Tdj
  };
  std::vector<Component> components;                   ///< one to four
  std::uint8_t start = 0, end = 0, high = 0, low = 0;  ///< Ss, Se, Ah, Al
  std::size_t bits_at = 0;                             ///< where its bits begin
};

/// The segments of a JPEG of process 14 between its scans' bits, as the IJG library reads them:
/// bytes between segments are passed over, and behind the last byte EOI is read once.
/// Source: ISO/IEC 10918-1 B.2.
class JpegSegments {
 public:
  enum class Found { scan, end_of_image, fault };
  static constexpr std::size_t kTables = 4;

  explicit JpegSegments(std::span<std::byte const> bytes) : bytes_(bytes) {}

  /// Reads on to the next scan's bits.
  [[nodiscard]] Found next();
  /// Goes to an offset: a marker, behind a scan's bits.
  void seek(std::size_t offset) { at_ = offset; }

  /// After a fault: corrupt, or truncated where bytes behind the last one were asked for.
  [[nodiscard]] Errc fault_code() const { return ran_out_ ? Errc::truncated : Errc::corrupt; }
  /// Whether bytes behind the last one were asked for.
  [[nodiscard]] bool has_run_out() const { return ran_out_; }

  /// After the first scan's header: SOF3.
  [[nodiscard]] std::vector<JpegFrameComponent> const& components() const { return components_; }
  [[nodiscard]] std::uint8_t precision() const { return precision_; }
  [[nodiscard]] std::uint16_t rows() const { return rows_; }
  [[nodiscard]] std::uint16_t cols() const { return cols_; }
  /// After each scan's header: what holds of it.
  [[nodiscard]] JpegScan const& scan() const { return scan_; }
  [[nodiscard]] JpegCodeCounts const& table(std::size_t index) const { return tables_[index]; }
  [[nodiscard]] std::uint16_t restart_interval() const { return restart_interval_; }

 private:
  std::uint8_t u8();
  std::uint16_t u16();
  [[nodiscard]] std::uint8_t next_marker();
  [[nodiscard]] bool read_segment(std::uint8_t code);
  [[nodiscard]] bool skip_segment();
  [[nodiscard]] bool read_frame();
  [[nodiscard]] bool read_huffman();
  [[nodiscard]] bool read_quantization();
  [[nodiscard]] bool read_restart_interval();
  [[nodiscard]] bool read_scan();
  [[nodiscard]] bool has_legal_tables() const;

  std::span<std::byte const> bytes_;
  std::size_t at_ = 0;
  bool ran_out_ = false, has_failed_ = false;  ///< has_failed_: behind that EOI, too
  bool has_start_ = false;                     ///< SOI
  std::uint8_t precision_ = 0;
  std::uint16_t rows_ = 0, cols_ = 0, restart_interval_ = 0;
  std::vector<JpegFrameComponent> components_;
  std::array<JpegCodeCounts, kTables> tables_;
  JpegScan scan_;
};

}  // namespace sightline::codec
