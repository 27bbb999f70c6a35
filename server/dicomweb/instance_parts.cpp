#include <algorithm>
#include <numeric>

#include "dicom/transfer_syntax.hpp"
#include "dicomweb/pixel_media_type.hpp"
#include "dicomweb/retrieve.hpp"

namespace sightline::server {
namespace {

constexpr std::string_view kHtj2kRpcl = "1.2.840.10008.1.2.4.202";
constexpr std::string_view kHtj2k = "1.2.840.10008.1.2.4.201";
/// What a client without an Accept header gets. Source: PS3.18 8.7.5.
constexpr std::string_view kUsualAccept = "multipart/related; type=\"application/dicom\"";

bool is_explicit_little(std::string_view uid) { return uid == kExplicitVrLittleEndian; }

/// The transfer syntaxes in which an instance can be sent, the stored one first. JPEG lossless is
/// held in memory, so that it is to be had of one instance at a time.
std::vector<std::string> syntaxes_of(StreamLocation const& location, bool is_only_one) {
  std::string const& stored = location.instance.transfer_syntax_uid;
  std::vector<std::string> all{stored};
  bool const is_native =
      !dicom::transfer_syntax_of(stored).encapsulated || !location.instance.has_pixels;
  if (!is_explicit_little(stored) && (is_native || can_be_decoded(location)))
    all.emplace_back(kExplicitVrLittleEndian);
  if (has_lossless_htj2k(location)) {
    for (std::string_view const uid : {kHtj2kRpcl, kHtj2k})
      if (uid != stored) all.emplace_back(uid);
  }
  std::size_t const frames = location.instance.number_of_frames;
  if (is_only_one && stored != kJpegLossless && can_be_jpeg_lossless(location, frames))
    all.emplace_back(kJpegLossless);
  return all;
}

Result<PartBody> original_body(RetrieveSources const& sources, std::string const& sha256_hex) {
  auto const reader = sources.blobs.open(sha256_hex);
  if (!reader) return std::unexpected(reader.error());
  std::vector<Piece> pieces{dicom::ByteSpan{0, (*reader)->size_bytes()}};
  return body_of(std::move(pieces), sources.blobs, sha256_hex, {});
}

Result<RecodedPixels> recoded_pixels(RetrieveSources const& sources, std::string const& sha256_hex,
                                     StreamLocation const& location, std::string const& syntax) {
  if (is_explicit_little(syntax)) return decoded_pixels(sources, sha256_hex);
  if (syntax != kJpegLossless) return htj2k_pixels(sources, sha256_hex, location);
  std::vector<std::uint32_t> all(location.instance.number_of_frames);
  std::iota(all.begin(), all.end(), 1u);
  return jpeg_lossless_pixels(sources, sha256_hex, all);
}

Result<PartBody> recoded_body(RetrieveSources const& sources, std::string const& sha256_hex,
                              StreamLocation const& location, std::string const& syntax) {
  RecodeRequest request{syntax, {}};
  FrameMaker make;
  bool const is_encapsulated =
      dicom::transfer_syntax_of(location.instance.transfer_syntax_uid).encapsulated;
  bool const to_explicit = is_explicit_little(syntax);
  if (location.instance.has_pixels && (is_encapsulated || !to_explicit)) {
    auto pixels = recoded_pixels(sources, sha256_hex, location, syntax);
    if (!pixels) return std::unexpected(pixels.error());
    request.pixels = std::move(pixels->description);
    make = std::move(pixels->make);
  }
  auto const reader = sources.blobs.open(sha256_hex);
  if (!reader) return std::unexpected(reader.error());
  auto const file = (*reader)->read_all();
  if (!file) return std::unexpected(file.error());
  auto pieces = recode_object(*file, location.instance, request);
  if (!pieces) return std::unexpected(pieces.error());
  return body_of(std::move(*pieces), sources.blobs, sha256_hex, std::move(make));
}

/// Where a recoded object is not to be had: the original may still be taken.
bool may_go_on(Errc code) { return code != Errc::io && code != Errc::out_of_memory; }

struct Sent {
  Part part;
  bool is_single = false;
  std::string transfer_syntax_uid;
};

/// The instance in the form that is liked best of those that can be made; nothing: none is taken.
Result<std::optional<Sent>> send_instance(RetrieveSources const& sources,
                                          std::string const& sha256_hex, bool is_only_one,
                                          AcceptRequest const& accept) {
  auto const location = sources.index.locate(sha256_hex);
  if (!location) return std::unexpected(location.error());
  std::string const stored = location->instance.transfer_syntax_uid;
  std::vector<std::string> syntaxes = syntaxes_of(*location, is_only_one);
  for (;;) {
    bool const stands_for_default =
        location->instance.lossy.lossy ||
        std::ranges::find(syntaxes, kExplicitVrLittleEndian) == syntaxes.end();
    std::vector<Representation> forms;
    for (std::string const& uid : syntaxes) {
      bool const stands = uid == stored && stands_for_default;
      forms.push_back({"multipart/related", "application/dicom", uid, stands});
      if (is_only_one) forms.push_back({"application/dicom", "", uid, stands});
    }
    auto const chosen = choose_representation(accept, forms);
    if (!chosen) return std::unexpected(chosen.error());
    if (!*chosen) return std::nullopt;
    Representation const& form = forms[**chosen];
    bool const is_original = form.transfer_syntax_uid == stored;
    auto body = is_original
                    ? original_body(sources, sha256_hex)
                    : recoded_body(sources, sha256_hex, *location, form.transfer_syntax_uid);
    if (!body && (is_original || !may_go_on(body.error().code)))
      return std::unexpected(body.error());
    if (!body) {
      std::erase(syntaxes, form.transfer_syntax_uid);
      continue;
    }
    auto type = part_media_type("application/dicom", form.transfer_syntax_uid);
    if (!type) type = part_media_type("application/dicom", {});
    return Sent{
        {std::move(*type), {}, std::move(*body)}, form.part_type.empty(), form.transfer_syntax_uid};
  }
}

}  // namespace

Result<InstanceParts> instance_parts(RetrieveSources const& sources,
                                     std::vector<StoredInstance> const& instances,
                                     AcceptRequest const& accept) {
  bool const asks_nothing = accept.header.empty() && accept.query.empty();
  AcceptRequest const asked = asks_nothing ? AcceptRequest{kUsualAccept} : accept;
  InstanceParts out;
  for (StoredInstance const& stored : instances) {
    auto sent = send_instance(sources, stored.sha256_hex, instances.size() == 1, asked);
    if (!sent) return std::unexpected(sent.error());
    if (!sent->has_value()) {
      out.is_partial = true;
      continue;
    }
    out.is_single_part = (*sent)->is_single;
    out.identity += stored.sha256_hex + " " + (*sent)->transfer_syntax_uid + "\n";
    out.parts.push_back(std::move((*sent)->part));
  }
  if (out.parts.empty())
    return fail(Errc::unsupported, "not in a transfer syntax that is accepted");
  return out;
}

}  // namespace sightline::server
