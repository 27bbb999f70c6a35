#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sightline::server {

/// One header of a part.
struct PartHeader {
  std::string name;   ///< lower case
  std::string value;  ///< without space around it; hostile text
  bool operator==(PartHeader const&) const = default;
};

/// A part's headers in the order sent. Each "content-…" name is there at most once.
struct PartHeaders {
  std::vector<PartHeader> list;

  /// The value of the first header of this (lower-case) name; nullptr when there is none.
  std::string const* find(std::string_view name) const;
};

/// Who is told what a multipart body holds, in the order
/// (part_begin part_data* part_end)+ done. An error returned ends the reading: it is what feed
/// gives, then and ever after.
class MultipartVisitor {
 public:
  virtual ~MultipartVisitor() = default;
  virtual Status part_begin(PartHeaders const& headers) = 0;
  /// Some more of the part's bytes, never none. Lifetime: until the call returns.
  virtual Status part_data(std::span<std::byte const> bytes) = 0;
  virtual Status part_end() = 0;
  /// The close delimiter has been read; what follows is ignored.
  virtual Status done() = 0;
};

struct MultipartLimits {
  std::uint32_t max_header_bytes = 16 * 1024;  ///< of one part, with line ends
  std::uint32_t max_headers = 64;              ///< of one part
  std::uint64_t max_parts = 100'000;
};

/// Reads a multipart body that comes in pieces of any size. Memory: the boundary and one part's
/// headers; bodies, preamble and epilogue pass through. Every byte is looked at once or twice.
/// Strict where two readers could differ: lines end in CRLF, a line that begins with the delimiter
/// is one (RFC 2046 5.1.1) and may have nothing but space after it, headers are not folded.
/// Errors: corrupt (form), unsupported (folded header), limit_exceeded, the visitor's; sticky, with
/// the offset behind the byte that broke it. Threads: one object, one thread. Source: RFC
/// 2046 5.1.1, RFC 5322 2.2.
class MultipartReader {
 public:
  /// Lifetime: the visitor outlives the reader. Errors: invalid_argument (not a boundary).
  static Result<MultipartReader> create(std::string_view boundary, MultipartLimits const& limits,
                                        MultipartVisitor& visitor);

  Status feed(std::span<std::byte const> bytes);
  /// The body has ended. Errors: truncated (no close delimiter yet), or the error of before.
  Status finish() const;

  std::uint64_t parts_begun() const { return parts_; }

 private:
  enum class State : std::uint8_t {
    preamble,        ///< before the first delimiter
    delimiter_end,   ///< after a delimiter: "--", or space and CRLF
    delimiter_dash,  ///< after its first '-'
    delimiter_pad,   ///< after space
    delimiter_line,  ///< after CR
    headers,
    body,
    epilogue,
  };

  MultipartReader(std::string_view boundary, MultipartLimits const& limits,
                  MultipartVisitor& visitor);
  Status advance(std::span<std::byte const> bytes, std::size_t& at);
  Status search_delimiter(std::span<std::byte const> bytes, std::size_t& at);
  Status end_delimiter(char c);
  Status read_header_byte(char c);
  Status end_header_line();
  Status emit(std::span<std::byte const> bytes);
  /// The next bytes may begin with a delimiter whose CRLF is the line end just read.
  void expect_delimiter(State state);

  std::string delimiter_;  ///< CRLF "--" boundary
  MultipartLimits limits_;
  MultipartVisitor* visitor_;
  State state_ = State::preamble;
  std::size_t matched_ = 0;   ///< bytes of the delimiter that the input ends with
  std::size_t borrowed_ = 0;  ///< of these, a line end that is not the body's
  PartHeaders headers_;
  std::string line_;
  std::uint32_t header_bytes_ = 0;
  std::uint64_t parts_ = 0;
  std::uint64_t offset_bytes_ = 0;
  std::optional<Error> error_;
};

}  // namespace sightline::server
