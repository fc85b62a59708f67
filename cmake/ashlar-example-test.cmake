# SPDX-License-Identifier: Apache-2.0
#
# Runs -D program=FILE, which must succeed and print the text of -D expected=FILE; with -D emulator=COMMAND
# where it is for another machine. One that ends with 77, and says that it is skipped, is.
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND ${emulator} "${program}" RESULT_VARIABLE status OUTPUT_VARIABLE output)
file(READ "${expected}" wanted)
if(status EQUAL 77 AND output MATCHES "^skipped: ")
  message("${output}") # what the test is told to take for skipped
  return()
endif()
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${program} ends with ${status}")
endif()
if(NOT output STREQUAL wanted)
  message("${output}")
  message(FATAL_ERROR "this is not what ${expected} holds")
endif()
