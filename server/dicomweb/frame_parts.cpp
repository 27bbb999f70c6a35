#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "dicom/component_frames.hpp"
#include "dicom/transfer_syntax.hpp"
#include "dicomweb/pixel_media_type.hpp"
#include "dicomweb/retrieve.hpp"

namespace sightline::server {
namespace {

constexpr std::uint64_t kMostMadeBytes = 256u << 20;
constexpr std::string_view kOctets = "application/octet-stream";

/// How a form is made of what is stored.
enum class Source : std::uint8_t { stored, decoded, pyramid, jpeg };
struct Form {
  Representation sent;
  Source source;
};

/// What is asked for: some frames, or all of them as the value of Pixel Data.
enum class Asked : std::uint8_t { frames, value };

/// The forms of `count` frames; of those that share a codestream with others (PS3.5 A.4.4) it is
/// not one of a frame, for it would give all of them. What has one part may also be sent without
/// the multipart around it: one frame, or the native frames of the value, one after the other
/// (PS3.5 8.1.1).
std::vector<Form> forms_of(StreamLocation const& location, std::size_t count, Asked asked,
                           bool are_shared) {
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
    if (!are_shared) {
      offer(own, stored, Source::stored);
      forms.back().sent.stands_for_default = true;
      if (own != kOctets) offer(kOctets, stored, Source::stored);
    }
    if (can_be_decoded(location)) offer(kOctets, kExplicitVrLittleEndian, Source::decoded);
  }
  if (has_lossless_htj2k(location)) {
    for (std::string_view uid : {"1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202"})
      if (uid != stored) offer(media_type_of(uid), uid, Source::pyramid);
  }
  if (stored != kJpegLossless && can_be_jpeg_lossless(location, count))
    offer(media_type_of(kJpegLossless), kJpegLossless, Source::jpeg);
  for (std::size_t i = 0, parts = forms.size(); i < parts; ++i) {
    Form single = forms[i];
    bool const is_native = single.sent.transfer_syntax_uid == kExplicitVrLittleEndian;
    if (count != 1 && !(asked == Asked::value && is_native)) continue;
    single.sent.media_type = std::exchange(single.sent.part_type, {});
    forms.push_back(std::move(single));
  }
  return forms;
}

/// Native bits that share bytes with the frame before, words in the other order and deflated data
/// sets are made; all else lies in the file as it is sent.
bool lies_as_sent(dicom::Instance const& instance) {
  if (dicom::transfer_syntax_of(instance.transfer_syntax_uid).encapsulated) return true;
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
    auto const reader = sources_.blobs.open(sha256_hex_);
    if (!reader) return std::unexpected(reader.error());
    RangedBytes ranges = (*reader)->ranges();
    auto bytes = dicom::frame_bytes(ranges, instance_, index0);
    if (!bytes) return std::unexpected(bytes.error());
    if (instance_.frame_bytes_big_endian && instance_.format.bits_allocated > 8) swap_words(*bytes);
    made_bytes_ += bytes->size();
    if (made_bytes_ > kMostMadeBytes)
      return fail(Errc::limit_exceeded, "too many frames in one request");
    return PartBody(std::move(*bytes));
  }

 private:
  RetrieveSources const& sources_;
  std::string const& sha256_hex_;
  dicom::Instance const& instance_;
  std::uint64_t made_bytes_ = 0;
};

using SharedInstance = std::shared_ptr<dicom::Instance const>;

/// What cannot be decoded is not to be had in another form than the stored one: for whoever takes
/// that one it is there. Source: PS3.18 8.7.3 (406).
std::unexpected<Error> not_in_this_form(Error error) {
  bool const is_the_frames_own = error.code == Errc::corrupt || error.code == Errc::truncated ||
                                 error.code == Errc::limit_exceeded;
  if (is_the_frames_own) error.code = Errc::unsupported;
  return std::unexpected(std::move(error));
}

Result<RecodedPixels> recoded_pixels(RetrieveSources const& sources, std::string const& sha256_hex,
                                     StreamLocation const& location, Source source,
                                     std::span<std::uint32_t const> frame_numbers) {
  if (source == Source::pyramid) return htj2k_pixels(sources, sha256_hex, location);
  auto pixels = source == Source::jpeg ? jpeg_lossless_pixels(sources, sha256_hex, frame_numbers)
                                       : decoded_frames(sources, sha256_hex);
  if (!pixels) return not_in_this_form(std::move(pixels.error()));
  pixels->make =
      [make = std::move(pixels->make)](std::uint32_t index0) -> Result<std::vector<std::byte>> {
    auto made = make(index0);
    if (!made) return not_in_this_form(std::move(made.error()));
    return made;
  };
  return pixels;
}

