// Frames as presentation states want them. Expected pictures are worked out by hand after PS3.3
// C.10.4, C.10.6 and C.11.
#include "page/presented_frame.hpp"

#include <gtest/gtest.h>

#include <map>

namespace sightline::server {
namespace {

using dicom::PresentationState;
using Values = std::vector<int>;

/// An image of 8 bits, and a state that means it.
struct Presented {
  Presented(std::uint32_t rows, std::uint32_t cols, Values const& values) {
    instance.sop_instance_uid = "1.2";
    instance.has_pixels = true;
    instance.number_of_frames = 1;
    instance.format.rows = rows;
    instance.format.cols = cols;
    instance.format.bits_allocated = instance.format.bits_stored = 8;
    instance.format.high_bit = 7;
    instance.display.resize(1);
    instance.geometry.resize(1);
    for (int const value : values) bytes.push_back(static_cast<std::byte>(value));
    stream.encoding = codec::Encoding::native;
    stream.level_ends = {static_cast<std::uint32_t>(bytes.size())};
    stream.max = 255;
  }
  Result<Picture> picture(std::optional<PictureSize> box = std::nullopt) const {
    FrameSource const source{
        instance, 0, stream, [this](std::uint8_t) { return Result<std::vector<std::byte>>(bytes); },
        [this](std::uint16_t group, std::uint32_t frame) -> Result<std::vector<std::byte>> {
          auto const found = planes.find({group, frame});
          if (found == planes.end()) return fail(Errc::truncated);
          return found->second;
        }};
    return draw_presented(source, state, box);
  }
  Values drawn(std::optional<PictureSize> box = std::nullopt) const {
    auto const made = picture(box);
    if (!made) return {-1};
    Values out;
    for (std::byte const b : made->bytes) out.push_back(std::to_integer<int>(b));
    return out;
  }

