#include "dicomweb/multipart_reader.hpp"

#include <algorithm>
#include <cstring>

#include "dicomweb/boundary.hpp"

namespace sightline::server {
namespace {

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

bool is_field_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").contains(c);
  });
}

/// No control characters but HTAB.
bool is_field_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
  });
}

}  // namespace

std::string const* PartHeaders::find(std::string_view name) const {
  auto const found = std::ranges::find(list, name, &PartHeader::name);
  return found == list.end() ? nullptr : &found->value;
}

Result<MultipartReader> MultipartReader::create(std::string_view boundary,
                                                MultipartLimits const& limits,
                                                MultipartVisitor& visitor) {
  if (!is_boundary(boundary)) return fail(Errc::invalid_argument, "not a boundary");
  return MultipartReader(boundary, limits, visitor);
}

MultipartReader::MultipartReader(std::string_view boundary, MultipartLimits const& limits,
                                 MultipartVisitor& visitor)
    : delimiter_("\r\n--" + std::string(boundary)), limits_(limits), visitor_(&visitor) {
  expect_delimiter(State::preamble);
}

Status MultipartReader::feed(std::span<std::byte const> bytes) {
  if (error_) return std::unexpected(*error_);
  for (std::size_t at = 0; at < bytes.size();) {
    Status const advanced = advance(bytes, at);
    if (advanced) continue;
    error_ = advanced.error();
    error_->offset_bytes = offset_bytes_ + at;
    return std::unexpected(*error_);
  }
  offset_bytes_ += bytes.size();
  return {};
}

Status MultipartReader::finish() const {
  if (error_) return std::unexpected(*error_);
  if (state_ != State::epilogue)
    return fail(Errc::truncated, "multipart without close delimiter", offset_bytes_);
  return {};
}

/// Reads a byte or more from `at`.
Status MultipartReader::advance(std::span<std::byte const> bytes, std::size_t& at) {
  switch (state_) {
    case State::preamble:
    case State::body: return search_delimiter(bytes, at);
    case State::headers: return read_header_byte(static_cast<char>(bytes[at++]));
    case State::epilogue: at = bytes.size(); return {};
    case State::delimiter_end:
    case State::delimiter_dash:
    case State::delimiter_pad:
    case State::delimiter_line: break;
  }
  return end_delimiter(static_cast<char>(bytes[at++]));
}

/// Passes bytes on until the delimiter or the end. A boundary has no CR, so a match that fails
/// holds no other match's beginning: what was matched is data, and the search goes on behind it.
Status MultipartReader::search_delimiter(std::span<std::byte const> bytes, std::size_t& at) {
  std::size_t from = at;           // first byte that is not passed on
  std::size_t earlier = matched_;  // matched bytes that are not in `bytes` from `from` on
  while (at < bytes.size()) {
    if (matched_ == 0) {
      void const* cr = std::memchr(bytes.data() + at, '\r', bytes.size() - at);
      if (!cr) {
        at = bytes.size();
        break;
      }
      at = static_cast<std::size_t>(static_cast<std::byte const*>(cr) - bytes.data()) + 1;
      matched_ = 1;
    } else if (static_cast<char>(bytes[at]) == delimiter_[matched_]) {
      ++at;
      if (++matched_ < delimiter_.size()) continue;
      Status const passed = emit(bytes.subspan(from, at - from - (matched_ - earlier)));
      if (!passed) return passed;
      bool const in_part = state_ == State::body;
      matched_ = borrowed_ = 0;
      state_ = State::delimiter_end;
      return in_part ? visitor_->part_end() : Status{};
    } else {
      if (earlier > borrowed_) {
        Status const passed =
            emit(std::as_bytes(std::span(delimiter_)).subspan(borrowed_, earlier - borrowed_));
        if (!passed) return passed;
      }
      matched_ = borrowed_ = earlier = 0;
    }
  }
  return emit(bytes.subspan(from, at - from - (matched_ - earlier)));
}

Status MultipartReader::end_delimiter(char c) {
  if (state_ == State::delimiter_dash) {
    if (c != '-') return fail(Errc::corrupt, "text after a delimiter");
    if (parts_ == 0) return fail(Errc::corrupt, "multipart without part");
    state_ = State::epilogue;
    return visitor_->done();
  }
  if (state_ == State::delimiter_line) {
    if (c != '\n') return fail(Errc::corrupt, "CR without LF after a delimiter");
    if (parts_ == limits_.max_parts) return fail(Errc::limit_exceeded, "too many parts");
    ++parts_;
    headers_.list.clear();
    header_bytes_ = 0;
    state_ = State::headers;
    return {};
  }
  if (c == '-' && state_ == State::delimiter_end) {
    state_ = State::delimiter_dash;
  } else if (c == ' ' || c == '\t') {
    state_ = State::delimiter_pad;
  } else if (c == '\r') {
    state_ = State::delimiter_line;
  } else {
    return fail(Errc::corrupt, "text after a delimiter");
  }
  return {};
}

Status MultipartReader::read_header_byte(char c) {
  if (++header_bytes_ > limits_.max_header_bytes)
    return fail(Errc::limit_exceeded, "part headers too long");
  if (line_.ends_with('\r')) {
    if (c != '\n') return fail(Errc::corrupt, "CR inside of a part header");
    line_.pop_back();
    return end_header_line();
  }
  if (c == '\n') return fail(Errc::corrupt, "LF without CR in part headers");
  line_.push_back(c);
  return {};
}

Status MultipartReader::end_header_line() {
  if (line_.empty()) {
    expect_delimiter(State::body);
    return visitor_->part_begin(headers_);
  }
  if (line_.front() == ' ' || line_.front() == '\t')
    return fail(Errc::unsupported, "folded part header");
  if (headers_.list.size() == limits_.max_headers)
    return fail(Errc::limit_exceeded, "too many part headers");
  std::string_view const line = line_;
  std::size_t const colon = line.find(':');
  if (colon == std::string_view::npos || !is_field_name(line.substr(0, colon)))
    return fail(Errc::corrupt, "part header without name");
  PartHeader header{line_.substr(0, colon), std::string(trim(line.substr(colon + 1)))};
  for (char& c : header.name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  if (!is_field_value(header.value))
    return fail(Errc::corrupt, "control character in a part header");
  if (header.name.starts_with("content-") && headers_.find(header.name))
    return fail(Errc::corrupt, "part header twice");
  headers_.list.push_back(std::move(header));
  line_.clear();
  return {};
}

Status MultipartReader::emit(std::span<std::byte const> bytes) {
  return state_ == State::body && !bytes.empty() ? visitor_->part_data(bytes) : Status{};
}

void MultipartReader::expect_delimiter(State state) {
  state_ = state;
  matched_ = borrowed_ = 2;
}

}  // namespace sightline::server
