# SPDX-License-Identifier: Apache-2.0
#
# ashlar_add_catch_test(NAME SOURCES...)   an executable whose test cases are CTest tests
# ashlar_add_unit_test(NAME SOURCES...)    the same, or with ASHLAR_DEV_NVCC through nvcc the sources
#                                          whose tests are constants
# ashlar_optimize_less(NAME)               compiles a test in half the time
# ashlar_compile_quickly(NAME HEADERS)     the same, with precompiled headers: catch, library
# ashlar_add_fail_test(FILE)               a source that must not compile, see ashlar-fail-test.cmake
include_guard()
include(Catch)
include(ashlar-test-batches)

# What all test code is compiled with.
function(ashlar_compile_as_test name)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(
    ${name} PRIVATE ASHLAR_GOLDEN_DIR="${PROJECT_SOURCE_DIR}/tests/golden"
                    ASHLAR_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if(CMAKE_CROSSCOMPILING_EMULATOR)
    target_compile_definitions(${name} PRIVATE ASHLAR_EMULATED)
  endif()
  if(ASHLAR_DEV_RELAXED)
    target_compile_definitions(${name} PRIVATE CATCH_CONFIG_RUNTIME_STATIC_REQUIRE)
  endif()
  target_link_libraries(${name} PRIVATE ashlar::dev Catch2::Catch2)
  foreach(backend IN ITEMS highway xsimd)
    if(TARGET ashlar::${backend})
      target_link_libraries(${name} PRIVATE ashlar::${backend})
      break() # for the first of them; a test of the other one asks for it
    endif()
  endforeach()
endfunction()

function(ashlar_add_catch_test name)
  add_executable(${name} ${ARGN})
  ashlar_compile_as_test(${name})
  target_link_libraries(${name} PRIVATE Catch2::Catch2WithMain)
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
      file(STRINGS "${source}" constants REGEX "STATIC_REQUIRE|static_assert|^// with nvcc: ")
      if(reason)
        message(STATUS "${source}: ${reason}")
      endif()
      if(reason OR NOT constants)
        list(REMOVE_ITEM sources "${source}")
      endif()
    endforeach()
  endif()
  if(NOT sources)
    return()
  endif()
  # Clang has the functions of the library compiled once anyway.
  if(ASHLAR_DEV_BATCH AND (ASHLAR_DEV_NVCC OR CMAKE_CXX_COMPILER_ID STREQUAL "GNU"))
    ashlar_batch(sources ${name} ${sources})
  endif()
  if(ASHLAR_DEV_NVCC)
    set_source_files_properties(${sources} PROPERTIES LANGUAGE CUDA)
  endif()
  ashlar_add_catch_test(${name} ${sources})
  if(NOT ASHLAR_DEV_NVCC)
    ashlar_compile_quickly(${name} catch)
  endif()
endfunction()

# With precompiled headers or -Og, g++ 12 takes its own _mm512_undefined() for a variable that somebody
# forgot.
set(ASHLAR_NO_FALSE_ALARMS "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-uninitialized;-Wno-maybe-uninitialized>")

# Tests that are much code and little to do: a third of the compile time.
function(ashlar_optimize_less name)
  if(NOT ASHLAR_DEV_OPTIMIZE_ALL)
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Og>
                                           $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-O0>)
  endif()
endfunction()

# Headers that are parsed once for all tests that are optimized less: the library for whole kernels; the
# compiler, with clang, for unit tests of expr/, schedule/, pass/ and kernel/, whose names do not meet those of the compiler;
# no header of Ashlar's for other unit tests. Clang also compiles the functions of these headers once, into the library
# NAME_code; otherwise each test compiles all passes that it runs, which is two thirds of its time. g++ cannot, so there
# unit tests look up their names in what they include themselves.
function(ashlar_precompile name)
  add_library(${name} OBJECT EXCLUDE_FROM_ALL "${PROJECT_SOURCE_DIR}/tests/support/precompiled.cpp")
  ashlar_compile_as_test(${name})
  ashlar_optimize_less(${name})
  target_compile_options(${name} PRIVATE ${ASHLAR_NO_FALSE_ALARMS})
  target_precompile_headers(${name} PRIVATE <catch2/catch_test_macros.hpp> ${ARGN})
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR ASHLAR_DEV_NVCC)
    return()
  endif()
  target_compile_options(${name} PRIVATE "SHELL:-Xclang -fmodules-codegen")
  set(header "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${name}.dir/cmake_pch.hxx.pch")
  set_source_files_properties("${header}" PROPERTIES GENERATED TRUE LANGUAGE CXX OBJECT_DEPENDS
                                                                                "${header}")
  add_library(${name}_code STATIC EXCLUDE_FROM_ALL "${header}")
  ashlar_compile_as_test(${name}_code)
  ashlar_optimize_less(${name}_code)
  target_compile_options(${name}_code PRIVATE "SHELL:-x none" -Wno-unused-command-line-argument)
