#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.hpp"
#include "dicom/text.hpp"

/// A byte that says what kind of text it is, Specific Character Set up to a zero, and the text:
/// whatever these are, UTF-8 comes out, and not without bound.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline;
  if (size < 2) return 0;
  std::string_view const all(reinterpret_cast<char const*>(data), size);
  auto const kind = static_cast<dicom::TextKind>(data[0] % 3);
  std::size_t const end = all.find('\0', 1);
  if (end == std::string_view::npos) return 0;
  Limits limits;
  limits.max_text_bytes = 4096;
  dicom::TextConverter converter(all.substr(1, end - 1), limits);
  for (int again = 0; again < 2; ++again) {  // its tables are made once
    std::string const text = converter.to_utf8(all.substr(end + 1), kind);
    if (!is_valid_utf8(text) || text.size() > 8 * std::size_t{limits.max_text_bytes}) std::abort();
  }
  if (!is_valid_utf8(dicom::default_repertoire_text(all, limits))) std::abort();
  return 0;
}
