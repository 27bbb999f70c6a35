#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

#include "dicom/dicom_json.hpp"
#include "dicom/instance.hpp"
#include "dicomweb/json_digits.hpp"
#include "dicomweb/object_from_json.hpp"

namespace {

using namespace sightline;

/// The made bytes of an object's pieces; what stands for bulk data is left out.
std::vector<std::byte> made_bytes(std::vector<server::Piece> const& pieces) {
  std::vector<std::byte> bytes;
  for (server::Piece const& piece : pieces) {
    auto const* const made = std::get_if<std::vector<std::byte>>(&piece);
    if (made != nullptr) bytes.insert(bytes.end(), made->begin(), made->end());
  }
  return bytes;
}

}  // namespace

/// An object of the DICOM JSON Model with one part of bulk data, "b", beside it: a Part 10 file is
/// made of it, or a reason is given; the file is one that is read again, and written as JSON.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  constexpr std::size_t kMostValues = 10'000;
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const parsed = server::parse_keeping_digits(text, kMostValues);
  if (!parsed || !parsed->is_object()) return 0;
  server::BulkParts bulk("http://h/dicom-web/studies");
  bulk.begin("b", {}, 0);
  bulk.end(1152);
  auto const pieces = server::object_from_json(parsed->get_object(), bulk);
  if (!pieces) return 0;
  bool const is_whole = pieces->size() == 1;
  auto const file = made_bytes(*pieces);
  auto const instance = dicom::read_instance(file);
  if (is_whole && !instance && instance.error().code == Errc::not_dicom) std::abort();
  (void)dicom::dicom_json(file, {.bulk_prefix = "b"});
  return 0;
}
