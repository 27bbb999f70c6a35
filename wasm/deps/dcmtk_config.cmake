# What the codecs in DCMTK's tree need of DCMTK itself: a few headers and osconfig.h.
# Where DCMTK is built and installed, its own are used: one osconfig.h for all that may meet in
# one program. For WebAssembly, DCMTK's configure would cost ten minutes of Emscripten links to
# learn what is known beforehand, so its answers stand here.
add_library(dcmtk_config INTERFACE)
if(SIGHTLINE_DEPS_DCMTK_INCLUDE)
  target_include_directories(dcmtk_config INTERFACE "${SIGHTLINE_DEPS_DCMTK_INCLUDE}")
  return()
endif()

set(generated "${CMAKE_CURRENT_BINARY_DIR}/dcmtk")
file(CONFIGURE OUTPUT "${generated}/dcmtk/config/osconfig.h" @ONLY CONTENT [[
#ifndef OSCONFIG_H
#define OSCONFIG_H
#define HAVE_CXX11
#define HAVE_CXX14
#define HAVE_CXX17
#define HAVE_TYPE_TRAITS
#define HAVE_INT64_T
#define HAVE_UINT64_T
#define HAVE_LONG_LONG
#define HAVE_UNSIGNED_LONG_LONG
#define HAVE_STRINGS_H
#define HAVE_SYS_TYPES_H
#define HAVE_UNISTD_H
#define HAVE_SYNC_ADD_AND_FETCH
#define HAVE_SYNC_SUB_AND_FETCH
#define SIZEOF_CHAR 1
#define SIZEOF_SHORT 2
#define SIZEOF_INT 4
#define SIZEOF_LONG 4
#define SIZEOF_VOID_P 4
#ifdef __cplusplus
#define BEGIN_EXTERN_C extern "C" {
#define END_EXTERN_C }
#else
#define BEGIN_EXTERN_C
#define END_EXTERN_C
#endif
#endif
]])
set(ofstd "${SIGHTLINE_DEPS_DCMTK_SOURCE}/ofstd/include")
target_include_directories(dcmtk_config INTERFACE "${generated}" "${ofstd}")
install(FILES "${generated}/dcmtk/config/osconfig.h" DESTINATION include/dcmtk/config)
install(DIRECTORY "${ofstd}/dcmtk/ofstd" DESTINATION include/dcmtk FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
