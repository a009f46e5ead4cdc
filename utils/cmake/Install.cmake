#===-- Install.cmake - The installed tree ---------------------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# What is installed can be moved as a whole: the CMake package, the pkg-config
# file and the drivers find the runtime from their own place.
#
#===----------------------------------------------------------------------===#

include(CMakePackageConfigHelpers)

set(BSAN_PACKAGE_DESTINATION lib/cmake/BlockSanitizer)
set(BSAN_STATIC_RUNTIME
  ${BSAN_RUNTIME_DESTINATION}/lib${BSAN_RUNTIME_NAME}.a)
# In the order a linker that reads archives once wants.
set(BSAN_SYSTEM_LIBRARIES pthread rt m dl)

# The public headers, in the build tree where they are in the installed one.
file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/sanitizer/*.h)
foreach(header IN LISTS headers)
  file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR} ${header})
  configure_file(${header} ${PROJECT_BINARY_DIR}/${name} COPYONLY)
endforeach()
install(FILES ${headers} DESTINATION include/sanitizer)

install(TARGETS bsan-static bsan-preinit bsan-shared
  ARCHIVE DESTINATION ${BSAN_RUNTIME_DESTINATION}
  LIBRARY DESTINATION ${BSAN_RUNTIME_DESTINATION})
install(FILES ${BSAN_DYNAMIC_LIST} DESTINATION ${BSAN_RUNTIME_DESTINATION})

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/utils/cmake/BlockSanitizerConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/BlockSanitizerConfig.cmake
  INSTALL_DESTINATION ${BSAN_PACKAGE_DESTINATION}
  PATH_VARS BSAN_STATIC_RUNTIME
  NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/cmake/BlockSanitizerConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/cmake/BlockSanitizerConfig.cmake
  ${PROJECT_BINARY_DIR}/cmake/BlockSanitizerConfigVersion.cmake
  DESTINATION ${BSAN_PACKAGE_DESTINATION})

list(JOIN BSAN_SYSTEM_LIBRARIES " -l" BSAN_PC_SYSTEM_LIBRARIES)
configure_file(${PROJECT_SOURCE_DIR}/utils/cmake/bsan.pc.in
  ${PROJECT_BINARY_DIR}/cmake/bsan.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/cmake/bsan.pc DESTINATION lib/pkgconfig)

file(GLOB man_pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/man/*.1)
if(man_pages)
  install(FILES ${man_pages} DESTINATION share/man/man1)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/bsan)

add_custom_target(uninstall
  COMMAND ${CMAKE_COMMAND} -DMANIFEST=${PROJECT_BINARY_DIR}/install_manifest.txt
    -P ${PROJECT_SOURCE_DIR}/utils/cmake/Uninstall.cmake
  COMMENT "Removing what was installed last"
  VERBATIM)
