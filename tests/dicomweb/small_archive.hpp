#pragma once
#include <memory>
#include <string>

#include "../app/temporary_folder.hpp"
#include "app/part10_writer.hpp"
#include "base/byte_writer.hpp"
#include "blob/blob_store.hpp"
#include "index/index.hpp"
#include "tile/ingest.hpp"

namespace sightline::server::testing {

/// Originals and a SQLite index in a folder that goes with it; pyramids are not made.
class SmallArchive {
 public:
  SmallArchive() {
    blobs_ = std::move(*open_folder_store(folder_.path()));
    index_ = std::move(*open_sqlite_index(folder_.path() / "index.sqlite"));
  }

  struct Object {
    std::string study, series, sop;
    std::string patient = "Doe^Jane", patient_id = "P1", date = "20260102", time = "101500";
    std::string modality = "CT", accession = "A1", description = "Head";
    int series_number = 1, instance_number = 1;
    std::string procedure_step{};  ///< of the Request Attributes Sequence
    std::uint32_t frames = 1;
    std::vector<std::byte> rle_frame{};       ///< not empty: the pixels, as one RLE fragment
    std::vector<std::byte> deflated_frame{};  ///< the same for Deflated Image Frame Compression
    std::vector<std::byte> shared_frames{};   ///< of JPEG 2000 Part 2, whose components are frames
  };
  /// A picture of 2 x 3 pixels of 16 bits per frame: value n * 100 + i in frame n.
  static std::vector<std::byte> make(Object const& o) {
    DataSetWriter d;
    d.text(0x00080020, "DA", o.date)
        .text(0x00080030, "TM", o.time)
        .text(0x00080050, "SH", o.accession);
    d.text(0x00080060, "CS", o.modality).text(0x00081030, "LO", o.description);
    d.text(0x00080090, "PN", "Refer^Ron");
    d.text(0x00100010, "PN", o.patient).text(0x00100020, "LO", o.patient_id);
    d.text(0x00100030, "DA", "19700101").text(0x00100040, "CS", "F");
    d.text(0x0020000D, "UI", o.study).text(0x0020000E, "UI", o.series).text(0x00200010, "SH", "S1");
    d.text(0x00200011, "IS", std::to_string(o.series_number));
    d.text(0x00200013, "IS", std::to_string(o.instance_number));
    d.text(0x00280008, "IS", std::to_string(o.frames));
    if (!o.procedure_step.empty()) {
      DataSetWriter item;
      item.text(0x00400009, "SH", o.procedure_step);
      d.sequence(0x00400275, {item});
    }
    d.us(0x00280002, 1).text(0x00280004, "CS", "MONOCHROME2");
    d.us(0x00280010, 2).us(0x00280011, 3).us(0x00280100, 16).us(0x00280101, 16).us(0x00280102, 15);
    d.us(0x00280103, 0);
    std::vector<std::byte> pixels;
    for (std::uint32_t frame = 1; frame <= o.frames; ++frame) {
      for (unsigned i = 0; i < 6; ++i) {
        unsigned const value = frame * 100 + i;
        pixels.push_back(static_cast<std::byte>(value & 255));
        pixels.push_back(static_cast<std::byte>(value >> 8));
      }
    }
    std::vector<std::byte> const table(2000, std::byte{7});
    d.binary(0x00281201, "OW", table);  // long enough to be bulk data
    bool const is_rle = !o.rle_frame.empty(), is_deflated = !o.deflated_frame.empty(),
               is_shared = !o.shared_frames.empty();
    if (!is_rle && !is_deflated && !is_shared) d.binary(0x7FE00010, "OW", pixels);
    auto file = part10_file("1.2.840.10008.5.1.4.1.1.7", o.sop, d,
                            is_rle        ? "1.2.840.10008.1.2.5"
                            : is_deflated ? "1.2.840.10008.1.2.8.1"
                            : is_shared   ? "1.2.840.10008.1.2.4.92"
                                          : "1.2.840.10008.1.2.1");
    if (is_rle) add_fragment(file, o.rle_frame);
    if (is_deflated) add_fragment(file, o.deflated_frame);
    if (is_shared) add_fragment(file, o.shared_frames);
    return file;
  }
  /// Stores it. The hash.
  std::string put(Object const& o) {
    file_ = make(o);
    auto const taken = Ingest(*blobs_, *index_, nullptr).ingest(file_);
    return taken ? taken->sha256_hex : std::string{};
  }
  /// Ends the file with encapsulated Pixel Data. Source: PS3.5 A.4.
  static void add_fragment(std::vector<std::byte>& file, std::vector<std::byte> const& fragment) {
    ByteWriter out;
    out.u32_le(0x00107FE0);
    out.text("OB");
    out.u16_le(0);
    out.u32_le(0xFFFFFFFF);
    for (std::uint32_t const word : {0xE000FFFEu, 0u, 0xE000FFFEu}) out.u32_le(word);
    out.u32_le(static_cast<std::uint32_t>(fragment.size()));
    out.bytes(fragment);
    for (std::uint32_t const word : {0xE0DDFFFEu, 0u}) out.u32_le(word);
    file.insert(file.end(), out.view().begin(), out.view().end());
  }
  std::vector<std::byte> const& last_file() const { return file_; }
  Index& index() { return *index_; }
  BlobStore& blobs() { return *blobs_; }
  std::filesystem::path const& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;  // first: it goes last
  std::unique_ptr<BlobStore> blobs_;
  std::unique_ptr<Index> index_;
  std::vector<std::byte> file_;
};

}  // namespace sightline::server::testing
