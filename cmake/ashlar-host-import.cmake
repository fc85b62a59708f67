# SPDX-License-Identifier: Apache-2.0
#
# ashlar::import for a build that this machine cannot run: that of the preset ASHLAR_DEV_HOST_PRESET,
# which is configured if it is not yet, and kept up to date.
include_guard()
if(NOT ASHLAR_DEV_HOST_PRESET)
  message(STATUS "ashlar-import is not built: it would not run here, and neither "
                 "ASHLAR_IMPORT_EXECUTABLE nor ASHLAR_DEV_HOST_PRESET is given")
  return()
endif()

set(host "${PROJECT_SOURCE_DIR}/build/${ASHLAR_DEV_HOST_PRESET}")
if(NOT EXISTS "${host}/build.ninja")
  message(STATUS "Configuring ${ASHLAR_DEV_HOST_PRESET} for ashlar-import")
  execute_process(
    COMMAND "${CMAKE_COMMAND}" --preset "${ASHLAR_DEV_HOST_PRESET}" -DASHLAR_REQUIRE_IMPORT=ON
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endif()
set(program "${host}/tools/import/ashlar-import")
add_custom_target(
  ashlar_host_import
  COMMAND "${CMAKE_COMMAND}" --build "${host}" --target ashlar-import
  BYPRODUCTS "${program}"
  COMMENT "Building ashlar-import with the preset ${ASHLAR_DEV_HOST_PRESET}"
  VERBATIM)
add_executable(ashlar::import IMPORTED GLOBAL)
set_target_properties(ashlar::import PROPERTIES IMPORTED_LOCATION "${program}")
add_dependencies(ashlar::import ashlar_host_import)