endfunction()
ashlar_precompile(ashlar_precompiled_catch <algorithm> <array> <string> <type_traits> <vector>)
ashlar_precompile(ashlar_precompiled_compiler <ashlar/pass/pipeline.hpp> <ashlar/schedule/automatic.hpp>
                  <ashlar/tir/interpret.hpp> <ashlar/tir/print.hpp> <ashlar/tir/verify.hpp> <algorithm>
                  <array> <string> <type_traits> <vector>)
ashlar_precompile(ashlar_precompiled_library <ashlar/ashlar.hpp>)

function(ashlar_compile_quickly name headers)
  if(headers STREQUAL "catch" AND name MATCHES "^unit\\.(expr|schedule|pass|kernel)" AND TARGET
                                                             ashlar_precompiled_compiler_code)
    set(headers compiler)
  endif()
  if(TARGET ashlar_precompiled_${headers}_code)
    target_link_libraries(${name} PRIVATE ashlar_precompiled_${headers}_code)
  endif()
  ashlar_optimize_less(${name})
  target_compile_options(${name} PRIVATE ${ASHLAR_NO_FALSE_ALARMS})
  target_precompile_headers(${name} REUSE_FROM ashlar_precompiled_${headers})
endfunction()

# What the driver needs to know of this build, and a test that precompiles what nearly all of these
# sources include: a fixture, because the compiler is what is tested here.
function(ashlar_write_fail_settings)
  set(targets ashlar)
  if(TARGET ashlar_highway)
    list(APPEND targets ashlar_highway)
  endif()
  set(includes "")
  foreach(target IN LISTS targets)
    list(APPEND includes "$<TARGET_PROPERTY:${target},INTERFACE_INCLUDE_DIRECTORIES>")
  endforeach()
  set(includes "$<REMOVE_DUPLICATES:${includes}>")
  set(flags -std=c++20)
  if(ASHLAR_DEV_MARCH)
    list(APPEND flags "-march=${ASHLAR_DEV_MARCH}")
  endif()
  set(header "${CMAKE_BINARY_DIR}/fail/kernel.hpp")
  file(CONFIGURE OUTPUT "${header}" CONTENT "#include <ashlar/kernel/kernel.hpp>\n")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(precompiled "${header}.gch")
  else()
    set(precompiled "${header}.pch")
  endif()
  add_test(NAME "fail: precompiled headers"
           COMMAND "${CMAKE_CXX_COMPILER}" ${flags} "-I$<JOIN:${includes},;-I>" -x c++-header
                   "${header}" -o "${precompiled}"
           COMMAND_EXPAND_LISTS)
  set_tests_properties("fail: precompiled headers" PROPERTIES FIXTURES_SETUP fail_headers TIMEOUT 120)
  file(
    GENERATE
    OUTPUT "${CMAKE_BINARY_DIR}/fail-settings.cmake"
    CONTENT
      "set(compiler [[${CMAKE_CXX_COMPILER}]])
set(flags ${flags} -fsyntax-only [[-I$<JOIN:${includes},]] [[-I>]] -include [[${header}]])
set(family ${CMAKE_CXX_COMPILER_ID})
")
endfunction()

function(ashlar_add_fail_test file)
  cmake_path(GET file STEM name)
  add_test(NAME "fail: ${name}"
           COMMAND "${CMAKE_COMMAND}" -D "source=${file}"
                   -D "settings=${CMAKE_BINARY_DIR}/fail-settings.cmake" -P
                   "${PROJECT_SOURCE_DIR}/cmake/ashlar-fail-test.cmake")
  set_tests_properties("fail: ${name}" PROPERTIES TIMEOUT 120 LABELS fail FIXTURES_REQUIRED
                                                  fail_headers)
endfunction()
