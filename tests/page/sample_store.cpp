#include "page/sample_store.hpp"

#include <cstdlib>
#include <stdexcept>

namespace sightline::server {
namespace {

std::filesystem::path make_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "sightline-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return name;
}

dicom::Instance base_instance(char const* study, char const* series, std::string sop) {
  dicom::Instance instance;
  instance.study.study_instance_uid = study;
  instance.patient.name = kSamplePatient;
  instance.study.study_description = "<img src=x>";
  instance.series.series_instance_uid = series;
  instance.sop_class_uid = "1.2.840.10008.5.1.4.1.1.2";
  instance.sop_instance_uid = std::move(sop);
  instance.transfer_syntax_uid = "1.2.840.10008.1.2.1";
  instance.has_pixels = true;
  instance.number_of_frames = 1;
  instance.display.resize(1);
  instance.geometry.resize(1);
  return instance;
}

wire::ManifestInstance ct_slice(std::uint32_t slice) {
  dicom::Instance instance = base_instance(
      kSampleStudy, kSampleCtSeries, std::string(kSampleCtSeries) + "." + std::to_string(slice));
  instance.series.modality = "CT";
  instance.series.series_number = 1;
  instance.instance_number = static_cast<std::int32_t>(slice + 1);
  instance.format.rows = instance.format.cols = 256;
  instance.geometry[0].image_position = {0, 0, 2.0 * slice};
  instance.geometry[0].image_orientation = {1, 0, 0, 0, 1, 0};
  wire::StreamIndex stream;
  stream.encoding = codec::Encoding::htj2k;
  stream.level_ends = kSampleCtEnds;
  stream.has_digest = true;
  return {instance, sample_hash(slice), false, false, {stream}};
}

wire::ManifestInstance us_clip() {
  dicom::Instance instance = base_instance(kSampleStudy, kSampleUsSeries, kSampleUsInstance);
  instance.series.modality = "US";
  instance.series.series_number = 2;
  instance.number_of_frames = 2;
  instance.format.rows = kSampleUsRows;
  instance.format.cols = kSampleUsCols;
  instance.format.bits_allocated = instance.format.bits_stored = 8;
  instance.format.high_bit = 7;
  instance.display[0].windows = {{16, 32, ""}};
  wire::StreamIndex good;
  good.encoding = codec::Encoding::native;
  good.level_ends = {kSampleUsRows * kSampleUsCols};
  good.max = 31;
  wire::StreamIndex bad;
  bad.failure = Errc::corrupt;
  return {instance, sample_hash(7), false, false, {good, bad}};
}

[[noreturn]] void not_in_tests() {
  throw std::logic_error("the network never writes to the index");
}

}  // namespace

std::string sample_hash(unsigned n) { return std::string(63, 'a') + "0123456789abcdef"[n % 16]; }

std::vector<std::byte> SampleStore::ct_stream(std::uint32_t frame) {
  std::vector<std::byte> bytes(kSampleCtLength);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::byte>((i * 7 + i / 256 + frame * 31) & 255);
  return bytes;
}

SampleStore::SampleStore()
    : folder(make_folder()),
      blob_store(open_folder_store(folder).value()),
      blobs(*blob_store),
      pyramids(folder / "pyramids"),
      tiles(index, pyramids) {
  wire::Manifest manifest{17, {ct_slice(0), ct_slice(1), ct_slice(2), us_clip()}};
  for (std::uint32_t slice = 0; slice < 3; ++slice) {
    if (!pyramids.put(sample_hash(slice), manifest.instances[slice].streams, {ct_stream(slice)}))
      throw std::runtime_error("put");
  }
  std::vector<std::byte> ramp;
  for (unsigned value = 0; value < kSampleUsRows * kSampleUsCols; ++value)
    ramp.push_back(static_cast<std::byte>(value));
  if (!pyramids.put(sample_hash(7), manifest.instances[3].streams, {ramp, {}}))
    throw std::runtime_error("put");
  index.put(std::move(manifest));

  wire::ManifestInstance pending{
      base_instance(kPendingStudy, "1.2.826.0.1.3680043.10.2.2", "1.2.826.0.1.3680043.10.2.3"),
      sample_hash(9),
      false,
      true,
      {}};
  pending.instance.format.rows = pending.instance.format.cols = 16;
  index.put({3, {pending}});
}

