#include "codec/part_2_header.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/frame_mark.hpp"

namespace sightline::codec {
namespace {

constexpr std::uint16_t kMct = 0xff74, kMcc = 0xff75, kMco = 0xff77, kCbd = 0xff78;
constexpr std::uint16_t kExtensions = 0x8000;   // Rsiz
constexpr std::uint8_t kPart1Mct = 1;           // SGcod
constexpr std::size_t kRsizAt = 6, kMctAt = 4;  // behind SOC; in COD's body
constexpr std::size_t kMostCoefficients = 1 << 21;

constexpr bool is_extension(std::uint16_t code) {
  return code == kMct || code == kMcc || code == kMco || code == kCbd;
}

enum class ArrayType : std::uint8_t { dependency = 0, decorrelation = 1, offset = 2 };

/// The segments of one index, joined. A.3.7, A.3.8: Zmct or Zmcc counts them, the first says which
/// is the last.
struct Series {
  unsigned next = 0, last = 0;
  std::vector<std::byte> bytes;
};

struct Segments {
  std::map<unsigned, Series> arrays;       ///< by Imct: index, type and kind of element
  std::map<unsigned, Series> collections;  ///< by Imcc
  std::optional<std::span<std::byte const>> order, depths;
};

Status append(std::map<unsigned, Series>& all, unsigned index, unsigned place, unsigned last,
              std::span<std::byte const> bytes) {
  Series& series = all[index];
  if (place != series.next) return fail(Errc::unsupported, "MCT or MCC out of order");
  if (place == 0) series.last = last;
  if (place > series.last) return fail(Errc::corrupt, "MCT or MCC behind its last");
  ++series.next;
  series.bytes.insert(series.bytes.end(), bytes.begin(), bytes.end());
  return {};
}

Status read_mct(ByteReader& in, Segments& segments) {
  unsigned const place = in.u16_be(), index = in.u16_be();
  unsigned const last = place == 0 ? in.u16_be() : 0;
  if (in.failed()) return fail(Errc::corrupt, "MCT is too short");
  return append(segments.arrays, index, place, last, in.rest());
}

Status read_mcc(ByteReader& in, Segments& segments) {
  unsigned const place = in.u16_be(), index = in.u8();
  unsigned const last = place == 0 ? in.u16_be() : 0;
  if (in.failed()) return fail(Errc::corrupt, "MCC is too short");
  return append(segments.collections, index, place, last, in.rest());
}

/// A.3.7: elements of 16 or 32 bits, or real.
std::vector<double> elements_of(unsigned kind, std::span<std::byte const> bytes) {
  std::vector<double> values;
  ByteReader in(bytes);
  while (!in.at_end()) {
    switch (kind) {
      case 0: values.push_back(static_cast<std::int16_t>(in.u16_be())); break;
      case 1: values.push_back(static_cast<std::int32_t>(in.u32_be())); break;
      case 2: values.push_back(std::bit_cast<float>(in.u32_be())); break;
      default: values.push_back(std::bit_cast<double>(in.u64_be())); break;
    }
  }
  return values;
}

/// The array of a type and an index, of `count` elements.
Result<std::vector<double>> find_array(Segments const& segments, ArrayType type, unsigned index,
                                       std::size_t count) {
  for (unsigned kind = 0; kind < 4; ++kind) {
    auto const found = segments.arrays.find(index | static_cast<unsigned>(type) << 8 | kind << 10);
    if (found == segments.arrays.end()) continue;
    if (found->second.next != found->second.last + 1)
      return fail(Errc::corrupt, "MCT: a part of an array is missing");
    std::size_t const size = kind == 0 ? 2 : kind == 3 ? 8 : 4;
    if (found->second.bytes.size() != size * count)
      return fail(Errc::corrupt, "MCT: size of an array");
    return elements_of(kind, found->second.bytes);
  }
  return fail(Errc::corrupt, "MCC: an array that there is not");
}

/// Nmcc and Cmcc, or Mmcc and Wmcc: bit 15 says that indices have two bytes.
Result<std::vector<std::uint16_t>> read_indices(ByteReader& in, std::size_t components) {
  unsigned const stated = in.u16_be();
  bool const is_wide = (stated & 0x8000) != 0;
  std::size_t const count = stated & 0x7fff;
  if (in.failed() || count == 0 ||
      count > std::min<std::size_t>(in.remaining(), kMaxPart2Components))
    return fail(Errc::corrupt, "MCC: number of components");
  std::vector<std::uint16_t> indices;
  indices.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    indices.push_back(is_wide ? in.u16_be() : in.u8());
    if (indices.back() >= components) return fail(Errc::corrupt, "MCC: index of a component");
  }
  if (in.failed()) return fail(Errc::corrupt, "MCC is too short");
  return indices;
}

Result<ComponentCollection> read_collection(ByteReader& in, Segments const& segments,
                                            std::size_t inputs) {
  unsigned const type = in.u8() & 3;
  if (in.failed()) return fail(Errc::corrupt, "MCC is too short");
  if (type > 1) return fail(Errc::unsupported, "a wavelet transform over components");
  ComponentCollection made;
  made.is_dependency = type == 0;
  auto from = read_indices(in, inputs);
  if (!from) return std::unexpected(from.error());
  auto to = read_indices(in, kMaxPart2Components);
  if (!to) return std::unexpected(to.error());
  made.inputs = std::move(*from);
  made.outputs = std::move(*to);
  std::uint32_t const assigned = std::uint32_t{in.u8()} << 16 | in.u16_be();
  if (in.failed()) return fail(Errc::corrupt, "MCC is too short");
  unsigned const array = assigned & 0xff, offset = assigned >> 8 & 0xff;
  std::size_t const rows = made.outputs.size(), cols = made.inputs.size();
  if ((made.is_dependency || array == 0) && rows != cols)
    return fail(Errc::corrupt, "MCC: other components come out than go in");
  // Their rounding is that of annex J.2, which other decoders do not agree on.
  if (array != 0 && (assigned >> 16 & 1) != 0)
    return fail(Errc::unsupported, "a reversible transform over components");
  std::size_t const count = made.is_dependency ? rows * (rows - 1) / 2 : rows * cols;
  if (array != 0) {
    if (count > kMostCoefficients) return fail(Errc::limit_exceeded, "a matrix of components");
    auto const type_of = made.is_dependency ? ArrayType::dependency : ArrayType::decorrelation;
    auto values = find_array(segments, type_of, array, count);
    if (!values) return std::unexpected(values.error());
    made.matrix = std::move(*values);
  }
  if (offset != 0) {
    auto values = find_array(segments, ArrayType::offset, offset, rows);
    if (!values) return std::unexpected(values.error());
    made.offsets = std::move(*values);
  }
  return made;
}

/// The collections of one MCC. A.3.8: an output is of one collection only; here none is left out.
Result<TransformStage> read_stage(Series const& series, Segments const& segments,
                                  std::size_t inputs) {
  if (series.next != series.last + 1) return fail(Errc::corrupt, "MCC: a part is missing");
  ByteReader in(series.bytes);
  unsigned const count = in.u16_be();
  TransformStage stage;
  std::vector<bool> is_made;
  for (unsigned i = 0; i < count; ++i) {
    auto collection = read_collection(in, segments, inputs);
    if (!collection) return std::unexpected(collection.error());
    for (std::uint16_t const output : collection->outputs) {
      if (output >= is_made.size()) is_made.resize(output + 1u);
      if (is_made[output]) return fail(Errc::corrupt, "MCC: a component comes out twice");
      is_made[output] = true;
    }
    stage.collections.push_back(std::move(*collection));
  }
  if (count == 0 || std::ranges::find(is_made, false) != is_made.end())
    return fail(Errc::unsupported, "components that no transform makes");
  stage.outputs = is_made.size();
  return stage;
}

Status read_stages(Segments const& segments, Part2Header& header) {
  if (!segments.order) return fail(Errc::unsupported, "transforms over components without order");
  ByteReader in(*segments.order);
  unsigned const count = in.u8();
  if (count == 0) return fail(Errc::unsupported, "transforms over components without order");
  std::size_t components = header.coded.size(), coefficients = 0;
  for (unsigned i = 0; i < count; ++i) {
    unsigned const index = in.u8();
    auto const found = segments.collections.find(index);
    if (in.failed() || found == segments.collections.end())
      return fail(Errc::corrupt, "MCO: a stage that there is not");
    auto stage = read_stage(found->second, segments, components);
    if (!stage) return std::unexpected(stage.error());
    components = stage->outputs;
    for (ComponentCollection const& each : stage->collections) coefficients += each.matrix.size();
    if (coefficients > kMostCoefficients)
      return fail(Errc::limit_exceeded, "matrices of components");
    header.stages.push_back(std::move(*stage));
  }
  return {};
}

/// A.3.6: one depth for each component that comes out, or one for all.
Status read_depths(Segments const& segments, std::size_t outputs, Part2Header& header) {
  if (!segments.depths) {
    header.outputs = header.coded;
    if (outputs == header.coded.size()) return {};
    return fail(Errc::corrupt, "components without depth");
  }
  ByteReader in(*segments.depths);
  unsigned const stated = in.u16_be();
  bool const is_same = (stated & 0x8000) != 0;
  if ((stated & 0x7fff) != outputs) return fail(Errc::corrupt, "CBD: number of components");
  std::uint8_t depth = 0;
  for (std::size_t i = 0; i < outputs; ++i) {
    if (i == 0 || !is_same) depth = in.u8();
    header.outputs.push_back({static_cast<std::uint8_t>((depth & 0x7f) + 1), (depth & 0x80) != 0});
  }
  return in.failed() ? fail(Errc::corrupt, "CBD is too short") : Status{};
}

Status read_siz(ByteReader& in, Part2Header& header) {
  in.skip(2 + 8 * 4);
  unsigned const components = in.u16_be();
  if (in.failed() || components == 0) return fail(Errc::corrupt, "SIZ is too short");
  if (components > kMaxPart2Components) return fail(Errc::limit_exceeded, "SIZ: many components");
  for (unsigned i = 0; i < components; ++i) {
    std::uint8_t const depth = in.u8();
    in.skip(2);
    header.coded.push_back({static_cast<std::uint8_t>((depth & 0x7f) + 1), (depth & 0x80) != 0});
  }
  return in.failed() ? fail(Errc::corrupt, "SIZ is too short") : Status{};
}

/// A Part 2 stream may have this many components; of its extensions none is left.
void copy_to_part_1(std::uint16_t code, std::span<std::byte const> body, ByteWriter& out) {
  out.u16_be(code);
  out.u16_be(static_cast<std::uint16_t>(body.size() + 2));
  if (code == marker::kSiz) {
    out.u16_be(kExtensions);
    out.bytes(body.subspan(2));
  } else if (code == marker::kCod && body.size() > kMctAt) {
    out.bytes(body.first(kMctAt));
    out.u8(std::to_integer<std::uint8_t>(body[kMctAt]) & kPart1Mct);
    out.bytes(body.subspan(kMctAt + 1));
  } else {
    out.bytes(body);
  }
}

}  // namespace

