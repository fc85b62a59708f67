# SPDX-License-Identifier: Apache-2.0
#
# Installs the headers and a package for find_package(ashlar [COMPONENTS highway xsimd cuda]).
include_guard()
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/ashlar")

install(TARGETS ashlar EXPORT ashlarTargets FILE_SET HEADERS)
install(EXPORT ashlarTargets NAMESPACE ashlar:: DESTINATION "${package_dir}")
foreach(backend IN ITEMS highway xsimd cuda)
  foreach(header IN LISTS ${backend}_headers)
    cmake_path(GET header PARENT_PATH folder)
    cmake_path(RELATIVE_PATH folder BASE_DIRECTORY "${PROJECT_SOURCE_DIR}/include")
    install(FILES "${header}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/${folder}")
  endforeach()
endforeach()

configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/ashlarConfig.cmake.in" ashlarConfig.cmake
                              INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file(ashlarConfigVersion.cmake COMPATIBILITY SameMinorVersion
                                 ARCH_INDEPENDENT)
if(EXISTS "${CMAKE_CURRENT_LIST_DIR}/ashlar-model.cmake")
  file(GLOB templates "${CMAKE_CURRENT_LIST_DIR}/ashlar-model-*.in")
  install(FILES "${CMAKE_CURRENT_LIST_DIR}/ashlar-model.cmake" ${templates}
          DESTINATION "${package_dir}")
endif()
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/ashlarConfig.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/ashlarConfigVersion.cmake" DESTINATION "${package_dir}")
