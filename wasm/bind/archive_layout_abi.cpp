// sl_layout of reader.wasm: layout_abi.cpp is that of the modules that decode.
#include "bind/layout.hpp"
#include "bind/sl_abi.h"

static_assert(sizeof(SlBytes) == 8 && offsetof(SlBytes, len) == 4);
static_assert(sizeof(SlFrameLocation) == 24 && offsetof(SlFrameLocation, span_count) == 16);

namespace {

constexpr sightline::bind::LayoutEntry kLayout[] = {
    {"SlBytes", sizeof(SlBytes)},
    {"SlBytes.ptr", offsetof(SlBytes, ptr)},
    {"SlBytes.len", offsetof(SlBytes, len)},
    {"SlFrameLocation", sizeof(SlFrameLocation)},
    {"SlFrameLocation.instance", offsetof(SlFrameLocation, instance)},
    {"SlFrameLocation.frame_index0", offsetof(SlFrameLocation, frame_index0)},
    {"SlFrameLocation.is_plain", offsetof(SlFrameLocation, is_plain)},
    {"SlFrameLocation.spans_ptr", offsetof(SlFrameLocation, spans_ptr)},
    {"SlFrameLocation.span_count", offsetof(SlFrameLocation, span_count)},
};

}  // namespace

extern "C" int32_t sl_layout(const char* name) { return sightline::bind::layout_of(kLayout, name); }
