#include "dicom/component_frames.hpp"

#include <algorithm>

#include "base/byte_reader.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint16_t kSiz = 0xFF51, kCbd = 0xFF78, kSot = 0xFF90;
constexpr std::size_t kComponentsAt = 34;  ///< Csiz in the body of SIZ

/// Bytes that fragments hold one after the other.
class JoinedReader {
 public:
  JoinedReader(ByteSource const& bytes, std::span<ByteSpan const> spans)
      : bytes_(bytes), spans_(spans) {}

  std::uint8_t u8() {
    while (!spans_.empty() && at_ == spans_.front().length_bytes) {
      spans_ = spans_.subspan(1);
      at_ = 0;
    }
    if (spans_.empty()) {
      failed_ = true;
      return 0;
    }
    auto const one = bytes_.view(spans_.front().offset_bytes + at_++, 1);
    failed_ = failed_ || one.empty();
    return one.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(one.front());
  }
  std::uint16_t u16() {
    unsigned const high = u8();
    return static_cast<std::uint16_t>(high << 8 | u8());
  }
  void skip(std::uint64_t count) {
    while (count > 0 && !spans_.empty()) {
      std::uint64_t const step = std::min(count, spans_.front().length_bytes - at_);
      at_ += step;
      count -= step;
      if (count == 0) return;
      spans_ = spans_.subspan(1);
      at_ = 0;
    }
    failed_ = failed_ || count > 0;
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  ByteSource const& bytes_;
  std::span<ByteSpan const> spans_;
  std::uint64_t at_ = 0;
  bool failed_ = false;
};

/// Of SIZ, and of CBD, which need not be there. 0: it is none.
struct ComponentCounts {
  std::uint32_t coded = 0, outputs = 0;
};

ComponentCounts components_of(ByteSource const& bytes, std::span<ByteSpan const> spans) {
  JoinedReader in(bytes, spans);
  in.skip(2);
  ComponentCounts counts;
  while (!in.failed()) {
    std::uint16_t const code = in.u16();
    if (code == kSot) return counts;
    unsigned const length = in.u16();
    if (in.failed() || code < 0xFF00 || length < 2) break;
    std::size_t const number_at = code == kSiz ? kComponentsAt : 0;
    if ((code != kSiz && code != kCbd) || length < number_at + 4) {
      in.skip(length - 2);
      continue;
    }
    in.skip(number_at);
    counts.outputs = in.u16() & 0x7FFF;
    if (code == kSiz) counts.coded = counts.outputs;
    in.skip(length - 4 - number_at);
  }
  return {};
}

struct Codestream {
  std::span<ByteSpan const> spans;
  ComponentCounts counts;
};

/// Nothing where one begins within a fragment, or the first has no more than one frame's
/// components: the usual case, of a hundred thousand frames perhaps, is told by the first of them.
std::vector<Codestream> find_codestreams(ByteSource const& bytes, std::span<ByteSpan const> spans,
                                         std::uint16_t samples) {
  std::vector<Codestream> found;
  for (std::size_t begin = 0; begin < spans.size();) {
    auto const begins = [&](std::size_t i) {
      return begins_frame(bytes, spans[i], TransferSyntax::Family::jpeg_2000) &&
             (i == 0 || ends_frame(bytes, spans.first(i), TransferSyntax::Family::jpeg_2000));
    };
    if (!begins(begin)) return {};
    std::size_t end = begin + 1;
    while (end < spans.size() && !begins(end)) ++end;
    auto const own = spans.subspan(begin, end - begin);
    ComponentCounts const counts = components_of(bytes, own);
    std::uint32_t const most = std::max(counts.coded, counts.outputs);
    if (counts.coded == 0 || (begin == 0 && most <= samples)) return {};
    found.push_back({own, counts});
    begin = end;
  }
  return found;
}

/// By one of the two counts of each codestream; nothing where they do not add up to the frames.
std::vector<FrameSpan> frames_of(std::vector<Codestream> const& codestreams,
                                 std::uint32_t ComponentCounts::* count,
                                 std::uint32_t number_of_frames, std::uint16_t samples) {
  std::vector<FrameSpan> frames;
  std::size_t listed = 0;
  for (Codestream const& each : codestreams) {
    std::uint32_t const components = each.counts.*count, own = components / samples;
    if (own == 0 || components % samples != 0 || own > number_of_frames - frames.size()) return {};
    // Each frame has a list of its own of all its fragments.
    listed += each.spans.size() * own;
    if (listed > kMostListedFragments) return {};
    frames.insert(frames.end(), own, FrameSpan{{each.spans.begin(), each.spans.end()}});
  }
  if (frames.size() != number_of_frames) return {};
  return frames;
}

}  // namespace

std::vector<FrameSpan> component_frames(ByteSource const& bytes, Fragments const& fragments,
                                        std::uint32_t number_of_frames, std::uint16_t samples) {
  if (samples == 0) return {};
  auto const codestreams = find_codestreams(bytes, fragments.spans, samples);
  if (codestreams.empty()) return {};
  auto frames = frames_of(codestreams, &ComponentCounts::outputs, number_of_frames, samples);
  if (!frames.empty()) return frames;
  return frames_of(codestreams, &ComponentCounts::coded, number_of_frames, samples);
}

std::optional<std::uint32_t> component_of_frame(std::vector<FrameSpan> const& frames,
                                                std::uint32_t frame_index0) {
  auto const shares = [&](std::size_t a, std::size_t b) {
    if (a >= frames.size() || b >= frames.size()) return false;
    auto const &one = frames[a].fragments, &other = frames[b].fragments;
    return !one.empty() && !other.empty() && one.front().offset_bytes == other.front().offset_bytes;
  };
  std::uint32_t first = frame_index0;
  while (first > 0 && shares(first - 1, frame_index0)) --first;
  if (first == frame_index0 && !shares(frame_index0, std::size_t{frame_index0} + 1))
    return std::nullopt;
  return frame_index0 - first;
}

}  // namespace sightline::dicom
