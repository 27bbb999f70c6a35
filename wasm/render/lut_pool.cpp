#include "render/lut_pool.hpp"

#include <algorithm>
#include <vector>

#include "base/limits.hpp"

namespace sightline::render {
namespace {

constexpr std::uint32_t kWidth = 256;  // shaders/lib/lookup.glsl

GLuint upload(std::span<std::uint16_t const> entries) {
  auto const rows = static_cast<std::uint32_t>((entries.size() + kWidth - 1) / kWidth);
  std::vector<std::uint16_t> texels(std::size_t{rows} * kWidth);
  std::copy(entries.begin(), entries.end(), texels.begin());
  GLuint name = 0;
  glGenTextures(1, &name);
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_2D, name);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 2);
  glTexStorage2D(GL_TEXTURE_2D, 1, GL_R16UI, kWidth, static_cast<GLsizei>(rows));
  glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, kWidth, static_cast<GLsizei>(rows), GL_RED_INTEGER,
                  GL_UNSIGNED_SHORT, texels.data());
  return name;
}

}  // namespace

LutPool::~LutPool() {
  for (auto const& [id, lut] : luts_) glDeleteTextures(1, &lut.name);
  if (placeholder_ != 0) glDeleteTextures(1, &placeholder_);
}

Result<LutId> LutPool::put(Kind kind, std::int32_t first_mapped, std::uint32_t bits_per_entry,
                           std::span<std::uint16_t const> entries) {
  std::size_t const colors = kind == Kind::palette ? 3 : 1;
  if (entries.empty() || entries.size() % colors != 0 ||
      entries.size() / colors > kDefaultLimits.max_lut_entries) {
    return fail(Errc::invalid_argument, "a look-up table's length");
  }
  if (bits_per_entry < 1 || bits_per_entry > 16) {
    return fail(Errc::invalid_argument, "a look-up table's bits per entry");
  }
  luts_.emplace(++last_id_,
                Lut{upload(entries), kind, first_mapped, static_cast<std::uint16_t>(bits_per_entry),
                    static_cast<std::uint32_t>(entries.size() / colors)});
  return last_id_;
}

void LutPool::drop(LutId id) {
  auto const found = luts_.find(id);
  if (found == luts_.end()) return;
  glDeleteTextures(1, &found->second.name);
  luts_.erase(found);
}

void LutPool::abandon() {
  luts_.clear();
  placeholder_ = 0;
}

LutPool::Lut const* LutPool::find(LutId id) const {
  auto const found = luts_.find(id);
  return found == luts_.end() ? nullptr : &found->second;
}

GLuint LutPool::placeholder() {
  if (placeholder_ == 0) {
    std::uint16_t const entry = 0;
    placeholder_ = upload({&entry, 1});
  }
  return placeholder_;
}

}  // namespace sightline::render
