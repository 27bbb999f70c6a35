#include "tile/htj2k_encoder.hpp"

#include <openjph/ojph_arch.h>
#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_message.h>
#include <openjph/ojph_params.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <new>
#include <stdexcept>

#include "codec/decompositions.hpp"

namespace sightline::server {
namespace {

constexpr std::uint32_t kPrecinctsOver = 2048;
constexpr std::uint8_t kMostBits = 26;  // the encoder's block coder works in 32-bit words

struct TooLarge {};

/// Where OpenJPH writes. It has no other way to be stopped than an exception.
class BoundedOutput final : public ojph::outfile_base {
 public:
  explicit BoundedOutput(std::size_t most_bytes) : most_bytes_(most_bytes) {}
  std::size_t write(void const* data, std::size_t size) override {
    if (size > most_bytes_ - bytes_.size()) throw TooLarge{};
    auto const* const first = static_cast<std::byte const*>(data);
    bytes_.insert(bytes_.end(), first, first + size);
    return size;
  }
  ojph::si64 tell() override { return static_cast<ojph::si64>(bytes_.size()); }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::size_t most_bytes_;
  std::vector<std::byte> bytes_;
};

// The library's handlers have no virtual destructor; these are never destroyed through a pointer.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
/// The library prints by default; here its errors become one exception, its warnings nothing.
class QuietErrors final : public ojph::message_error {
 public:
  void operator()(int, char const*, int, char const*, ...) override {
    throw std::runtime_error("OpenJPH");
  }
};
class QuietWarnings final : public ojph::message_warning {
 public:
  void operator()(int, char const*, int, char const*, ...) override {}
};
#pragma GCC diagnostic pop

void silence_library() {
  static QuietErrors errors;
  static QuietWarnings warnings;
  static std::once_flag once;
  std::call_once(once, [] {
    ojph::configure_error(&errors);
    ojph::configure_warning(&warnings);
  });
}

template <class Word>
void fill_line(std::byte const* row, std::uint16_t samples, std::uint32_t component,
               std::size_t cols, ojph::si32* out) {
  std::byte const* in = row + component * sizeof(Word);
  for (std::size_t col = 0; col < cols; ++col, in += std::size_t{samples} * sizeof(Word)) {
    Word value;
    std::memcpy(&value, in, sizeof(Word));
    out[col] = static_cast<ojph::si32>(value);
  }
}

void fill_line(SampleBlock const& block, std::uint32_t row, std::uint32_t component,
               ojph::si32* out) {
  std::size_t const row_bytes =
      std::size_t{block.cols} * block.samples * (block.bits_allocated / 8u);
  std::byte const* const in = block.bytes.data() + row * row_bytes;
  auto const fill = [&]<class Word>(Word) {
    fill_line<Word>(in, block.samples, component, block.cols, out);
  };
  switch (block.bits_allocated) {
    case 8: return block.is_signed ? fill(std::int8_t{}) : fill(std::uint8_t{});
    case 16: return block.is_signed ? fill(std::int16_t{}) : fill(std::uint16_t{});
    default: return fill(std::int32_t{});
  }
}

void set_parameters(ojph::codestream& codestream, SampleBlock const& block,
                    Htj2kParameters const& parameters) {
  ojph::param_siz siz = codestream.access_siz();
  siz.set_image_extent(ojph::point(block.cols, block.rows));
  siz.set_num_components(block.samples);
  for (ojph::ui32 c = 0; c < block.samples; ++c) {
    siz.set_component(c, ojph::point(1, 1), parameters.precision_bits, block.is_signed);
  }
  ojph::param_cod cod = codestream.access_cod();
  cod.set_num_decomposition(
      parameters.has_levels ? codec::decompositions_for(block.rows, block.cols) : 0);
  cod.set_block_dims(64, 64);
  if (std::max(block.rows, block.cols) > kPrecinctsOver) {
    std::array<ojph::size, 2> precincts{ojph::size(128, 128),
                                        ojph::size(256, 256)};  // the last holds for all finer ones
    cod.set_precinct_size(static_cast<int>(precincts.size()), precincts.data());
  }
  cod.set_progression_order("RPCL");
  cod.set_color_transform(parameters.colour_transform);
  cod.set_reversible(true);
  codestream.set_planar(false);
}

Status check(SampleBlock const& block, Htj2kParameters const& parameters) {
  if (block.samples != 1 && block.samples != 3) return fail(Errc::unsupported, "samples per pixel");
  if (parameters.precision_bits == 0 || parameters.precision_bits > kMostBits)
    return fail(Errc::unsupported, "precision");
  if (parameters.colour_transform && block.samples != 3)
    return fail(Errc::invalid_argument, "colour transform of grey");
  std::uint64_t const bytes =
      std::uint64_t{block.rows} * block.cols * block.samples * (block.bits_allocated / 8u);
  bool const sized =
      block.bits_allocated == 8 || block.bits_allocated == 16 || block.bits_allocated == 32;
  if (!sized || bytes == 0 || bytes != block.bytes.size())
    return fail(Errc::invalid_argument, "block's size");
  return {};
}

std::vector<std::byte> encode(SampleBlock const& block, Htj2kParameters const& parameters,
                              std::size_t most_bytes) {
  BoundedOutput output(most_bytes);
  ojph::codestream codestream;
  set_parameters(codestream, block, parameters);
  codestream.write_headers(&output);
  ojph::ui32 component = 0;
  ojph::line_buf* line = codestream.exchange(nullptr, component);
  for (std::uint32_t row = 0; row < block.rows; ++row) {
    for (std::uint16_t sample = 0; sample < block.samples; ++sample) {
      fill_line(block, row, component, line->i32);
      line = codestream.exchange(line, component);
    }
  }
  codestream.flush();
  codestream.close();
  return output.take();
}

}  // namespace

Result<std::vector<std::byte>> encode_htj2k(SampleBlock const& block,
                                            Htj2kParameters const& parameters) {
  if (auto const checked = check(block, parameters); !checked)
    return std::unexpected(checked.error());
  silence_library();
  std::size_t const most_bytes = block.bytes.size() * 2 + (std::size_t{1} << 20);
  try {
    return encode(block, parameters, most_bytes);
  } catch (TooLarge const&) {
    return fail(Errc::limit_exceeded, "the codestream outgrows its frame");
  } catch (std::bad_alloc const&) {
    return fail(Errc::out_of_memory, "HTJ2K encoder");
  } catch (...) {  // OpenJPH throws std::runtime_error and string literals
    return fail(Errc::unsupported, "the HTJ2K encoder refused the frame");
  }
}

}  // namespace sightline::server
