// sl_layout of icc.wasm.
#include "bind/layout.hpp"
#include "bind/sl_abi.h"

static_assert(sizeof(SlProfileTable) == 32 && offsetof(SlProfileTable, description_len) == 24);

namespace {

constexpr sightline::bind::LayoutEntry kLayout[] = {
    {"SlProfileTable", sizeof(SlProfileTable)},
    {"SlProfileTable.is_srgb", offsetof(SlProfileTable, is_srgb)},
    {"SlProfileTable.curve_entries", offsetof(SlProfileTable, curve_entries)},
    {"SlProfileTable.side", offsetof(SlProfileTable, side)},
    {"SlProfileTable.curves_ptr", offsetof(SlProfileTable, curves_ptr)},
    {"SlProfileTable.light_ptr", offsetof(SlProfileTable, light_ptr)},
    {"SlProfileTable.description_ptr", offsetof(SlProfileTable, description_ptr)},
    {"SlProfileTable.description_len", offsetof(SlProfileTable, description_len)},
};

}  // namespace

extern "C" int32_t sl_layout(const char* name) { return sightline::bind::layout_of(kLayout, name); }
