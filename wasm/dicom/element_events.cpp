#include "dicom/element_events.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/utf8.hpp"
#include "dicom/dictionary.hpp"
#include "dicom/element_scanner.hpp"
#include "dicom/quirks.hpp"
#include "dicom/text.hpp"

namespace sightline::dicom {
namespace {

using Vr = std::array<char, 2>;
using Converter = std::shared_ptr<TextConverter>;
using Outcome = EventScan::Outcome;

constexpr std::uint32_t kSpecificCharacterSet = 0x00080005, kPixelRepresentation = 0x00280103,
                        kPixelData = 0x7FE00010;
constexpr std::uint64_t kShortestHeaderBytes = 8;
constexpr std::uint64_t kMostOffset = 0xFFFFFFFF;
/// One level of a file that people made has some hundreds.
constexpr std::size_t kMaxElements = 100'000;

constexpr Vr kUsOrSs{'x', 's'};

/// What is in force at a level: both are inherited by the items below. Source: PS3.3 C.12.1.1.2.
struct Scope {
  Converter converter;
  bool signed_pixels = false;
  std::size_t elements = 0;  ///< read at this level
};

bool is_private(std::uint32_t tag) { return (tag >> 16) % 2 != 0; }
/// PS3.5 7.8.1.
bool is_private_creator(std::uint32_t tag) {
  return is_private(tag) && (tag & 0xFFFF) >= 0x10 && (tag & 0xFFFF) <= 0xFF;
}

bool is_any_of(Vr vr, std::initializer_list<std::string_view> vrs) {
  return std::ranges::find(vrs, std::string_view(vr.data(), 2)) != vrs.end();
}

EventKind kind_of(Vr vr) {
  if (is_any_of(vr, {"SQ"})) return EventKind::sequence;
  if (is_any_of(vr, {"US", "SS", "UL", "SL", "UV", "SV", "FL", "FD", "AT"}))
    return EventKind::numbers;
  if (is_any_of(vr, {"OB", "OW", "OD", "OF", "OL", "OV", "UN"})) return EventKind::bytes;
  return EventKind::text;
}

bool is_plain_ascii(std::string_view text) {
  unsigned char any = 0;
  for (char const c : text) any = static_cast<unsigned char>(any | static_cast<unsigned char>(c));
  return any < 0x80 && text.find('\x1B') == std::string_view::npos;
}

std::uint32_t utf16_units(std::string_view utf8) {
  std::uint32_t units = 0;
  for (char const c : utf8) {
    auto const byte = static_cast<unsigned char>(c);
    units += (byte & 0xC0) == 0x80 ? 0u : byte >= 0xF0 ? 2u : 1u;
  }
  return units;
}

/// ISO 8859-1, which is what readers take where no character set is named.
std::string latin1_as_utf8(std::string_view text) {
  std::string utf8;
  utf8.reserve(text.size() + 16);
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      utf8 += c;
    } else {
      utf8 += static_cast<char>(0xC0 | byte >> 6);
      utf8 += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return utf8;
}

/// The VRs of the dictionary, each looked up once: an enhanced object has the same tags per frame.
class KnownVrs {
 public:
  Vr of(std::uint32_t tag) {
    auto const found = known_.find(tag);
    if (found != known_.end()) return found->second;
    Vr const vr = look_up(tag);
    if (known_.size() < kMostTags) known_.emplace(tag, vr);
    return vr;
  }

 private:
  static constexpr std::size_t kMostTags = 8192;
  static Vr look_up(std::uint32_t tag) {
    switch (dictionary_choice(tag)) {
      case VrChoice::us_or_ss: return kUsOrSs;
      case VrChoice::ob_or_ow: return {'O', 'W'};
      case VrChoice::none: return dictionary_vr(tag);
    }
    return {'U', 'N'};
  }
  std::unordered_map<std::uint32_t, Vr> known_;
};

/// Character sets by name, each with its tables made once: to load those of a Japanese one takes
/// longer than to read a small object.
class KnownConverters {
 public:
  explicit KnownConverters(Limits const& limits) : limits_(limits) {}
  Converter of(std::string const& name) {
    if (name.empty()) return nullptr;
    auto const found = known_.find(name);
    if (found != known_.end()) return found->second;
    auto converter = std::make_shared<TextConverter>(name, limits_);
    if (known_.size() < kMostSets && name.size() <= kMostNameBytes) known_.emplace(name, converter);
    return converter;
  }

