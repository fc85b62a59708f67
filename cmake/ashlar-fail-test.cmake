# SPDX-License-Identifier: Apache-2.0
#
# Compiles one source several times: with ASHLAR_CASE=0 it must compile, with 1, 2, ... it must not.
# (CTest's WILL_FAIL cannot tell the expected error from a crash or a missing header.)
#
#   takes    -D source=FILE -D settings=FILE (compiler, flags, family)
#   EXPECT   comments in the source, the n-th for ASHLAR_CASE=n:
#              // EXPECT: regex                    must match the first error line
#              // ALSO: regex                      must match within the whole message
#              // ALSO(GNU): regex                 the same, for one compiler family
#              // FLAGS: words                     further flags, without the precompiled header, with Highway
#   rejects  a control that fails, a case that compiles, a compiler crash, a first error other than
#            the expected one, a message of more than 20 lines
cmake_minimum_required(VERSION 3.25)
include("${settings}")
set(max_lines 20)

# One compilation, with further flags; sets status, output and first_error.
function(compile case)
  if(ARGN)
    list(FIND flags -include at)
    foreach(word IN ITEMS "-include" "its file")
      list(REMOVE_AT flags ${at})
    endforeach()
    list(REMOVE_ITEM flags "-DASHLAR_HAS_HIGHWAY=0")
    list(APPEND flags ${ARGN})
  endif()
  execute_process(
    COMMAND "${compiler}" ${flags} -DASHLAR_CASE=${case} "${source}"
    RESULT_VARIABLE status
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  string(REGEX MATCH "[^\n]*error:[^\n]*" first_error "${output}")
  return(PROPAGATE status output first_error)
endfunction()

function(reject why)
  message("${output}")
  message(FATAL_ERROR "ASHLAR_CASE=${case}: ${why}")
endfunction()

function(require_rejection expected also)
  compile(${case} ${ARGN})
  if(status EQUAL 0)
    reject("compiles, but must not")
  endif()
  if(NOT status EQUAL 1 OR output MATCHES "internal compiler error|PLEASE submit a bug|Stack dump:")
    reject("the compiler crashed (${status})")
  endif()
  if(NOT first_error MATCHES "${expected}")
    reject("the first error is not '${expected}'")
  endif()
  while(also MATCHES "^([^\n]*)\n(.*)$")
    set(also "${CMAKE_MATCH_2}")
    set(wanted "${CMAKE_MATCH_1}")
    if(NOT output MATCHES "${wanted}")
      reject("the message does not say '${wanted}'")
    endif()
  endwhile()
  string(REGEX REPLACE "[^\n]" "" newlines "${output}")
  string(LENGTH "${newlines}" lines)
  if(lines GREATER max_lines)
    reject("the message has ${lines} lines, more than ${max_lines}")
  endif()
endfunction()

file(READ "${source}" text)
set(case 0)
compile(0)
if(NOT status EQUAL 0)
  reject("the control must compile")
endif()

# Everything from one EXPECT to the next belongs to one case.
string(FIND "${text}" "// EXPECT: " start)
while(start GREATER_EQUAL 0)
  math(EXPR case "${case} + 1")
  math(EXPR start "${start} + 11")
  string(SUBSTRING "${text}" ${start} -1 text)
  string(FIND "${text}" "// EXPECT: " start)
  string(SUBSTRING "${text}" 0 ${start} section)
  string(REGEX MATCH "^[^\n]*" expected "${section}")
  set(section_of_case "${section}")
  set(also "")
  while(section MATCHES "// ALSO(\\(([A-Za-z]+)\\))?: ([^\n]*)\n(.*)$")
    set(section "${CMAKE_MATCH_4}")
    if("${CMAKE_MATCH_2}" STREQUAL "" OR "${CMAKE_MATCH_2}" STREQUAL "${family}")
      string(APPEND also "${CMAKE_MATCH_3}\n")
    endif()
  endwhile()
  string(REGEX MATCH "// FLAGS: ([^\n]*)" flags_line "${section_of_case}")
  separate_arguments(more UNIX_COMMAND "${CMAKE_MATCH_1}")
  require_rejection("${expected}" "${also}" ${more})
endwhile()
if(case EQUAL 0)
  message(FATAL_ERROR "${source} has no // EXPECT: comment")
endif()
