# SPDX-License-Identifier: Apache-2.0
#
# ashlar::dev: what Ashlar's own tests, examples, benchmarks and tools are compiled with.
include_guard()

set(ASHLAR_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wundef)
if(ASHLAR_DEV_WERROR)
  list(APPEND ASHLAR_WARNINGS -Werror)
endif()

# Every public header must compile on its own with these.
list(JOIN ASHLAR_WARNINGS " " ASHLAR_HEADER_FLAGS)
string(APPEND ASHLAR_HEADER_FLAGS " -fno-exceptions -fno-rtti")

add_library(ashlar_dev INTERFACE)
add_library(ashlar::dev ALIAS ashlar_dev)
target_link_libraries(ashlar_dev INTERFACE ashlar)
target_compile_features(ashlar_dev INTERFACE cxx_std_20)
target_compile_options(ashlar_dev INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${ASHLAR_WARNINGS}>")
if(ASHLAR_DEV_MARCH)
  target_compile_options(ashlar_dev INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:-march=${ASHLAR_DEV_MARCH}>")
endif()
if(ASHLAR_DEV_SANITIZE)
  target_compile_options(ashlar_dev INTERFACE -fsanitize=${ASHLAR_DEV_SANITIZE}
                                              -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  target_link_options(ashlar_dev INTERFACE -fsanitize=${ASHLAR_DEV_SANITIZE})
endif()

# ashlar_parts(RESULT FOLDER): the entries of ASHLAR_DEV_SUITES that name a part of a folder.
function(ashlar_parts result folder)
  set(${result} ${ASHLAR_DEV_SUITES})
  list(FILTER ${result} INCLUDE REGEX "^${folder}/")
  return(PROPAGATE ${result})
endfunction()

# ashlar_add_subdirectories(DIR): each folder of DIR that has a CMakeLists.txt, and DIR itself; or those
# parts of it alone that ASHLAR_DEV_SUITES names.
function(ashlar_add_subdirectories dir)
  ashlar_parts(parts "${dir}")
  file(GLOB lists CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${dir}/CMakeLists.txt"
       "${PROJECT_SOURCE_DIR}/${dir}/*/CMakeLists.txt")
  foreach(list IN LISTS lists)
    cmake_path(GET list PARENT_PATH folder)
    cmake_path(RELATIVE_PATH folder BASE_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE name)
    if(NOT parts OR name IN_LIST parts)
      add_subdirectory("${folder}")
    endif()
  endforeach()
endfunction()
