#include "jxl_encoder.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace sightline::test {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::byte>;

/// A folder that goes with its owner.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "sightline-jxl-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Scratch(Scratch const&) = delete;
  Scratch& operator=(Scratch const&) = delete;
  [[nodiscard]] std::string path(char const* name) const { return (folder_ / name).string(); }

 private:
  fs::path folder_;
};

void write_file(std::string const& path, std::string const& head, Bytes const& bytes) {
  std::ofstream file(path, std::ios::binary);
  file << head;
  file.write(reinterpret_cast<char const*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

Bytes read_file(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  std::string const text((std::istreambuf_iterator<char>(file)), {});
  auto const bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

bool run(std::string const& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

constexpr std::uint32_t kWide = 65535;

/// The samples of a PNM file, two bytes of which are big-endian. libjxl's tools of Debian 12 take
/// and give samples of more than a byte as fractions of 65535, whatever the file's own maximum is.
Bytes pnm_samples(Picture const& picture) {
  unsigned const bits = picture.format.bits_stored;
  std::uint32_t const mask = (std::uint32_t{1} << bits) - 1;
  Bytes bytes;
  for (std::int32_t const value : picture.values) {
    std::uint32_t const stored = static_cast<std::uint32_t>(value) & mask;
    std::uint32_t const sample = bits > 8 ? (stored * kWide + mask / 2) / mask : stored;
    if (bits > 8) bytes.push_back(static_cast<std::byte>(sample >> 8));
    bytes.push_back(static_cast<std::byte>(sample & 0xff));
  }
  return bytes;
}

/// Samples of two bytes as integers up to `top`; where one is greater, they are fractions of 65535.
void to_little_endian(Bytes& samples, std::uint32_t top) {
  auto const value = [&](std::size_t i) {
    return std::to_integer<std::uint32_t>(samples[i]) << 8 |
           std::to_integer<std::uint32_t>(samples[i + 1]);
  };
  bool is_wide = false;
  for (std::size_t i = 0; i + 2 <= samples.size(); i += 2) is_wide |= value(i) > top;
  for (std::size_t i = 0; i + 2 <= samples.size(); i += 2) {
    std::uint32_t const sample = is_wide ? (value(i) * top + kWide / 2) / kWide : value(i);
    samples[i] = static_cast<std::byte>(sample & 0xff);
    samples[i + 1] = static_cast<std::byte>(sample >> 8);
  }
}

/// Bits from the lowest of the first byte on.
class BitWriter {
 public:
  void put(std::uint64_t value, unsigned count) {
    for (unsigned i = 0; i < count; ++i, ++used_) {
      if (used_ % 8 == 0) bytes_.push_back(std::byte{0});
      bytes_.back() |= static_cast<std::byte>((value >> i & 1) << (used_ % 8));
    }
  }
  void flag(bool value) { put(value ? 1 : 0, 1); }
  /// A side of the picture: U32(1+u(9), 1+u(13), 1+u(18), 1+u(30)).
  void side(std::uint32_t value) {
    put(3, 2);
    put(value - 1, 30);
  }
  [[nodiscard]] Bytes const& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
  std::size_t used_ = 0;
};

void put_depth(BitWriter& out, JxlHeader const& header) {
  out.flag(header.exponent_bits > 0);
  out.put(3, 2);
  out.put(header.bits - 1, 6);
  if (header.exponent_bits > 0) out.put(header.exponent_bits - 1, 4);
}

void put_colours(BitWriter& out, bool is_grey) {
  out.flag(!is_grey);  // all default: RGB, D65, sRGB
  if (!is_grey) return;
  out.flag(false);  // no ICC profile
  out.put(1, 2);    // grey
  out.put(1, 2);    // D65
  out.flag(false);  // no gamma
  out.put(2, 2);    // 2 + u(4)
  out.put(11, 4);   // 13: sRGB
  out.put(1, 2);    // relative
}

}  // namespace

bool has_jxl_tools() { return run("cjxl --version") && run("djxl --version"); }

Bytes encode_jxl(Picture const& picture, std::string const& options) {
  Scratch const scratch;
  unsigned const bits = picture.format.bits_stored;
  std::string const in = scratch.path(picture.samples() == 3 ? "in.ppm" : "in.pgm");
  std::string const head = std::string(picture.samples() == 3 ? "P6\n" : "P5\n") +
                           std::to_string(picture.cols()) + " " + std::to_string(picture.rows()) +
                           (bits > 8 ? "\n65535\n" : "\n255\n");
  write_file(in, head, pnm_samples(picture));
  std::string const out = scratch.path("out.jxl");
  std::string const depth = " --override_bitdepth=" + std::to_string(bits);
  return run("cjxl " + in + " " + out + " " + options + depth) ? read_file(out) : Bytes{};
}

Bytes recompress_jpeg(Bytes const& jpeg) {
  Scratch const scratch;
  write_file(scratch.path("in.jpg"), "", jpeg);
  std::string const out = scratch.path("out.jxl");
  return run("cjxl " + scratch.path("in.jpg") + " " + out) ? read_file(out) : Bytes{};
}

Bytes djxl_samples(Bytes const& stream, int samples) {
  Scratch const scratch;
  write_file(scratch.path("in.jxl"), "", stream);
  std::string const out = scratch.path(samples == 3 ? "out.ppm" : "out.pgm");
  if (!run("djxl " + scratch.path("in.jxl") + " " + out)) return {};
  Bytes pnm = read_file(out);
  // "P5\nCOLS ROWS\nTOP\n", then the samples
  auto body = pnm.begin();
  for (int line = 0; line < 3 && body != pnm.end(); ++line)
    body = std::find(body, pnm.end(), std::byte{'\n'}) + 1;
  std::string digits;
  for (auto digit = body - 2; *digit != std::byte{'\n'}; --digit)
    digits.insert(digits.begin(), static_cast<char>(*digit));
  Bytes result(body, pnm.end());
  auto const top = static_cast<std::uint32_t>(std::stoul(digits));
  if (top > 255) to_little_endian(result, top);
  return result;
}

Bytes jxl_header_bytes(JxlHeader const& header) {
  BitWriter out;
  out.put(0x0aff, 16);
  out.flag(false);  // the size is not a small one
  out.side(header.rows);
  out.put(0, 3);  // no ratio
  out.side(header.cols);
  out.flag(false);  // metadata are not all default
  bool const has_extra = header.orientation != 1 || header.has_animation;
  out.flag(has_extra);
  if (has_extra) {
    out.put(header.orientation - 1, 3);
    out.put(0, 2);  // neither intrinsic size nor preview
    out.flag(header.has_animation);
    if (header.has_animation) out.put(0, 7);  // 100 ticks a second, for ever, no time codes
  }
  put_depth(out, header);
  out.flag(false);                       // buffers of 32 bits
  out.put(header.has_alpha ? 1 : 0, 2);  // extra channels
  if (header.has_alpha) out.flag(true);  // all default: alpha of 8 bits
  out.flag(header.is_xyb);
  put_colours(out, header.is_grey);
  if (has_extra) out.flag(true);  // no tone mapping
  out.put(0, 2);                  // no extensions
  out.flag(true);                 // default transform
  return out.bytes();
}

}  // namespace sightline::test
