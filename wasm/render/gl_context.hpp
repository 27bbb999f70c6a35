#pragma once
#include <memory>

#include "base/error.hpp"

namespace sightline::render {

/// An OpenGL ES 3.0 context: WebGL2 on a canvas in the page (gl_context_web.cpp), EGL surfaceless
/// natively (gl_context_egl.cpp). Threads: the one that made it.
class GlContext {
 public:
  /// `canvas_selector`: CSS selector, or a name in Emscripten's specialHTMLTargets; natively not
  /// used, nullptr. Errors: graphics.
  static Result<std::unique_ptr<GlContext>> create(char const* canvas_selector);
  ~GlContext();
  GlContext(GlContext const&) = delete;
  GlContext& operator=(GlContext const&) = delete;

  /// Before every sequence of GL calls: several contexts share the thread.
  /// Errors: graphics ("context lost"; from then on always, although the canvas may have been
  /// restored: the objects are gone, so make a new context).
  Status make_current();
  /// False natively: there is nothing but framebuffer objects to draw to.
  bool has_canvas() const;

 private:
  struct Native;
  explicit GlContext(std::unique_ptr<Native> native);
  std::unique_ptr<Native> native_;
};

}  // namespace sightline::render
