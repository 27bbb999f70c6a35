#include <algorithm>
#include <cmath>
#include <utility>

#include "dicom/acquisition.hpp"
#include "dicom/attributes.hpp"
#include "dicom/codestream_shape.hpp"
#include "dicom/data_set_outline.hpp"
#include "dicom/frame_index.hpp"
#include "dicom/frame_order.hpp"
#include "dicom/functional_groups.hpp"
#include "dicom/identity.hpp"
#include "dicom/image_pixel.hpp"
#include "dicom/instance.hpp"
#include "dicom/palette.hpp"
#include "dicom/part10_reader.hpp"
#include "dicom/pixel_syntax.hpp"
#include "dicom/quirks.hpp"
#include "dicom/sop_class_kind.hpp"
#include "dicom/standard_uptake.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kNumberOfFrames = 0x00280008, kPixelAspectRatio = 0x00280034,
                        kLossyImageCompression = 0x00282110, kLossyRatio = 0x00282112,
                        kLossyMethod = 0x00282114, kFrameTime = 0x00181063,
                        kFrameTimeVector = 0x00181065, kPixelPresentation = 0x00089205,
                        kConcatenationUid = 0x00209161, kInConcatenationNumber = 0x00209162,
                        kConcatenationFrameOffset = 0x00209228, kRecommendedRate = 0x00082144;

/// Why an object without Pixel Data (7FE0,0010) shows nothing.
std::string no_pixels_reason(std::string_view sop_class_uid) {
  std::string_view const kind = sop_class_kind(sop_class_uid);
  if (kind.empty()) return "This object holds no pixel data.";
  return "An object of this kind (" + std::string(kind) + ") holds no pixel data.";
}

/// Why the frames cannot be found or decoded, whatever the Image Pixel Module says.
std::string pixel_data_reason(Part10 const& part10, ElementHeader const& pixel_data) {
  if (!part10.syntax.showable) {
    return "The pictures are stored as " + transfer_syntax_name(part10.transfer_syntax_uid) +
           ", which cannot be shown.";
  }
  if (pixel_data.length_bytes == 0) return "The pixel data is empty.";
  if (part10.syntax.encapsulated != pixel_data.undefined()) {
    return "The pixel data is not stored as its transfer syntax says (" +
           transfer_syntax_name(part10.transfer_syntax_uid) + ").";
  }
  return {};
}

/// Of a picture that cannot be shown anyway: that hardly anything of it is there, if so.
std::string cut_off_reason(ByteSource const& bytes, ElementHeader const& pixel_data) {
  constexpr std::uint64_t kLeastShare = 64;
  std::uint64_t const available = bytes.size() - pixel_data.value_offset;
  if (pixel_data.undefined() || pixel_data.length_bytes / kLeastShare <= available) return {};
  return "The file ends inside its pixel data: " + std::to_string(available) + " of " +
         std::to_string(pixel_data.length_bytes) + " bytes are there.";
}

std::optional<std::uint32_t> stated_frames(Attributes const& attributes) {
  auto const frames = attributes.integer(kNumberOfFrames);
  return frames && *frames > 0 ? std::optional(static_cast<std::uint32_t>(*frames)) : std::nullopt;
}

/// The colours of a PALETTE COLOR picture, or of a grey one that is shown with a Supplemental
/// Palette; what else has such tables does not mean them. Source: PS3.3 C.7.6.19, C.8.13.2.1.1.
bool has_palette(Attributes const& attributes, PixelFormat const& format) {
  if (format.photometric == Photometric::palette_color) return true;
  bool const is_grey = format.photometric == Photometric::monochrome1 ||
                       format.photometric == Photometric::monochrome2;
  std::string const presentation = attributes.code(kPixelPresentation);
  return is_grey && (presentation == "COLOR" || presentation == "MIXED");
}

bool is_palette_complete(Instance const& instance) {
  return std::ranges::all_of(instance.palette, [](auto const& lut) { return lut.has_value(); });
}

std::optional<double> positive(std::optional<double> value) {
  return value && *value > 0 ? value : std::nullopt;
}

void read_timing(Attributes const& attributes, Instance& instance) {
  instance.frame_time_ms = positive(attributes.number(kFrameTime));
  instance.recommended_frame_rate = positive(attributes.number(kRecommendedRate));
  // PS3.3 C.7.6.5.1.2: times between frames; the first belongs to frame 1 and is 0.
  auto const times = attributes.numbers(kFrameTimeVector);
  bool const usable = times.size() == instance.number_of_frames &&
                      std::ranges::all_of(times, [](double ms) { return ms >= 0; });
  if (usable) instance.frame_time_vector_ms = times;
}

void read_concatenation(Attributes const& attributes, Instance& instance) {
  instance.concatenation_uid = attributes.code(kConcatenationUid);
  if (instance.concatenation_uid.empty()) return;
  instance.in_concatenation_number = attributes.u16(kInConcatenationNumber).value_or(0);
  instance.concatenation_frame_offset = attributes.u32(kConcatenationFrameOffset).value_or(0);
}

