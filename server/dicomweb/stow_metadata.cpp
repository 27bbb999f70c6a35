#include "dicomweb/stow_metadata.hpp"

#include <boost/json.hpp>
#include <string>

#include "dicom/dicom_json.hpp"
#include "dicomweb/json_digits.hpp"
#include "dicomweb/media_type.hpp"
#include "dicomweb/native_model_reader.hpp"
#include "dicomweb/object_from_json.hpp"

namespace sightline::server {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMostMetadataBytes = dicom::kMaxDicomJsonBytes;
constexpr std::size_t kMostValues = 4u << 20;  ///< 100 MiB, parsed
constexpr std::uint64_t kMostLocationBytes = 32u << 20;

std::string_view media_type_of(MetadataForm form) {
  return form == MetadataForm::json ? "application/dicom+json" : "application/dicom+xml";
}

std::string_view text_of(std::span<std::byte const> kept, dicom::ByteSpan span) {
  auto const bytes = kept.subspan(static_cast<std::size_t>(span.offset_bytes),
                                  static_cast<std::size_t>(span.length_bytes));
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

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
  bool const is_first = documents_.empty();
  auto type = parse_media_type(text       ? std::string_view(*text)
                               : is_first ? media_type_of(form_)
                                          : std::string_view("application/octet-stream"));
  is_in_document_ = type && type->essence() == media_type_of(form_);
  if (is_first && !is_in_document_) return fail(Errc::corrupt, "the first part is no metadata");
  if (!is_first && is_in_document_ && form_ == MetadataForm::json)
    return fail(Errc::corrupt, "one part, and no other, is application/dicom+json");
  if (is_in_document_) {
    documents_.push_back({kept_bytes_, 0});
    return {};
  }
  std::string const* const location = headers.find("content-location");
  // Of a type that cannot be read nobody knows what it is: as one that is not taken.
  bulk_.begin(location ? std::string_view(*location) : std::string_view{},
              type ? *type : MediaType{"image", "*", {}}, kept_bytes_);
  if (bulk_.location_bytes() > kMostLocationBytes)
    return fail(Errc::limit_exceeded, "the bulk data's locations are too long");
  return {};
}

Status StowMetadata::part_data(std::span<std::byte const> bytes) {
  if (is_in_document_ && (metadata_bytes_ += bytes.size()) > kMostMetadataBytes)
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
  if (is_in_document_)
    documents_.back().length_bytes = kept_bytes_ - documents_.back().offset_bytes;
  else
    bulk_.end(kept_bytes_);
  return {};
}

Status StowMetadata::store(StoreObject const& store, StowAnswer& answer) {
  if (!kept_) return fail(Errc::corrupt, "no metadata");
  auto const view = kept_->view();
  if (!view) return std::unexpected(view.error());
  std::span<std::byte const> const kept = (*view)->bytes();
  Status const stored = form_ == MetadataForm::json ? store_array(kept, store, answer)
                                                    : store_documents(kept, store, answer);
  if (!stored) return stored;
  answer.other_failures.insert(answer.other_failures.end(), bulk_.unused_count(),
                               StoreReason::cannot_understand);
  return {};
}

Status StowMetadata::store_array(std::span<std::byte const> kept, StoreObject const& store,
                                 StowAnswer& answer) {
  auto const all = parse_keeping_digits(text_of(kept, documents_.front()), kMostValues);
  if (!all) return std::unexpected(all.error());
  auto const* const objects = all->if_array();
  if (objects == nullptr) return fail(Errc::corrupt, "the metadata are no array");
  for (json::value const& each : *objects)
    if (!each.is_object()) return fail(Errc::corrupt, "the metadata are no array of objects");
  for (json::value const& each : *objects) answer.add(store_one(each.get_object(), kept, store));
  return {};
}

Status StowMetadata::store_documents(std::span<std::byte const> kept, StoreObject const& store,
                                     StowAnswer& answer) {
  std::size_t values_left = kMostValues;
  for (dicom::ByteSpan const& document : documents_) {
    auto const object = read_native_model(text_of(kept, document), values_left);
    if (object)
      answer.add(store_one(*object, kept, store));
    else if (object.error().code == Errc::corrupt)  // nobody knows which object it was to be
      answer.other_failures.push_back(StoreReason::cannot_understand);
    else
      return std::unexpected(object.error());
  }
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