/// Frames that are there as parts of this type, or as the one part.
Result<std::vector<Part>> made_parts(RetrieveSources const& sources, std::string const& sha256_hex,
                                     dicom::Instance const& instance,
                                     StreamLocation const& location, Source source,
                                     std::span<std::uint32_t const> frame_numbers,
                                     MediaType const& type, bool is_single) {
  std::vector<Part> parts;
  if (source == Source::stored) {
    StoredFrames frames(sources, sha256_hex, instance);
    for (std::uint32_t const number : frame_numbers) {
      auto body = frames.body(number - 1);
      if (!body) return std::unexpected(body.error());
      parts.push_back({type, {}, std::move(*body)});
    }
    return parts;
  }
  auto const recoded = recoded_pixels(sources, sha256_hex, location, source, frame_numbers);
  if (!recoded) return std::unexpected(recoded.error());
  std::vector<std::uint64_t> const& lengths = recoded->description.frame_bytes;
  std::vector<Piece> pieces;
  auto const end_part = [&] {
    parts.push_back(
        {type, {}, body_of(std::exchange(pieces, {}), sources.blobs, sha256_hex, recoded->make)});
  };
  for (std::uint32_t const number : frame_numbers) {
    if (number > lengths.size()) return fail(Errc::not_found, "there is no such frame");
    pieces.emplace_back(FramePiece{number - 1, lengths[number - 1]});
    if (!is_single) end_part();
  }
  if (is_single) end_part();
  return parts;
}

/// Frames (1-based numbers) in the form that the client chooses.
Result<FrameParts> chosen_parts(RetrieveSources const& sources, std::string const& sha256_hex,
                                SharedInstance const& instance,
                                std::span<std::uint32_t const> frame_numbers,
                                AcceptRequest const& accept, Asked asked,
                                HasFrames const& client_has) {
  if (instance->frames.empty()) return fail(Errc::not_found, "no frames can be told apart in it");
  for (std::uint32_t const number : frame_numbers)
    if (number == 0 || number > instance->frames.size())
      return fail(Errc::not_found, "there is no such frame");
  auto const location = sources.index.locate(sha256_hex);
  if (!location) return std::unexpected(location.error());
  bool const are_shared = std::ranges::any_of(frame_numbers, [&](std::uint32_t number) {
    return dicom::component_of_frame(instance->frames, number - 1).has_value();
  });
  std::vector<Form> const forms = forms_of(*location, frame_numbers.size(), asked, are_shared);
  std::vector<Representation> offered;
  for (Form const& form : forms) offered.push_back(form.sent);
  auto const chosen = choose_representation(accept, offered);
  if (!chosen) return std::unexpected(chosen.error());
  if (!*chosen) return fail(Errc::unsupported, "the frames are not to be had in this encoding");
  Form const& form = forms[**chosen];

  bool const is_single = form.sent.part_type.empty();
  FrameParts out{is_single ? form.sent.media_type : form.sent.part_type, {}, is_single};
  out.identity = sha256_hex + " " + form.sent.transfer_syntax_uid;
  for (std::uint32_t const number : frame_numbers) out.identity += " " + std::to_string(number);
  auto const type = part_media_type(out.media_type, form.sent.transfer_syntax_uid);
  if (!type) return std::unexpected(type.error());
  if (client_has && client_has(out)) return out;
  auto parts = made_parts(sources, sha256_hex, *instance, *location, form.source, frame_numbers,
                          *type, is_single);
  if (!parts) return std::unexpected(parts.error());
  out.parts = std::move(*parts);
  return out;
}

}  // namespace

Result<FrameParts> frame_parts(RetrieveSources const& sources, StoredInstance const& stored,
                               std::vector<std::uint32_t> const& frame_numbers,
                               AcceptRequest const& accept, HasFrames const& client_has) {
  auto const instance = sources.frames.find(sources.blobs, stored.sha256_hex);
  if (!instance) return std::unexpected(instance.error());
  return chosen_parts(sources, stored.sha256_hex, *instance, frame_numbers, accept, Asked::frames,
                      client_has);
}

Result<std::optional<FrameParts>> encapsulated_pixel_data(RetrieveSources const& sources,
                                                          StoredInstance const& stored,
                                                          AcceptRequest const& accept,
                                                          HasFrames const& client_has) {
  auto const instance = sources.frames.find(sources.blobs, stored.sha256_hex);
  if (!instance) return std::unexpected(instance.error());
  if (!dicom::transfer_syntax_of((*instance)->transfer_syntax_uid).encapsulated)
    return std::nullopt;
  std::vector<std::uint32_t> all((*instance)->frames.size());
  std::iota(all.begin(), all.end(), 1u);
  auto parts =
      chosen_parts(sources, stored.sha256_hex, *instance, all, accept, Asked::value, client_has);
  if (!parts) return std::unexpected(parts.error());
  return std::move(*parts);
}

}  // namespace sightline::server
