// sl_layout of reader.wasm: layout_abi.cpp is that of the modules that decode.
#include "bind/layout.hpp"
#include "bind/sl_abi.h"

static_assert(sizeof(SlBytes) == 8 && offsetof(SlBytes, len) == 4);
static_assert(sizeof(SlFrameLocation) == 16 && offsetof(SlFrameLocation, span_count) == 8);

namespace {

constexpr sightline::bind::LayoutEntry kLayout[] = {
    {"SlBytes", sizeof(SlBytes)},
    {"SlBytes.ptr", offsetof(SlBytes, ptr)},
    {"SlBytes.len", offsetof(SlBytes, len)},
    {"SlFrameLocation", sizeof(SlFrameLocation)},
    {"SlFrameLocation.is_plain", offsetof(SlFrameLocation, is_plain)},
    {"SlFrameLocation.spans_ptr", offsetof(SlFrameLocation, spans_ptr)},
    {"SlFrameLocation.span_count", offsetof(SlFrameLocation, span_count)},
};

}  // namespace

extern "C" int32_t sl_layout(const char* name) { return sightline::bind::layout_of(kLayout, name); }
