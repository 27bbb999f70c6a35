#include "codec/jpeg_segments.hpp"

#include <algorithm>

namespace sightline::codec {
namespace {

constexpr std::uint8_t kTem = 0x01, kSof3 = 0xc3, kDht = 0xc4, kDac = 0xcc, kRst0 = 0xd0,
                       kRst7 = 0xd7, kSoi = 0xd8, kEoi = 0xd9, kSos = 0xda, kDqt = 0xdb,
                       kDnl = 0xdc, kDri = 0xdd, kApp0 = 0xe0, kApp15 = 0xef, kCom = 0xfe;
constexpr std::uint8_t kMostFactor = 4;

}  // namespace

std::uint8_t JpegSegments::u8() {
  if (at_ < bytes_.size()) return std::to_integer<std::uint8_t>(bytes_[at_++]);
  ran_out_ = true;
  std::size_t const past = at_ - bytes_.size();
  if (past >= 2) has_failed_ = true;
  if (has_failed_) return 0;
  ++at_;
  return past == 0 ? 0xff : kEoi;
}

std::uint16_t JpegSegments::u16() {
  std::uint8_t const high = u8();
  return static_cast<std::uint16_t>(high << 8 | u8());
}

/// The next 0xFF that is followed by neither 0 nor another one; 0: there is none.
std::uint8_t JpegSegments::next_marker() {
  while (!has_failed_) {
    std::uint8_t code = u8();
    if (code != 0xff) continue;
    while (code == 0xff) code = u8();
    if (code != 0) return code;
  }
  return 0;
}

bool JpegSegments::skip_segment() {
  std::uint16_t const length = u16();
  if (has_failed_) return false;
  if (length <= 2) return true;
  std::size_t const count = length - 2u;
  std::size_t const end = bytes_.size() + (ran_out_ ? 2 : 0);
  if (count > end - at_) {
    ran_out_ = true;
    return false;
  }
  at_ += count;
  return true;
}

bool JpegSegments::read_frame() {
  if (!components_.empty()) return false;
  std::uint16_t const length = u16();
  precision_ = u8();
  rows_ = u16();
  cols_ = u16();
  std::size_t const count = u8();
  if (has_failed_ || rows_ == 0 || cols_ == 0 || count == 0 || length != 8 + 3 * count)
    return false;
  for (std::size_t i = 0; i < count; ++i) {
    JpegFrameComponent component;
    component.id = u8();
    std::uint8_t const factors = u8();
    component.across = factors >> 4;
    component.down = factors & 15;
    (void)u8();
    components_.push_back(component);
  }
  return !has_failed_;
}

bool JpegSegments::read_huffman() {
  constexpr int kHead = 17;
  int length = u16() - 2;
  while (length >= kHead && !has_failed_) {
    std::uint8_t const which = u8();
    JpegCodeCounts table;
    table.is_set = true;
    int total = 0;
    for (auto& count : table.counts) total += count = u8();
    length -= kHead;
    if (has_failed_ || total > 256 || total > length) return false;
    for (int i = 0; i < total; ++i) table.symbols.push_back(u8());
    length -= total;
    bool const is_ac = (which & 0x10) != 0;
    unsigned const index = is_ac ? which - 0x10u : which;
    if (index >= kTables) return false;
    if (!is_ac) tables_[index] = std::move(table);
  }
  return !has_failed_ && length == 0;
}

/// Lossless pictures have no use for them.
bool JpegSegments::read_quantization() {
  int length = u16() - 2;
  while (length > 0 && !has_failed_) {
    std::uint8_t const which = u8();
    if ((which & 15) >= kTables) return false;
    int const count = which >> 4 != 0 ? 128 : 64;
    for (int i = 0; i < count; ++i) (void)u8();
    length -= 1 + count;
  }
  return !has_failed_ && length == 0;
}

bool JpegSegments::read_restart_interval() {
  if (u16() != 4) return false;
  restart_interval_ = u16();
  return !has_failed_;
}

/// H.1.2.2: categories are at most 16; of each table, used or not.
bool JpegSegments::has_legal_tables() const {
  return std::ranges::all_of(tables_, [](JpegCodeCounts const& table) {
    return std::ranges::all_of(table.symbols, [](std::uint8_t symbol) { return symbol <= 16; });
  });
}

bool JpegSegments::read_scan() {
  if (components_.empty()) return false;
  std::uint16_t const length = u16();
  std::size_t const count = u8();
  if (has_failed_ || length != 6 + 2 * count || count < 1 || count > kMostFactor) return false;
  scan_ = {};
  for (std::size_t i = 0; i < count; ++i) {
    std::uint8_t const id = u8();
    std::uint8_t const tables = u8();
    auto const named = std::ranges::find(components_, id, &JpegFrameComponent::id);
    if (named == components_.end()) return false;
    auto const index = static_cast<std::uint8_t>(named - components_.begin());
    bool const is_new = std::ranges::none_of(
        scan_.components, [&](JpegScan::Component const& other) { return other.index == index; });
    if (!is_new) return false;
    scan_.components.push_back({index, static_cast<std::uint8_t>(tables >> 4)});
  }
  scan_.start = u8();
  scan_.end = u8();
  std::uint8_t const approximation = u8();
  scan_.high = approximation >> 4;
  scan_.low = approximation & 15;
  scan_.bits_at = std::min(at_, bytes_.size());
  bool const has_factors = std::ranges::all_of(components_, [](JpegFrameComponent const& each) {
    return each.across >= 1 && each.across <= kMostFactor && each.down >= 1 &&
           each.down <= kMostFactor;
  });
  return !has_failed_ && has_factors && has_legal_tables();
}

/// One segment but SOS and EOI.
bool JpegSegments::read_segment(std::uint8_t code) {
  switch (code) {
    case kSof3: return read_frame();
    case kDht: return read_huffman();
    case kDqt: return read_quantization();
    case kDri: return read_restart_interval();
    case kDac:
    case kDnl:
    case kCom: return skip_segment();
    case kTem: return true;
    default: break;
  }
  if (code >= kRst0 && code <= kRst7) return true;
  return code >= kApp0 && code <= kApp15 && skip_segment();
}

JpegSegments::Found JpegSegments::next() {
  if (!has_start_) {
    has_start_ = true;
    if (u8() != 0xff || u8() != kSoi) return Found::fault;
  }
  while (true) {
    std::uint8_t const code = next_marker();
    if (has_failed_) return Found::fault;
    if (code == kSos) return read_scan() ? Found::scan : Found::fault;
    if (code == kEoi) return Found::end_of_image;
    if (!read_segment(code)) return Found::fault;
  }
}

}  // namespace sightline::codec