 private:
  static constexpr std::size_t kMostSets = 16, kMostNameBytes = 256;
  Limits limits_;
  std::unordered_map<std::string, Converter> known_;
};

/// The part of a level that is being read.
struct Place {
  std::uint64_t limit = 0;
  bool delimited = false;
  ElementEncoding encoding;
  std::uint32_t depth = 0;
};

/// One pass over one window.
class Pass {
 public:
  Pass(Limits const& limits, KnownVrs& vrs, KnownConverters& converters, EventWindow const& window)
      : limits_(limits),
        vrs_(vrs),
        converters_(converters),
        window_(window),
        bytes_(window.bytes) {}

  EventScan run(ElementEncoding encoding, Scope& top, std::uint64_t offset, EventStop const& stop) {
    offset -= window_.base;
    while (offset + kShortestHeaderBytes <= bytes_.size()) {
      mark_ = {scan_.events.size(), scan_.text.size(), scan_.text_units};
      auto const next = put_top(encoding, top, offset, stop);
      if (!next) return end_with(next.error(), offset);
      if (scan_.outcome != Outcome::done) return std::move(scan_);
      offset = *next;
    }
    if (window_.base + bytes_.size() < window_.total && window_.base + offset < window_.total) {
      scan_.outcome = Outcome::beyond;
      scan_.next_offset = window_.base + offset;
    }
    return std::move(scan_);
  }

 private:
  struct Mark {
    std::size_t events = 0, text_bytes = 0;
    std::uint32_t text_units = 0;
  };

  /// What was put for the broken element goes.
  EventScan end_with(Error const& error, std::uint64_t offset) {
    if (!keeps_broken_) {
      scan_.events.resize(mark_.events);
      scan_.text.resize(mark_.text_bytes);
      scan_.text_units = mark_.text_units;
    }
    bool const is_short =
        error.code == Errc::truncated && window_.base + bytes_.size() < window_.total;
    scan_.outcome = is_short ? Outcome::larger : Outcome::broken;
    scan_.next_offset = window_.base + offset;
    scan_.error = error;
    return std::move(scan_);
  }

  [[nodiscard]] Vr vr_of(ElementHeader const& header, bool signed_pixels) {
    if (is_standard_vr(header.vr) && !header.has_vr("UN")) return header.vr;
    if (header.tag == kPixelData) return header.undefined() ? Vr{'O', 'B'} : Vr{'O', 'W'};
    if (header.undefined()) return {'S', 'Q'};
    if (is_private_creator(header.tag)) return {'L', 'O'};
    if (is_private(header.tag)) return {'U', 'N'};
    Vr const vr = vrs_.of(header.tag);
    if (vr == kUsOrSs) return signed_pixels ? Vr{'S', 'S'} : Vr{'U', 'S'};
    return vr;
  }

  std::size_t put(ElementHeader const& header, Vr vr, EventKind kind, ElementEncoding encoding) {
    auto const letter = [&](std::size_t i) { return static_cast<unsigned char>(vr[i]); };
    std::uint32_t const form = letter(0) | static_cast<std::uint32_t>(letter(1)) << 8 |
                               static_cast<std::uint32_t>(kind) << 16 |
                               (encoding.big_endian ? 1u << 24 : 0u);
    scan_.events.push_back({header.tag,
                            form,
                            static_cast<std::uint32_t>(window_.base + header.value_offset),
                            static_cast<std::uint32_t>(header.length_bytes),
                            {0, 0}});
    return scan_.events.size() - 1;
  }