void read_lossy_history(Attributes const& attributes, TransferSyntax const& syntax,
                        LossyHistory& lossy) {
  lossy.lossy = attributes.code(kLossyImageCompression) == "01" || syntax.always_lossy;
  if (!lossy.lossy) return;
  lossy.ratio = attributes.code(kLossyRatio);
  lossy.method = attributes.code(kLossyMethod);
}

/// The values' unit is told where it is not that of other PET (Bq/ml).
void read_uptake(Attributes const& attributes, Instance& instance) {
  constexpr std::uint32_t kUnits = 0x00541001;
  bool const has_values = std::ranges::none_of(
      instance.display, [](DisplayPipeline const& each) { return each.rescale_slope == 0; });
  if (has_values) instance.suv_factor = read_suv_factor(attributes);
  if (!instance.suv_factor || attributes.code(kUnits) != "CNTS") return;
  for (DisplayPipeline& each : instance.display) each.rescale_type = "CNTS";
}

void read_aspect_ratio(Attributes const& attributes, Instance& instance) {
  auto const ratio = attributes.numbers(kPixelAspectRatio);
  bool const usable = ratio.size() == 2 && ratio[0] > 0 && ratio[1] > 0;
  if (usable && !instance.geometry.front().pixel_spacing) instance.pixel_aspect_ratio = ratio;
}

/// The begin of a frame, fragments joined.
std::vector<std::byte> begin_of(ByteSource const& bytes, FrameSpan const& frame,
                                std::uint64_t most_bytes) {
  std::vector<std::byte> codestream;
  for (ByteSpan const& span : frame.fragments) {
    if (codestream.size() == most_bytes) break;
    auto const piece =
        bytes.view(span.offset_bytes, std::min(span.length_bytes, most_bytes - codestream.size()));
    codestream.insert(codestream.end(), piece.begin(), piece.end());
  }
  return codestream;
}

/// What the first frame that there is says of itself. Its header begins the frame, but for segments
/// of applications, comments and boxes.
std::optional<CodestreamShape> first_shape(ByteSource const& bytes,
                                           std::vector<FrameSpan> const& frames,
                                           TransferSyntax::Family family) {
  constexpr std::uint64_t kUsualBytes = 512, kMostBytes = 64 << 10;
  auto const first =
      std::ranges::find_if(frames, [](FrameSpan const& frame) { return !frame.fragments.empty(); });
  if (first == frames.end()) return std::nullopt;
  auto const usual = begin_of(bytes, *first, kUsualBytes);
  if (auto const shape = codestream_shape(usual, family)) return shape;
  constexpr std::size_t kMarker = 3;  // behind SOI, that of a segment
  bool const has_more = usual.size() == kUsualBytes &&
                        (usual[0] == std::byte{0} || usual[kMarker] >= std::byte{0xE0});
  if (!has_more) return std::nullopt;
  return codestream_shape(begin_of(bytes, *first, kMostBytes), family);
}

/// Finds the frames of Pixel Data that can be shown. Errors: limit_exceeded.
Status locate_frames(Part10 const& part10, ByteSource const& bytes, DataSetOutline const& outline,
                     Attributes const& attributes, Limits const& limits, Instance& instance) {
  FrameIndexRequest const request{bytes, part10.syntax, instance.format, stated_frames(attributes)};
  auto index = index_frames(request, outline, limits);
  if (!index && index.error().code != Errc::corrupt) return std::unexpected(index.error());
  if (!index || index->frames.empty()) {
    instance.number_of_frames = std::min(request.number_of_frames.value_or(1), limits.max_frames);
    instance.unshowable_reason = "The pictures in the pixel data cannot be told apart.";
    return {};
  }
  instance.number_of_frames = index->number_of_frames;
  instance.frames = std::move(index->frames);
  // The decoder tells the partial range's by the frame's length.
  if (index->full_resolution_422 && instance.format.photometric == Photometric::ybr_full_422)
    instance.format.photometric = Photometric::ybr_full;
  if (part10.syntax.encapsulated) {
    auto const shape = first_shape(bytes, instance.frames, part10.syntax.family);
    if (shape) (void)believe_shape(*shape, limits, instance.format);
  }
  return {};
}

/// Where the stream of a video lies; its frames are told apart by who plays it.
Status read_video(Part10 const& part10, ByteSource const& bytes, DataSetOutline const& outline,
                  Attributes const& attributes, Limits const& limits, Instance& instance) {
  instance.number_of_frames = std::min(stated_frames(attributes).value_or(1), limits.max_frames);
  std::string const name = transfer_syntax_name(part10.transfer_syntax_uid);
  if (!outline.pixel_data->undefined()) {
    instance.unshowable_reason =
        "The pixel data is not stored as its transfer syntax says (" + name + ").";
    return {};
  }
  auto stream = find_video_stream(bytes, outline, limits);
  if (!stream && stream.error().code != Errc::corrupt) return std::unexpected(stream.error());
  bool const is_there = stream && !stream->fragments.empty();
  instance.unshowable_reason = is_there ? "The pictures are a video (" + name +
                                              "), which is played and not decoded frame by frame."
                                        : "There is no video in the pixel data.";
  if (is_there) instance.frames.push_back(std::move(*stream));
  return {};
}

