# SPDX-License-Identifier: Apache-2.0
#
# Whether objects are fit for a machine without a C library:
#   cmake -D nm=PROGRAM -P check-object.cmake -- OBJECT...
#
#   asks for   nothing but the functions of board.hpp and the model's weights
#   has        no static initialiser, no guard of one, and at most `most` bytes of code
cmake_minimum_required(VERSION 3.25)
set(most 49152)
set(allowed abort memcmp memcpy memmove memset _ZN6digits7weightsEv)

set(objects "")
foreach(n RANGE 1 ${CMAKE_ARGC})
  if(after)
    list(APPEND objects "${CMAKE_ARGV${n}}")
  elseif("${CMAKE_ARGV${n}}" STREQUAL "--")
    set(after TRUE)
  endif()
endforeach()

execute_process(COMMAND "${nm}" --format=posix --radix=d ${objects} OUTPUT_VARIABLE text
                COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+" lines "${text}")
set(code 0)
set(refused "")
foreach(line IN LISTS lines)
  if(NOT line MATCHES "^([^ ]+) ([A-Za-z]) *([0-9]*) *0*([0-9]*)$")
    continue() # the name of an object
  endif()
  set(symbol "${CMAKE_MATCH_1}")
  set(kind "${CMAKE_MATCH_2}")
  set(bytes "${CMAKE_MATCH_4}")
  if(kind STREQUAL "U" AND NOT symbol IN_LIST allowed)
    string(APPEND refused "asks for ${symbol}\n")
  elseif(symbol MATCHES "^(_ZGV|_GLOBAL__sub_I)")
    string(APPEND refused "is initialised when the program starts: ${symbol}\n")
  elseif(kind MATCHES "[TtWw]" AND bytes)
    math(EXPR code "${code} + ${bytes}")
  endif()
endforeach()
message("${code} bytes of code")
if(code EQUAL 0 OR code GREATER most)
  string(APPEND refused "has ${code} bytes of code, which must be 1 to ${most}\n")
endif()
if(refused)
  message(FATAL_ERROR "${refused}")
endif()