  [[nodiscard]] std::string_view text_of(ElementHeader const& header) const {
    return {reinterpret_cast<char const*>(bytes_.data()) + header.value_offset,
            static_cast<std::size_t>(header.length_bytes)};
  }

  void put_text(std::size_t event, std::string_view value, Vr vr, Converter const& converter) {
    std::uint32_t const begin = scan_.text_units;
    if (is_plain_ascii(value)) {
      scan_.text += value;
      scan_.text_units += static_cast<std::uint32_t>(value.size());
    } else {
      std::string const utf8 =
          converter && is_any_of(vr, {"LO", "SH", "PN", "UC", "ST", "LT", "UT"})
              ? converter->to_utf8_verbatim(value, text_kind(vr))
              : latin1_as_utf8(value);
      scan_.text += utf8;
      scan_.text_units += utf16_units(utf8);
    }
    scan_.events[event].extra[0] = begin;
    scan_.events[event].extra[1] = scan_.text_units;
  }

  /// Whoever makes objects of the events has one for each element of a level.
  static Status count(Scope& scope, std::uint64_t offset) {
    if (++scope.elements > kMaxElements)
      return fail(Errc::limit_exceeded, "too many elements", offset);
    return {};
  }

  /// What the elements after this one need to know.
  void note(ElementHeader const& header, Scope& scope, ElementEncoding encoding) {
    if (header.tag == kPixelRepresentation && header.length_bytes >= 2) {
      scope.signed_pixels =
          ElementScanner(bytes_, encoding, limits_).u16_at(header.value_offset) == 1;
    } else if (header.tag == kSpecificCharacterSet) {
      scope.converter = converters_.of(default_repertoire_text(text_of(header), limits_));
    }
  }

  /// One element of the data set itself; where the next begins.
  Result<std::uint64_t> put_top(ElementEncoding encoding, Scope& top, std::uint64_t offset,
                                EventStop const& stop) {
    ElementScanner const scanner(bytes_, encoding, limits_);
    auto header = scanner.header_at(offset);
    if (!header) return std::unexpected(header.error());
    if (!is_standard_vr(header->vr)) *header = quirks::repair_header(scanner, offset, *header);
    bool const is_stop = stop.tag == header->tag;
    if ((is_stop && !stop.include_value) ||
        (stop.tag && stop.on_greater && header->tag > *stop.tag))
      return leave(Outcome::stopped, offset);
    if (header->group() == 0xFFFE) return header->value_offset;  // a delimiter of nothing
    if (Status const counted = count(top, window_.base + offset); !counted)
      return std::unexpected(counted.error());
    Vr const vr = vr_of(*header, top.signed_pixels);
    EventKind const kind = kind_of(vr);
    if (header->tag == kPixelData && header->undefined()) {
      put(*header, vr, EventKind::fragments, encoding);
      return leave(Outcome::at_fragments, header->value_offset);
    }
    bool const is_outside =
        !header->undefined() && header->length_bytes > bytes_.size() - header->value_offset;
    if (is_outside && kind == EventKind::bytes) {
      auto const next = put_outside(*header, vr, encoding);
      if (next && is_stop) return leave(Outcome::stopped, *next);
      return next;
    }
    auto const next = put_value(*header, vr, top, {bytes_.size(), false, encoding, 0});
    if (next && is_stop) return leave(Outcome::stopped, *next);
    return next;
  }

  std::uint64_t leave(Outcome outcome, std::uint64_t offset) {
    scan_.outcome = outcome;
    scan_.next_offset = window_.base + offset;
    return offset;
  }

  /// Bytes that leave the window are not needed in it.
  Result<std::uint64_t> put_outside(ElementHeader const& header, Vr vr, ElementEncoding encoding) {
    std::size_t const event = put(header, vr, EventKind::bytes, encoding);
    std::uint64_t const begin = window_.base + header.value_offset;
    if (header.length_bytes > window_.total - begin) {
      // The file ends inside: what there is of it is kept.
      scan_.events[event].length_bytes = static_cast<std::uint32_t>(window_.total - begin);
      keeps_broken_ = true;
      scan_.next_offset = begin;
      return fail(Errc::corrupt, "an element is longer than the file", begin);
    }
    std::uint64_t const end = header.value_offset + header.length_bytes;
    leave(window_.base + end == window_.total ? Outcome::done : Outcome::beyond, end);
    return end;
  }

