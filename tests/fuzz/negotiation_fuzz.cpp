#include <array>
#include <cstdlib>
#include <string>

#include "dicomweb/accept.hpp"
#include "dicomweb/boundary.hpp"
#include "dicomweb/media_type.hpp"
#include "dicomweb/qido_query.hpp"

/// What DICOMweb reads out of headers and queries: media types, Accept, QIDO-RS keys and values.
/// The first byte chooses. A media type that was read can be written and read again.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sightline::server;
  if (size < 1) return 0;
  std::string const text(reinterpret_cast<char const*>(data) + 1, size - 1);
  if (data[0] % 3 == 0) {
    auto const type = parse_media_type(text);
    if (!type) return 0;
    (void)boundary_of(*type);
    auto const again = parse_media_type(format_media_type(*type));
    if (!again || *again != *type) std::abort();
  } else if (data[0] % 3 == 1) {
    std::array const forms{
        Representation{"multipart/related", "application/dicom", "1.2.840.10008.1.2.1", true},
        Representation{"application/dicom+json", "", "", false}};
    std::array const query{text};
    for (AcceptRequest const& request : {AcceptRequest{text, {}}, AcceptRequest{"", query}}) {
      auto const chosen = choose_representation(request, forms);
      if (chosen && *chosen && **chosen >= forms.size()) std::abort();
    }
  } else {
    std::size_t const equals = text.find('=');
    std::array const parameters{std::pair{text.substr(0, equals), equals == std::string::npos
                                                                      ? std::string()
                                                                      : text.substr(equals + 1)}};
    using Level = sightline::server::DicomSearch::Level;
    for (Level const level : {Level::study, Level::series, Level::instance})
      (void)parse_qido_query({level, {}, {}}, parameters);
  }
  return 0;
}
