# SPDX-License-Identifier: Apache-2.0
#
# ashlar_add_examples(PREFIX): each NAME.cpp of the current folder is the program PREFIX.NAME, which
# must print NAME.out.
include_guard()

function(ashlar_add_examples prefix)
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM name)
    set(program ${prefix}.${name})
    add_executable(${program} "${source}")
    target_link_libraries(${program} PRIVATE ashlar::dev ashlar::highway)
    target_include_directories(${program} PRIVATE "${PROJECT_SOURCE_DIR}/examples")
    if(ASHLAR_BUILD_TESTS)
      string(REPLACE "example." "" title ${program})
      add_test(NAME "example: ${title}"
               COMMAND "${CMAKE_COMMAND}" -D "program=$<TARGET_FILE:${program}>" -D
                       "emulator=${CMAKE_CROSSCOMPILING_EMULATOR}" -D
                       "expected=${CMAKE_CURRENT_SOURCE_DIR}/${name}.out" -P
                       "${PROJECT_SOURCE_DIR}/cmake/ashlar-example-test.cmake")
      set_tests_properties("example: ${title}" PROPERTIES TIMEOUT 60 LABELS example)
    endif()
  endforeach()
endfunction()
