#include "net/video_source.hpp"

#include <algorithm>
#include <array>

#include "dicom/transfer_syntax.hpp"
#include "dicomweb/pieces.hpp"

namespace sightline::server {
namespace {

constexpr std::size_t kPacketBytes = 188;
constexpr std::array kBoxes{std::string_view("ftyp"), std::string_view("moov"),
                            std::string_view("mdat"), std::string_view("free"),
                            std::string_view("skip"), std::string_view("wide")};

/// The byte behind the first start code, which may have zeros before it.
int start_code(std::span<std::byte const> head) {
  for (std::size_t i = 0; i + 3 < head.size(); ++i) {
    if (head[i] != std::byte{0}) return -1;
    if (head[i + 1] == std::byte{0} && head[i + 2] == std::byte{1})
      return std::to_integer<int>(head[i + 3]);
  }
  return -1;
}

}  // namespace

bool is_video(dicom::Instance const& instance) {
  return dicom::transfer_syntax_of(instance.transfer_syntax_uid).family ==
         dicom::TransferSyntax::Family::video;
}

Result<VideoBytes> open_video(Services const& services, std::string const& sha256_hex) {
  auto const instance = services.retrieve.frames.find(services.blobs, sha256_hex);
  if (!instance) return std::unexpected(instance.error());
  if (!is_video(**instance) || (*instance)->frames.size() != 1)
    return fail(Errc::not_found, "no video is in it");
  auto const& fragments = (*instance)->frames.front().fragments;
  auto const body = std::make_shared<PartBody const>(
      body_of({fragments.begin(), fragments.end()}, services.blobs, sha256_hex, {}));
  return VideoBytes{
      body->length_bytes(),
      [body](std::uint64_t offset, std::uint32_t count) -> Result<std::vector<std::byte>> {
        std::vector<std::byte> block;
        if (Status const read = body->append(offset, count, block); !read)
          return std::unexpected(read.error());
        return block;
      }};
}

std::string_view video_type(std::span<std::byte const> head) {
  if (head.size() >= 8) {
    std::string_view const box(reinterpret_cast<char const*>(head.data()) + 4, 4);
    if (std::ranges::find(kBoxes, box) != kBoxes.end()) return "video/mp4";
  }
  constexpr std::byte kSync{0x47};
  // 192: with a time stamp of four bytes before each packet, as Blu-ray discs have it.
  bool const is_plain =
      head.size() > kPacketBytes && head[0] == kSync && head[kPacketBytes] == kSync;
  bool const is_stamped =
      head.size() > kPacketBytes + 8 && head[4] == kSync && head[kPacketBytes + 8] == kSync;
  if (is_plain || is_stamped) return "video/mp2t";
  int const code = start_code(head);
  if (code == 0xBA || code == 0xB3) return "video/mpeg";  // pack_start_code, sequence_header_code
  if (code < 0 || (code & 0x80) != 0) return "application/octet-stream";
  // HEVC begins with VPS, SPS, PPS, access unit delimiter or SEI of the base layer. H.264 has none
  // of these bytes: its SEI (6) has nal_ref_idc 0.
  for (int const h265 : {0x40, 0x42, 0x44, 0x46, 0x4E})
    if (code == h265) return "video/h265";
  int const h264_type = code & 0x1F;
  bool const is_h264 = h264_type == 1 || (h264_type >= 5 && h264_type <= 9);
  return is_h264 ? "video/h264" : "application/octet-stream";
}

}  // namespace sightline::server
