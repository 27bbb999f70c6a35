#include "render/renderer.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "base/checked.hpp"
#include "pixel/relative_window.hpp"
#include "render/shader_sources.hpp"

namespace sightline::render {
namespace {

// Sampler units; shaders/README.md.
constexpr GLint kStoredUnit = 0, kModalityUnit = 1, kVoiUnit = 2, kPaletteUnit = 3,
                kProfileCurvesUnit = 4, kProfileLightUnit = 5;
constexpr GLint kVoiTable = 3;  // uVoiLutFunction beyond (0028,1056)

void bind_texture(GLint unit, GLuint name, GLenum target = GL_TEXTURE_2D) {
  glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
  glBindTexture(target, name);
}

GLfloat full_scale(std::uint32_t bits) {
  return static_cast<GLfloat>((std::uint64_t{1} << bits) - 1);
}

/// The texel that holds a stored value, or the nearest one that there is.
GLint texel_of(std::int32_t stored, TexturePool::Texture const& texture) {
  return static_cast<GLint>(std::clamp<std::int64_t>(stored - texture.stored_at_zero,
                                                     std::numeric_limits<GLint>::min(),
                                                     std::numeric_limits<GLint>::max()));
}

void set_padding(Program const& used, pixel::DisplayValues const& values,
                 TexturePool::Texture const& texture) {
  bool const has_padding =
      texture.is_float ? values.real_padding.has_value() : values.padding.has_value();
  glUniform1i(used.at(Uniform::has_padding), has_padding);
  if (texture.is_float) {
    auto const padding = values.real_padding.value_or(pixel::RealPaddingRange{});
    glUniform2i(used.at(Uniform::pixel_padding), std::bit_cast<GLint>(padding.first),
                std::bit_cast<GLint>(padding.last));
    return;
  }
  auto const padding = values.padding.value_or(pixel::PaddingRange{});
  glUniform2i(used.at(Uniform::pixel_padding), texel_of(padding.first, texture),
              texel_of(padding.last, texture));
}

/// So that `stored - first` in the shader stays within int; no stored value or entry is outside ±
/// 2^16.
GLint clamp_first(std::int32_t first_mapped) {
  return std::clamp<std::int32_t>(first_mapped, -(1 << 30), 1 << 30);
}

/// The level that the texture is, or is a part of. Errors: invalid_argument (not in it).
Result<TexturePart> part_of(DrawCall const& call, TexturePool::Texture const& texture) {
  TexturePart const part = call.part.value_or(TexturePart{texture.rows, texture.cols, 0, 0});
  bool const is_inside = part.level_rows >= texture.rows && part.level_cols >= texture.cols &&
                         part.first_row <= part.level_rows - texture.rows &&
                         part.first_col <= part.level_cols - texture.cols;
  if (!is_inside) return fail(Errc::invalid_argument, "a part that is not in its level");
  return part;
}

void set_geometry(Program const& program, DrawCall const& call, TexturePart const& part,
                  std::uint32_t discarded_levels) {
  pixel::DrawnPixels const drawn = pixel::drawn_pixels(call.geometry);
  pixel::TexelMap const map = pixel::texel_map(call.geometry, discarded_levels);
  auto const f = [](double v) { return static_cast<GLfloat>(v); };
  glUniform1i(program.at(Uniform::viewport_rows), static_cast<GLint>(call.geometry.viewport_rows));
  glUniform4i(program.at(Uniform::drawn_pixels), drawn.first_x, drawn.first_y, drawn.end_x,
              drawn.end_y);
  glUniform3f(program.at(Uniform::texel_column), f(map.col_per_x), f(map.col_per_y),
              f(map.col_at_0));
  glUniform3f(program.at(Uniform::texel_row), f(map.row_per_x), f(map.row_per_y), f(map.row_at_0));
  glUniform2i(program.at(Uniform::first_texel), static_cast<GLint>(part.first_col),
              static_cast<GLint>(part.first_row));
  glUniform1i(program.at(Uniform::interpolate), call.interpolate);
}

}  // namespace

Result<std::unique_ptr<Renderer>> Renderer::create(char const* canvas_selector) {
  Result<std::unique_ptr<GlContext>> context = GlContext::create(canvas_selector);
  if (!context) return std::unexpected(context.error());
  std::unique_ptr<Renderer> renderer(new Renderer(std::move(*context)));
  // What the first picture most often needs; the other programs are made when they are asked for.
  renderer->program(ProgramKind::grey);
  return renderer;
}

Renderer::Renderer(std::unique_ptr<GlContext> context)
    : context_(std::move(context)),
      textures_(std::make_unique<TexturePool>()),
      luts_(std::make_unique<LutPool>()),
      color_tables_(std::make_unique<ColorTablePool>()) {
  glGenVertexArrays(1, &vertex_array_);
  glDisable(GL_DITHER);
}

Renderer::~Renderer() {
  if (!context_->make_current()) {
    for (auto& program : programs_) {
      if (program) program->abandon();
    }
    textures_->abandon();
    luts_->abandon();
    color_tables_->abandon();
    return;
  }
  for (auto& program : programs_) program.reset();
  textures_.reset();
  luts_.reset();
  color_tables_.reset();
  glDeleteFramebuffers(1, &framebuffer_);
  glDeleteRenderbuffers(1, &renderbuffer_);
  glDeleteVertexArrays(1, &vertex_array_);
}

Result<TextureId> Renderer::put_texture(BlockView const& block) {
  if (Status current = context_->make_current(); !current) return std::unexpected(current.error());
  return textures_->put(block);
}

void Renderer::drop_texture(TextureId id) {
  if (context_->make_current()) textures_->drop(id);
}

Result<LutId> Renderer::put_lut(LutPool::Kind kind, std::int32_t first_mapped,
                                std::uint32_t bits_per_entry,
                                std::span<std::uint16_t const> entries) {
  if (Status current = context_->make_current(); !current) return std::unexpected(current.error());
  return luts_->put(kind, first_mapped, bits_per_entry, entries);
}

void Renderer::drop_lut(LutId id) {
  if (context_->make_current()) luts_->drop(id);
}

Result<ColorTableId> Renderer::put_color_table(pixel::ColorTable const& table) {
  if (Status current = context_->make_current(); !current) return std::unexpected(current.error());
  return color_tables_->put(table);
}

void Renderer::drop_color_table(ColorTableId id) {
  if (context_->make_current()) color_tables_->drop(id);
}

std::uint32_t Renderer::max_texture_size() {
  return context_->make_current() ? textures_->max_side() : 0;
}

Status Renderer::draw(DrawCall const& call) {
  if (Status current = context_->make_current(); !current) return current;
  if (!context_->has_canvas()) return fail(Errc::graphics, "no canvas");
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  return paint(call);
}

Status Renderer::begin_clip(std::uint32_t rows, std::uint32_t cols,
                            pixel::DrawnPixels const& clip) {
  bool const is_inside = clip.first_x >= 0 && clip.first_y >= 0 && clip.first_x <= clip.end_x &&
                         clip.first_y <= clip.end_y && std::cmp_less_equal(clip.end_x, cols) &&
                         std::cmp_less_equal(clip.end_y, rows);
  if (!is_inside) return fail(Errc::invalid_argument, "clip");
  if (Status current = context_->make_current(); !current) return current;
  if (!context_->has_canvas()) return fail(Errc::graphics, "no canvas");
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  glViewport(0, 0, static_cast<GLsizei>(cols), static_cast<GLsizei>(rows));
  glEnable(GL_SCISSOR_TEST);
  glScissor(clip.first_x, static_cast<GLint>(rows) - clip.end_y, clip.end_x - clip.first_x,
            clip.end_y - clip.first_y);
  return {};
}

Status Renderer::draw_over(DrawCall const& call, pixel::DrawnPixels const& clip) {
  if (Status begun = begin_clip(call.geometry.viewport_rows, call.geometry.viewport_cols, clip);
      !begun)
    return begun;
  TexturePool::Texture const* texture = textures_->find(call.texture);
  Status const painted =
      texture == nullptr ? fail(Errc::not_found, "texture") : paint_texture(call, *texture);
  glDisable(GL_SCISSOR_TEST);
  return painted;
}

Status Renderer::fill(std::uint32_t viewport_rows, std::uint32_t viewport_cols,
                      pixel::DrawnPixels const& clip, std::uint32_t rgb) {
  if (Status begun = begin_clip(viewport_rows, viewport_cols, clip); !begun) return begun;
  auto const channel = [rgb](unsigned shift) {
    return static_cast<GLfloat>(rgb >> shift & 0xFF) / 255.0F;
  };
  glClearColor(channel(16), channel(8), channel(0), 1);
  glClear(GL_COLOR_BUFFER_BIT);
  glDisable(GL_SCISSOR_TEST);
  return {};
}

Status Renderer::capture(DrawCall const& call, std::span<std::byte> rgba) {
  std::uint32_t const rows = call.geometry.viewport_rows;
  std::uint32_t const cols = call.geometry.viewport_cols;
  auto const bytes = checked_product({rows, cols, 4});
  if (!bytes || *bytes == 0 || *bytes != rgba.size()) {
    return fail(Errc::invalid_argument, "capture length");
  }
  if (Status current = context_->make_current(); !current) return current;
  if (Status bound = bind_offscreen(rows, cols); !bound) return bound;
  if (Status painted = paint(call); !painted) return painted;
  glPixelStorei(GL_PACK_ALIGNMENT, 4);
  glReadPixels(0, 0, static_cast<GLsizei>(cols), static_cast<GLsizei>(rows), GL_RGBA,
               GL_UNSIGNED_BYTE, rgba.data());
  if (glGetError() != GL_NO_ERROR) return fail(Errc::graphics, "capture");
  // GL has the bottom row first.
  std::size_t const stride = std::size_t{cols} * 4;
  for (std::size_t top = 0, bottom = rows - 1; top < bottom; ++top, --bottom) {
    std::span<std::byte> const upper = rgba.subspan(top * stride, stride);
    std::swap_ranges(upper.begin(), upper.end(), rgba.subspan(bottom * stride).begin());
  }
  return {};
}

Status Renderer::bind_offscreen(std::uint32_t rows, std::uint32_t cols) {
  if (std::max(rows, cols) > textures_->max_side()) {
    return fail(Errc::limit_exceeded, "capture larger than this GPU's framebuffers");
  }
  if (framebuffer_ == 0) {
    glGenFramebuffers(1, &framebuffer_);
    glGenRenderbuffers(1, &renderbuffer_);
  }
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
  if (rows == offscreen_rows_ && cols == offscreen_cols_) return {};
  glBindRenderbuffer(GL_RENDERBUFFER, renderbuffer_);
  glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, static_cast<GLsizei>(cols),
                        static_cast<GLsizei>(rows));
  glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, renderbuffer_);
  if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE) {
    offscreen_rows_ = offscreen_cols_ = 0;
    return fail(Errc::graphics, "framebuffer");
  }
  offscreen_rows_ = rows;
  offscreen_cols_ = cols;
  return {};
}

