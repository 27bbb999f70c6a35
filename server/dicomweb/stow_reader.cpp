#include "dicomweb/stow_reader.hpp"

#include "base/limits.hpp"
#include "dicomweb/boundary.hpp"

namespace sightline::server {
namespace {

bool is_dicom(MediaType const& type) { return type.essence() == "application/dicom"; }

std::optional<MetadataForm> metadata_form(MediaType const& type) {
  if (type.essence() == "application/dicom+json") return MetadataForm::json;
  if (type.essence() == "application/dicom+xml") return MetadataForm::xml;
  return std::nullopt;
}

/// Of a part without Content-Type the request's `type` parameter tells.
bool is_dicom_part(PartHeaders const& headers) {
  std::string const* const text = headers.find("content-type");
  if (text == nullptr) return true;
  auto const type = parse_media_type(*text);
  return type && is_dicom(*type);
}

}  // namespace

Result<std::unique_ptr<StowReader>> StowReader::create(MediaType const& content_type,
                                                       std::string study_instance_uid,
                                                       std::string_view request_uri,
                                                       BlobStore& blobs, StoreObject store) {
  std::unique_ptr<StowReader> reader(new StowReader(blobs, std::move(store)));
  reader->answer_.study_instance_uid = std::move(study_instance_uid);
  if (is_dicom(content_type)) {
    reader->begin_object();
    return reader;
  }
  auto const boundary = boundary_of(content_type);
  if (!boundary) return std::unexpected(boundary.error());
  if (std::string const* const root = content_type.find("type")) {
    auto const type = parse_media_type(*root);
    auto const form = type ? metadata_form(*type) : std::nullopt;
    if (form) reader->metadata_ = std::make_unique<StowMetadata>(blobs, request_uri, *form);
    if (!form && (!type || !is_dicom(*type)))
      return fail(Errc::unsupported, "neither application/dicom nor metadata");
  }
  MultipartVisitor* visitor = reader.get();
  if (reader->metadata_) visitor = reader->metadata_.get();
  auto parts = MultipartReader::create(*boundary, {}, *visitor);
  if (!parts) return std::unexpected(parts.error());
  reader->parts_ = std::move(*parts);
  return reader;
}

Status StowReader::feed(std::span<std::byte const> bytes) {
  if (bytes.empty()) return {};
  return parts_ ? parts_->feed(bytes) : part_data(bytes);
}

Result<StowAnswer> StowReader::finish() {
  if (parts_) {
    if (Status const whole = parts_->finish(); !whole) return std::unexpected(whole.error());
    Status const stored = metadata_ ? metadata_->store(store_, answer_) : Status{};
    if (!stored) return std::unexpected(stored.error());
  } else if (object_bytes_ > 0) {
    if (Status const ended = part_end(); !ended) return std::unexpected(ended.error());
  }
  return std::move(answer_);
}

Status StowReader::part_begin(PartHeaders const& headers) {
  begin_object();
  if (!is_dicom_part(headers)) failure_ = StoreReason::media_type_not_supported;
  return {};
}

Status StowReader::part_data(std::span<std::byte const> bytes) {
  object_bytes_ += bytes.size();
  if (failure_ != StoreReason::none) return {};
  if (object_bytes_ > kDefaultLimits.max_instance_bytes) {
    fail_object(StoreReason::out_of_resources);
    return {};
  }
  if (!writer_) {
    auto writer = blobs_.create();
    if (!writer) {
      fail_object(StoreReason::out_of_resources);
      return {};
    }
    writer_ = std::move(*writer);
  }
  if (!writer_->write(bytes)) fail_object(StoreReason::out_of_resources);
  return {};
}

Status StowReader::part_end() {
  if (failure_ == StoreReason::none && !writer_) failure_ = StoreReason::cannot_understand;
  if (failure_ != StoreReason::none) {
    answer_.other_failures.push_back(failure_);
    return {};
  }
  StoredObject object = store_(*writer_);
  writer_.reset();
  answer_.add(std::move(object));
  return {};
}

void StowReader::begin_object() {
  writer_.reset();
  object_bytes_ = 0;
  failure_ = StoreReason::none;
}

/// What was written of it goes away with its writer.
void StowReader::fail_object(StoreReason why) {
  failure_ = why;
  writer_.reset();
}

}  // namespace sightline::server
