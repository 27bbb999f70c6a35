# deps::dcmdata and ZLIB::ZLIB of reader.wasm's prefix. Relocatable, as SightlineDepsConfig.cmake is.
include_guard(GLOBAL)
get_filename_component(_dcmdata_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

function(_dcmdata_import name file)
  add_library(${name} STATIC IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES
    IMPORTED_LOCATION "${_dcmdata_prefix}/lib/${file}"
    INTERFACE_INCLUDE_DIRECTORIES "${_dcmdata_prefix}/include"
    INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${_dcmdata_prefix}/include"
  )
endfunction()
_dcmdata_import(ZLIB::ZLIB libz.a)
_dcmdata_import(deps::oficonv liboficonv.a)
_dcmdata_import(deps::ofstd libofstd.a)
_dcmdata_import(deps::oflog liboflog.a)
_dcmdata_import(deps::dcmdata libdcmdata.a)
target_link_libraries(deps::ofstd INTERFACE deps::oficonv)
target_link_libraries(deps::oflog INTERFACE deps::ofstd)
target_link_libraries(deps::dcmdata INTERFACE deps::oflog)
