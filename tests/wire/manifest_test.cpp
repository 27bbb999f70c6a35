#include "wire/manifest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <tuple>

#include "fixture.hpp"
#include "wire/stored_range.hpp"

namespace sightline::wire {
namespace {

Sha256Digest digest_of(unsigned byte) {
  Sha256Digest digest;
  digest.fill(static_cast<std::byte>(byte));
  return digest;
}

/// What all instances of the invented study of tests/fixtures/wire/make_fixtures.mjs share.
ManifestInstance instance_of_study(std::string series_uid, std::string modality) {
  ManifestInstance one;
  dicom::Instance& i = one.instance;
  i.patient = {"Yamada^Tarou=山田^太郎", "P-1", "19700101", "O"};
  i.study = {"1.2.3", "20240229", "101112", "Head <b>&\"\\ \"quoted\"",
             "A1",    "",         "",       "Sightline General"};
  i.series.series_instance_uid = std::move(series_uid);
  i.series.modality = std::move(modality);
  return one;
}

ManifestInstance ct_slice(std::int32_t number, double z) {
  ManifestInstance one = instance_of_study("1.2.3.1", "CT");
  dicom::Instance& i = one.instance;
  i.series.series_number = 2;
  i.series.series_description = "Axial";
  i.series.body_part_examined = "HEAD";
  i.series.frame_of_reference_uid = "1.2.3.9";
  i.sop_class_uid = "1.2.840.10008.5.1.4.1.1.2";
  i.transfer_syntax_uid = "1.2.840.10008.1.2.1";
  i.sop_instance_uid = "1.2.3.1." + std::to_string(number);
  i.instance_number = number;
  i.image_type = "ORIGINAL\\PRIMARY\\AXIAL";
  i.kvp = "120";
  i.has_pixels = true;
  i.number_of_frames = 1;
  i.format = {512, 512, 1, 16, 12, 11, true, 0, Photometric::monochrome2};
  dicom::DisplayPipeline display;
  display.rescale_intercept = -1024;
  display.rescale_type = "HU";
  display.windows = {{40, 80, "BRAIN"}, {300.5, 1500, ""}};
  display.padding_value = -1999;
  display.padding_range_limit = -2000;
  display.real_world = {{-1024, 3071, 0.5, -3, "ADC", "um2/s"}};
  i.display = {display};
  dicom::FrameGeometry geometry;
  geometry.image_position = {-125, -125.5, z};
  geometry.image_orientation = {1, 0, 0, 0, 1, 0};
  geometry.pixel_spacing = {0.48828125, 0.48828125};
  geometry.spacing_source = dicom::FrameGeometry::SpacingSource::pixel_spacing;
  geometry.slice_thickness = 2.5;
  i.geometry = {geometry};
  one.sha256_hex = std::string(64, static_cast<char>('0' + number));
  one.streams = {{codec::Encoding::htj2k,
                  {900, 3000, 9000},
                  digest_of(static_cast<unsigned>(number)),
                  true,
                  -1024,
                  3071,
                  Errc::ok}};
  return one;
}

ManifestInstance us_cine() {
  ManifestInstance one = instance_of_study("1.2.3.2", "US");
  dicom::Instance& i = one.instance;
  i.series.series_number = 3;
  i.sop_class_uid = "1.2.840.10008.5.1.4.1.1.3.1";
  i.transfer_syntax_uid = "1.2.840.10008.1.2.4.50";
  i.sop_instance_uid = "1.2.3.2.1";
  i.instance_number = 1;
  i.has_pixels = true;
  i.number_of_frames = 2;
  i.format = {480, 640, 3, 8, 8, 7, false, 1, Photometric::ybr_full_422};
  i.frame_time_ms = 33.3;
  i.frame_time_vector_ms = {0, 33.3};
  i.recommended_frame_rate = 30;
  i.lossy = {true, "10.2", "ISO_10918_1"};
  i.pixel_aspect_ratio = {4, 3};
  i.display = {dicom::DisplayPipeline{}};
  i.geometry.resize(2);
  i.geometry[0].slice_location = 0;
  i.geometry[1].slice_location = 0.125;
  one.sha256_hex = std::string(64, 'a');
  one.streams = {{codec::Encoding::jpeg, {4321}, {}, false, 0, 255, Errc::ok},
                 {codec::Encoding::unknown, {}, {}, false, 0, 0, Errc::truncated}};
  return one;
}

ManifestInstance palette_picture() {
  ManifestInstance one = instance_of_study("1.2.3.3", "OT");
  dicom::Instance& i = one.instance;
  i.sop_class_uid = "1.2.840.10008.5.1.4.1.1.7";
  i.sop_instance_uid = "1.2.3.3.1";
  i.instance_number = 1;
  i.has_pixels = true;
  i.number_of_frames = 1;
  i.format = {2, 3, 1, 8, 8, 7, false, 0, Photometric::palette_color};
  dicom::DisplayPipeline display;
  display.rescale_slope = 0.1;
  display.rescale_intercept = 1e21;
  display.modality_lut = dicom::Lut{-1, 16, {0, 65535, 4660}, "raw"};
  display.voi_function = dicom::VoiFunction::sigmoid;
  display.voi_luts = {dicom::Lut{0, 12, {1}, ""}};
  display.presentation_inverse = true;
  i.display = {display};
  i.geometry = {dicom::FrameGeometry{}};
  for (std::uint16_t c = 0; c < 3; ++c)
    i.palette[c] = dicom::Lut{0, 8, {c, static_cast<std::uint16_t>(255 - c)}, ""};
  i.overlays = {{.group = 0x6000, .rows = 2, .cols = 3, .label = {}, .description = {}},
                {.group = 0x601E,
                 .rows = 5,
                 .cols = 7,
                 .origin_row = -3,
                 .origin_col = 2,
                 .number_of_frames = 4,
                 .image_frame_origin = 1,
                 .is_roi = true,
                 .label = "lesion <1>",
                 .description = "drawn"}};
  i.shutter = {.rectangle = dicom::DisplayShutter::Rectangle{2, 3, -1, 2},
               .circle = dicom::DisplayShutter::Circle{1, 2, 3},
               .polygon = {{1, 1}, {1, 3}, {2, 2}},
               .overlay_group = 0x6002,
               .presentation_value = 65535,
               .cielab = std::array<std::uint16_t, 3>{1, 2, 65535}};
  i.mask = dicom::MaskModule{};  // as most images have it: nothing is written of it
  one.sha256_hex = std::string(64, 'b');
  one.pending = true;
  return one;
}

ManifestInstance sr_document() {
  ManifestInstance one = instance_of_study("1.2.3.3", "OT");
  dicom::Instance& i = one.instance;
  i.sop_class_uid = "1.2.840.10008.5.1.4.1.1.88.33";
  i.sop_instance_uid = "1.2.3.3.2";
  i.instance_number = 2;
  i.unshowable_reason = "This object has no pictures (SR document).";
  i.contrast_agent =
      "line\nseparator\xE2\x80\xA8"
      "end";
  one.sha256_hex = std::string(64, 'c');
  return one;
}

Manifest invented_study() {
  Manifest manifest{17,
                    {sr_document(), ct_slice(2, 10), us_cine(), ct_slice(1, 0.1), palette_picture(),
                     ct_slice(3, -10)}};
  manifest.instances[5].conflict = true;
  return manifest;
}

TEST(ManifestGolden, TheInventedStudyGivesTheFixtureByteForByte) {
  EXPECT_EQ(encode_manifest(invented_study()),
            wire_test::read_text(wire_test::fixture_folder() / "golden" / "manifest.json"));
}

TEST(Manifest, TheOrderOfTheInputDoesNotMatter) {
  Manifest manifest = invented_study();
  std::string const expected = encode_manifest(manifest);
  auto const by_hash = [](ManifestInstance const& a, ManifestInstance const& b) {
    return a.sha256_hex < b.sha256_hex;
  };
  std::ranges::sort(manifest.instances, by_hash);
  do {
    ASSERT_EQ(encode_manifest(manifest), expected);
  } while (std::ranges::next_permutation(manifest.instances, by_hash).found);
}

TEST(Manifest, FramesAreNumberedInTheOrderOfTheManifest) {
  std::vector<std::string> numbered;
  Manifest const manifest = invented_study();
  for (FrameRef const& frame : number_frames(manifest)) {
    numbered.push_back(manifest.instances[frame.instance_index].instance.sop_instance_uid + "/" +
                       std::to_string(frame.frame_index0));
  }
  EXPECT_EQ(numbered, (std::vector<std::string>{"1.2.3.1.3/0", "1.2.3.1.1/0", "1.2.3.1.2/0",
                                                "1.2.3.2.1/0", "1.2.3.2.1/1", "1.2.3.3.1/0"}));
}

TEST(Manifest, AnInstanceThatCannotBeShownStillCountsItsFrames) {
  Manifest manifest{1, {us_cine()}};
  manifest.instances[0].instance.unshowable_reason =
      "The pictures are stored as HEVC video, which cannot be shown.";
  std::string const json = encode_manifest(manifest);
  EXPECT_EQ(number_frames(manifest).size(), 2u);
  EXPECT_NE(json.find("\"frames\":2"), std::string::npos);
  EXPECT_EQ(json.find("\"streams\""), std::string::npos);
}

TEST(Manifest, AnObjectWhoseFramesAreAStackSaysSo) {
  Manifest manifest{1, {ct_slice(1, 0)}};
  EXPECT_EQ(encode_manifest(manifest).find("\"volume\""), std::string::npos) << "a picture";
  dicom::Instance& i = manifest.instances[0].instance;
  i.number_of_frames = 2;
  i.geometry.push_back(i.geometry[0]);
  EXPECT_EQ(encode_manifest(manifest).find("\"volume\""), std::string::npos) << "at one place";
  i.geometry[1].image_position = {-125, -125.5, 5};
  EXPECT_NE(encode_manifest(manifest).find("\"volume\":true"), std::string::npos);
}

TEST(Manifest, UnsignedValuesOfThirtyTwoBitsKeepTheirRange) {
  Manifest manifest{1, {ct_slice(1, 0)}};
  PixelFormat& format = manifest.instances[0].instance.format;
  format.bits_allocated = format.bits_stored = 32;
  for (auto const& [is_signed, least, most] :
       {std::tuple{false, 5ll, 4294967295ll}, std::tuple{true, -2147483648ll, 2147483647ll}}) {
    format.is_signed = is_signed;
    StreamIndex& stream = manifest.instances[0].streams[0];
    stream.min = kept_value(least, format);
    stream.max = kept_value(most, format);
    std::string const json = encode_manifest(manifest);
    EXPECT_NE(json.find("\"min\":[" + std::to_string(least) + "]"), std::string::npos);
    EXPECT_NE(json.find("\"max\":[" + std::to_string(most) + "]"), std::string::npos);
  }
  format.bits_allocated = 16;
  EXPECT_EQ(kept_value(4294967295ll, format), 2147483647);
}

TEST(Manifest, HostileTextNeverEndsTheScriptElement) {
  Manifest manifest{1, {ct_slice(1, 0)}};
  std::string const hostile = "</script><script>\xE2\x80\xA9\xFF\x01";
  dicom::Instance& i = manifest.instances[0].instance;
  for (std::string* text : {&i.patient.name, &i.study.study_id, &i.series.series_description,
                            &i.kvp, &i.sop_instance_uid, &i.unshowable_reason,
                            &i.display[0].windows[0].explanation, &i.display[0].rescale_type}) {
    *text = hostile;
  }
  std::string const json = encode_manifest(manifest);
  EXPECT_EQ(json.find('<'), std::string::npos);
  EXPECT_EQ(json.find('\x01'), std::string::npos);
  EXPECT_EQ(json.find('\xFF'), std::string::npos);
}

TEST(Manifest, AFrameWithoutDigestHasZerosBesideOthersThatHaveOne) {
  Manifest manifest{1, {us_cine()}};
  manifest.instances[0].streams[0].has_digest = true;
  manifest.instances[0].streams[0].digest = digest_of(0xFF);
  // 256 bits 1, then 256 bits 0: 42 times 111111, once 111100, then 000000.
  std::string const expected = std::string(42, '_') + "8" + std::string(43, 'A');
  EXPECT_NE(encode_manifest(manifest).find("\"digests\":\"" + expected + "\""), std::string::npos);
}

TEST(Manifest, ASlideSaysWhereItsTilesLieUnlessTheyAreAWholeGrid) {
  ManifestInstance one = instance_of_study("1.2.3.1", "SM");
  dicom::Instance& i = one.instance;
  i.has_pixels = true;
  i.number_of_frames = 2;
  i.concatenation_uid = "1.2.5";
  i.concatenation_frame_offset = 4;
  i.in_concatenation_number = 2;
  dicom::SlideMatrix matrix;
  matrix.cols = 40;
  matrix.rows = 20;
  matrix.paths = {{"1", "DAPI"}};
  i.slide = matrix;
  Manifest manifest;
  manifest.instances = {one};
  EXPECT_TRUE(encode_manifest(manifest).contains(
      R"("slide":{"cols":40,"rows":20,"paths":[["1","DAPI"]],"concatenation":"1.2.5","part":2,"offset":4})"));
  manifest.instances[0].instance.slide->tiles = {{1, 1, 0, 0}, {-2, 3, 0, 1}};
  std::string const sparse = encode_manifest(manifest);
  // 1, 1, -2, 3 as i32 little-endian; paths and planes 0, 0, 0, 1
  EXPECT_TRUE(sparse.contains(R"("tiles":"AQAAAAEAAAD+////AwAAAA==")")) << sparse;
  EXPECT_TRUE(sparse.contains(R"("layers":"AAAAAQ==")")) << sparse;
}

// DESIGN.md section 5: 5,000 instances in at most 100 ms of the server's time. The bound here is
// generous: machines that run tests are shared; it fails when the work grows with the square of the
// number of instances.
TEST(Manifest, HoldsFiveThousandInstances) {
  Manifest manifest{1, {}};
  for (int n = 0; n < 5000; ++n) {
    manifest.instances.push_back(ct_slice(n % 10, n * 0.5));
    manifest.instances.back().instance.sop_instance_uid += "." + std::to_string(n);
  }
  auto const begin = std::chrono::steady_clock::now();
  std::string const json = encode_manifest(manifest);
  auto const elapsed = std::chrono::steady_clock::now() - begin;
  RecordProperty(
      "milliseconds",
      static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count()));
  EXPECT_GT(json.size(), 5000u * 100);
  EXPECT_EQ(number_frames(manifest).size(), 5000u);
}

}  // namespace
}  // namespace sightline::wire
