# OpenJPEG: JPEG 2000 and HTJ2K, decoder and encoder. No JPIP, no command-line tools.
set(source "${SIGHTLINE_DEPS_OPENJPEG_SOURCE}/src/lib/openjp2")
set(generated "${CMAKE_CURRENT_BINARY_DIR}/openjpeg")

string(REPLACE "." ";" version "${SIGHTLINE_DEPS_OPENJPEG_VERSION}")
list(GET version 0 major)
list(GET version 1 minor)
list(GET version 2 patch)
file(CONFIGURE OUTPUT "${generated}/opj_config.h" @ONLY CONTENT [[
#pragma once
#define OPJ_VERSION_MAJOR @major@
#define OPJ_VERSION_MINOR @minor@
#define OPJ_VERSION_BUILD @patch@
]])
file(CONFIGURE OUTPUT "${generated}/opj_config_private.h" @ONLY CONTENT [[
#define _POSIX_C_SOURCE 200112L
#define OPJ_PACKAGE_VERSION "@SIGHTLINE_DEPS_OPENJPEG_VERSION@"
#define OPJ_HAVE_FSEEKO
#define OPJ_HAVE_POSIX_MEMALIGN
]])

# Upstream issue 1620, open in 2.5.4: opj_j2k_read_sod() indexes the tile-part table with the SOT
# marker's number, while the table has the length that the TLM markers gave: a write past its end.
# Until a release has the fix, j2k.c is compiled with a bounds check put in front of that write.
file(READ "${source}/j2k.c" j2k_text)
if(SIGHTLINE_DEPS_OPENJPEG_VERSION VERSION_LESS 2.5.5)
  set(tile "l_cstr_index->tile_index[p_j2k->m_current_tile_number]")
  set(anchor "${tile}.current_tpsno;\n")
  string(FIND "${j2k_text}" "${anchor}" first)
  string(FIND "${j2k_text}" "${anchor}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "j2k.c: the place of the tile-part bounds check was not found; "
      "read upstream issue 1620 and adapt openjpeg.cmake")
  endif()
  string(REPLACE "${anchor}" "${anchor}
        if (!${tile}.tp_index || l_current_tile_part >= ${tile}.current_nb_tps) {
            opj_event_msg(p_manager, EVT_ERROR, \"Tile-part beyond the TLM index\\n\");
            return OPJ_FALSE;
        }
" j2k_text "${j2k_text}")
endif()
file(CONFIGURE OUTPUT "${generated}/j2k.c" @ONLY CONTENT "@j2k_text@")

add_library(openjp2 STATIC
  ${generated}/j2k.c
  ${source}/bio.c
  ${source}/cio.c
  ${source}/dwt.c
  ${source}/event.c
  ${source}/function_list.c
  ${source}/ht_dec.c
  ${source}/image.c
  ${source}/invert.c
  ${source}/jp2.c
  ${source}/mct.c
  ${source}/mqc.c
  ${source}/openjpeg.c
  ${source}/opj_clock.c
  ${source}/opj_malloc.c
  ${source}/pi.c
  ${source}/sparse_array.c
  ${source}/t1.c
  ${source}/t2.c
  ${source}/tcd.c
  ${source}/tgt.c
  ${source}/thread.c
)
target_include_directories(openjp2 PRIVATE "${generated}" "${source}")
target_link_libraries(openjp2 PRIVATE deps_flags)
if(NOT EMSCRIPTEN)
  target_compile_definitions(openjp2 PRIVATE MUTEX_pthread)
  # OpenJPEG's SSE paths are chosen at compile time; every x86-64 since 2008 has SSE4.1.
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    target_compile_options(openjp2 PRIVATE -mssse3 -msse4.1)
  endif()
endif()

install(TARGETS openjp2 DESTINATION lib)
install(FILES "${source}/openjpeg.h" "${generated}/opj_config.h" DESTINATION include)
