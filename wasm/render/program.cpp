#include "render/program.hpp"

#include <cstring>

namespace sightline::render {
namespace {

constexpr std::array<char const*, kUniformCount> kUniformNames = {
    "uViewportRows",
    "uDrawnPixels",
    "uTexelColumn",
    "uTexelRow",
    "uFirstTexel",
    "uInterpolate",
    "uStoredValues",
    "uModalityLut",
    "uVoiLut",
    "uPalette",
    "uStoredOrigin",
    "uRealOrigin",
    "uRescaleSlope",
    "uOffsetAtOrigin",
    "uHasModalityLut",
    "uModalityLutRange",
    "uHasPadding",
    "uPixelPadding",
    "uVoiLutFunction",
    "uWindowWidth",
    "uVoiLutCount",
    "uVoiLutScale",
    "uTurned",
    "uPaletteRange",
    "uPaletteScale",
    "uYbrRange",
    "uFullScale",
    "uProfileCurves",
    "uProfileCurveEntries",
    "uProfileLight",
};
static_assert(static_cast<std::size_t>(Uniform::profile_light) + 1 == kUniformCount);

using ReadLog = void (*)(GLuint, GLsizei, GLsizei*, GLchar*);

std::string log_of(GLuint object, ReadLog read) {
  std::array<char, 1024> text{};
  GLsizei length = 0;
  read(object, static_cast<GLsizei>(text.size()), &length, text.data());
  return {text.data(), static_cast<std::size_t>(length)};
}

GLuint compile(GLenum stage, char const* source, char const* definitions) {
  GLuint const shader = glCreateShader(stage);
  char const* const line_end = std::strchr(source, '\n');
  char const* const rest = line_end == nullptr ? source : line_end + 1;
  std::array<char const*, 3> const parts = {source, definitions, rest};
  std::array<GLint, 3> const lengths = {static_cast<GLint>(rest - source), -1, -1};
  glShaderSource(shader, 3, parts.data(), lengths.data());
  glCompileShader(shader);
  return shader;
}

}  // namespace

Program::Program(char const* vertex_source, char const* fragment_source, char const* definitions)
    : program_(glCreateProgram()),
      vertex_(compile(GL_VERTEX_SHADER, vertex_source, "")),
      fragment_(compile(GL_FRAGMENT_SHADER, fragment_source, definitions)) {
  glAttachShader(program_, vertex_);
  glAttachShader(program_, fragment_);
  glLinkProgram(program_);
}

Program::~Program() {
  delete_shaders();
  if (program_ != 0) glDeleteProgram(program_);
}

Status Program::use() {
  if (!is_linked_) {
    if (Status finished = finish(); !finished) return finished;
  }
  glUseProgram(program_);
  return {};
}

Status Program::finish() {
  GLint linked = GL_FALSE;
  glGetProgramiv(program_, GL_LINK_STATUS, &linked);
  if (linked != GL_TRUE) {
    return fail(Errc::graphics, "shader: " + log_of(vertex_, glGetShaderInfoLog) +
                                    log_of(fragment_, glGetShaderInfoLog) +
                                    log_of(program_, glGetProgramInfoLog));
  }
  delete_shaders();
  for (std::size_t i = 0; i < kUniformCount; ++i) {
    locations_[i] = glGetUniformLocation(program_, kUniformNames[i]);
  }
  is_linked_ = true;
  return {};
}

void Program::delete_shaders() {
  if (vertex_ != 0) glDeleteShader(vertex_);
  if (fragment_ != 0) glDeleteShader(fragment_);
  vertex_ = fragment_ = 0;
}

void Program::abandon() { program_ = vertex_ = fragment_ = 0; }

}  // namespace sightline::render