  dicom::Instance instance;
  wire::StreamIndex stream;
  std::vector<std::byte> bytes;
  PresentationState state;
  /// The bits of the image's overlays, by group and frame (0-based).
  std::map<std::pair<std::uint16_t, std::uint32_t>, std::vector<std::byte>> planes;
};

/// A plane of 2 x 2, whose first pixel is the image's second in its second row: bits 1 0, 0 1.
dicom::OverlayPlane small_plane(std::uint16_t group) {
  dicom::OverlayPlane plane;
  plane.group = group;
  plane.rows = plane.cols = 2;
  plane.origin_row = plane.origin_col = 2;
  return plane;
}
const std::vector<std::byte> kDiagonal{std::byte{0b1001}};

TEST(DrawPresented, WithoutAVoiAllStoredValuesAreShown) {
  Presented frame(1, 4, {0, 85, 170, 255});
  frame.instance.display[0].windows = {{10, 1, ""}};  // of the image: the state has none
  EXPECT_EQ(frame.drawn(), (Values{0, 85, 170, 255}));
  frame.instance.format.photometric = Photometric::monochrome1;  // P-values say what is white
  EXPECT_EQ(frame.drawn(), (Values{0, 85, 170, 255}));
  frame.state.presentation_lut_shape = PresentationState::LutShape::inverse;
  EXPECT_EQ(frame.drawn(), (Values{255, 170, 85, 0}));
}

TEST(DrawPresented, ItsWindowIsForTheFramesThatItNames) {
  Presented frame(1, 4, {0, 9, 10, 11});
  dicom::SoftcopyVoi other, mine;
  other.images = {{"9.9", {}}};
  other.windows = {{100, 1, ""}};
  mine.images = {{"1.2", {1}}};
  mine.windows = {{10, 1, ""}};  // x <= 9.5 is black, above is white: C.11.2.1.2.1
  frame.state.voi = {other, mine};
  EXPECT_EQ(frame.drawn(), (Values{0, 0, 255, 255}));
  frame.state.voi[1].images = {{"1.2", {2}}};
  EXPECT_EQ(frame.drawn(), (Values{0, 9, 10, 11}));
  // In modality units: stored 10 is 20 - 5.
  frame.state.voi[1] = {{}, {{15, 1, ""}}, dicom::VoiFunction::linear, std::nullopt};
  frame.state.voi[0] = frame.state.voi[1];
  frame.state.rescale_slope = 2;
  frame.state.rescale_intercept = -5;
  EXPECT_EQ(frame.drawn(), (Values{0, 0, 255, 255}));
}

TEST(DrawPresented, TablesFollowEachOther) {
  Presented frame(1, 4, {0, 1, 2, 3});
  frame.state.voi = {{}};
  frame.state.voi[0].lut = dicom::Lut{0, 8, {0, 255, 128, 64}, ""};
  EXPECT_EQ(frame.drawn(), (Values{0, 255, 128, 64}));
  // 256 entries, each its input's square: p(y) = y^2.
  dicom::Lut presentation{0, 16, {}, ""};
  for (int i = 0; i < 256; ++i)
    presentation.entries.push_back(
        static_cast<std::uint16_t>(std::int64_t{i} * i * 65535 / (255 * 255)));
  frame.state.presentation_lut = presentation;
  EXPECT_EQ(frame.drawn(), (Values{0, 255, 64, 16}));
  frame.state.presentation_lut->entries.resize(1);  // one entry is one too
  EXPECT_EQ(frame.drawn(), (Values{0, 0, 0, 0}));
}

/// PS3.3 C.10.6: "before any Image Horizontal Flip".
TEST(DrawPresented, FirstTurnedThenFlipped) {
  // 0 1 2   turned clockwise: 3 0   flipped: 0 3
  // 3 4 5                     4 1            1 4
  //                           5 2            2 5
  Presented frame(2, 3, {0, 1, 2, 3, 4, 5});
  frame.state.horizontal_flip = true;
  EXPECT_EQ(frame.drawn(), (Values{2, 1, 0, 5, 4, 3}));
  frame.state.rotation_deg = 90;
  EXPECT_EQ(frame.drawn(), (Values{0, 3, 1, 4, 2, 5}));
  frame.state.rotation_deg = 270;
  EXPECT_EQ(frame.drawn(), (Values{5, 2, 4, 1, 3, 0}));
  frame.state.rotation_deg = 180;
  EXPECT_EQ(frame.drawn(), (Values{3, 4, 5, 0, 1, 2}));
  frame.state.rotation_deg = 90;
  frame.state.horizontal_flip = false;
  EXPECT_EQ(frame.drawn(), (Values{3, 0, 4, 1, 5, 2}));
  frame.state.rotation_deg = 180;
  EXPECT_EQ(frame.drawn(), (Values{5, 4, 3, 2, 1, 0}));
  frame.state.rotation_deg = 270;
  EXPECT_EQ(frame.drawn(), (Values{2, 5, 1, 4, 0, 3}));
}

TEST(DrawPresented, TheDisplayedAreaMayReachBeyond) {
  Presented frame(2, 3, {10, 11, 12, 13, 14, 15});
  dicom::DisplayedArea area;
  area.top_left = {2, 1};  // column, row
  area.bottom_right = {3, 2};
  frame.state.areas = {area};
  EXPECT_EQ(frame.drawn(), (Values{11, 12, 14, 15}));
  frame.state.areas[0].bottom_right = {4, 3};
  EXPECT_EQ(frame.drawn(), (Values{11, 12, 0, 14, 15, 0, 0, 0, 0}));
  // Turned by 90 degrees: the corner at the top left is the image's last row.
  frame.state.rotation_deg = 90;
  frame.state.areas[0].top_left = {2, 2};
  frame.state.areas[0].bottom_right = {3, 1};
  EXPECT_EQ(frame.drawn(), (Values{14, 11, 15, 12}));
  frame.state.rotation_deg = 0;
  frame.state.areas[0].mode = dicom::DisplayedArea::Mode::magnify;
  frame.state.areas[0].magnification = 3;
  auto const picture = frame.picture();
  ASSERT_TRUE(picture);
  EXPECT_EQ((PictureSize{picture->rows, picture->cols}), (PictureSize{6, 6}));
  auto const boxed = frame.picture(PictureSize{100, 50});
  ASSERT_TRUE(boxed);
  EXPECT_EQ((PictureSize{boxed->rows, boxed->cols}), (PictureSize{50, 50}));
  // Areas of any size end in a picture.
  frame.state.areas[0].top_left = {-(1 << 20), -(1 << 20)};
  frame.state.areas[0].bottom_right = {1 << 20, 1 << 20};
  EXPECT_TRUE(frame.picture(PictureSize{64, 64}));
}

TEST(DrawPresented, ShuttersCoverWhatLiesOutside) {
  Presented frame(5, 5, Values(25, 200));
  frame.state.shutter.emplace();
  frame.state.shutter->rectangle = dicom::DisplayShutter::Rectangle{2, 4, 3, 5};
  frame.state.shutter->presentation_value = 0x4000;
  EXPECT_EQ(frame.drawn(), (Values{64,  64, 64, 64,  64,  64,  64, 64, 64,  64,  64,  200, 200,
                                   200, 64, 64, 200, 200, 200, 64, 64, 200, 200, 200, 64}));
  frame.state.shutter->rectangle.reset();
  frame.state.shutter->presentation_value.reset();
  frame.state.shutter->circle = dicom::DisplayShutter::Circle{3, 3, 1};
  Values const round = frame.drawn();
  EXPECT_EQ(round[0], 0);
  EXPECT_EQ(round[12], 200);
  EXPECT_EQ(round[12 - 5], 200);  // one pixel above the centre
  EXPECT_EQ(round[12 - 10], 0);
  frame.state.shutter->circle.reset();
  frame.state.shutter->polygon = {{1, 1}, {1, 5}, {5, 1}};
  Values const cut = frame.drawn();
  EXPECT_EQ(cut[6], 200);
  EXPECT_EQ(cut[24], 0);
}

TEST(DrawPresented, ShapesAreWhereTheyAreSaidToBe) {
  Presented frame(64, 64, Values(64 * 64, 100));
  dicom::GraphicAnnotation annotation;
  annotation.images = {{"1.2", {}}};
  dicom::GraphicObject line;
  line.points = {{10, 20.5F}, {50, 20.5F}};
  annotation.graphics = {line};
  frame.state.annotations = {annotation};
  Values const drawn = frame.drawn();
  EXPECT_GT(drawn[20 * 64 + 30], 240);  // on the line
  EXPECT_LT(drawn[21 * 64 + 30], 20);   // its rim
  EXPECT_EQ(drawn[40 * 64 + 30], 100);  // elsewhere
  EXPECT_EQ(drawn[20 * 64 + 60], 100);
  frame.state.rotation_deg = 180;
  EXPECT_GT(frame.drawn()[43 * 64 + 33], 240);
  frame.state.rotation_deg = 0;
  frame.state.annotations[0].graphics[0].units = dicom::AnnotationUnits::display;
  frame.state.annotations[0].graphics[0].points = {{0.25F, 0.5F}, {0.75F, 0.5F}};
  EXPECT_GT(frame.drawn()[32 * 64 + 32], 120);
  dicom::GraphicObject round;
  round.type = dicom::GraphicObject::Type::circle;
  round.points = {{32, 32}, {48, 32}};
  round.filled = true;
  frame.state.annotations[0].graphics = {round};
  EXPECT_GT(frame.drawn()[32 * 64 + 32], 240);
  EXPECT_EQ(frame.drawn()[2 * 64 + 2], 100);
  // Every line may cross every other: only so many are drawn.
  frame.state.annotations[0].graphics[0].type = dicom::GraphicObject::Type::polyline;
  frame.state.annotations[0].graphics[0].points.assign(2049, {1, 1});
  EXPECT_EQ(frame.picture().error().code, Errc::limit_exceeded);
  frame.state.annotations[0].graphics[0].filled = false;
  frame.state.annotations[0].graphics[0].points.assign(65'537, {1, 1});
  EXPECT_EQ(frame.picture().error().code, Errc::limit_exceeded);
  for (std::size_t i = 0; i < 65'537; ++i)
    frame.state.annotations[0].graphics[0].points[i] = {static_cast<float>(i * 7919 % 64),
                                                        static_cast<float>(i * 104729 % 61)};
  frame.state.annotations[0].graphics[0].points.pop_back();
  EXPECT_TRUE(frame.picture());
  frame.state.annotations[0].graphics = {round};
  frame.state.annotations[0].images = {{"9.9", {}}};
  EXPECT_EQ(frame.drawn(), Values(64 * 64, 100));
  dicom::TextObject text;
  text.text = "Q\r\nQ\x1B";
  text.anchor = dicom::TextObject::Anchor{{5, 5}, dicom::AnnotationUnits::pixel, false};
  frame.state.annotations[0].images.clear();
  frame.state.annotations[0].graphics.clear();
  frame.state.annotations[0].texts = {text};
  EXPECT_NE(frame.drawn(), Values(64 * 64, 100));
}

TEST(DrawPresented, APseudoColorStateGivesGreyValuesItsColors) {
  Presented frame(1, 4, {0, 85, 170, 255});
  dicom::Lut rising{0, 8, {}, ""}, falling{0, 8, {}, ""};
  for (std::uint16_t i = 0; i < 256; ++i) {
    rising.entries.push_back(i);
    falling.entries.push_back(static_cast<std::uint16_t>(255 - i));
  }
  frame.state.palette = {rising, falling, dicom::Lut{0, 16, {0x8080}, ""}};
  EXPECT_EQ(frame.drawn(), (Values{0, 255, 128, 85, 170, 128, 170, 85, 128, 255, 0, 128}));
  // What comes before it is done before it: x <= 84.5 is the palette's first colour.
  frame.state.voi = {{{}, {{85, 1, ""}}, dicom::VoiFunction::linear, std::nullopt}};
  EXPECT_EQ(frame.drawn(), (Values{0, 255, 128, 255, 0, 128, 255, 0, 128, 255, 0, 128}));
}

TEST(DrawPresented, TheOverlaysThatAStateActivatesAreDrawnInTheirLayersGrey) {
  Presented frame(4, 4, Values(16, 100));
  frame.instance.overlays = {small_plane(0x6000)};
  frame.planes[{0x6000, 0}] = kDiagonal;
  EXPECT_EQ(frame.drawn(), Values(16, 100));
  frame.state.activations = {{0x6000, "MARKS"}};
  Values expected(16, 100);
  expected[5] = expected[10] = 255;
  EXPECT_EQ(frame.drawn(), expected);
  frame.state.layers = {{"OTHER", "", 0, 0x1000, {}}, {"MARKS", "", 1, 0x8000, {}}};
  expected[5] = expected[10] = 128;
  EXPECT_EQ(frame.drawn(), expected);
  frame.instance.overlays[0].is_roi = true;
  expected[5] = expected[10] = 114;  // half of 100 and 128
  EXPECT_EQ(frame.drawn(), expected);
  frame.instance.overlays[0].is_roi = false;
  frame.state.horizontal_flip = true;
  Values mirrored(16, 100);
  mirrored[6] = mirrored[9] = 128;
  EXPECT_EQ(frame.drawn(), mirrored);
}

TEST(DrawPresented, AnOverlayKeepsItsPixelsAtEverySize) {
  Presented frame(4, 4, Values(16, 100));
  frame.instance.overlays = {small_plane(0x6000)};
  frame.planes[{0x6000, 0}] = kDiagonal;
  frame.state.activations = {{0x6000, ""}};
  Values large(64, 100);
  for (int const corner : {2 * 8 + 2, 4 * 8 + 4})
    for (int const step : {0, 1, 8, 9}) large[static_cast<std::size_t>(corner + step)] = 255;
  EXPECT_EQ(frame.drawn(PictureSize{8, 8}), large);
  EXPECT_EQ(frame.drawn(PictureSize{2, 2}), (Values{255, 100, 100, 255}));
  frame.planes[{0x6000, 0}] = {std::byte{0b0001}};
  EXPECT_EQ(frame.drawn(PictureSize{1, 1}), (Values{255}));
}

TEST(DrawPresented, AnOverlayLiesOverTheFramesThatItNames) {
  Presented frame(4, 4, Values(16, 100));
  frame.instance.overlays = {small_plane(0x6000)};
  frame.instance.overlays[0].number_of_frames = 2;
  frame.planes[{0x6000, 0}] = kDiagonal;
  frame.state.activations = {{0x6000, ""}};
  frame.instance.overlays[0].image_frame_origin = 1;
  EXPECT_NE(frame.drawn(), Values(16, 100));
  frame.instance.overlays[0].image_frame_origin = 2;
  EXPECT_EQ(frame.drawn(), Values(16, 100));
  frame.instance.overlays[0].image_frame_origin = 0;
  frame.planes[{0x6000, 0}].clear();  // fewer bits than it states
  EXPECT_EQ(frame.drawn(), Values(16, 100));
  frame.planes.clear();  // it cannot be read
  EXPECT_EQ(frame.drawn(), Values(16, 100));
}

TEST(DrawPresented, AStateHasOverlaysOfItsOwnAndABitmapForAShutter) {
  Presented frame(4, 4, Values(16, 100));
  frame.state.overlays = {small_plane(0x6000), small_plane(0x6002)};
  frame.state.overlay_bits = {kDiagonal, {std::byte{0b0110}}};
  frame.state.activations = {{0x6002, "TOP"}, {0x6000, "BOTTOM"}};
  frame.state.layers = {{"TOP", "", 7, 0x4000, {}}, {"BOTTOM", "", 3, 0xFF00, {}}};
  Values expected(16, 100);
  expected[5] = expected[10] = 255;
  expected[6] = expected[9] = 64;
  EXPECT_EQ(frame.drawn(), expected);
  frame.state.overlay_bits[0] = {std::byte{0b1111}};
  EXPECT_EQ(frame.drawn(), expected);  // the higher layer lies over the lower one
  frame.state.shutter.emplace();
  frame.state.shutter->overlay_group = 0x6002;
  frame.state.shutter->presentation_value = 0x2000;
  frame.state.overlay_bits[0] = kDiagonal;
  expected[6] = expected[9] = 32;
  EXPECT_EQ(frame.drawn(), expected);
}

}  // namespace
}  // namespace sightline::server
