#include "codec/j2k_library.hpp"

#include "codec/j2k_decoder.hpp"
#include "codec/jp2_codestream.hpp"
#include "codec/part_1_copy.hpp"
#include "codec/part_2_decoder.hpp"
#include "codec/part_2_header.hpp"
#include "codec/part_2_job.hpp"
#include "codec/part_2_library.hpp"

namespace sightline::codec {

/// The library never sees what Part 2 has put into the headers: it reads some of it its own way.
Result<DecodedFrame> decode_j2k_by_library(DecodeRequest const& request, Limits const& limits) {
  auto const codestream = find_codestream(request.bytes);
  if (!codestream) return std::unexpected(codestream.error());
  if (!is_part_2(codestream->bytes)) return decode_j2k(request, limits);
  auto const header = read_part_2_header(codestream->bytes);
  if (!header) return std::unexpected(header.error());
  if (header->has_stages()) return decode_part_2(request, limits, *codestream, *header);
  auto const part_1 = copy_part_1(codestream->bytes);
  bool const is_wrapped = codestream->bytes.size() != request.bytes.size();
  if (!header->frame && !header->left && !is_wrapped) {
    DecodeRequest plain = request;
    plain.bytes = part_1;
    return decode_j2k(plain, limits);
  }
  auto const job =
      prepare_part_2(request, limits, {part_1, codestream->component_of_sample}, *header);
  if (!job) return std::unexpected(job.error());
  return decode_part_2_by_library(request, *job);
}

}  // namespace sightline::codec
