# SPDX-License-Identifier: Apache-2.0
#
# ashlar_add_catch_test(NAME SOURCES...)   an executable whose test cases are CTest tests
# ashlar_add_unit_test(NAME SOURCES...)    the same, or with ASHLAR_DEV_NVCC the same through nvcc
# ashlar_add_fail_test(FILE)               a source that must not compile, see ashlar-fail-test.cmake
include_guard()
include(Catch)

function(ashlar_add_catch_test name)
  add_executable(${name} ${ARGN})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(
    ${name} PRIVATE ASHLAR_GOLDEN_DIR="${PROJECT_SOURCE_DIR}/tests/golden"
                    ASHLAR_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if(ASHLAR_DEV_RELAXED)
    target_compile_definitions(${name} PRIVATE CATCH_CONFIG_RUNTIME_STATIC_REQUIRE)
  endif()
  target_link_libraries(${name} PRIVATE ashlar::dev Catch2::Catch2WithMain)
  foreach(backend IN ITEMS highway xsimd)
    if(TARGET ashlar::${backend})
      target_link_libraries(${name} PRIVATE ashlar::${backend})
    endif()
  endforeach()
  catch_discover_tests(
    ${name}
    TEST_PREFIX "${name}: "
    DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT 300)
endfunction()

function(ashlar_add_unit_test name)
  if(ASHLAR_DEV_NVCC AND name MATCHES "^unit\\.(emit|runtime)$")
    return() # the only folders that include SIMD headers
  endif()
  set(sources ${ARGN})
  if(ASHLAR_DEV_NVCC)
    foreach(source IN LISTS ARGN)
      file(STRINGS "${source}" reason REGEX "^// not with nvcc: ")
      if(reason)
        list(REMOVE_ITEM sources "${source}")
        message(STATUS "${source}: ${reason}")
      endif()
    endforeach()
    set_source_files_properties(${sources} PROPERTIES LANGUAGE CUDA)
  endif()
  if(NOT sources)
    return()
  endif()
  ashlar_add_catch_test(${name} ${sources})
  # Half the compile time of -O2, and these tests do not measure.
  target_compile_options(${name} PRIVATE -O1)
endfunction()

# What the driver needs to know of this build.
function(ashlar_write_fail_settings)
  set(targets ashlar)
  if(TARGET ashlar_highway)
    list(APPEND targets ashlar_highway)
  endif()
  set(includes "")
  foreach(target IN LISTS targets)
    list(APPEND includes "$<TARGET_PROPERTY:${target},INTERFACE_INCLUDE_DIRECTORIES>")
  endforeach()
  if(ASHLAR_DEV_MARCH)
    set(march "-march=${ASHLAR_DEV_MARCH}")
  endif()
  file(
    GENERATE
    OUTPUT "${CMAKE_BINARY_DIR}/fail-settings.cmake"
    CONTENT
      "set(compiler [[${CMAKE_CXX_COMPILER}]])
set(flags -std=c++20 -fsyntax-only ${march} [[-I$<JOIN:$<REMOVE_DUPLICATES:${includes}>,]] [[-I>]])
set(family ${CMAKE_CXX_COMPILER_ID})
")
endfunction()

function(ashlar_add_fail_test file)
  cmake_path(GET file STEM name)
  add_test(NAME "fail: ${name}"
           COMMAND "${CMAKE_COMMAND}" -D "source=${file}"
                   -D "settings=${CMAKE_BINARY_DIR}/fail-settings.cmake" -P
                   "${PROJECT_SOURCE_DIR}/cmake/ashlar-fail-test.cmake")
  set_tests_properties("fail: ${name}" PROPERTIES TIMEOUT 120 LABELS fail)
endfunction()
