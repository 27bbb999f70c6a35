# The libraries of this prefix as imported targets. Relocatable, and links are not resolved: when
# build/deps/<flavour> points to a newer prefix, a plain rebuild sees it.
#   deps::openjpeg  deps::ijg8  deps::ijg12  deps::ijg16  deps::charls  [deps::dcmdata]
include_guard(GLOBAL)
get_filename_component(_deps_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

function(_deps_import name file)
  add_library(deps::${name} STATIC IMPORTED GLOBAL)
  set_target_properties(deps::${name} PROPERTIES
    IMPORTED_LOCATION "${_deps_prefix}/lib/${file}"
    INTERFACE_INCLUDE_DIRECTORIES "${_deps_prefix}/include"
    INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${_deps_prefix}/include"
  )
endfunction()

_deps_import(openjpeg libopenjp2.a)
target_compile_definitions(deps::openjpeg INTERFACE OPJ_STATIC)
if(NOT EMSCRIPTEN)
  find_package(Threads REQUIRED)
  target_link_libraries(deps::openjpeg INTERFACE Threads::Threads m)
endif()

_deps_import(ijg8 libijg8.a)
_deps_import(ijg12 libijg12.a)
_deps_import(ijg16 libijg16.a)
_deps_import(charls libcharls.a)

# DICOM parsing and character sets: the native flavours only, so far.
if(EXISTS "${_deps_prefix}/lib/libdcmdata.a")
  find_package(ZLIB REQUIRED)
  _deps_import(ofstd libofstd.a)
  _deps_import(oficonv liboficonv.a)
  _deps_import(oflog liboflog.a)
  _deps_import(dcmdata libdcmdata.a)
  target_link_libraries(deps::ofstd INTERFACE deps::oficonv Threads::Threads)
  target_link_libraries(deps::oflog INTERFACE deps::ofstd)
  target_link_libraries(deps::dcmdata INTERFACE deps::oflog ZLIB::ZLIB)
  target_link_libraries(deps::charls INTERFACE deps::ofstd)
endif()
