#include "codec/part_2_stages.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/byte_reader.hpp"
#include "codec/main_header.hpp"

namespace sightline::codec {
namespace {

/// Of all stages of a codestream, and for how many of them a collection counts beside its own.
constexpr std::size_t kMostCoefficients = 1 << 21, kCollectionCoefficients = 16;

enum class ArrayType : std::uint8_t { dependency = 0, decorrelation = 1, offset = 2 };

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

}  // namespace

Status TransformSegments::append(std::map<unsigned, Series>& all, unsigned index, unsigned place,
                                 unsigned last, std::span<std::byte const> bytes) {
  Series& series = all[index];
  if (place != series.next) return fail(Errc::unsupported, "MCT or MCC out of order");
  if (place == 0) series.last = last;
  if (place > series.last) return fail(Errc::corrupt, "MCT or MCC behind its last");
  ++series.next;
  series.bytes.insert(series.bytes.end(), bytes.begin(), bytes.end());
  return {};
}

void TransformSegments::add(std::uint16_t code, std::span<std::byte const> body) {
  if (!status_) return;
  if (code == part_2_marker::kMco) {
    order_.emplace(body.begin(), body.end());
    return;
  }
  bool const is_array = code == part_2_marker::kMct;
  ByteReader in(body);
  unsigned const place = in.u16_be(), index = is_array ? in.u16_be() : in.u8();
  unsigned const last = place == 0 ? in.u16_be() : 0;
  status_ = in.failed() ? fail(Errc::corrupt, "MCT or MCC is too short")
                        : append(is_array ? arrays_ : collections_, index, place, last, in.rest());
}

bool TransformSegments::orders_any() const {
  return order_ && !order_->empty() && order_->front() != std::byte{0};
}

/// Looks what a stage names up in the scopes, the nearest first.
class StageReader {
 public:
  explicit StageReader(std::span<TransformSegments const* const> scopes) : scopes_(scopes) {}

  Result<std::vector<TransformStage>> read(std::size_t components, std::size_t& coefficients);

 private:
  using Series = TransformSegments::Series;

  [[nodiscard]] Series const* find(std::map<unsigned, Series> TransformSegments::* all,
                                   unsigned index) const {
    for (TransformSegments const* scope : scopes_) {
      auto const found = (scope->*all).find(index);
      if (found != (scope->*all).end()) return &found->second;
    }
    return nullptr;
  }
  Result<std::vector<double>> find_array(ArrayType type, unsigned index, std::size_t count) const;
  Status read_arrays(std::uint32_t assigned, ComponentCollection& made) const;
  Result<ComponentCollection> read_collection(ByteReader& in, std::size_t inputs) const;
  Result<TransformStage> read_stage(Series const& series, std::size_t inputs) const;

