#include <algorithm>
#include <optional>

#include "dicom/transfer_syntax.hpp"
#include "dicomweb/pixel_media_type.hpp"
#include "dicomweb/retrieve.hpp"

namespace sightline::server {
namespace {

constexpr std::uint64_t kMostMadeBytes = 256u << 20;
constexpr std::string_view kOctets = "application/octet-stream";

/// How a form is made of what is stored.
enum class Source : std::uint8_t { stored, decoded, pyramid };
struct Form {
  Representation sent;
  Source source;
};

std::vector<Form> forms_of(StreamLocation const& location) {
  std::string const& stored = location.instance.transfer_syntax_uid;
  std::vector<Form> forms;
  auto const offer = [&forms](std::string_view type, std::string_view uid, Source source) {
    forms.push_back({{"multipart/related", std::string(type), std::string(uid)}, source});
  };
  if (!dicom::transfer_syntax_of(stored).encapsulated) {
    // Native pixel data of every uncompressed transfer syntax is given in little-endian order.
    offer(kOctets, kExplicitVrLittleEndian, Source::stored);
  } else {
    std::string_view const own = media_type_of(stored);
    offer(own, stored, Source::stored);
    forms.back().sent.stands_for_default = true;
    if (own != kOctets) offer(kOctets, stored, Source::stored);
    if (can_be_decoded(location)) offer(kOctets, kExplicitVrLittleEndian, Source::decoded);
  }
  if (has_lossless_htj2k(location)) {
    for (std::string_view uid : {"1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202"})
      if (uid != stored) offer(media_type_of(uid), uid, Source::pyramid);
  }
  return forms;
}

/// Bits that share bytes with the frame before, words in the other order and deflated data sets
/// are made; all else lies in the file as it is sent.
bool lies_as_sent(dicom::Instance const& instance) {
  return !instance.deflated && !instance.frame_bytes_big_endian &&
         instance.format.bits_allocated != 1;
}

/// Explicit VR Big Endian Pixel Data of more than 8 bits is a row of 16-bit words, also where
/// samples have 32. Source: PS3.5 7.3, 8.1.1.
void swap_words(std::vector<std::byte>& bytes) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
}

/// Frames as they are stored, those that lie so read when they are sent, the others made at once.
class StoredFrames {
 public:
  StoredFrames(RetrieveSources const& sources, std::string const& sha256_hex,
               dicom::Instance const& instance)
      : sources_(sources), sha256_hex_(sha256_hex), instance_(instance) {}

  Result<PartBody> body(std::uint32_t index0) {
    if (lies_as_sent(instance_)) {
      auto const& fragments = instance_.frames[index0].fragments;
      return body_of({fragments.begin(), fragments.end()}, sources_.blobs, sha256_hex_, {});
    }
    if (Status const read = read_file(); !read) return std::unexpected(read.error());
    auto bytes = dicom::frame_bytes(*file_, instance_, index0);
    if (!bytes) return std::unexpected(bytes.error());
    if (instance_.frame_bytes_big_endian && instance_.format.bits_allocated > 8) swap_words(*bytes);
    made_bytes_ += bytes->size();
    if (made_bytes_ > kMostMadeBytes)
      return fail(Errc::limit_exceeded, "too many frames in one request");
    return PartBody(std::move(*bytes));
  }

 private:
  Status read_file() {
    if (file_) return {};
    auto const reader = sources_.blobs.open(sha256_hex_);
    if (!reader) return std::unexpected(reader.error());
    auto file = (*reader)->read_all();
    if (!file) return std::unexpected(file.error());
    file_ = std::move(*file);
    return {};
  }

  RetrieveSources const& sources_;
  std::string const& sha256_hex_;
  dicom::Instance const& instance_;
  std::optional<std::vector<std::byte>> file_;
  std::uint64_t made_bytes_ = 0;
};

}  // namespace

Result<FrameParts> frame_parts(RetrieveSources const& sources, StoredInstance const& stored,
                               std::vector<std::uint32_t> const& frame_numbers,
                               AcceptRequest const& accept) {
  auto const location = sources.index.locate(stored.sha256_hex);
  if (!location) return std::unexpected(location.error());
  auto const instance = sources.frames.find(sources.blobs, stored.sha256_hex);
  if (!instance) return std::unexpected(instance.error());
  if ((*instance)->frames.empty())
    return fail(Errc::not_found, "no frames can be told apart in it");
  std::vector<Form> const forms = forms_of(*location);
  std::vector<Representation> offered;
  for (Form const& form : forms) offered.push_back(form.sent);
  auto const chosen = choose_representation(accept, offered);
  if (!chosen) return std::unexpected(chosen.error());
  if (!*chosen) return fail(Errc::unsupported, "the frames are not to be had in this encoding");
  Form const& form = forms[**chosen];

  std::optional<RecodedPixels> recoded;
  if (form.source != Source::stored) {
    auto pixels = form.source == Source::decoded
                      ? decoded_pixels(sources, stored.sha256_hex)
                      : htj2k_pixels(sources, stored.sha256_hex, *location);
    if (!pixels) return std::unexpected(pixels.error());
    recoded = std::move(*pixels);
  }
  StoredFrames frames(sources, stored.sha256_hex, **instance);
  FrameParts out{form.sent.part_type, {}};
  for (std::uint32_t const number : frame_numbers) {
    std::size_t const count =
        recoded ? recoded->description.frame_bytes.size() : (*instance)->frames.size();
    if (number == 0 || number > count) return fail(Errc::not_found, "there is no such frame");
    std::uint32_t const index0 = number - 1;
    auto type = part_media_type(out.media_type, form.sent.transfer_syntax_uid);
    if (!type) return std::unexpected(type.error());
    if (recoded) {
      std::vector<Piece> pieces{FramePiece{index0, recoded->description.frame_bytes[index0]}};
      out.parts.push_back(
          {std::move(*type),
           {},
           body_of(std::move(pieces), sources.blobs, stored.sha256_hex, recoded->make)});
      continue;
    }
    auto body = frames.body(index0);
    if (!body) return std::unexpected(body.error());
    out.parts.push_back({std::move(*type), {}, std::move(*body)});
  }
  return out;
}

}  // namespace sightline::server
