# DCMTK's three builds of the IJG JPEG codec with lossless processes: 8, 12 and 16 bits a sample.
set(ijg_units
  jcapimin jcapistd jcarith jccoefct jccolor jcdctmgr jcdiffct jchuff jcinit jclhuff jclossls
  jclossy jcmainct jcmarker jcmaster jcodec jcomapi jcparam jcphuff jcpred jcprepct jcsample
  jcscale jcshuff jctrans
  jdapimin jdapistd jdarith jdatadst jdatasrc jdcoefct jdcolor jddctmgr jddiffct jdhuff jdinput
  jdlhuff jdlossls jdlossy jdmainct jdmarker jdmaster jdmerge jdphuff jdpostct jdpred jdsample
  jdscale jdshuff jdtrans
  jerror jfdctflt jfdctfst jfdctint jidctflt jidctfst jidctint jidctred jmemmgr jmemnobs
  jquant1 jquant2 jutils
)
foreach(bits IN ITEMS 8 12 16)
  set(source "${SIGHTLINE_DEPS_DCMTK_SOURCE}/dcmjpeg/libijg${bits}")
  list(TRANSFORM ijg_units PREPEND "${source}/" OUTPUT_VARIABLE files)
  list(TRANSFORM files APPEND ".c")
  add_library(ijg${bits} STATIC ${files})
  target_include_directories(ijg${bits} PRIVATE "${source}")
  target_link_libraries(ijg${bits} PRIVATE deps_flags dcmtk_config)
  install(TARGETS ijg${bits} DESTINATION lib)
  foreach(header IN ITEMS jpeglib jconfig jmorecfg jerror)
    install(FILES "${source}/${header}${bits}.h" DESTINATION include/ijg)
  endforeach()
endforeach()
