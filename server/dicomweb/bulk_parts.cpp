#include "dicomweb/bulk_parts.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "dicom/transfer_syntax.hpp"
#include "dicomweb/pixel_media_type.hpp"

namespace sightline::server {
namespace {

constexpr std::string_view kOctets = "application/octet-stream";

/// The transfer syntax of a part's compressed pixels; empty for plain bytes; nothing for what is
/// not taken. Source: PS3.18 8.7.3, Table 8.7.3-5.
std::optional<std::string> pixel_syntax_of(MediaType const& type) {
  std::string const essence = type.essence();
  std::string const* const named = type.find("transfer-syntax");
  bool const is_picture = type.type == "image" || type.type == "video";
  if (is_picture) {
    std::string const syntax(named ? std::string_view(*named) : default_transfer_syntax(essence));
    if (syntax.empty() || media_type_of(syntax) != essence) return std::nullopt;
    return syntax;
  }
  if (type.type == "multipart") return std::nullopt;
  if (named == nullptr || *named == kExplicitVrLittleEndian) return std::string{};
  dicom::TransferSyntax const syntax = dicom::transfer_syntax_of(*named);
  bool const is_known =
      syntax.family != dicom::TransferSyntax::Family::other || media_type_of(*named) != kOctets;
  if (essence != kOctets || !syntax.encapsulated || !is_known) return std::nullopt;
  return *named;
}

/// "http://host/a/b" -> how long "http:" and "http://host" are; 0, 0 when there is no scheme.
struct Prefix {
  std::size_t scheme = 0, authority = 0;
};
Prefix prefix_of(std::string_view uri) {
  std::size_t const colon = uri.find_first_of(":/?#");
  if (colon == std::string_view::npos || colon == 0 || uri[colon] != ':') return {};
  std::size_t const scheme = colon + 1;
  if (!uri.substr(scheme).starts_with("//")) return {scheme, scheme};
  return {scheme, std::min(uri.find_first_of("/?#", scheme + 2), uri.size())};
}

}  // namespace

void BulkParts::begin(std::string_view location, MediaType const& type,
                      std::uint64_t offset_bytes) {
  auto syntax = pixel_syntax_of(type);
  Part part{syntax.value_or(""), syntax.has_value()};
  part.span.offset_bytes = offset_bytes;
  if (!location.empty()) {
    std::string uri = resolve(location);
    location_bytes_ += uri.size();
    by_uri_[std::move(uri)].push_back(parts_.size());
  }
  parts_.push_back(std::move(part));
}

void BulkParts::end(std::uint64_t offset_bytes) {
  if (parts_.empty()) return;
  dicom::ByteSpan& span = parts_.back().span;
  span.length_bytes = offset_bytes - span.offset_bytes;
}

std::expected<BulkValue, StoreReason> BulkParts::find(std::string_view bulk_data_uri) {
  std::string const uri = resolve(bulk_data_uri);
  auto const whole = parts_at(uri);
  if (whole.empty()) return find_frames(uri);
  Part const& first = parts_[whole.front()];
  if (whole.size() > 1 && first.is_supported && first.transfer_syntax_uid.empty())
    return std::unexpected(StoreReason::cannot_understand);
  BulkValue value{first.transfer_syntax_uid, {}};
  for (std::size_t const i : whole)
    if (StoreReason const why = use(i, value); why != StoreReason::none)
      return std::unexpected(why);
  return value;
}

std::expected<BulkValue, StoreReason> BulkParts::find_frames(std::string const& uri) {
  BulkValue value;
  for (;;) {
    auto const one = parts_at(uri + "/frames/" + std::to_string(value.spans.size() + 1));
    if (one.empty() && !value.spans.empty()) return value;
    if (one.size() != 1) return std::unexpected(StoreReason::cannot_understand);
    if (value.spans.empty()) value.transfer_syntax_uid = parts_[one.front()].transfer_syntax_uid;
    if (StoreReason const why = use(one.front(), value); why != StoreReason::none)
      return std::unexpected(why);
  }
}

/// Adds the part to the value, or says why it cannot be one of it.
StoreReason BulkParts::use(std::size_t index, BulkValue& value) {
  Part& part = parts_[index];
  bool const was_used = std::exchange(part.is_used, true);
  if (!part.is_supported) return StoreReason::media_type_not_supported;
  if (was_used || part.transfer_syntax_uid != value.transfer_syntax_uid)
    return StoreReason::cannot_understand;
  value.spans.push_back(part.span);
  return StoreReason::none;
}

std::size_t BulkParts::unused_count() const {
  return static_cast<std::size_t>(std::ranges::count(parts_, false, &Part::is_used));
}

/// Without removal of dot segments: who writes them writes them in both places.
std::string BulkParts::resolve(std::string_view reference) const {
  if (prefix_of(reference).scheme != 0) return std::string(reference);
  Prefix const base = prefix_of(base_);
  std::size_t kept = base_.rfind('/') + 1;
  if (reference.starts_with("//")) {
    kept = base.scheme;
  } else if (reference.starts_with('/')) {
    kept = base.authority;
  }
  return base_.substr(0, kept).append(reference);
}

std::span<std::size_t const> BulkParts::parts_at(std::string const& uri) const {
  auto const found = by_uri_.find(uri);
  if (found == by_uri_.end()) return {};
  return found->second;
}

}  // namespace sightline::server
