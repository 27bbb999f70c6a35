#include "dicomweb/pixel_media_type.hpp"

namespace sightline::server {
namespace {

struct Row {
  std::string_view media_type, transfer_syntax_uid;
};

/// PS3.18 Table 8.7.3-5; the first row of a picture's media type is its default ("D").
constexpr Row kRows[] = {
    {"image/jpeg", "1.2.840.10008.1.2.4.70"},    {"image/jpeg", "1.2.840.10008.1.2.4.50"},
    {"image/jpeg", "1.2.840.10008.1.2.4.51"},    {"image/jpeg", "1.2.840.10008.1.2.4.57"},
    {"image/dicom-rle", "1.2.840.10008.1.2.5"},  {"image/jls", "1.2.840.10008.1.2.4.80"},
    {"image/jls", "1.2.840.10008.1.2.4.81"},     {"image/jp2", "1.2.840.10008.1.2.4.90"},
    {"image/jp2", "1.2.840.10008.1.2.4.91"},     {"image/jpx", "1.2.840.10008.1.2.4.92"},
    {"image/jpx", "1.2.840.10008.1.2.4.93"},     {"image/jphc", "1.2.840.10008.1.2.4.201"},
    {"image/jphc", "1.2.840.10008.1.2.4.202"},   {"image/jphc", "1.2.840.10008.1.2.4.203"},
    {"image/jxl", "1.2.840.10008.1.2.4.110"},    {"image/jxl", "1.2.840.10008.1.2.4.111"},
    {"image/jxl", "1.2.840.10008.1.2.4.112"},    {"video/mpeg", "1.2.840.10008.1.2.4.100"},
    {"video/mpeg", "1.2.840.10008.1.2.4.101"},   {"video/mp4", "1.2.840.10008.1.2.4.102"},
    {"video/mpeg", "1.2.840.10008.1.2.4.100.1"}, {"video/mpeg", "1.2.840.10008.1.2.4.101.1"},
    {"video/mp4", "1.2.840.10008.1.2.4.102.1"},  {"video/mp4", "1.2.840.10008.1.2.4.103.1"},
    {"video/mp4", "1.2.840.10008.1.2.4.104.1"},  {"video/mp4", "1.2.840.10008.1.2.4.105.1"},
    {"video/mp4", "1.2.840.10008.1.2.4.106.1"},  {"video/mp4", "1.2.840.10008.1.2.4.103"},
    {"video/mp4", "1.2.840.10008.1.2.4.104"},    {"video/mp4", "1.2.840.10008.1.2.4.105"},
    {"video/mp4", "1.2.840.10008.1.2.4.106"},    {"video/h265", "1.2.840.10008.1.2.4.107"},
    {"video/h265", "1.2.840.10008.1.2.4.108"},
};

}  // namespace

std::string_view media_type_of(std::string_view transfer_syntax_uid) {
  for (Row const& row : kRows)
    if (row.transfer_syntax_uid == transfer_syntax_uid) return row.media_type;
  return "application/octet-stream";
}

std::string_view default_transfer_syntax(std::string_view media_type) {
  if (media_type == "application/dicom" || media_type == "application/octet-stream")
    return kExplicitVrLittleEndian;
  if (!media_type.starts_with("image/")) return {};
  for (Row const& row : kRows)
    if (row.media_type == media_type) return row.transfer_syntax_uid;
  return {};
}

}  // namespace sightline::server
