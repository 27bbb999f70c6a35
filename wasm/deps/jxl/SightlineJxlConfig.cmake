# deps::jxl, libjxl's decoder. Relocatable, as SightlineDepsConfig.cmake is.
include_guard(GLOBAL)
get_filename_component(_jxl_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
add_library(deps::jxl STATIC IMPORTED GLOBAL)
set_target_properties(deps::jxl PROPERTIES
  IMPORTED_LOCATION "${_jxl_prefix}/lib/libjxl.a"
  INTERFACE_INCLUDE_DIRECTORIES "${_jxl_prefix}/include"
  INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${_jxl_prefix}/include"
)
