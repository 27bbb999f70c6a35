#include "codec/jp2_codestream.hpp"

#include "base/byte_reader.hpp"

namespace sightline::codec {
namespace {

constexpr std::uint32_t kSignatureBox = 0x6a502020;          // "jP  "
constexpr std::uint32_t kHeaderBox = 0x6a703268;             // "jp2h"
constexpr std::uint32_t kChannelDefinitionBox = 0x63646566;  // "cdef"
constexpr std::uint32_t kCodestreamBox = 0x6a703263;         // "jp2c"

struct Box {
  std::uint32_t type = 0;
  std::span<std::byte const> content;
  bool is_whole = true;
};

/// I.4. The last box may be cut: a cut codestream's own markers tell so.
Result<Box> next_box(ByteReader& in) {
  std::size_t const begin = in.position();
  std::uint64_t length = in.u32_be();
  Box box;
  box.type = in.u32_be();
  std::uint64_t header = 8;
  if (length == 1) {  // XLBox follows
    length = in.u64_be();
    header = 16;
  }
  if (in.failed()) return fail(Errc::truncated, "JP2 box", begin);
  if (length == 0) length = header + in.remaining();  // to the end of the file
  if (length < header) return fail(Errc::corrupt, "JP2 box length", begin);
  box.is_whole = in.remaining() >= length - header;
  box.content = box.is_whole ? in.bytes(length - header) : in.rest();
  return box;
}

/// I.5.3.6. An order that is no permutation of the three colours is left out.
void read_channel_definition(std::span<std::byte const> content, Jp2Codestream& codestream) {
  ByteReader in(content);
  std::array<std::uint8_t, 3> order{};
  unsigned seen = 0;
  unsigned const count = in.u16_be();
  for (unsigned i = 0; i < count && !in.failed(); ++i) {
    unsigned const channel = in.u16_be();
    unsigned const type = in.u16_be();
    unsigned const colour = in.u16_be();
    if (in.failed() || type != 0 || channel > 2 || colour == 0 || colour > 3) continue;
    order[colour - 1] = static_cast<std::uint8_t>(channel);
    seen |= 1u << (colour - 1) | 8u << channel;
  }
  if (seen == 0x3f) codestream.component_of_sample = order;
}

Status read_header_box(std::span<std::byte const> content, Jp2Codestream& codestream) {
  ByteReader in(content);
  while (!in.at_end()) {
    auto const box = next_box(in);
    if (!box) return std::unexpected(box.error());
    if (box->type == kChannelDefinitionBox) read_channel_definition(box->content, codestream);
  }
  return {};
}

}  // namespace

Result<Jp2Codestream> find_codestream(std::span<std::byte const> bytes) {
  Jp2Codestream codestream{bytes};
  ByteReader in(bytes);
  in.skip(4);
  if (in.u32_be() != kSignatureBox) return codestream;
  in.seek(0);
  while (!in.at_end()) {
    std::size_t const begin = in.position();
    auto const box = next_box(in);
    if (!box) return std::unexpected(box.error());
    if (box->type == kCodestreamBox) {
      codestream.bytes = box->content;
      return codestream;
    }
    if (!box->is_whole) return fail(Errc::truncated, "JP2 box", begin);
    if (box->type == kHeaderBox) {
      if (auto status = read_header_box(box->content, codestream); !status) {
        return std::unexpected(status.error());
      }
    }
  }
  return fail(Errc::corrupt, "JP2 without codestream");
}

}  // namespace sightline::codec
