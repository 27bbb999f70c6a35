#include <EGL/egl.h>
#include <EGL/eglext.h>

#include <utility>

#include "render/gl_context.hpp"

namespace sightline::render {

struct GlContext::Native {
  EGLDisplay display = EGL_NO_DISPLAY;
  EGLContext context = EGL_NO_CONTEXT;
};

Result<std::unique_ptr<GlContext>> GlContext::create(char const*) {
  auto const get_display = reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(
      eglGetProcAddress("eglGetPlatformDisplayEXT"));
  if (get_display == nullptr) return fail(Errc::graphics, "EGL_EXT_platform_base is missing");
  auto native = std::make_unique<Native>();
  native->display = get_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
  // Never terminated: all contexts of the process share this one display.
  if (native->display == EGL_NO_DISPLAY || !eglInitialize(native->display, nullptr, nullptr)) {
    return fail(Errc::graphics, "no surfaceless EGL display");
  }
  if (!eglBindAPI(EGL_OPENGL_ES_API)) return fail(Errc::graphics, "EGL without OpenGL ES");
  EGLint const wanted[] = {EGL_RENDERABLE_TYPE, EGL_OPENGL_ES3_BIT, EGL_SURFACE_TYPE, 0, EGL_NONE};
  EGLConfig config = nullptr;
  EGLint found = 0;
  if (!eglChooseConfig(native->display, wanted, &config, 1, &found) || found < 1) {
    return fail(Errc::graphics, "no EGL configuration for OpenGL ES 3");
  }
  EGLint const version[] = {EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 0, EGL_NONE};
  native->context = eglCreateContext(native->display, config, EGL_NO_CONTEXT, version);
  if (native->context == EGL_NO_CONTEXT) return fail(Errc::graphics, "no OpenGL ES 3 context");
  std::unique_ptr<GlContext> context(new GlContext(std::move(native)));
  if (Status current = context->make_current(); !current) return std::unexpected(current.error());
  return context;
}

GlContext::GlContext(std::unique_ptr<Native> native) : native_(std::move(native)) {}

GlContext::~GlContext() {
  if (eglGetCurrentContext() == native_->context) {
    eglMakeCurrent(native_->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  }
  eglDestroyContext(native_->display, native_->context);
}

Status GlContext::make_current() {
  if (!eglMakeCurrent(native_->display, EGL_NO_SURFACE, EGL_NO_SURFACE, native_->context)) {
    return fail(Errc::graphics,
                eglGetError() == EGL_CONTEXT_LOST ? "context lost" : "make current");
  }
  return {};
}

bool GlContext::has_canvas() const { return false; }

}  // namespace sightline::render
