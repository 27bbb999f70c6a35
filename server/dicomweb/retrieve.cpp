#include "dicomweb/retrieve.hpp"

#include <algorithm>

#include "dicom/dicom_json.hpp"
#include "dicomweb/describe.hpp"
#include "dicomweb/pixel_media_type.hpp"
#include "dicomweb/resource_uri.hpp"
#include "index/gzip.hpp"

namespace sightline::server {
namespace {

using Column = DicomSearch::Column;

constexpr std::uint64_t kMostMadeBytes = 256u << 20;

/// Native pixel data of every uncompressed transfer syntax is given in little-endian order.
bool is_native(std::string_view transfer_syntax_uid) {
  return transfer_syntax_uid == "1.2.840.10008.1.2" ||
         transfer_syntax_uid == "1.2.840.10008.1.2.1" ||
         transfer_syntax_uid == "1.2.840.10008.1.2.2" ||
         transfer_syntax_uid == "1.2.840.10008.1.2.1.99";
}

/// One form at a time: the client takes it or not, whatever else there is.
Result<bool> is_taken(AcceptRequest const& accept, Representation const& form) {
  auto const chosen = choose_representation(accept, {&form, 1});
  if (!chosen) return std::unexpected(chosen.error());
  return chosen->has_value();
}

/// Opened for each block: a study of thousands must not hold as many files open.
PartBody blob_range(BlobStore const& blobs, std::string const& sha256_hex, dicom::ByteSpan span) {
  return PartBody(span.length_bytes,
                  [&blobs, sha256_hex, span](
                      std::uint64_t offset, std::uint32_t count) -> Result<std::vector<std::byte>> {
                    auto const reader = blobs.open(sha256_hex);
                    if (!reader) return std::unexpected(reader.error());
                    std::vector<std::byte> block(count);
                    if (Status const read = (*reader)->read(span.offset_bytes + offset, block);
                        !read)
                      return std::unexpected(read.error());
                    return block;
                  });
}

Result<PartBody> blob_body(BlobStore const& blobs, std::string const& sha256_hex) {
  auto const reader = blobs.open(sha256_hex);
  if (!reader) return std::unexpected(reader.error());
  return blob_range(blobs, sha256_hex, {0, (*reader)->size_bytes()});
}

void swap_words(std::vector<std::byte>& bytes, std::size_t word) {
  for (std::size_t at = 0; at + word <= bytes.size(); at += word)
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                 bytes.begin() + static_cast<std::ptrdiff_t>(at + word));
}

/// Bits that share bytes with the frame before, words in the other order and deflated data sets
/// are made; all else lies in the file as it is sent.
bool lies_as_sent(dicom::Instance const& instance) {
  bool const needs_swap = instance.frame_bytes_big_endian && instance.format.bits_allocated > 8;
  return !instance.deflated && !needs_swap && instance.format.bits_allocated != 1;
}

Result<std::vector<std::byte>> made_frame(std::span<std::byte const> file,
                                          dicom::Instance const& instance, std::uint32_t index0) {
  auto bytes = dicom::frame_bytes(file, instance, index0);
  if (bytes && instance.frame_bytes_big_endian && instance.format.bits_allocated > 8)
    swap_words(*bytes, instance.format.bits_allocated / 8u);
  return bytes;
}

/// A frame that is read when it is sent, or one that was made: of those `made_bytes` are held.
Result<PartBody> frame_body(BlobStore const& blobs, StoredInstance const& stored,
                            std::span<std::byte const> file, dicom::Instance const& instance,
                            std::uint32_t index0, std::uint64_t& made_bytes) {
  auto const& fragments = instance.frames[index0].fragments;
  if (lies_as_sent(instance) && fragments.size() == 1) {
    return blob_range(blobs, stored.sha256_hex, fragments.front());
  }
  auto bytes = made_frame(file, instance, index0);
  if (!bytes) return std::unexpected(bytes.error());
  made_bytes += bytes->size();
  if (made_bytes > kMostMadeBytes)
    return fail(Errc::limit_exceeded, "too many frames in one request");
  return PartBody(std::move(*bytes));
}

}  // namespace

