#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "blob/blob_store.hpp"
#include "index/index.hpp"
#include "tile/pyramid_store.hpp"
#include "tile/tile_service.hpp"

namespace sightline::server {

/// A study that the tests make: an index in memory, pyramids in a folder of its own that goes with
/// it.
class SampleIndex final : public Index {
 public:
  void put(wire::Manifest manifest);
  void raise_revision(std::string const& study);

  Result<AddOutcome> add(dicom::Instance const&, std::string const&, std::uint64_t,
                         DicomDocuments const&, OriginalCheck const&) override;
  Status describe(dicom::Instance const&, std::string const&, DicomDocuments const&) override;
  Result<std::vector<std::string>> undescribed(std::uint32_t) const override;
  Status search(DicomSearch const&, DicomVisit const&) const override;
  Status set_streams(std::string const&, std::vector<wire::StreamIndex> const&) override;
  Result<std::vector<PendingInstance>> pending(std::uint32_t) const override;
  Result<StudyPage> studies(StudyQuery const& query) const override;
  Result<std::uint64_t> revision(std::string const& study) const override;
  Result<wire::Manifest> manifest(std::string const& study) const override;
  Result<StreamLocation> locate(std::string const& hash) const override;
  Result<std::string> find_instance(std::string const&, std::string const&,
                                    std::string const& sop) const override;
  Result<std::optional<std::string>> find_hash(std::string const& hash) const override;
  Result<std::vector<std::string>> remove_study(std::string const&) override;
  Status finish_removals(std::function<Status(std::string const&)> const&) override;
  Result<std::vector<InstanceRow>> stored(std::int64_t, std::uint32_t) const override;
  Result<std::vector<std::string>> self_check() const override;
  Status copy_to(std::filesystem::path const&) const override;
  Result<Counts> counts() const override;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, wire::Manifest> studies_;
};

struct SampleStore {
  SampleStore();
  ~SampleStore();
  SampleStore(SampleStore const&) = delete;
  SampleStore& operator=(SampleStore const&) = delete;

  /// The stream of one frame of the sample CT: `frame` is the instance's place, 0 … 2.
  static std::vector<std::byte> ct_stream(std::uint32_t frame);

  std::filesystem::path folder;
  SampleIndex index;
  std::unique_ptr<BlobStore> blob_store;
  BlobStore& blobs;
  PyramidStore pyramids;
  TileService tiles;
};

inline constexpr char const* kSampleStudy = "1.2.826.0.1.3680043.10.1.1";
inline constexpr char const* kSampleCtSeries = "1.2.826.0.1.3680043.10.1.2";
inline constexpr char const* kSampleUsSeries = "1.2.826.0.1.3680043.10.1.3";
inline constexpr char const* kSampleUsInstance = "1.2.826.0.1.3680043.10.1.3.1";
inline constexpr char const* kPendingStudy = "1.2.826.0.1.3680043.10.2.1";
inline constexpr char const* kSamplePatient = "</script><b>Sentinel^Patient";
inline constexpr std::uint32_t kSampleCtLength = 5000;
/// Ends of the CT's three levels. Its rows x cols are 256 x 256, so that level 1 is the one of 128.
inline const std::vector<std::uint32_t> kSampleCtEnds{100, 600, kSampleCtLength};
/// The US instance: one native frame of 8 bits, 4 rows x 8 cols, values 0 … 31, and one that has
/// failed.
inline constexpr std::uint32_t kSampleUsRows = 4, kSampleUsCols = 8;
/// "hash" of the n-th sample file.
std::string sample_hash(unsigned n);

}  // namespace sightline::server
