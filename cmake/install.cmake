# Installation: the six libraries and libkeyway, their headers under include/keyway, the default model, the command line, and what
# find_package(Keyway) needs. Tested by tests/package.
include(CMakePackageConfigHelpers)
set(KEYWAY_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/Keyway)
set(KEYWAY_MODEL_DIR ${CMAKE_INSTALL_DATADIR}/keyway/models/keyway-tiny)

install(TARGETS keyway_grammar keyway_schemas keyway_tools keyway_compile keyway_kernels keyway_runtime EXPORT KeywayTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
# The C interface stands alone: component "c" of find_package, and keyway.pc.
install(TARGETS keyway_c EXPORT KeywayCTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT KeywayCTargets NAMESPACE Keyway:: DESTINATION ${KEYWAY_CMAKE_DIR})
configure_file(cmake/keyway.pc.in ${PROJECT_BINARY_DIR}/keyway.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/keyway.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(TARGETS keyway RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
foreach(folder grammar schemas tools kernels runtime)
  install(DIRECTORY ${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/keyway FILES_MATCHING PATTERN "*.h")
endforeach()
install(DIRECTORY examples/models/keyway-tiny/ DESTINATION ${KEYWAY_MODEL_DIR}
  FILES_MATCHING PATTERN "*config.json" PATTERN "tokenizer.json" PATTERN "special_tokens_map.json"
  PATTERN "*.safetensors")
install(DIRECTORY schemas/ DESTINATION ${CMAKE_INSTALL_DATADIR}/keyway/schemas FILES_MATCHING PATTERN "*.json")
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

install(EXPORT KeywayTargets NAMESPACE Keyway:: DESTINATION ${KEYWAY_CMAKE_DIR})
configure_package_config_file(cmake/KeywayConfig.cmake.in ${PROJECT_BINARY_DIR}/KeywayConfig.cmake
  INSTALL_DESTINATION ${KEYWAY_CMAKE_DIR} PATH_VARS KEYWAY_MODEL_DIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/KeywayConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/KeywayConfig.cmake ${PROJECT_BINARY_DIR}/KeywayConfigVersion.cmake
  DESTINATION ${KEYWAY_CMAKE_DIR})
