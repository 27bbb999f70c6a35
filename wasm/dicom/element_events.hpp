#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "dicom/transfer_syntax.hpp"

namespace sightline::dicom {

/// What an event of a data set stands for. Do not renumber: web/dcmtk/events.ts mirrors it.
enum class EventKind : std::uint8_t {
  text = 0,      ///< extra: UTF-16 range of the value in EventScan::text
  numbers = 1,   ///< US SS UL SL UV SV FL FD AT: the reader of the events takes them from the bytes
  bytes = 2,     ///< OB OW OD OF OL OV UN
  sequence = 3,  ///< extra: index of the event after its last item, number of items
  item = 4,      ///< extra: index of the event after its last element
  fragments = 5,  ///< encapsulated; of Pixel Data: its items begin at offset and are not walked.
                  ///< Else extra: index of the event after the last fragment, number of fragments
  fragment = 6,
};

/// One element, item or fragment. Six words, so that a page reads all of them as one Uint32Array.
/// Offsets count from the beginning of the bytes that the reader was given, plus its base.
struct ElementEvent {
  std::uint32_t tag = 0;
  std::uint32_t form = 0;  ///< VR's letters | EventKind << 16 | big endian << 24
  std::uint32_t offset_bytes = 0, length_bytes = 0;
  std::uint32_t extra[2] = {0, 0};
};
static_assert(sizeof(ElementEvent) == 24);

/// Where reading is to end. Source: none (dcmjs' options untilTag, includeUntilTagValue,
/// stopOnGreaterTag).
struct EventStop {
  std::optional<std::uint32_t> tag;
  bool include_value = false;
  bool on_greater = false;
};

/// A data set as a flat list. Why it ended is `outcome`.
struct EventScan {
  enum class Outcome : std::uint8_t {
    done = 0,
    at_fragments = 1,  ///< Pixel Data is encapsulated: its first item is at next_offset
    beyond = 2,        ///< a value leaves the window; the next element is at next_offset
    larger = 3,        ///< the element at next_offset must be in the window whole
    stopped = 4,       ///< at EventStop
    broken = 5,        ///< `error`; what stands before the broken element is there
  };
  std::vector<ElementEvent> events;
  std::string text;              ///< UTF-8; every value as it stands in the file, padding included
  std::uint32_t text_units = 0;  ///< its length in UTF-16
  Outcome outcome = Outcome::done;
  std::uint64_t next_offset = 0;
  Error error;
};

/// A window of an object: bytes[0] is byte `base` of `total` bytes.
struct EventWindow {
  std::span<std::byte const> bytes;
  std::uint64_t base = 0, total = 0;
};

/// Reads a data set once, front to back, into events; copies no value but text, which becomes
/// UTF-8 by the Specific Character Set (0008,0005) of its level or of what holds it. VRs as in
/// ElementTree. What it remembers from window to window is the character set, Pixel
/// Representation and how many elements there were: at most 100,000 of a level. Memory: at most
/// three times the window. Threads: one object, one thread. Source: PS3.5 6.2, 7; PS3.3 C.12.1.1.2.
class EventReader {
 public:
  EventReader(ElementEncoding encoding, Limits const& limits);
  ~EventReader();
  EventReader(EventReader const&) = delete;
  EventReader& operator=(EventReader const&) = delete;

  /// Forgets the object, and keeps what is true of any: the dictionary's VRs and character sets
  /// that were used.
  void restart(ElementEncoding encoding);

  /// Reads on at `offset`, which counts as window.base does. Errors: in the scan (truncated,
  /// corrupt, limit_exceeded).
  EventScan read(EventWindow const& window, std::uint64_t offset, EventStop const& stop);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sightline::dicom
