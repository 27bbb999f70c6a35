#include <boost/json.hpp>
#include <cstdlib>
#include <string_view>

#include "dicomweb/dicom_xml.hpp"
#include "dicomweb/native_model_reader.hpp"

/// What is read of a document of the Native DICOM Model, written and read again, is the same: but
/// for characters that XML cannot hold, which the writer replaces.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline::server;
  std::string_view const xml(reinterpret_cast<char const*>(data), size);
  std::size_t values = 1000;
  auto const object = read_native_model(xml, values);
  if (!object) return 0;
  auto const written = native_dicom_xml(boost::json::serialize(boost::json::array{*object}));
  if (!written || written->size() != 1) std::abort();
  values = 10'000;
  auto const again = read_native_model(written->front(), values);
  if (!again && size < 4096) std::abort();  // a longer tag may have become one that is too long
  return 0;
}