SampleStore::~SampleStore() {
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

void SampleIndex::put(wire::Manifest manifest) {
  std::scoped_lock const lock(mutex_);
  std::string uid = manifest.instances.front().instance.study.study_instance_uid;
  studies_.insert_or_assign(std::move(uid), std::move(manifest));
}

void SampleIndex::raise_revision(std::string const& study) {
  std::scoped_lock const lock(mutex_);
  ++studies_.at(study).revision;
}

Result<std::uint64_t> SampleIndex::revision(std::string const& study) const {
  std::scoped_lock const lock(mutex_);
  auto const hit = studies_.find(study);
  if (hit == studies_.end()) return fail(Errc::not_found);
  return hit->second.revision;
}

Result<wire::Manifest> SampleIndex::manifest(std::string const& study) const {
  std::scoped_lock const lock(mutex_);
  auto const hit = studies_.find(study);
  if (hit == studies_.end()) return fail(Errc::not_found);
  return hit->second;
}

Result<StreamLocation> SampleIndex::locate(std::string const& hash) const {
  std::scoped_lock const lock(mutex_);
  for (auto const& [uid, manifest] : studies_) {
    for (wire::ManifestInstance const& entry : manifest.instances) {
      if (entry.sha256_hex == hash)
        return StreamLocation{uid, entry.pending, entry.instance, entry.streams};
    }
  }
  return fail(Errc::not_found);
}

Result<std::string> SampleIndex::find_instance(std::string const& study, std::string const& series,
                                               std::string const& sop) const {
  std::scoped_lock const lock(mutex_);
  auto const hit = studies_.find(study);
  if (hit == studies_.end()) return fail(Errc::not_found);
  for (wire::ManifestInstance const& entry : hit->second.instances) {
    if (entry.instance.series.series_instance_uid == series &&
        entry.instance.sop_instance_uid == sop)
      return entry.sha256_hex;
  }
  return fail(Errc::not_found);
}

Result<StudyPage> SampleIndex::studies(StudyQuery const& query) const {
  std::scoped_lock const lock(mutex_);
  StudyPage page{studies_.size(), {}};
  for (auto const& [uid, manifest] : studies_) {
    if (page.studies.size() == query.limit) break;
    StudySummary row;
    row.study_instance_uid = uid;
    row.patient_name = kSamplePatient;
    row.modalities = {"CT", "US"};
    row.instances = static_cast<std::uint32_t>(manifest.instances.size());
    page.studies.push_back(std::move(row));
  }
  return page;
}

Result<Counts> SampleIndex::counts() const {
  std::scoped_lock const lock(mutex_);
  Counts counts;
  counts.studies = studies_.size();
  return counts;
}

Result<AddOutcome> SampleIndex::add(dicom::Instance const&, std::string const&, std::uint64_t,
                                    DicomDocuments const&, OriginalCheck const&) {
  not_in_tests();
}
Status SampleIndex::describe(dicom::Instance const&, std::string const&, DicomDocuments const&) {
  not_in_tests();
}
Result<std::vector<std::string>> SampleIndex::undescribed(std::uint32_t) const { not_in_tests(); }
/// Nothing is found: DICOMweb's tests have a real index.
Status SampleIndex::search(DicomSearch const&, DicomVisit const&) const { return {}; }
Status SampleIndex::set_streams(std::string const&, std::vector<wire::StreamIndex> const&) {
  not_in_tests();
}
Result<std::vector<PendingInstance>> SampleIndex::pending(std::uint32_t) const { not_in_tests(); }
Result<std::optional<std::string>> SampleIndex::find_hash(std::string const&) const {
  not_in_tests();
}
Result<std::vector<std::string>> SampleIndex::remove_study(std::string const&) { not_in_tests(); }
Status SampleIndex::finish_removals(std::function<Status(std::string const&)> const&) {
  not_in_tests();
}
Result<std::vector<InstanceRow>> SampleIndex::stored(std::int64_t, std::uint32_t) const {
  not_in_tests();
}
Result<std::vector<std::string>> SampleIndex::self_check() const { not_in_tests(); }
Status SampleIndex::copy_to(std::filesystem::path const&) const { not_in_tests(); }

}  // namespace sightline::server
