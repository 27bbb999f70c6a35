#include "dicomweb/stow_metadata.hpp"

#include <boost/json.hpp>
#include <string>

#include "dicom/dicom_json.hpp"
#include "dicomweb/json_digits.hpp"
#include "dicomweb/media_type.hpp"
#include "dicomweb/object_from_json.hpp"

namespace sightline::server {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMostJsonBytes = dicom::kMaxDicomJsonBytes;
constexpr std::size_t kMostJsonValues = 4u << 20;  ///< 100 MiB, parsed
constexpr std::uint64_t kMostLocationBytes = 32u << 20;

bool is_json(MediaType const& type) { return type.essence() == "application/dicom+json"; }

Status write_pieces(std::vector<Piece> const& pieces, std::span<std::byte const> kept,
                    BlobWriter& out) {
  for (Piece const& piece : pieces) {
    std::span<std::byte const> bytes;
    if (auto const* const made = std::get_if<std::vector<std::byte>>(&piece)) {
      bytes = *made;
    } else if (auto const* const span = std::get_if<dicom::ByteSpan>(&piece)) {
      bytes = kept.subspan(static_cast<std::size_t>(span->offset_bytes),
                           static_cast<std::size_t>(span->length_bytes));
    }
    if (Status const written = out.write(bytes); !written) return written;
  }
  return {};
}

}  // namespace

Status StowMetadata::part_begin(PartHeaders const& headers) {
  std::string const* const text = headers.find("content-type");
  auto type = parse_media_type(text        ? std::string_view(*text)
                               : has_json_ ? std::string_view("application/octet-stream")
                                           : std::string_view("application/dicom+json"));
  is_in_json_ = type && is_json(*type);
  if (is_in_json_ == has_json_)
    return fail(Errc::corrupt, "the first part, and no other, is application/dicom+json");
  if (is_in_json_) return {};
  std::string const* const location = headers.find("content-location");
  // Of a type that cannot be read nobody knows what it is: as one that is not taken.
  bulk_.begin(location ? std::string_view(*location) : std::string_view{},
              type ? *type : MediaType{"image", "*", {}}, kept_bytes_);
  if (bulk_.location_bytes() > kMostLocationBytes)
    return fail(Errc::limit_exceeded, "the bulk data's locations are too long");
  return {};
}

Status StowMetadata::part_data(std::span<std::byte const> bytes) {
  if (is_in_json_ && (json_bytes_ += bytes.size()) > kMostJsonBytes)
    return fail(Errc::limit_exceeded, "the metadata are too long");
  if (!kept_) {
    auto writer = blobs_.create();
    if (!writer) return std::unexpected(writer.error());
    kept_ = std::move(*writer);
  }
  kept_bytes_ += bytes.size();
  return kept_->write(bytes);
}

Status StowMetadata::part_end() {
  if (!is_in_json_) bulk_.end(kept_bytes_);
  has_json_ = true;
  return {};
}

Status StowMetadata::store(StoreObject const& store, StowAnswer& answer) {
  if (!kept_) return fail(Errc::corrupt, "no metadata");
  auto const view = kept_->view();
  if (!view) return std::unexpected(view.error());
  std::span<std::byte const> const kept = (*view)->bytes();
  auto const all = parse_keeping_digits(
      {reinterpret_cast<char const*>(kept.data()), static_cast<std::size_t>(json_bytes_)},
      kMostJsonValues);
  if (!all) return std::unexpected(all.error());
  auto const* const objects = all->if_array();
  if (objects == nullptr) return fail(Errc::corrupt, "the metadata are no array");
  for (json::value const& each : *objects)
    if (!each.is_object()) return fail(Errc::corrupt, "the metadata are no array of objects");
  for (json::value const& each : *objects) answer.add(store_one(each.get_object(), kept, store));
  answer.other_failures.insert(answer.other_failures.end(), bulk_.unused_count(),
                               StoreReason::cannot_understand);
  return {};
}

StoredObject StowMetadata::store_one(json::object const& object, std::span<std::byte const> kept,
                                     StoreObject const& store) {
  StoredObject failed{
      std::string(json_text(object, "00080016")), std::string(json_text(object, "00080018")),
      std::string(json_text(object, "0020000D")), std::string(json_text(object, "0020000E"))};
  auto const pieces = object_from_json(object, bulk_);
  if (!pieces) {
    failed.failure = pieces.error();
    return failed;
  }
  auto const writer = blobs_.create();
  if (!writer || !write_pieces(*pieces, kept, **writer)) {
    failed.failure = StoreReason::out_of_resources;
    return failed;
  }
  return store(**writer);
}

}  // namespace sightline::server