Status read_picture(Part10 const& part10, ByteSource const& bytes, DataSetOutline const& outline,
                    Attributes const& attributes, Limits const& limits, Instance& instance) {
  instance.has_pixels = true;
  bool const is_native = !part10.syntax.encapsulated && !outline.pixel_data->undefined();
  std::uint64_t const native_bytes =
      is_native ? outline.pixel_data->length_bytes / stated_frames(attributes).value_or(1) : 0;
  ImagePixel image =
      read_image_pixel(attributes, part10.syntax, outline.pixel_data->tag, limits, native_bytes);
  instance.format = image.format;
  if (part10.syntax.family == TransferSyntax::Family::video)
    return read_video(part10, bytes, outline, attributes, limits, instance);
  if (has_palette(attributes, image.format))
    instance.palette = read_palette(attributes, image.format.is_signed);
  instance.unshowable_reason = pixel_data_reason(part10, *outline.pixel_data);
  if (instance.unshowable_reason.empty() && !image.unshowable_reason.empty())
    instance.unshowable_reason = cut_off_reason(bytes, *outline.pixel_data);
  if (instance.unshowable_reason.empty())
    instance.unshowable_reason = std::move(image.unshowable_reason);
  if (instance.unshowable_reason.empty() &&
      instance.format.photometric == Photometric::palette_color && !is_palette_complete(instance)) {
    instance.unshowable_reason = "The picture's colour table is missing or damaged.";
  }
  if (!instance.unshowable_reason.empty()) {
    instance.number_of_frames = std::min(stated_frames(attributes).value_or(1), limits.max_frames);
    return {};
  }
  return locate_frames(part10, bytes, outline, attributes, limits, instance);
}

}  // namespace

Result<Instance> read_instance(ByteSource file, Limits const& limits) {
  auto part10 = read_part10(file, limits);
  // Bytes that cannot be read look like their end.
  if (Status const read = file.status(); !read) return std::unexpected(read.error());
  if (!part10) return std::unexpected(part10.error());
  ByteSource const bytes = part10->source(file);
  auto outline = outline_data_set(bytes, part10->data_set_offset, part10->syntax.elements, limits);
  if (Status const read = file.status(); !read) return std::unexpected(read.error());
  if (!outline) return std::unexpected(outline.error());
  believe_pixels(bytes, *part10, *outline);
  auto const data_set = DataSet::parse(outline->kept, part10->syntax.elements, limits);
  if (!data_set) return std::unexpected(data_set.error());
  Attributes const attributes = data_set->attributes();

  Instance instance;
  read_identity(attributes, *part10, instance);
  read_acquisition(attributes, instance);
  instance.deflated = part10->syntax.deflated;
  instance.frame_bytes_big_endian =
      part10->syntax.elements.big_endian || part10->transfer_syntax_uid == kGePixelsBigEndian;
  read_lossy_history(attributes, part10->syntax, instance.lossy);
  if (!outline->pixel_data) {
    instance.unshowable_reason = no_pixels_reason(instance.sop_class_uid);
    return instance;
  }
  if (Status const read = read_picture(*part10, bytes, *outline, attributes, limits, instance);
      !read) {
    return std::unexpected(read.error());
  }
  if (Status const read = file.status(); !read) return std::unexpected(read.error());
  unsigned const real_bits = is_float(instance.format) ? instance.format.bits_allocated : 0;
  DisplayContext const context{instance.format.is_signed, instance.series.modality, real_bits};
  auto values = read_frame_values(attributes, context, instance.number_of_frames);
  if (!values) return std::unexpected(values.error());
  instance.display = std::move(values->display);
  if (is_float(instance.format)) quirks::window_real_numbers(instance.display);
  instance.geometry = std::move(values->geometry);
  read_timing(attributes, instance);
  read_concatenation(attributes, instance);
  read_aspect_ratio(attributes, instance);
  EmbeddingImage const image{instance.format, instance.number_of_frames};
  bool const is_native = !part10->syntax.encapsulated && !instance.frames.empty();
  instance.overlays = read_overlay_planes(attributes, *outline, is_native ? &image : nullptr);
  instance.shutter = read_display_shutter(attributes);
  instance.mask = read_mask_module(attributes);
  read_uptake(attributes, instance);
  instance.slide = read_slide_matrix(attributes, instance);
  if (!instance.slide) instance.viewing_order = read_frame_order(attributes, instance);
  if (instance.number_of_frames == 1) instance.phase = read_phase(attributes);
  return instance;
}

}  // namespace sightline::dicom