  std::span<TransformSegments const* const> scopes_;
};

/// The array of a type and an index, of `count` elements: a tile's own of whatever kind of element.
Result<std::vector<double>> StageReader::find_array(ArrayType type, unsigned index,
                                                    std::size_t count) const {
  for (TransformSegments const* scope : scopes_) {
    for (unsigned kind = 0; kind < 4; ++kind) {
      auto const found = scope->arrays_.find(index | static_cast<unsigned>(type) << 8 | kind << 10);
      if (found == scope->arrays_.end()) continue;
      if (found->second.next != found->second.last + 1)
        return fail(Errc::corrupt, "MCT: a part of an array is missing");
      std::size_t const size = kind == 0 ? 2 : kind == 3 ? 8 : 4;
      if (found->second.bytes.size() != size * count)
        return fail(Errc::corrupt, "MCT: size of an array");
      return elements_of(kind, found->second.bytes);
    }
  }
  return fail(Errc::corrupt, "MCC: an array that there is not");
}

/// Tmcc: the offsets, the matrix, and whether that is reversible.
Status StageReader::read_arrays(std::uint32_t assigned, ComponentCollection& made) const {
  unsigned const array = assigned & 0xff, offset = assigned >> 8 & 0xff;
  std::size_t const rows = made.outputs.size(), cols = made.inputs.size();
  if ((made.is_dependency || array == 0) && rows != cols)
    return fail(Errc::corrupt, "MCC: other components come out than go in");
  // Their rounding is that of annex J.2, of which no second source was found.
  if (array != 0 && (assigned >> 16 & 1) != 0)
    return fail(Errc::unsupported, made.is_dependency ? "reversible array-based dependency"
                                                      : "reversible array-based decorrelation");
  if (array != 0) {
    std::size_t const count = made.is_dependency ? rows * (rows - 1) / 2 : rows * cols;
    if (count > kMostCoefficients) return fail(Errc::limit_exceeded, "a matrix of components");
    auto const type = made.is_dependency ? ArrayType::dependency : ArrayType::decorrelation;
    auto values = find_array(type, array, count);
    if (!values) return std::unexpected(values.error());
    made.matrix = std::move(*values);
  }
  if (offset != 0) {
    auto values = find_array(ArrayType::offset, offset, rows);
    if (!values) return std::unexpected(values.error());
    made.offsets = std::move(*values);
  }
  return {};
}

Result<ComponentCollection> StageReader::read_collection(ByteReader& in, std::size_t inputs) const {
  unsigned const type = in.u8() & 3;
  if (in.failed()) return fail(Errc::corrupt, "MCC is too short");
  if (type == 3) return fail(Errc::unsupported, "wavelet-based");
  if (type == 2) return fail(Errc::unsupported, "a collection of an unknown type");
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
  if (auto status = read_arrays(assigned, made); !status) return std::unexpected(status.error());
  return made;
}

/// The collections of one MCC. A.3.8: an output is of one collection only; here none is left out.
Result<TransformStage> StageReader::read_stage(Series const& series, std::size_t inputs) const {
  if (series.next != series.last + 1) return fail(Errc::corrupt, "MCC: a part is missing");
  ByteReader in(series.bytes);
  unsigned const count = in.u16_be();
  TransformStage stage;
  std::vector<bool> is_made;
  for (unsigned i = 0; i < count; ++i) {
    auto collection = read_collection(in, inputs);
    if (!collection) return std::unexpected(collection.error());
    for (std::uint16_t const output : collection->outputs) {
      if (output >= is_made.size()) is_made.resize(output + 1u);
      if (is_made[output]) return fail(Errc::corrupt, "MCC: a component comes out twice");
      is_made[output] = true;
    }
    stage.collections.push_back(std::move(*collection));
  }
  if (count == 0 || std::ranges::find(is_made, false) != is_made.end())
    return fail(Errc::unsupported, "components that it does not make");
  stage.outputs = is_made.size();
  return stage;
}

Result<std::vector<TransformStage>> StageReader::read(std::size_t components,
                                                      std::size_t& coefficients) {
  std::vector<TransformStage> stages;
  for (TransformSegments const* scope : scopes_)
    if (!scope->status_) return std::unexpected(scope->status_.error());
  auto const ordering = std::ranges::find_if(
      scopes_, [](TransformSegments const* scope) { return scope->has_order(); });
  if (ordering == scopes_.end() || !(*ordering)->orders_any())
    return fail(Errc::unsupported, "without an order of its stages");
  ByteReader in(*(*ordering)->order_);
  unsigned const count = in.u8();
  for (unsigned i = 0; i < count; ++i) {
    unsigned const index = in.u8();
    Series const* const series = find(&TransformSegments::collections_, index);
    if (in.failed() || series == nullptr)
      return fail(Errc::corrupt, "MCO: a stage that there is not");
    auto stage = read_stage(*series, components);
    if (!stage) return std::unexpected(stage.error());
    components = stage->outputs;
    for (ComponentCollection const& each : stage->collections)
      coefficients += each.matrix.size() + each.inputs.size() + each.outputs.size() +
                      each.offsets.size() + kCollectionCoefficients;
    if (coefficients > kMostCoefficients)
      return fail(Errc::limit_exceeded, "matrices of components");
    stages.push_back(std::move(*stage));
  }
  return stages;
}

Result<std::vector<TransformStage>> read_stages(std::span<TransformSegments const* const> scopes,
                                                std::size_t components, std::size_t& coefficients) {
  return StageReader(scopes).read(components, coefficients);
}

}  // namespace sightline::codec