  Result<std::uint64_t> put_value(ElementHeader const& header, Vr vr, Scope& scope,
                                  Place const& place) {
    EventKind const kind = kind_of(vr);
    if (header.undefined() && kind == EventKind::bytes) return put_fragments(header, vr, place);
    if (kind == EventKind::sequence) return put_items(header, vr, scope, place);
    if (header.undefined())
      return fail(Errc::corrupt, "a value without length", window_.base + header.value_offset);
    if (header.length_bytes > place.limit - header.value_offset)
      return fail(Errc::truncated, "an element is longer than what holds it",
                  window_.base + header.value_offset);
    std::size_t const event = put(header, vr, kind, place.encoding);
    if (kind == EventKind::text) put_text(event, text_of(header), vr, scope.converter);
    note(header, scope, place.encoding);
    return header.value_offset + header.length_bytes;
  }

  Result<std::uint64_t> put_items(ElementHeader const& header, Vr vr, Scope const& scope,
                                  Place const& place) {
    std::uint64_t const begin = header.value_offset;
    if (place.depth >= limits_.max_sequence_depth)
      return fail(Errc::limit_exceeded, "sequences are nested too deeply", window_.base + begin);
    if (!header.undefined() && header.length_bytes > place.limit - begin)
      return fail(Errc::truncated, "a sequence is longer than what holds it", window_.base + begin);
    ElementEncoding const inner =
        ElementScanner(bytes_, place.encoding, limits_).encoding_inside(header);
    std::uint64_t const limit = header.undefined() ? place.limit : begin + header.length_bytes;
    std::size_t const event = put(header, vr, EventKind::sequence, place.encoding);
    ElementScanner const scanner(bytes_, inner, limits_);
    std::uint32_t items = 0;
    std::uint64_t offset = begin;
    while (header.undefined() || offset < limit) {
      auto const item = scanner.header_at(offset);
      if (!item) return std::unexpected(item.error());
      bool const is_delimiter = item->tag == kSequenceEnd || item->tag == kItemEnd;
      if (is_delimiter && item->value_offset <= limit) {  // quirk "a delimiter too many"
        offset = item->value_offset;
        if (header.undefined() && item->tag == kSequenceEnd) break;
        continue;
      }
      auto const end = put_item(*item, {limit, false, inner, place.depth + 1}, scope);
      if (!end) return end;
      offset = *end;
      ++items;
    }
    scan_.events[event].extra[0] = static_cast<std::uint32_t>(scan_.events.size());
    scan_.events[event].extra[1] = items;
    return offset;
  }

  Result<std::uint64_t> put_item(ElementHeader const& item, Place place, Scope const& scope) {
    if (item.tag != kItem || item.value_offset > place.limit)
      return fail(item.value_offset > place.limit ? Errc::truncated : Errc::corrupt,
                  "a sequence holds something that is no item", window_.base + item.value_offset);
    if (!item.undefined()) {
      if (item.length_bytes > place.limit - item.value_offset)
        return fail(Errc::truncated, "an item is longer than its sequence",
                    window_.base + item.value_offset);
      place.limit = item.value_offset + item.length_bytes;
    }
    place.delimited = item.undefined();
    std::size_t const event = put(item, {}, EventKind::item, place.encoding);
    auto const end = put_elements(item.value_offset, place, {scope.converter, scope.signed_pixels});
    scan_.events[event].extra[0] = static_cast<std::uint32_t>(scan_.events.size());
    return end;
  }

