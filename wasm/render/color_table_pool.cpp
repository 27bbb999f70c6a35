#include "render/color_table_pool.hpp"

#include <algorithm>
#include <vector>

namespace sightline::render {
namespace {

constexpr std::uint32_t kWidth = 256;  // shaders/lib/color_profile.glsl

GLuint new_texture(GLenum target) {
  GLuint name = 0;
  glGenTextures(1, &name);
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(target, name);
  glTexParameteri(target, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glTexParameteri(target, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  return name;
}

void delete_textures(ColorTablePool::Textures const& textures) {
  glDeleteTextures(1, &textures.curves);
  glDeleteTextures(1, &textures.light);
}

}  // namespace

ColorTablePool::~ColorTablePool() {
  for (auto const& [id, textures] : tables_) delete_textures(textures);
}

Result<ColorTableId> ColorTablePool::put(pixel::ColorTable const& table) {
  if (Status checked = pixel::check_color_table(table); !checked)
    return std::unexpected(checked.error());
  auto const rows = static_cast<GLsizei>((table.curve_entries + kWidth - 1) / kWidth);
  std::vector<float> texels(static_cast<std::size_t>(rows) * kWidth * 3);
  std::ranges::copy(table.curves, texels.begin());
  auto const side = static_cast<GLsizei>(table.side);

  Textures textures{new_texture(GL_TEXTURE_2D), 0, table.curve_entries};
  glTexStorage2D(GL_TEXTURE_2D, 1, GL_RGB32F, kWidth, rows);
  glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, kWidth, rows, GL_RGB, GL_FLOAT, texels.data());
  textures.light = new_texture(GL_TEXTURE_3D);
  glTexStorage3D(GL_TEXTURE_3D, 1, GL_RGB32F, side, side, side);
  glTexSubImage3D(GL_TEXTURE_3D, 0, 0, 0, 0, side, side, side, GL_RGB, GL_FLOAT,
                  table.light.data());
  if (glGetError() != GL_NO_ERROR) {
    delete_textures(textures);
    return fail(Errc::out_of_memory, "colour table");
  }
  tables_.emplace(++last_id_, textures);
  return last_id_;
}

void ColorTablePool::drop(ColorTableId id) {
  auto const found = tables_.find(id);
  if (found == tables_.end()) return;
  delete_textures(found->second);
  tables_.erase(found);
}

ColorTablePool::Textures const* ColorTablePool::find(ColorTableId id) const {
  auto const found = tables_.find(id);
  return found == tables_.end() ? nullptr : &found->second;
}

}  // namespace sightline::render
