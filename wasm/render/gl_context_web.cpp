#include <emscripten/html5_webgl.h>

#include <utility>

#include "render/gl_context.hpp"

namespace sightline::render {

struct GlContext::Native {
  EMSCRIPTEN_WEBGL_CONTEXT_HANDLE handle = 0;
  bool is_lost = false;
};

Result<std::unique_ptr<GlContext>> GlContext::create(char const* canvas_selector) {
  EmscriptenWebGLContextAttributes attributes;
  emscripten_webgl_init_context_attributes(&attributes);
  attributes.majorVersion = 2;
  attributes.alpha = false;
  attributes.antialias = false;
  attributes.depth = false;
  attributes.stencil = false;
  attributes.preserveDrawingBuffer = false;
  attributes.powerPreference = EM_WEBGL_POWER_PREFERENCE_HIGH_PERFORMANCE;
  attributes.enableExtensionsByDefault = false;
  auto native = std::make_unique<Native>();
  native->handle = emscripten_webgl_create_context(canvas_selector, &attributes);
  if (native->handle <= 0) return fail(Errc::graphics, "this browser gives no WebGL2 context");
  std::unique_ptr<GlContext> context(new GlContext(std::move(native)));
  if (Status current = context->make_current(); !current) return std::unexpected(current.error());
  return context;
}

GlContext::GlContext(std::unique_ptr<Native> native) : native_(std::move(native)) {}

GlContext::~GlContext() { emscripten_webgl_destroy_context(native_->handle); }

Status GlContext::make_current() {
  if (native_->is_lost || emscripten_is_webgl_context_lost(native_->handle)) {
    native_->is_lost = true;
    return fail(Errc::graphics, "context lost");
  }
  if (emscripten_webgl_make_context_current(native_->handle) != EMSCRIPTEN_RESULT_SUCCESS) {
    return fail(Errc::graphics, "make current");
  }
  return {};
}

bool GlContext::has_canvas() const { return true; }

}  // namespace sightline::render