  Result<std::uint64_t> put_elements(std::uint64_t offset, Place const& place, Scope scope) {
    ElementScanner const scanner(bytes_, place.encoding, limits_);
    while (place.delimited || offset < place.limit) {
      auto header = scanner.header_at(offset);
      if (!header) return std::unexpected(header.error());
      if (header->value_offset > place.limit)
        return fail(Errc::truncated, "an element lies outside its item", window_.base + offset);
      if (header->tag == kItemEnd && place.delimited) return header->value_offset;
      if (header->tag == kItemEnd) {
        offset = header->value_offset;
        continue;
      }
      if (header->group() == 0xFFFE)
        return fail(Errc::corrupt, "a delimiter in a place where none may be",
                    window_.base + offset);
      if (Status const counted = count(scope, window_.base + offset); !counted)
        return std::unexpected(counted.error());
      auto const end = put_value(*header, vr_of(*header, scope.signed_pixels), scope, place);
      if (!end) return end;
      offset = *end;
    }
    return offset;
  }

  /// Of an icon's pixels, say; those of the data set itself are not walked.
  Result<std::uint64_t> put_fragments(ElementHeader const& header, Vr vr, Place const& place) {
    ElementScanner const scanner(bytes_, place.encoding, limits_);
    std::size_t const event = put(header, vr, EventKind::fragments, place.encoding);
    std::uint64_t offset = header.value_offset;
    std::uint32_t count = 0;
    for (;;) {
      auto const item = scanner.header_at(offset);
      if (!item) return std::unexpected(item.error());
      offset = item->value_offset;
      if (item->tag == kSequenceEnd) break;
      if (item->tag != kItem || item->undefined())
        return fail(Errc::corrupt, "not a fragment", window_.base + offset);
      if (offset > place.limit || item->length_bytes > place.limit - offset)
        return fail(Errc::truncated, "a fragment is longer than the file", window_.base + offset);
      put(*item, {}, EventKind::fragment, place.encoding);
      offset += item->length_bytes;
      ++count;
    }
    scan_.events[event].extra[0] = static_cast<std::uint32_t>(scan_.events.size());
    scan_.events[event].extra[1] = count;
    return offset;
  }

  static TextKind text_kind(Vr vr) {
    if (is_any_of(vr, {"PN"})) return TextKind::person_name;
    return is_any_of(vr, {"ST", "LT", "UT"}) ? TextKind::paragraph : TextKind::single_line;
  }

  Limits const& limits_;
  KnownVrs& vrs_;
  KnownConverters& converters_;
  EventWindow const& window_;
  std::span<std::byte const> bytes_;
  EventScan scan_;
  Mark mark_;
  bool keeps_broken_ = false;  ///< the last event is a value of which only a part is there
};

Limits without_text_limit(Limits limits) {
  limits.max_text_bytes = static_cast<std::uint32_t>(kMostOffset);
  return limits;
}

}  // namespace

struct EventReader::State {
  ElementEncoding encoding;
  Limits limits;
  KnownVrs vrs;
  KnownConverters converters;
  Scope top;
};

EventReader::EventReader(ElementEncoding encoding, Limits const& limits)
    : state_(std::make_unique<State>(State{encoding,
                                           without_text_limit(limits),
                                           {},
                                           KnownConverters(without_text_limit(limits)),
                                           {}})) {}
EventReader::~EventReader() = default;

void EventReader::restart(ElementEncoding encoding) {
  state_->encoding = encoding;
  state_->top = {};
}

EventScan EventReader::read(EventWindow const& window, std::uint64_t offset,
                            EventStop const& stop) {
  EventScan refused;
  refused.outcome = Outcome::broken;
  refused.next_offset = offset;
  if (window.total > kMostOffset) {
    refused.error = {Errc::limit_exceeded, 0, "larger than 4 GiB"};
    return refused;
  }
  if (offset < window.base || offset - window.base > window.bytes.size() ||
      window.bytes.size() > window.total - std::min(window.base, window.total)) {
    refused.error = {Errc::invalid_argument, 0, "window"};
    return refused;
  }
  return Pass(state_->limits, state_->vrs, state_->converters, window)
      .run(state_->encoding, state_->top, offset, stop);
}

}  // namespace sightline::dicom
