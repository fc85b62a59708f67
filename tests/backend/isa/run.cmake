# SPDX-License-Identifier: Apache-2.0
#
# Two units with different -march in one program.
#
#   takes    -D first=OBJECT -D second=OBJECT, of kernels_*.cpp; -D programs=FILES, of both orders;
#            -D nm=FILE -D qemu=FILE
#   checks   they share no function of the library but run_serially, which only calls another; both
#            programs run here and, under qemu-user, on a processor without AVX
cmake_minimum_required(VERSION 3.25)

function(functions_of file result)
  execute_process(COMMAND "${nm}" "${file}" OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL " W _ZN?K?6ashlar[^\n]*" found "${symbols}")
  if(NOT found)
    message(FATAL_ERROR "${file} defines no function of the library")
  endif()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

functions_of("${first}" one)
functions_of("${second}" other)
foreach(name IN LISTS one)
  if(name IN_LIST other AND NOT name MATCHES "run_serially|(inside_task|default_executor)")
    message(FATAL_ERROR "both units define${name}")
  endif()
endforeach()

function(expect wanted)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output)
  if(NOT status EQUAL 0 OR NOT output MATCHES "${wanted}")
    message(FATAL_ERROR "${ARGN}\nends with ${status}, and prints '${output}'")
  endif()
endfunction()
foreach(program IN LISTS programs)
  expect("both|baseline" "${program}")
  if(qemu)
    expect("baseline" "${qemu}" -cpu qemu64 "${program}")
  endif()
endforeach()
if(NOT qemu)
  message("skipped: qemu-x86_64 is not installed")
endif()
