#include "page/study_page.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/base64.hpp"
#include "page/first_picture.hpp"
#include "page/frame_picture.hpp"
#include "page/png_writer.hpp"
#include "wire/manifest.hpp"
#include "wire/tile_frame.hpp"

namespace sightline::server {
namespace {

constexpr std::string_view kPlaceholder = "<!--sightline:study-->";
constexpr std::uint32_t kSmallestPreviewSide = 16;

/// JSON that cannot end a script element.
std::string escape_for_script(std::string_view json) {
  std::string out;
  for (char const c : json) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

/// How large the preview may be beside a first tile of this size.
std::size_t preview_budget(std::size_t tile_bytes) {
  std::size_t const left = kFirstPictureBytes - std::min(tile_bytes, kFirstPictureBytes);
  return std::clamp(left, kMinPreviewBytes, kMaxPreviewBytes);
}

/// A PNG within the budget (or of the smallest side); empty when no picture can be made.
std::vector<std::byte> make_preview(StudyTable const& study, std::uint32_t frame,
                                    TileService const& tiles, std::size_t budget_bytes) {
  wire::ManifestInstance const& entry = study.instance_of(frame);
  wire::StreamIndex const& stream = *study.stream_of(frame);
  auto const read_levels = [&](std::uint8_t level) -> Result<std::vector<std::byte>> {
    Result<TileBytes> tile = tiles.read(study, frame, 0, level);
    if (!tile) return std::unexpected(tile.error());
    return std::move(tile->bytes);
  };
  FrameSource source{entry.instance, study.frames[frame].frame_index0, stream, read_levels};
  source.is_as_viewed = true;
  // The size of the level that travels, so that the preview needs no more than it.
  PictureSize box{kFirstLevelSide, kFirstLevelSide};
  std::optional<std::uint8_t> const level = level_within(entry.instance, stream, kFirstLevelSide);
  if (level) box = level_size(entry.instance, stream, *level);
  Result<Picture> picture = draw_frame(source, std::nullopt, box);
  while (picture) {
    Result<std::vector<std::byte>> png = encode_png(*picture, 9);
    if (!png) return {};
    if (png->size() <= budget_bytes || picture->cols <= kSmallestPreviewSide ||
        picture->rows <= kSmallestPreviewSide) {
      return std::move(*png);
    }
    picture = scale_picture(*picture, picture->rows * 3 / 4, picture->cols * 3 / 4);
  }
  return {};
}

/// One `tile` message of epoch 0, slot 0: the levels up to 128 pixels; empty when the frame has no
/// such level.
std::vector<std::byte> make_first_tile(StudyTable const& study, std::uint32_t frame,
                                       TileService const& tiles) {
  std::optional<std::uint8_t> const level =
      level_within(study.instance_of(frame).instance, *study.stream_of(frame), kFirstLevelSide);
  if (!level) return {};
  Result<TileBytes> const bytes = tiles.read(study, frame, 0, *level);
  if (!bytes) return {};
  wire::Tile tile;
  tile.frame = frame;
  tile.offset_bytes = bytes->offset_bytes;
  tile.last_level = *level;
  tile.payload = bytes->bytes;
  std::vector<std::byte> message = wire::encode_tile_header(tile);
  message.insert(message.end(), bytes->bytes.begin(), bytes->bytes.end());
  return message;
}

}  // namespace

Result<PageTemplate> PageTemplate::parse(std::string_view index_html,
                                         std::vector<std::string> const& embedding_origins) {
  std::size_t const at = index_html.find(kPlaceholder);
  if (at == std::string_view::npos ||
      index_html.find(kPlaceholder, at + 1) != std::string_view::npos) {
    return fail(Errc::corrupt, "index.html must hold the comment <!--sightline:study--> once");
  }
  PageTemplate page;
  page.before_ = index_html.substr(0, at);
  page.after_ = index_html.substr(at + kPlaceholder.size());
  if (!embedding_origins.empty()) {
    boost::json::array origins;
    for (std::string const& origin : embedding_origins) origins.emplace_back(origin);
    boost::json::object const config{{"embeddingOrigins", std::move(origins)}};
    page.before_ += R"(<script type="application/json" id="sightline-config">)" +
                    escape_for_script(boost::json::serialize(config)) + "</script>";
  }
  return page;
}

std::string PageTemplate::with(std::string_view study) const {
  std::string page;
  page.reserve(before_.size() + study.size() + after_.size());
  page.append(before_).append(study).append(after_);
  return page;
}

std::string compose_study_page(PageTemplate const& page, StudyTable const& study,
                               TileService const& tiles) {
  std::string parts;
  if (std::optional<std::uint32_t> const frame = first_picture(study)) {
    std::vector<std::byte> const tile = make_first_tile(study, *frame, tiles);
    std::vector<std::byte> const png =
        make_preview(study, *frame, tiles, preview_budget(tile.size()));
    if (!png.empty()) {
      parts +=
          R"(<img id="sightline-preview" alt="" src="data:image/png;base64,)" + base64(png) + "\">";
    }
    if (!tile.empty()) {
      parts += R"(<script type="application/octet-stream" id="sightline-first">)" + base64(tile) +
               "</script>";
    }
  }
  parts += R"(<script type="application/json" id="sightline-manifest">)";
  parts += wire::encode_manifest(study.manifest);
  parts += "</script>";
  return page.with(parts);
}

}  // namespace sightline::server
