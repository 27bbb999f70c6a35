#include "dicom/identity.hpp"

#include <algorithm>
#include <ranges>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/uid.hpp"
#include "dicom/projection.hpp"
#include "dicom/text.hpp"

namespace sightline::dicom {
namespace {

constexpr std::string_view kMediaStorageDirectory = "1.2.840.10008.1.3.10";  // PS3.4 I.4

void read_patient(Attributes const& attributes, Patient& patient) {
  patient.name = attributes.text(0x00100010);
  patient.id = attributes.text(0x00100020);
  patient.birth_date = attributes.code(0x00100030);
  patient.sex = attributes.code(0x00100040);
}

void read_study(Attributes const& attributes, Study& study) {
  study.study_instance_uid = attributes.code(0x0020000D);
  study.study_date = attributes.code(0x00080020);
  study.study_time = attributes.code(0x00080030);
  study.study_description = attributes.text(0x00081030);
  study.accession_number = attributes.text(0x00080050);
  study.study_id = attributes.text(0x00200010);
  study.referring_physician_name = attributes.text(0x00080090);
  study.institution_name = attributes.text(0x00080080);
}

void read_series(Attributes const& attributes, Series& series) {
  series.series_instance_uid = attributes.code(0x0020000E);
  series.modality = attributes.code(0x00080060);
  series.series_description = attributes.text(0x0008103E);
  series.body_part_examined = attributes.code(0x00180015);
  series.laterality = attributes.code(0x00200060);
  series.protocol_name = attributes.text(0x00181030);
  series.frame_of_reference_uid = attributes.code(0x00200052);
  series.series_number = attributes.integer(0x00200011);
}

/// 2.25 and the first 128 bits of a hash as one decimal number. Source: PS3.5 B.2.
std::string uid_of_hash(std::string_view sha256_hex) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::vector<unsigned> digits{0};  // least significant first
  for (char const c : sha256_hex.substr(0, 32)) {
    auto carry = static_cast<unsigned>(std::min<std::size_t>(kHexDigits.find(c), 15));
    for (unsigned& digit : digits) {
      carry += 16 * digit;
      digit = carry % 10;
      carry /= 10;
    }
    for (; carry != 0; carry /= 10) digits.push_back(carry % 10);
  }
  std::string uid = "2.25.";
  for (unsigned const digit : digits | std::views::reverse) uid += static_cast<char>('0' + digit);
  return uid;
}

}  // namespace

void read_identity(Attributes const& attributes, Part10 const& part10, Instance& instance) {
  read_patient(attributes, instance.patient);
  read_study(attributes, instance.study);
  read_series(attributes, instance.series);
  instance.sop_class_uid = either(attributes.code(0x00080016), part10.media_sop_class_uid);
  instance.sop_instance_uid = either(attributes.code(0x00080018), part10.media_sop_instance_uid);
  instance.transfer_syntax_uid = part10.transfer_syntax_uid;
  instance.instance_number = attributes.integer(0x00200013);
  instance.image_type = attributes.code(0x00080008);
  instance.content_date = attributes.code(0x00080023);
  instance.content_time = attributes.code(0x00080033);
  instance.image_laterality = read_image_laterality(attributes);
  instance.view_position = read_view_position(attributes);
  instance.patient_orientation = attributes.code(0x00200020);
  instance.burned_in_annotation = attributes.code(0x00280301);
}

Status check_identity(Instance const& instance) {
  if (instance.sop_class_uid == kMediaStorageDirectory) {
    return fail(Errc::unsupported,
                "a media directory (DICOMDIR): its files are taken by themselves");
  }
  for (auto const& [uid, what] :
       {std::tuple{&instance.study.study_instance_uid, "Study Instance UID (0020,000D)"},
        std::tuple{&instance.series.series_instance_uid, "Series Instance UID (0020,000E)"},
        std::tuple{&instance.sop_instance_uid, "SOP Instance UID (0008,0018)"}}) {
    if (uid->empty()) return fail(Errc::corrupt, std::string("without ") + what);
    if (!is_uid(*uid)) return fail(Errc::corrupt, std::string("unusable ") + what);
  }
  return {};
}

void complete_identity(Instance& instance, std::string_view sha256_hex) {
  std::string const made = uid_of_hash(sha256_hex);
  for (auto const& [uid, stands_in] : {std::pair{&instance.study.study_instance_uid, made},
                                       std::pair{&instance.series.series_instance_uid, made + ".1"},
                                       std::pair{&instance.sop_instance_uid, made + ".1.1"}}) {
    if (!is_uid(*uid)) *uid = stands_in;
  }
}

}  // namespace sightline::dicom