Status Renderer::paint(DrawCall const& call) {
  glViewport(0, 0, static_cast<GLsizei>(call.geometry.viewport_cols),
             static_cast<GLsizei>(call.geometry.viewport_rows));
  glClearColor(0, 0, 0, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  if (call.texture == 0) return {};
  TexturePool::Texture const* texture = textures_->find(call.texture);
  if (texture == nullptr) return fail(Errc::not_found, "texture");
  return paint_texture(call, *texture);
}

Status Renderer::paint_texture(DrawCall const& call, TexturePool::Texture const& texture) {
  if (Status checked = pixel::check_geometry(call.geometry); !checked) return checked;
  if (Status checked = pixel::check_values(call.values); !checked) return checked;
  Result<TexturePart> const part = part_of(call, texture);
  if (!part) return std::unexpected(part.error());
  auto const discarded = pixel::discarded_levels(call.geometry.image_rows, call.geometry.image_cols,
                                                 part->level_rows, part->level_cols);
  if (!discarded) return std::unexpected(discarded.error());
  auto const path = texture.is_rgb ? std::optional(pixel::ColorPath::rgb)
                                   : pixel::color_path(call.values.photometric);
  if (!path) return fail(Errc::unsupported, "photometric interpretation");
  bool const is_color = *path != pixel::ColorPath::grey && *path != pixel::ColorPath::palette;
  if (texture.samples != (is_color ? 3 : 1)) return fail(Errc::invalid_argument, "samples");
  if (texture.is_float && *path != pixel::ColorPath::grey)
    return fail(Errc::unsupported, "real numbers in colour");
  if (texture.is_float && call.modality_lut != 0)
    return fail(Errc::unsupported, "a Modality LUT for real numbers");
  if (*path == pixel::ColorPath::palette && texture.stored_at_zero != 0)
    return fail(Errc::unsupported, "a palette for samples of 32 bits");

  bool const has_profile = call.color_table != 0 && *path != pixel::ColorPath::grey;
  ProgramKind kind = has_profile ? ProgramKind::color_profile : ProgramKind::color;
  if (*path == pixel::ColorPath::grey)
    kind = texture.is_float    ? ProgramKind::grey_real
           : texture.is_signed ? ProgramKind::grey_signed
                               : ProgramKind::grey;
  if (*path == pixel::ColorPath::palette && has_profile)
    kind = texture.is_signed ? ProgramKind::palette_signed_profile : ProgramKind::palette_profile;
  else if (*path == pixel::ColorPath::palette)
    kind = texture.is_signed ? ProgramKind::palette_signed : ProgramKind::palette;
  bool const is_supplemental = *path == pixel::ColorPath::grey && call.palette != 0 &&
                               !texture.is_float && texture.stored_at_zero == 0;
  if (is_supplemental)
    kind = texture.is_signed ? ProgramKind::supplemental_signed : ProgramKind::supplemental;
  Program& used = program(kind);
  if (Status linked = used.use(); !linked) return linked;
  set_geometry(used, call, *part, *discarded);
  glUniform1i(used.at(Uniform::stored_values), kStoredUnit);
  glUniform1i(used.at(Uniform::turned), call.values.inverted);
  if (*path == pixel::ColorPath::grey) {
    if (Status bound = bind_grey(call, texture, used); !bound) return bound;
    if (Status bound = is_supplemental ? bind_palette(call, used) : Status{}; !bound) return bound;
  } else if (*path == pixel::ColorPath::palette) {
    if (Status bound = bind_palette(call, used); !bound) return bound;
  } else {
    auto const color_bits =
        static_cast<std::uint16_t>(std::max(call.values.color_bits - texture.dropped_bits, 1));
    glUniform1i(used.at(Uniform::ybr_range), *path == pixel::ColorPath::ybr_full      ? 1
                                             : *path == pixel::ColorPath::ybr_partial ? 2
                                                                                      : 0);
    glUniform1f(used.at(Uniform::full_scale), full_scale(color_bits));
  }
  if (has_profile) {
    if (Status bound = bind_color_table(call, used); !bound) return bound;
  }
  bind_texture(kStoredUnit, texture.name);  // last: making the placeholder table uses this unit
  glBindVertexArray(vertex_array_);
  glDrawArrays(GL_TRIANGLES, 0, 3);
  return {};
}

Status Renderer::bind_grey(DrawCall const& call, TexturePool::Texture const& texture,
                           Program const& used) {
  LutPool::Lut const* modality = luts_->find(call.modality_lut);
  LutPool::Lut const* voi = luts_->find(call.voi_lut);
  if ((call.modality_lut != 0 && modality == nullptr) || (call.voi_lut != 0 && voi == nullptr)) {
    return fail(Errc::not_found, "look-up table");
  }
  pixel::DisplayValues values = call.values;
  values.rescale_intercept += values.rescale_slope * static_cast<double>(texture.stored_at_zero);
  pixel::RelativeWindow const window =
      pixel::relative_window(values, modality != nullptr,
                             voi != nullptr ? std::optional(voi->first_mapped) : std::nullopt);
  glUniform1i(used.at(Uniform::stored_origin), window.stored_origin);
  glUniform1f(used.at(Uniform::rescale_slope), window.rescale_slope);
  glUniform1f(used.at(Uniform::real_origin), window.real_origin);
  glUniform1f(used.at(Uniform::offset_at_origin),
              texture.is_float ? window.offset_at_real_origin : window.offset_at_origin);
  glUniform1f(used.at(Uniform::window_width), window.window_width);
  set_padding(used, values, texture);
  bool const is_monochrome1 = values.photometric == Photometric::monochrome1;
  glUniform1i(used.at(Uniform::turned),
              is_monochrome1 != (values.presentation_inverse != values.inverted));

  bind_texture(kModalityUnit, modality != nullptr ? modality->name : luts_->placeholder());
  glUniform1i(used.at(Uniform::modality_lut), kModalityUnit);
  glUniform1i(used.at(Uniform::has_modality_lut), modality != nullptr);
  if (modality != nullptr) {
    glUniform2i(used.at(Uniform::modality_lut_range),
                texel_of(clamp_first(modality->first_mapped), texture),
                static_cast<GLint>(modality->count));
  }
  bind_texture(kVoiUnit, voi != nullptr ? voi->name : luts_->placeholder());
  glUniform1i(used.at(Uniform::voi_lut), kVoiUnit);
  glUniform1i(used.at(Uniform::voi_lut_function),
              voi != nullptr ? kVoiTable : static_cast<GLint>(values.voi_function));
  if (voi != nullptr) {
    glUniform1i(used.at(Uniform::voi_lut_count), static_cast<GLint>(voi->count));
    glUniform1f(used.at(Uniform::voi_lut_scale), full_scale(voi->bits_per_entry));
  }
  return {};
}

Status Renderer::bind_palette(DrawCall const& call, Program const& used) {
  LutPool::Lut const* palette = luts_->find(call.palette);
  if (palette == nullptr) return fail(Errc::not_found, "palette");
  if (palette->kind != LutPool::Kind::palette) return fail(Errc::invalid_argument, "palette");
  bind_texture(kPaletteUnit, palette->name);
  glUniform1i(used.at(Uniform::palette), kPaletteUnit);
  glUniform2i(used.at(Uniform::palette_range), clamp_first(palette->first_mapped),
              static_cast<GLint>(palette->count));
  glUniform1f(used.at(Uniform::palette_scale), full_scale(palette->bits_per_entry));
  return {};
}

Status Renderer::bind_color_table(DrawCall const& call, Program const& used) {
  ColorTablePool::Textures const* table = color_tables_->find(call.color_table);
  if (table == nullptr) return fail(Errc::not_found, "colour table");
  bind_texture(kProfileCurvesUnit, table->curves);
  glUniform1i(used.at(Uniform::profile_curves), kProfileCurvesUnit);
  glUniform1i(used.at(Uniform::profile_curve_entries), static_cast<GLint>(table->curve_entries));
  bind_texture(kProfileLightUnit, table->light, GL_TEXTURE_3D);
  glUniform1i(used.at(Uniform::profile_light), kProfileLightUnit);
  return {};
}

Program& Renderer::program(ProgramKind kind) {
  std::optional<Program>& slot = programs_[static_cast<std::size_t>(kind)];
  if (slot) return *slot;
  char const* source = shaders::k_color_frag;
  char const* definitions = "";
  switch (kind) {
    case ProgramKind::grey_signed: definitions = "#define SIGNED_VALUES\n"; [[fallthrough]];
    case ProgramKind::grey: source = shaders::k_grayscale_frag; break;
    case ProgramKind::grey_real:
      definitions = "#define REAL_VALUES\n";
      source = shaders::k_grayscale_frag;
      break;
    case ProgramKind::palette_signed: definitions = "#define SIGNED_VALUES\n"; [[fallthrough]];
    case ProgramKind::palette: source = shaders::k_palette_frag; break;
    case ProgramKind::supplemental_signed: definitions = "#define SIGNED_VALUES\n"; [[fallthrough]];
    case ProgramKind::supplemental: source = shaders::k_supplemental_frag; break;
    case ProgramKind::palette_signed_profile:
      definitions = "#define SIGNED_VALUES\n#define COLOR_PROFILE\n";
      source = shaders::k_palette_frag;
      break;
    case ProgramKind::palette_profile:
      definitions = "#define COLOR_PROFILE\n";
      source = shaders::k_palette_frag;
      break;
    case ProgramKind::color_profile: definitions = "#define COLOR_PROFILE\n"; break;
    case ProgramKind::color: break;
  }
  return slot.emplace(shaders::k_viewport_vert, source, definitions);
}

}  // namespace sightline::render
