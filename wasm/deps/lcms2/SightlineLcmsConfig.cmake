# deps::lcms2, Little CMS. Relocatable, as SightlineDepsConfig.cmake is.
include_guard(GLOBAL)
get_filename_component(_lcms_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
add_library(deps::lcms2 STATIC IMPORTED GLOBAL)
set_target_properties(deps::lcms2 PROPERTIES
  IMPORTED_LOCATION "${_lcms_prefix}/lib/liblcms2.a"
  INTERFACE_INCLUDE_DIRECTORIES "${_lcms_prefix}/include"
  INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${_lcms_prefix}/include"
)
if(NOT EMSCRIPTEN)
  set_property(TARGET deps::lcms2 PROPERTY INTERFACE_LINK_LIBRARIES m)
endif()
