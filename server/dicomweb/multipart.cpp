#include "dicomweb/multipart.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include "base/checked.hpp"
#include "dicomweb/boundary.hpp"

namespace sightline::server {
namespace {

bool is_header_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

void append_bytes(std::vector<std::byte>& out, std::span<std::byte const> bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Appends what [from, to) has of `text`, which stands at `start`.
void append_overlap(std::vector<std::byte>& out, std::string_view text, std::uint64_t start,
                    std::uint64_t from, std::uint64_t to) {
  std::uint64_t const first = std::max(start, from), last = std::min(start + text.size(), to);
  if (first < last)
    append_bytes(out, std::as_bytes(std::span(text)).subspan(first - start, last - first));
}

}  // namespace

PartBody::PartBody(std::vector<std::byte> bytes)
    : bytes_(std::make_shared<std::vector<std::byte> const>(std::move(bytes))),
      length_bytes_(bytes_->size()) {}

PartBody::PartBody(std::string text) {
  auto const bytes = std::as_bytes(std::span(text));
  bytes_ = std::make_shared<std::vector<std::byte> const>(bytes.begin(), bytes.end());
  length_bytes_ = bytes.size();
}

PartBody::PartBody(std::uint64_t length_bytes, Reader read)
    : length_bytes_(length_bytes), read_(std::move(read)) {}

Status PartBody::append(std::uint64_t offset, std::uint32_t count,
                        std::vector<std::byte>& out) const {
  if (count == 0) return {};
  if (bytes_) {
    append_bytes(out, std::span(*bytes_).subspan(offset, count));
    return {};
  }
  Result<std::vector<std::byte>> const block = read_(offset, count);
  if (!block) return std::unexpected(block.error());
  if (block->size() != count) return fail(Errc::io, "part reader gave another count", offset);
  append_bytes(out, *block);
  return {};
}

Result<MediaType> part_media_type(std::string_view media_type,
                                  std::string_view transfer_syntax_uid) {
  Result<MediaType> parsed = parse_media_type(media_type);
  if (parsed && !transfer_syntax_uid.empty())
    parsed->parameters.emplace_back("transfer-syntax", std::string(transfer_syntax_uid));
  return parsed;
}

Result<Multipart> Multipart::create(MediaType part_type, std::string boundary,
                                    std::vector<Part> parts) {
  if (!is_boundary(boundary)) return fail(Errc::invalid_argument, "not a boundary");
  if (parts.empty()) return fail(Errc::invalid_argument, "multipart without part");
  if (!is_header_text(format_media_type(part_type)))
    return fail(Errc::invalid_argument, "part type is no header text");
  Multipart made;
  made.part_type_ = std::move(part_type);
  made.boundary_ = std::move(boundary);
  made.close_ = "\r\n--" + made.boundary_ + "--\r\n";
  made.parts_ = std::move(parts);
  made.starts_.reserve(made.parts_.size() + 1);
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < made.parts_.size(); ++i) {
    Part const& part = made.parts_[i];
    if (!is_header_text(format_media_type(part.content_type)) ||
        !is_header_text(part.content_location))
      return fail(Errc::invalid_argument, "part header is no header text");
    made.starts_.push_back(end);
    auto const body_start = checked_add(end, made.head(i).size());
    auto const next = body_start ? checked_add(*body_start, part.body.length_bytes()) : body_start;
    if (!next || !checked_add(*next, made.close_.size()))
      return fail(Errc::limit_exceeded, "multipart too long");
    end = *next;
  }
  made.starts_.push_back(end);
  return made;
}

std::string Multipart::content_type() const {
  MediaType whole{
      "multipart", "related", {{"type", part_type_.essence()}, {"boundary", boundary_}}};
  whole.parameters.insert(whole.parameters.end(), part_type_.parameters.begin(),
                          part_type_.parameters.end());
  return format_media_type(whole);
}

std::string Multipart::head(std::size_t part) const {
  // The CRLF before a delimiter belongs to it (RFC 2046 5.1.1); the first one has no line before.
  std::string text = part == 0 ? "--" : "\r\n--";
  text += boundary_ + "\r\nContent-Type: " + format_media_type(parts_[part].content_type) + "\r\n";
  if (!parts_[part].content_location.empty())
    text += "Content-Location: " + parts_[part].content_location + "\r\n";
  return text + "\r\n";
}

Result<std::vector<std::byte>> Multipart::read(std::uint64_t offset, std::uint32_t count) const {
  std::uint64_t const length = length_bytes();
  if (offset > length) return fail(Errc::invalid_argument, "offset after the end", offset);
  std::uint64_t const end = offset + std::min<std::uint64_t>(count, length - offset);
  std::vector<std::byte> out;
  out.reserve(end - offset);
  auto const after = std::ranges::upper_bound(starts_, offset);
  for (auto i = static_cast<std::size_t>(after - starts_.begin()) - 1;
       i < parts_.size() && starts_[i] < end; ++i) {
    PartBody const& body = parts_[i].body;
    std::uint64_t const body_start = starts_[i + 1] - body.length_bytes();
    if (offset < body_start) append_overlap(out, head(i), starts_[i], offset, end);
    std::uint64_t const first = std::max(offset, body_start), last = std::min(end, starts_[i + 1]);
    if (first >= last) continue;
    Status const appended =
        body.append(first - body_start, static_cast<std::uint32_t>(last - first), out);
    if (!appended) return std::unexpected(appended.error());
  }
  append_overlap(out, close_, starts_.back(), offset, end);
  return out;
}

}  // namespace sightline::server