Result<std::vector<StoredInstance>> find_instances(Index const& index, RetrieveTarget const& target,
                                                   bool with_metadata) {
  DicomSearch search{.level = DicomSearch::Level::instance};
  for (auto const& [column, uid] :
       {std::pair{Column::study_instance_uid, &target.study_instance_uid},
        std::pair{Column::series_instance_uid, &target.series_instance_uid},
        std::pair{Column::sop_instance_uid, &target.sop_instance_uid}}) {
    if (!uid->empty()) search.conditions.push_back({column, DicomSearch::Match::equal, {*uid}});
  }
  std::vector<StoredInstance> found;
  Status unpacked;
  Status const searched = index.search(search, [&](DicomRow const& row) {
    bool const is_second = !found.empty() &&
                           found.back().sop_instance_uid == row.sop_instance_uid &&
                           found.back().series_instance_uid == row.series_instance_uid;
    if (is_second) return true;
    found.push_back({row.study_instance_uid,
                     row.series_instance_uid,
                     row.sop_instance_uid,
                     row.sha256_hex,
                     {}});
    if (!with_metadata) return true;
    auto text = gunzip(row.metadata, dicom::kMaxDicomJsonBytes);
    if (!text) unpacked = std::unexpected(text.error());
    if (text) found.back().metadata = std::move(*text);
    return text.has_value();
  });
  if (!searched) return std::unexpected(searched.error());
  if (!unpacked) return std::unexpected(unpacked.error());
  if (found.empty()) return fail(Errc::not_found, "nothing is stored under these identifiers");
  return found;
}

std::string metadata_array(std::vector<StoredInstance> const& instances,
                           std::string_view service_uri) {
  std::string array = "[";
  for (StoredInstance const& instance : instances) {
    if (array.size() > 1) array += ",\n";
    array += with_bulk_uris(instance.metadata,
                            resource_uri(service_uri, instance.study_instance_uid,
                                         instance.series_instance_uid, instance.sop_instance_uid));
  }
  return array + "]";
}

Result<Originals> original_parts(Index const& index, BlobStore const& blobs,
                                 std::vector<StoredInstance> const& instances,
                                 AcceptRequest const& accept) {
  Originals out;
  for (StoredInstance const& stored : instances) {
    auto const location = index.locate(stored.sha256_hex);
    if (!location) return std::unexpected(location.error());
    std::string const& syntax = location->instance.transfer_syntax_uid;
    // The original is what there is: it stands for the default. docs/http.md says so.
    Representation const many{"multipart/related", "application/dicom", syntax, true};
    Representation const single{"application/dicom", "", syntax, true};
    auto taken = is_taken(accept, many);
    if (!taken) return std::unexpected(taken.error());
    if (!*taken && instances.size() == 1) {
      taken = is_taken(accept, single);
      if (!taken) return std::unexpected(taken.error());
      out.is_single_part = *taken;
    }
    if (!*taken) {
      out.is_partial = true;
      continue;
    }
    auto type = part_media_type("application/dicom", syntax);
    if (!type) type = part_media_type("application/dicom", {});
    auto body = blob_body(blobs, stored.sha256_hex);
    if (!body) return std::unexpected(body.error());
    out.parts.push_back({std::move(*type), {}, std::move(*body)});
  }
  if (out.parts.empty())
    return fail(Errc::unsupported, "not in a transfer syntax that is accepted");
  return out;
}

Result<FrameParts> frame_parts(BlobStore const& blobs, StoredInstance const& stored,
                               std::vector<std::uint32_t> const& frame_numbers,
                               AcceptRequest const& accept) {
  // Where the frames lie is not in the index: the file says it.
  auto const reader = blobs.open(stored.sha256_hex);
  if (!reader) return std::unexpected(reader.error());
  auto const file = (*reader)->read_all();
  if (!file) return std::unexpected(file.error());
  auto const read = dicom::read_instance(*file);
  if (!read) return std::unexpected(read.error());
  dicom::Instance const& instance = *read;
  if (instance.frames.empty()) return fail(Errc::not_found, "no frames can be told apart in it");
  bool const native = is_native(instance.transfer_syntax_uid);
  std::string const syntax(native ? kExplicitVrLittleEndian
                                  : std::string_view(instance.transfer_syntax_uid));
  std::string const own(media_type_of(syntax));
  std::vector<Representation> forms{{"multipart/related", own, syntax, true}};
  if (own != "application/octet-stream")
    forms.push_back({"multipart/related", "application/octet-stream", syntax, false});
  auto const chosen = choose_representation(accept, forms);
  if (!chosen) return std::unexpected(chosen.error());
  if (!*chosen) return fail(Errc::unsupported, "the frames are stored in another encoding");
  FrameParts out{forms[**chosen].part_type, {}};
  std::uint64_t made_bytes = 0;
  for (std::uint32_t const number : frame_numbers) {
    if (number == 0 || number > instance.frames.size())
      return fail(Errc::not_found, "there is no such frame");
    auto body = frame_body(blobs, stored, *file, instance, number - 1, made_bytes);
    if (!body) return std::unexpected(body.error());
    auto type = part_media_type(out.media_type, syntax);
    if (!type) return std::unexpected(type.error());
    out.parts.push_back({std::move(*type), {}, std::move(*body)});
  }
  return out;
}

}  // namespace sightline::server
