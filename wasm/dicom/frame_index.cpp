#include "dicom/frame_index.hpp"

#include <algorithm>
#include <utility>

#include "base/byte_reader.hpp"
#include "base/checked.hpp"
#include "dicom/component_frames.hpp"
#include "dicom/fragments.hpp"
#include "dicom/image_pixel.hpp"
#include "dicom/quirks.hpp"

namespace sightline::dicom {
namespace {

using Starts = std::vector<std::size_t>;  ///< index of each frame's first fragment

Result<FrameIndex> index_native(FrameIndexRequest const& request, ElementHeader const& pixel_data,
                                Limits const& limits) {
  std::uint64_t const available = request.bytes.size() - pixel_data.value_offset;
  std::uint64_t const length = std::min(pixel_data.length_bytes, available);
  bool const cut_off = pixel_data.length_bytes > available;
  FrameIndex index;
  PixelFormat format = request.format;
  index.full_resolution_422 =
      quirks::is_full_resolution_422(format, length, request.number_of_frames.value_or(1));
  if (index.full_resolution_422) format.photometric = Photometric::ybr_full;  // by size only
  std::uint64_t const frame_bits = native_frame_bits(format);
  std::uint64_t const whole_frames = length * 8 / frame_bits;
  std::uint64_t count = request.number_of_frames.value_or(1);
  // A length that holds several frames to the byte, or to the byte that makes it even, says how
  // many there are where (0028,0008) does not; that byte alone is no frame.
  std::uint64_t const one_frame = (frame_bits + 7) / 8;
  std::uint64_t const whole_bytes = (whole_frames * frame_bits + 7) / 8;
  if (!request.number_of_frames && length > one_frame + one_frame % 2 &&
      (whole_bytes == length || whole_bytes + whole_bytes % 2 == length))
    count = whole_frames;
  // A whole file with fewer frames than stated: the number is wrong. In a file that was cut off,
  // frames are missing.
  if (count > whole_frames && !cut_off) count = std::max<std::uint64_t>(whole_frames, 1);
  if (count > limits.max_frames) return fail(Errc::limit_exceeded, "too many frames");
  index.number_of_frames = static_cast<std::uint32_t>(count);
  index.frames.resize(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) {
    // Frames of one bit per sample follow each other without padding (PS3.5 8.1.1): a span holds
    // all bytes touched.
    std::uint64_t const begin = std::min(i * frame_bits / 8, length);
    std::uint64_t const end = std::min(((i + 1) * frame_bits + 7) / 8, length);
    if (end > begin)
      index.frames[static_cast<std::size_t>(i)].fragments = {
          {pixel_data.value_offset + begin, end - begin}};
  }
  return index;
}

/// The fragment at whose item each offset points; nothing when an offset points elsewhere or they
/// do not ascend.
std::optional<Starts> starts_at(std::vector<std::uint64_t> const& offsets,
                                Fragments const& fragments) {
  if (fragments.spans.empty() || offsets.empty()) return std::nullopt;
  auto const offset_of = [&](std::size_t i) {
    return fragments.spans[i].offset_bytes - fragments.base;
  };
  Starts starts;
  std::size_t at = 0;
  for (std::uint64_t const offset : offsets) {
    while (at < fragments.spans.size() && offset_of(at) < offset) ++at;
    if (at == fragments.spans.size() || offset_of(at) != offset) return std::nullopt;
    if (!starts.empty() && starts.back() == at) return std::nullopt;
    starts.push_back(at);
  }
  return starts.front() == 0 ? std::optional(starts) : std::nullopt;
}

std::vector<std::uint64_t> read_u64s(ByteSource const& bytes,
                                     std::optional<ElementHeader> const& header,
                                     Limits const& limits) {
  std::vector<std::uint64_t> values;
  if (!header || header->undefined() || header->length_bytes > 8ull * limits.max_frames)
    return values;
  std::vector<std::byte> raw;
  if (!bytes.append(header->value_offset, header->length_bytes, raw)) return values;
  ByteReader reader(raw);
  for (std::uint64_t i = 0; i < header->length_bytes / 8 && reader.remaining() >= 8; ++i)
    values.push_back(reader.u64_le());
  return values;
}

/// Frames by what the fragments hold: one begins where a codestream begins; `strict` also wants the
/// one before to end.
Starts starts_by_content(FrameIndexRequest const& request, Fragments const& fragments,
                         bool strict) {
  Starts starts;
  for (std::size_t i = 0; i < fragments.spans.size(); ++i) {
    bool const begins = begins_frame(request.bytes, fragments.spans[i], request.syntax.family);
    bool const previous_ends =
        i == 0 || !strict ||
        ends_frame(request.bytes, std::span(fragments.spans).first(i), request.syntax.family);
    if (begins && previous_ends) starts.push_back(i);
  }
  return starts;
}

/// Samples that are not compressed have no marks, but the size of a frame. Empty: the fragments do
/// not make up whole frames of that size.
Starts starts_by_size(FrameIndexRequest const& request, Fragments const& fragments) {
  if (request.syntax.family != TransferSyntax::Family::native) return {};
  std::uint64_t const frame_bytes = (native_frame_bits(request.format) + 7) / 8;
  Starts starts;
  std::uint64_t gathered = 0;
  for (std::size_t i = 0; i < fragments.spans.size(); ++i) {
    if (gathered == 0) starts.push_back(i);
    gathered += fragments.spans[i].length_bytes;
    if (gathered > frame_bytes + frame_bytes % 2) return {};
    if (gathered >= frame_bytes) gathered = 0;
  }
  return gathered == 0 ? starts : Starts{};
}

/// Quirk "all frames in one fragment" of samples: cut where each ends. Else the fragments as they
/// are. Fixture: frame_index_test.cpp.
std::vector<ByteSpan> split_at_frames(FrameIndexRequest const& request,
                                      std::vector<ByteSpan> const& fragments,
                                      std::uint32_t frames) {
  std::uint64_t const frame_bits = native_frame_bits(request.format);
  if (fragments.size() != 1 || frame_bits % 8 != 0) return fragments;
  ByteSpan const whole = fragments.front();
  std::uint64_t const frame_bytes = frame_bits / 8, all = frame_bytes * frames;
  if (whole.length_bytes != all && whole.length_bytes != all + all % 2) return fragments;
  std::vector<ByteSpan> parts;
  for (std::uint32_t i = 0; i < frames; ++i)
    parts.push_back({whole.offset_bytes + i * frame_bytes, frame_bytes});
  return parts;
}

/// Fragments that hold several frames each, cut between them.
std::vector<ByteSpan> split(FrameIndexRequest const& request,
                            std::vector<ByteSpan> const& fragments, std::uint32_t frames,
                            Limits const& limits) {
  switch (request.syntax.family) {
    case TransferSyntax::Family::native: return split_at_frames(request, fragments, frames);
    case TransferSyntax::Family::rle:
      return split_at_rle_frames(request.bytes, fragments,
                                 std::uint64_t{request.format.rows} * request.format.cols, limits);
    default: return split_at_codestreams(request.bytes, fragments, request.syntax.family, limits);
  }
}

Starts one_each(std::size_t fragments) {
  Starts starts(fragments);
  for (std::size_t i = 0; i < fragments; ++i) starts[i] = i;
  return starts;
}

/// Quirk "a wrong number of frames": what the fragments hold, and failing that what a table says
/// that points at fragments, is right. Fixture: frame_index_test.cpp.
Starts starts_of_another_number(FrameIndexRequest const& request, Fragments const& fragments,
                                Starts const& by_table) {
  Starts by_content = starts_by_content(request, fragments, true);
  if (!by_content.empty() && by_content.front() == 0) return by_content;
  if (!by_table.empty()) return by_table;
  std::size_t const count = fragments.spans.size();
  return count < *request.number_of_frames ? one_each(count) : Starts{};
}

/// Quirk "one frame, stated of several": each fragment holds one, or a table says where they begin.
/// Fixture: frame_index_test.cpp.
Starts starts_of_one(FrameIndexRequest const& request, Fragments const& fragments,
                     Starts const& by_table) {
  if (fragments.spans.size() < 2) return {0};
  Starts by_content = starts_by_content(request, fragments, true);
  bool const is_sure = by_content.size() == fragments.spans.size() || by_content == by_table;
  return is_sure && !by_content.empty() ? by_content : Starts{0};
}

/// Which fragments begin frames. The tables are believed only where they point at fragments and
/// agree with the stated number; then come one fragment per frame, all fragments for one frame, and
/// what the fragments hold. Empty: the frames cannot be told apart.
Starts find_starts(FrameIndexRequest const& request, DataSetOutline const& outline,
                   Fragments const& fragments, Limits const& limits) {
  auto const stated = request.number_of_frames;
  std::size_t const count = fragments.spans.size();
  auto const basic = quirks::unwrapped_offsets(fragments.basic_offset_table);
  Starts by_table;
  for (auto const& table :
       {read_u64s(request.bytes, outline.extended_offset_table, limits), basic}) {
    auto const starts = starts_at(table, fragments);
    if (starts && starts->size() == stated.value_or(static_cast<std::uint32_t>(starts->size())))
      return *starts;
    if (starts && by_table.empty()) by_table = *starts;
  }
  if (stated == 1u) return starts_of_one(request, fragments, by_table);
  if (stated && count == *stated) return one_each(count);
  for (bool const strict : {true, false}) {
    Starts const starts = starts_by_content(request, fragments, strict);
    bool const complete = !starts.empty() && starts.front() == 0;
    if (complete && (!stated || starts.size() == *stated || starts.size() == count)) return starts;
  }
  if (!stated) return {0};
  Starts by_size = starts_by_size(request, fragments);
  if (!by_size.empty()) return by_size;
  return starts_of_another_number(request, fragments, by_table);
}

/// Quirks "no Basic Offset Table" (its item is missing: the first one is a fragment, for a table
/// begins with 0; of samples, which begin with anything, where there is one fragment too few) and
/// "empty fragments" (where there are not as many fragments as frames, those without bytes are
/// none). Fixture: frame_index_test.cpp.
void repair_fragments(FrameIndexRequest const& request, Fragments& fragments) {
  bool const has_marks = request.syntax.family != TransferSyntax::Family::native &&
                         request.syntax.family != TransferSyntax::Family::deflated_frame;
  bool const is_one_short =
      fragments.table.length_bytes > 0 && fragments.spans.size() + 1 == request.number_of_frames &&
      (fragments.basic_offset_table.empty() || fragments.basic_offset_table.front() != 0);
  if (has_marks ? begins_frame(request.bytes, fragments.table, request.syntax.family)
                : is_one_short) {
    fragments.spans.insert(fragments.spans.begin(), fragments.table);
    fragments.basic_offset_table.clear();
  }
  if (fragments.spans.size() != request.number_of_frames)
    std::erase_if(fragments.spans, [](ByteSpan span) { return span.length_bytes == 0; });
}

/// The Extended Offset Table gives the frames' lengths without the padding of their fragments.
void trim_padding(std::vector<std::uint64_t> const& lengths, std::vector<FrameSpan>& frames) {
  if (lengths.size() != frames.size()) return;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    auto& fragments = frames[i].fragments;
    if (fragments.size() != 1 || lengths[i] == 0) continue;
    if (lengths[i] + 1 == fragments.front().length_bytes)
      fragments.front().length_bytes = lengths[i];
  }
}

/// As the Extended Offset Table states them, or as the items say.
Result<Fragments> find_fragments(FrameIndexRequest const& request, DataSetOutline const& outline,
                                 Limits const& limits) {
  auto const offsets = read_u64s(request.bytes, outline.extended_offset_table, limits);
  if (request.number_of_frames.value_or(0) == offsets.size()) {
    auto stated =
        stated_fragments(request.bytes, *outline.pixel_data, offsets,
                         read_u64s(request.bytes, outline.extended_offset_lengths, limits), limits);
    if (stated) return std::move(*stated);
  }
  return read_fragments(request.bytes, *outline.pixel_data, limits);
}

Result<FrameIndex> index_encapsulated(FrameIndexRequest const& request,
                                      DataSetOutline const& outline, Limits const& limits) {
  auto fragments = find_fragments(request, outline, limits);
  if (!fragments) return std::unexpected(fragments.error());
  repair_fragments(request, *fragments);
  FrameIndex index;
  std::uint32_t const stated = request.number_of_frames.value_or(1);
  if (stated > 1 && request.syntax.family == TransferSyntax::Family::jpeg_2000) {
    index.frames =
        component_frames(request.bytes, *fragments, stated, request.format.samples_per_pixel);
    index.number_of_frames = stated;
    if (!index.frames.empty()) return index;
  }
  if (stated > fragments->spans.size()) {
    auto parts = split(request, fragments->spans, stated, limits);
    if (parts.size() == request.number_of_frames) fragments->spans = std::move(parts);
  }
  index.number_of_frames = stated;
  if (fragments->spans.empty()) return index;
  Starts const starts = find_starts(request, outline, *fragments, limits);
  if (starts.empty()) return index;
  // As for native frames: in a whole file the fragments are right, in one that was cut off the
  // stated number is.
  std::size_t const missing_from = starts.size();
  if (fragments->delimited || !request.number_of_frames ||
      starts.size() > *request.number_of_frames) {
    index.number_of_frames = static_cast<std::uint32_t>(starts.size());
  }
  if (index.number_of_frames > limits.max_frames)
    return fail(Errc::limit_exceeded, "too many frames");
  index.frames.resize(index.number_of_frames);
  for (std::size_t i = 0; i < std::min(missing_from, index.frames.size()); ++i) {
    std::size_t const end = i + 1 < starts.size() ? starts[i + 1] : fragments->spans.size();
    index.frames[i].fragments.assign(
        fragments->spans.begin() + static_cast<std::ptrdiff_t>(starts[i]),
        fragments->spans.begin() + static_cast<std::ptrdiff_t>(end));
  }
  trim_padding(read_u64s(request.bytes, outline.extended_offset_lengths, limits), index.frames);
  return index;
}

}  // namespace

Result<FrameIndex> index_frames(FrameIndexRequest const& request, DataSetOutline const& outline,
                                Limits const& limits) {
  if (request.number_of_frames.value_or(1) > limits.max_frames)
    return fail(Errc::limit_exceeded, "too many frames");
  if (outline.pixel_data->undefined()) return index_encapsulated(request, outline, limits);
  return index_native(request, *outline.pixel_data, limits);
}

Result<FrameSpan> find_video_stream(ByteSource const& bytes, DataSetOutline const& outline,
                                    Limits const& limits) {
  auto fragments = read_fragments(bytes, *outline.pixel_data, limits);
  if (!fragments) return std::unexpected(fragments.error());
  std::vector<FrameSpan> stream{{std::move(fragments->spans)}};
  std::erase_if(stream.front().fragments, [](ByteSpan span) { return span.length_bytes == 0; });
  trim_padding(read_u64s(bytes, outline.extended_offset_lengths, limits), stream);
  return std::move(stream.front());
}

}  // namespace sightline::dicom
