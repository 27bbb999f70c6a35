#pragma once

/// The texts of shaders/*.vert and *.frag with their includes resolved; the build writes
/// shader_sources.inc by shaders/embed.cmake.
namespace sightline::render::shaders {
#include "shader_sources.inc"
}  // namespace sightline::render::shaders
