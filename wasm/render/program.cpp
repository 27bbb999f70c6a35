#include "render/program.hpp"

#include <cstring>
#include <utility>

namespace sightline::render {
namespace {

constexpr std::array<char const*, kUniformCount> kUniformNames = {
    "uViewportRows", "uDrawnPixels", "uTexelColumn", "uTexelRow", "uInterpolate",
    "uStoredValues", "uModalityLut", "uVoiLut", "uPalette",
    "uStoredOrigin", "uRescaleSlope", "uOffsetAtOrigin", "uHasModalityLut", "uModalityLutRange",
    "uHasPadding", "uPixelPadding",
    "uVoiLutFunction", "uWindowWidth", "uVoiLutCount", "uVoiLutScale",
    "uTurned", "uPaletteRange", "uPaletteScale", "uIsYbrFull", "uFullScale",
};
static_assert(static_cast<std::size_t>(Uniform::full_scale) + 1 == kUniformCount);

using ReadLog = void (*)(GLuint, GLsizei, GLsizei*, GLchar*);

std::string log_of(GLuint object, ReadLog read) {
  std::array<char, 1024> text{};
  GLsizei length = 0;
  read(object, static_cast<GLsizei>(text.size()), &length, text.data());
  return {text.data(), static_cast<std::size_t>(length)};
}

Result<GLuint> compile(GLenum stage, char const* source, char const* definitions) {
  char const* rest = std::strchr(source, '\n');
  if (rest == nullptr) return fail(Errc::graphics, "a shader without a version line");
  std::array<char const*, 3> const parts = {source, definitions, rest + 1};
  std::array<GLint, 3> const lengths = {static_cast<GLint>(rest + 1 - source), -1, -1};
  GLuint const shader = glCreateShader(stage);
  glShaderSource(shader, 3, parts.data(), lengths.data());
  glCompileShader(shader);
  GLint compiled = GL_FALSE;
  glGetShaderiv(shader, GL_COMPILE_STATUS, &compiled);
  if (compiled == GL_TRUE) return shader;
  std::string log = log_of(shader, glGetShaderInfoLog);
  glDeleteShader(shader);
  return fail(Errc::graphics, "shader: " + log);
}

}  // namespace

Result<Program> Program::link(char const* vertex_source, char const* fragment_source,
                              char const* definitions) {
  Result<GLuint> const vertex = compile(GL_VERTEX_SHADER, vertex_source, "");
  if (!vertex) return std::unexpected(vertex.error());
  Result<GLuint> const fragment = compile(GL_FRAGMENT_SHADER, fragment_source, definitions);
  if (!fragment) {
    glDeleteShader(*vertex);
    return std::unexpected(fragment.error());
  }
  GLuint const program = glCreateProgram();
  glAttachShader(program, *vertex);
  glAttachShader(program, *fragment);
  glLinkProgram(program);
  glDeleteShader(*vertex);  // kept by the program until it goes
  glDeleteShader(*fragment);
  GLint linked = GL_FALSE;
  glGetProgramiv(program, GL_LINK_STATUS, &linked);
  if (linked == GL_TRUE) return Program(program);
  std::string log = log_of(program, glGetProgramInfoLog);
  glDeleteProgram(program);
  return fail(Errc::graphics, "program: " + log);
}

Program::Program(GLuint program) : program_(program) {
  for (std::size_t i = 0; i < kUniformCount; ++i) {
    locations_[i] = glGetUniformLocation(program, kUniformNames[i]);
  }
}

Program::Program(Program&& other) noexcept
    : program_(std::exchange(other.program_, 0)), locations_(other.locations_) {}

Program::~Program() {
  if (program_ != 0) glDeleteProgram(program_);
}

}  // namespace sightline::render
