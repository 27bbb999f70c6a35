#include "app/demo_study.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include "app/part10_writer.hpp"
#include "base/byte_writer.hpp"

namespace sightline::server {
namespace {

constexpr std::uint32_t kSlices = 120;
constexpr int kSliceSide = 512;
constexpr double kPixelMm = 0.5;

double square(double x) { return x * x; }
bool in_circle(double x, double y, double centre_x, double centre_y, double radius) {
  return square(x - centre_x) + square(y - centre_y) <= square(radius);
}

struct SeriesDescription {
  char const *name, *modality, *number, *description, *sop_class_uid;
};
constexpr SeriesDescription kCt{"ct", "CT", "1", "CT phantom, 1 mm", "1.2.840.10008.5.1.4.1.1.2"};
constexpr SeriesDescription kUs{"us", "US", "2", "Ultrasound cine", "1.2.840.10008.5.1.4.1.1.3.1"};
constexpr SeriesDescription kDx{"dx", "DX", "3", "Radiograph test chart",
                                "1.2.840.10008.5.1.4.1.1.1.1"};

std::string sop_uid(SeriesDescription const& series, std::uint32_t number) {
  return uid_for(std::string("sightline demo ") + series.name + " " + std::to_string(number));
}

/// Patient, study, series and SOP common modules.
DataSetWriter base_data_set(SeriesDescription const& series, std::uint32_t number) {
  DataSetWriter d;
  d.text(0x00080005, "CS", "ISO_IR 192")
      .text(0x00080016, "UI", series.sop_class_uid)
      .text(0x00080018, "UI", sop_uid(series, number));
  d.text(0x00080020, "DA", "20240101")
      .text(0x00080021, "DA", "20240101")
      .text(0x00080023, "DA", "20240101");
  d.text(0x00080030, "TM", "120000")
      .text(0x00080031, "TM", "120000")
      .text(0x00080033, "TM", "120000");
  d.text(0x00080050, "SH", "DEMO1")
      .text(0x00080060, "CS", series.modality)
      .text(0x00080070, "LO", "Sightline");
  d.text(0x00080090, "PN", "")
      .text(0x00081030, "LO", "Demonstration")
      .text(0x0008103E, "LO", series.description);
  d.text(0x00100010, "PN", "Demo^Sightline")
      .text(0x00100020, "LO", "SIGHTLINE-DEMO")
      .text(0x00100030, "DA", "")
      .text(0x00100040, "CS", "O");
  d.text(0x0020000D, "UI", uid_for("sightline demo study"))
      .text(0x0020000E, "UI", uid_for(std::string("sightline demo series ") + series.name));
  d.text(0x00200010, "SH", "1")
      .text(0x00200011, "IS", series.number)
      .text(0x00200013, "IS", std::to_string(number));
  return d;
}

void add_pixel_module(DataSetWriter& d, std::uint16_t samples, char const* photometric,
                      std::uint16_t rows, std::uint16_t cols, std::uint16_t allocated,
                      std::uint16_t stored, bool is_signed) {
  d.us(0x00280002, samples)
      .text(0x00280004, "CS", photometric)
      .us(0x00280010, rows)
      .us(0x00280011, cols);
  d.us(0x00280100, allocated)
      .us(0x00280101, stored)
      .us(0x00280102, static_cast<std::uint16_t>(stored - 1))
      .us(0x00280103, is_signed ? 1 : 0);
}

std::vector<std::byte> ct_slice(std::uint32_t index0) {
  auto d = base_data_set(kCt, index0 + 1);
  double const corner_mm = -(kSliceSide - 1) / 2.0 * kPixelMm;  // the first pixel's centre
  std::string const corner = "-127.75";
  d.text(0x00080008, "CS", "ORIGINAL\\PRIMARY\\AXIAL")
      .text(0x00180050, "DS", "1")
      .text(0x00180060, "DS", "120");
  d.text(0x00185100, "CS", "HFS")
      .text(0x00200052, "UI", uid_for("sightline demo frame of reference"));
  d.text(0x00200032, "DS", corner + "\\" + corner + "\\" + std::to_string(index0))
      .text(0x00200037, "DS", "1\\0\\0\\0\\1\\0");
  d.text(0x00201040, "LO", "")
      .text(0x00201041, "DS", std::to_string(index0))
      .text(0x00280030, "DS", "0.5\\0.5");
  add_pixel_module(d, 1, "MONOCHROME2", kSliceSide, kSliceSide, 16, 16, true);
  d.text(0x00281050, "DS", "40\\-400")
      .text(0x00281051, "DS", "400\\1500")
      .text(0x00281055, "LO", "Soft tissue\\Lung");
  d.text(0x00281052, "DS", "0").text(0x00281053, "DS", "1").text(0x00281054, "LO", "HU");
  ByteWriter pixels(std::size_t{kSliceSide} * kSliceSide * 2);
  for (int row = 0; row < kSliceSide; ++row) {
    for (int col = 0; col < kSliceSide; ++col) {
      auto const hu = demo_ct_hu(corner_mm + col * kPixelMm, corner_mm + row * kPixelMm, index0);
      pixels.u16_le(static_cast<std::uint16_t>(hu));
    }
  }
  d.binary(0x7FE00010, "OW", pixels.view());
  return part10_file(kCt.sop_class_uid, sop_uid(kCt, index0 + 1), d);
}

constexpr int kCineRows = 480, kCineCols = 640, kCineFrames = 40, kApexRow = 20,
              kSectorPixels = 430;

/// Integers only, so that every machine draws the same. A pixel of the sector at squared distance
/// d2 from the apex.
std::array<std::uint8_t, 3> cine_pixel(int row, int col, int frame) {
  int const x = col - kCineCols / 2, y = row - kApexRow;
  int const d2 = x * x + y * y;
  bool const inside = y > 0 && d2 <= kSectorPixels * kSectorPixels && std::abs(x) * 10 <= y * 8;
  if (!inside) return {0, 0, 0};
  int const speckle = ((x * 7919) ^ (y * 104729) ^ ((x * y) << 3)) & 31;
  // Echo rings: squared distances in steps move outwards by one fortieth of a step per frame, so
  // that the cine loops.
  int const phase = ((d2 / 64) - frame * 16 + 640 * 40) % 640;
  int const ring = phase < 80 ? 150 - std::abs(phase - 40) * 3 : 20;
  auto const grey = static_cast<std::uint8_t>(std::clamp(ring + speckle + y / 8, 0, 255));
  bool const flow =
      std::abs(x - 40) < 30 && std::abs(y - 220) < 50;  // a box of colour flow, to and fro
  if (!flow || phase >= 200) return {grey, grey, grey};
  bool const towards = frame < kCineFrames / 2;
  auto const strong = static_cast<std::uint8_t>(120 + phase / 2);
  return towards ? std::array<std::uint8_t, 3>{strong, 40, 20}
                 : std::array<std::uint8_t, 3>{20, 60, strong};
}

std::vector<std::byte> us_cine() {
  auto d = base_data_set(kUs, 1);
  d.text(0x00080008, "CS", "ORIGINAL\\PRIMARY")
      .text(0x00181063, "DS", "40")
      .text(0x00280008, "IS", std::to_string(kCineFrames));
  d.text(0x00282110, "CS", "00").text(0x00082144, "IS", "25").text(0x00200020, "CS", "");
  DataSetWriter region;
  region.us(0x00186012, 1).us(0x00186014, 1).ul(0x00186016, 0);  // 2D, tissue
  region.ul(0x00186018, 0)
      .ul(0x0018601A, 0)
      .ul(0x0018601C, kCineCols - 1)
      .ul(0x0018601E, kCineRows - 1);
  region.us(0x00186024, 3)
      .us(0x00186026, 3)
      .fd(0x0018602C, 0.04)
      .fd(0x0018602E, 0.04);  // cm per pixel
  d.sequence(0x00186011, {region});
  d.text(0x00280009, "AT",
         std::string_view("\x18\x00\x63\x10", 4));  // Frame Increment Pointer: Frame Time
  add_pixel_module(d, 3, "RGB", kCineRows, kCineCols, 8, 8, false);
  d.us(0x00280006, 0);
  ByteWriter pixels(std::size_t{kCineRows} * kCineCols * 3 * kCineFrames);
  for (int frame = 0; frame < kCineFrames; ++frame) {
    for (int row = 0; row < kCineRows; ++row) {
      for (int col = 0; col < kCineCols; ++col) {
        for (std::uint8_t const value : cine_pixel(row, col, frame)) pixels.u8(value);
      }
    }
  }
  d.binary(0x7FE00010, "OB", pixels.view());
  return part10_file(kUs.sop_class_uid, sop_uid(kUs, 1), d);
}

constexpr int kChartRows = 3000, kChartCols = 2500, kChartMax = 16383;

std::uint16_t chart_value(int row, int col) {
  int const margin = 100;
  if (row < margin || col < margin || row >= kChartRows - margin || col >= kChartCols - margin) {
    return (row / 50 + col / 50) % 2 == 0 ? kChartMax : 0;  // chequered frame
  }
  if (row < 500)
    return static_cast<std::uint16_t>((col - margin) * kChartMax /
                                      (kChartCols - 2 * margin));  // ramp
  if (row < 900)
    return static_cast<std::uint16_t>((col - margin) / 165 * 1170 + 3);  // step wedge, 14 steps
  if (row < 1300) {  // line pairs, 1 to 16 px wide
    int const width = 1 + (col - margin) / 150;
    return (col / width) % 2 == 0 ? 12000 : 4000;
  }
  if (row < 1700) return (row / (1 + (col - margin) / 150)) % 2 == 0 ? 12000 : 4000;
  int const y = row - 2300, x = col - kChartCols / 2;
  int const d2 = x * x + y * y;
  int const ring = d2 / 20000;
  if (ring > 16) return 8000;
  return static_cast<std::uint16_t>(ring % 2 == 0 ? 8000 + ring * 8
                                                  : 8000 - ring * 8);  // low contrast rings
}

std::vector<std::byte> dx_chart() {
  auto d = base_data_set(kDx, 1);
  d.text(0x00080008, "CS", "ORIGINAL\\PRIMARY\\")
      .text(0x00080068, "CS", "FOR PRESENTATION")
      .text(0x00180015, "CS", "CHEST");
  d.text(0x00181164, "DS", "0.1\\0.1")
      .text(0x00185101, "CS", "PA")
      .text(0x00200020, "CS", "L\\F")
      .text(0x00200062, "CS", "U");
  add_pixel_module(d, 1, "MONOCHROME1", kChartRows, kChartCols, 16, 14, false);
  d.text(0x00280301, "CS", "NO").text(0x00281040, "CS", "LOG").ss(0x00281041, -1);
  d.text(0x00281050, "DS", "8192")
      .text(0x00281051, "DS", "16384")
      .text(0x00281052, "DS", "0")
      .text(0x00281053, "DS", "1");
  d.text(0x00281054, "LO", "US").text(0x00282110, "CS", "00").text(0x20500020, "CS", "INVERSE");
  ByteWriter pixels(std::size_t{kChartRows} * kChartCols * 2);
  for (int row = 0; row < kChartRows; ++row) {
    for (int col = 0; col < kChartCols; ++col) pixels.u16_le(chart_value(row, col));
  }
  d.binary(0x7FE00010, "OW", pixels.view());
  return part10_file(kDx.sop_class_uid, sop_uid(kDx, 1), d);
}

}  // namespace

std::int16_t demo_ct_hu(double x_mm, double y_mm, std::uint32_t slice_index0) {
  double const angle = slice_index0 * 3.0 * std::numbers::pi / 180.0;
  if (!in_circle(x_mm, y_mm, 0, 0, 100)) return -1000;
  if (in_circle(x_mm, y_mm, 55, 0, 12)) return 60;  // +x is the patient's left, +y is behind
  if (in_circle(x_mm, y_mm, 0, 55, 12)) return 400;
  if (in_circle(x_mm, y_mm, -55, 0, 12)) return 1200;
  double const z_mm = slice_index0;
  if (square(x_mm) + square(y_mm + 55) + square(z_mm - 60) <= square(20)) return -1000;
  if (std::abs(x_mm) <= 40 && y_mm >= 72 && y_mm <= 86)
    return static_cast<std::int16_t>(std::lround(x_mm * 5));
  if (in_circle(x_mm, y_mm, 85 * std::cos(angle), 85 * std::sin(angle), 4)) return 200;
  return 0;
}

Status make_demo_study(std::function<Status(std::vector<std::byte> file)> const& take) {
  for (std::uint32_t slice = 0; slice < kSlices; ++slice) {
    if (auto const taken = take(ct_slice(slice)); !taken) return taken;
  }
  if (auto const taken = take(us_cine()); !taken) return taken;
  return take(dx_chart());
}

}  // namespace sightline::server
