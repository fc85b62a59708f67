# SPDX-License-Identifier: Apache-2.0
#
# What one binary does on processors of several kinds, under qemu-user, and with ASHLAR_TARGET.
#
#   takes    -D program=FILE -D avx512_only=FILE, both program.cpp; -D qemu=FILE -D objdump=FILE
#   checks   the level that it takes; where none is compiled, the message and the exit code; and that
#            only kernels of a higher level have instructions of AVX in them, those on 16 bytes too
cmake_minimum_required(VERSION 3.25)

function(expect wanted_status wanted_text)
  execute_process(
    COMMAND ${ARGN}
    RESULT_VARIABLE status
    OUTPUT_VARIABLE output
    ERROR_VARIABLE errors)
  string(STRIP "${output}" text)
  if(wanted_status EQUAL 3)
    set(text "${errors}")
  endif()
  if(NOT status EQUAL wanted_status OR NOT text MATCHES "${wanted_text}")
    message(FATAL_ERROR "${ARGN}\nends with ${status}, not ${wanted_status}, and prints '${text}'")
  endif()
endfunction()

# Every function with an instruction of AVX is one of a higher level's namespace; there are such.
function(expect_pure file)
  execute_process(COMMAND "${objdump}" -d --no-show-raw-insn "${file}" OUTPUT_VARIABLE code
                          COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX REPLACE "[][;]" " " code "${code}")
  string(REPLACE "\n" ";" lines "${code}")
  set(found 0)
  set(function "")
  foreach(line IN LISTS lines)
    if(line MATCHES "^[0-9a-f]+ <(.*)>:$")
      set(function "${CMAKE_MATCH_1}")
    elseif(NOT line MATCHES ":[ \t]+v[a-z0-9]+")
      continue()
    elseif(function MATCHES "6ashlar4emit(4avx2|6avx512|11avx512_bf16)")
      math(EXPR found "${found} + 1")
    else()
      message(FATAL_ERROR "${file}: ${function} has '${line}', and is of no higher level")
    endif()
  endforeach()
  if(found EQUAL 0)
    message(FATAL_ERROR "${file}: no function has instructions of AVX")
  endif()
endfunction()

expect_pure("${program}")
expect(0 "^sse2$" "${CMAKE_COMMAND}" -E env ASHLAR_TARGET=sse2 "${program}")
if(NOT qemu)
  message("skipped: qemu-x86_64 is not installed")
  return()
endif()
expect(0 "^sse2$" "${qemu}" -cpu qemu64 "${program}")
expect(0 "^sse2$" "${qemu}" -cpu Nehalem "${program}")
expect(0 "^sse2$" "${qemu}" -cpu max,-avx2 "${program}")
# Of the features of AVX2's level all but one.
expect(0 "^sse2$" "${qemu}" -cpu max,-fma "${program}")
expect(0 "^sse2$" "${qemu}" -cpu max,-bmi2 "${program}")
expect(0 "^avx2$" "${qemu}" -cpu max "${program}")
expect(3 "this processor lacks an instruction set" "${qemu}" -cpu qemu64 "${avx512_only}")
expect(3 "this processor lacks an instruction set" "${qemu}" -cpu max "${avx512_only}")