bool is_part_2(std::span<std::byte const> codestream) {
  ByteReader in(codestream);
  in.skip(kRsizAt);
  if ((in.u16_be() & kExtensions) != 0 || marked_frame(codestream)) return true;
  in.seek(2);
  while (true) {
    std::uint16_t const code = in.u16_be(), length = in.u16_be();
    if (in.failed() || code < 0xff00 || code == marker::kSot || length < 2) return false;
    if (is_extension(code)) return true;
    in.skip(length - 2u);
  }
}

Result<Part2Header> read_part_2_header(std::span<std::byte const> codestream) {
  Part2Header header;
  header.frame = marked_frame(codestream);
  Segments segments;
  std::uint8_t mct = 0;
  ByteReader in(codestream);
  ByteWriter part_1(codestream.size());
  part_1.bytes(in.bytes(2));
  while (true) {
    std::size_t const offset = in.position();
    std::uint16_t const code = in.u16_be();
    if (in.failed()) return fail(Errc::truncated, "main header", offset);
    if (code == marker::kSot) {
      part_1.bytes(codestream.subspan(offset));
      break;
    }
    std::uint16_t const length = in.u16_be();
    auto const body = in.bytes(std::max<unsigned>(length, 2) - 2);
    if (in.failed()) return fail(Errc::truncated, "main header", offset);
    if (header.coded.empty() != (code == marker::kSiz))
      return fail(Errc::corrupt, "main header does not begin with one SIZ", offset);
    ByteReader body_reader(body);
    Status status;
    switch (code) {
      case marker::kSiz: status = read_siz(body_reader, header); break;
      case kMct: status = read_mct(body_reader, segments); break;
      case kMcc: status = read_mcc(body_reader, segments); break;
      case kMco: segments.order = body; break;
      case kCbd: segments.depths = body; break;
      default: break;
    }
    if (!status) return fail(status.error().code, status.error().detail, offset);
    if (is_extension(code)) continue;
    if (code == marker::kCod && body.size() > kMctAt)
      mct = std::to_integer<std::uint8_t>(body[kMctAt]);
    copy_to_part_1(code, body, part_1);
  }
  header.part_1 = part_1.take();
  if ((mct & ~kPart1Mct) != 0) {
    if ((mct & kPart1Mct) != 0) return fail(Errc::corrupt, "COD: transforms of both parts");
    if (auto status = read_stages(segments, header); !status)
      return std::unexpected(status.error());
  } else if (segments.order && !segments.order->empty() &&
             segments.order->front() != std::byte{0}) {
    return fail(Errc::corrupt, "MCO: transforms that COD does not announce");
  }
  std::size_t const outputs =
      header.stages.empty() ? header.coded.size() : header.stages.back().outputs;
  if (auto status = read_depths(segments, outputs, header); !status)
    return std::unexpected(status.error());
  return header;
}

}  // namespace sightline::codec
