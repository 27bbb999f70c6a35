# CharLS 1.x as DCMTK carries it: JPEG-LS, decoder and encoder. Throws inside, returns codes outside.
set(source "${SIGHTLINE_DEPS_DCMTK_SOURCE}/dcmjpls/libcharls")
add_library(charls STATIC
  ${source}/header.cc
  ${source}/intrface.cc
  ${source}/jpegls.cc
)
target_include_directories(charls PRIVATE "${source}")
target_link_libraries(charls PRIVATE deps_flags dcmtk_config)
install(TARGETS charls DESTINATION lib)
install(FILES
  ${source}/config.h
  ${source}/intrface.h
  ${source}/pubtypes.h
  DESTINATION include/charls
)
