#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/error.hpp"
#include "pixel/draw_parameters.hpp"
#include "render/color_table_pool.hpp"
#include "render/gl_context.hpp"
#include "render/lut_pool.hpp"
#include "render/program.hpp"
#include "render/texture_pool.hpp"

namespace sightline::render {

/// Which part of a resolution level a texture holds: a picture that is larger than textures can be,
/// or whose other parts nobody looks at, is drawn of several. Units: samples of the level.
struct TexturePart {
  std::uint32_t level_rows = 0, level_cols = 0;
  std::uint32_t first_row = 0, first_col = 0;
};

/// One picture: what pixel::DrawParameters says, with the values and tables already on the GPU.
struct DrawCall {
  pixel::DisplayValues values;
  pixel::ViewGeometry geometry;  ///< without a texture only the viewport's size counts
  bool interpolate = true;
  TextureId texture = 0;  ///< 0: black
  LutId modality_lut = 0, voi_lut = 0, palette = 0;
  ColorTableId color_table = 0;  ///< of colour pictures; 0: their own numbers go to the screen
  std::optional<TexturePart> part = {};  ///< nothing: the texture is a whole level
};

/// Draws frames by shaders/ on one context. Twin: pixel::render. A lost context makes every call
/// fail with graphics "context lost"; destroy the renderer and create it again when the canvas has
/// been restored. Threads: the one that made it. Source: PS3.3 C.11.
class Renderer {
 public:
  /// Starts the compilation of the grey shader and does not wait for it. Errors: graphics.
  static Result<std::unique_ptr<Renderer>> create(char const* canvas_selector);
  ~Renderer();
  Renderer(Renderer const&) = delete;
  Renderer& operator=(Renderer const&) = delete;

  /// Errors: as TexturePool::put, LutPool::put; graphics.
  Result<TextureId> put_texture(BlockView const& block);
  void drop_texture(TextureId id);
  Result<LutId> put_lut(LutPool::Kind kind, std::int32_t first_mapped, std::uint32_t bits_per_entry,
                        std::span<std::uint16_t const> entries);
  void drop_lut(LutId id);
  /// Errors: as ColorTablePool::put; graphics.
  Result<ColorTableId> put_color_table(pixel::ColorTable const& table);
  void drop_color_table(ColorTableId id);

  /// To the canvas. Errors: not_found (texture or table), invalid_argument, unsupported
  /// (photometric interpretation), graphics (also natively, where there is no canvas). Outside of
  /// a part its border is repeated: draw_over's clip keeps to what it holds.
  Status draw(DrawCall const& call);
  /// To the canvas, over what is there, inside `clip` alone: one of several pictures. Errors: as
  /// draw; invalid_argument (a clip that is not inside of the viewport).
  Status draw_over(DrawCall const& call, pixel::DrawnPixels const& clip);
  /// One colour (0xRRGGBB) inside `clip` of the canvas. Units: device pixels. Errors: as draw_over.
  Status fill(std::uint32_t viewport_rows, std::uint32_t viewport_cols,
              pixel::DrawnPixels const& clip, std::uint32_t rgb);
  /// Off screen, then read back. Shape: viewport_rows x viewport_cols x 4 (RGBA), top row first;
  /// `rgba` has exactly that length. Errors: as draw.
  Status capture(DrawCall const& call, std::span<std::byte> rgba);

  std::size_t texture_bytes() const { return textures_->size_bytes(); }
  std::uint32_t max_texture_size();

 private:
  enum class ProgramKind : std::uint8_t {
    grey,
    grey_signed,
    grey_real,
    palette,
    palette_signed,
    supplemental,
    supplemental_signed,
    color,
    palette_profile,
    palette_signed_profile,
    color_profile
  };
  static constexpr std::size_t kProgramCount = 11;

  explicit Renderer(std::unique_ptr<GlContext> context);
  Status paint(DrawCall const& call);
  Status begin_clip(std::uint32_t rows, std::uint32_t cols, pixel::DrawnPixels const& clip);
  Status paint_texture(DrawCall const& call, TexturePool::Texture const& texture);
  Program& program(ProgramKind kind);
  Status bind_grey(DrawCall const& call, TexturePool::Texture const& texture,
                   Program const& program);
  Status bind_palette(DrawCall const& call, Program const& program);
  Status bind_color_table(DrawCall const& call, Program const& program);
  Status bind_offscreen(std::uint32_t rows, std::uint32_t cols);

  std::unique_ptr<GlContext> context_;
  std::unique_ptr<TexturePool> textures_;
  std::unique_ptr<LutPool> luts_;
  std::unique_ptr<ColorTablePool> color_tables_;
  std::array<std::optional<Program>, kProgramCount> programs_;
  GLuint vertex_array_ = 0, framebuffer_ = 0, renderbuffer_ = 0;
  std::uint32_t offscreen_rows_ = 0, offscreen_cols_ = 0;
};

}  // namespace sightline::render
